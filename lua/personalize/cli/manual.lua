--- The text of the API reference, read from its source: the comments in the code.
-- @module personalize.cli.manual
-- @local

local call_options = require "personalize.connections.call_options"

local manual = {}

-- Prefix of the documented names -> module whose comments document them.
local chapters = {
   { "connections.", "personalize.connections.reading" },
   { "connections.", "personalize.connections.writing" },
   { "connections.", "personalize.connections.changing" },
   { "connections.", "personalize.connections.ensuring" },
   { "connections.", "personalize.connections.checking" },
   { "connections.", "personalize.connections.many" },
   { "connections.", "personalize.connections.from_curl" },
   { "connections.", "personalize.connections.uses" },
   { "connection:", "personalize.connections.connection" },
   { "builder:", "personalize.connections.builder" },
   { "client:", "personalize.client" },
   { "personalize.", "personalize" },
   { "personalize.json.", "personalize.json" },
   { "sync.", "personalize.sync" },
   { "plan:", "personalize.sync.plan" },
}

-- Metatable's name of an object -> prefix of its methods in the reference.
local objects = { ["personalize.client"] = "client:", ["personalize.connection"] = "connection:",
   ["personalize.builder"] = "builder:", ["personalize.plan"] = "plan:" }

-- Patterns of definitions that may follow a comment; they capture the name.
local definitions = { '^public%("([%w_]+)"', "^function [%w_]+[.:]([%w_]+)%(", "^[%w_]+%.([%w_]+) = " }

local function name_of(block, following)
   for _, line in ipairs(block) do
      local name = line:match "^@function ([%w_]+)"
      if name then return name end
   end
   for _, pattern in ipairs(definitions) do
      local name = following:match(pattern)
      if name then return name end
   end
   return nil
end

local function is_local(block)
   for _, line in ipairs(block) do
      if line:find "^@local" or line:find "^@module" or line:find "^@classmod" then return true end
   end
   return false
end

-- The documented functions of one file: name -> lines of its comment.
local function read_file(path)
   local file = io.open(path)
   if not file then return {} end
   local found, block = {}, nil
   for line in file:lines() do
      if line:find "^%-%-%-" then
         block = { line:match "^%-%-%-%s?(.*)" }
      elseif block and line:find "^%-%-" then
         block[#block + 1] = line:match "^%-%-%s?(.*)"
      elseif block then
         local name = not is_local(block) and name_of(block, line)
         if name then found[name] = block end
         block = nil
      end
   end
   file:close()
   return found
end

local known, order

-- Reads all comments once: qualified name -> lines.
local function read_all()
   if known then return end
   known, order = {}, {}
   for _, chapter in ipairs(chapters) do
      local prefix, names = chapter[1], {}
      local path = package.searchpath(chapter[2], package.path)
      for name, block in pairs(path and read_file(path) or {}) do
         names[#names + 1] = prefix .. name
         known[prefix .. name] = block
      end
      table.sort(names)
      for _, name in ipairs(names) do order[#order + 1] = name end
   end
end

local headings = { api = "Published as", tparam = "Takes", treturn = "Gives", fails = "Gives", usage = "Example" }

-- What stands for a type of options in the reference: the sorted names of those that all calls take, or all writes.
local function common_options(kind)
   local names, all = {}, kind == "write_options" and call_options.of_writing() or call_options()
   for name in pairs(all) do names[#names + 1] = name end
   table.sort(names)
   return "table with " .. table.concat(names, ", ")
end

-- A tag of LDoc as text; type and modifiers become words.
local function entry_of(tag, modifiers, rest)
   if tag == "tparam" then
      local kind, name, about = rest:match "^(%S+)%s+(%S+)%s*(.*)"
      local default = modifiers:match "opt=([^%]]+)"
      local optional = default and ", default " .. default or modifiers:find("opt", 1, true) and ", optional" or ""
      kind = kind:gsub("^personalize%.connections%.(%l+_options)$", common_options)
      return ("%s (%s%s)  %s"):format(name, kind, optional, about):gsub("%s+$", "")
   elseif tag == "treturn" then
      return (rest:gsub("^(%S+)%s+(%S+)", "%2 (%1) ", 1):gsub("%s+$", ""))
   elseif tag == "fails" then
      return ("nil, err (personalize.error)  %s"):format(rest):gsub("%s+$", "")
   end
   return rest
end

local function signature(name, block)
   local parameters = {}
   for _, line in ipairs(block) do
      local modifiers, rest = line:match "^@tparam(%S*)%s+%S+%s+(%S+)"
      -- members of a table have a dot in their names
      if rest and not rest:find(".", 1, true) then
         local is_optional = modifiers:find("opt", 1, true)
         parameters[#parameters + 1] = is_optional and ("[%s]"):format(rest) or rest
      end
   end
   return ("%s(%s)"):format(name, table.concat(parameters, ", "))
end

local function format(name, block)
   local lines, heading = { signature(name, block), "" }, nil
   for _, line in ipairs(block) do
      local tag, modifiers, rest = line:match "^@(%a+)(%S*)%s*(.*)"
      if tag and headings[tag] then
         if headings[tag] ~= heading then
            heading = headings[tag]
            lines[#lines + 1] = ""
            lines[#lines + 1] = heading .. ":"
         end
         if rest ~= "" or tag == "fails" then lines[#lines + 1] = "  " .. entry_of(tag, modifiers, rest) end
      elseif not tag then
         lines[#lines + 1] = (heading and (heading == "Example" and "  " or "    ") or "") .. line
      end
   end
   return (table.concat(lines, "\n"):gsub("%s+$", ""))
end

--- The text about a function, by a name such as `connections.patch`; nil if there is none.
function manual.about(name)
   read_all()
   local block = known[name]
   return block and format(name, block)
end

--- The names of all functions, chapter by chapter.
function manual.names()
   read_all()
   return order
end

--- The documented names that begin with a prefix such as `connections.` or `plan:`.
function manual.names_of(prefix)
   local found = {}
   for _, name in ipairs(manual.names()) do
      if name:sub(1, #prefix) == prefix then found[#found + 1] = name end
   end
   return found
end

--- The prefix of an object's methods, such as `plan:`; nil for other values.
function manual.prefix_of(value)
   local metatable = type(value) == "table" and getmetatable(value)
   return type(metatable) == "table" and objects[rawget(metatable, "__name")] or nil
end

--- The first sentence about a function.
function manual.summary(name)
   read_all()
   local sentence = table.concat(known[name], " "):gsub(" @.*$", "")
   local first = sentence:match "^(.-[.:])%s" or sentence:match "^(.-[.:])$" or sentence
   return (first:gsub(":$", "."))
end

return manual
