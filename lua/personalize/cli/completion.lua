--- Completes what was typed when Tab is pressed: globals, members of tables, methods, names of connections. It calls
-- nothing, and no metamethod of a user's table. Only the list of names is fetched, at most once a minute.
-- @module personalize.cli.completion
-- @local

local connection = require "personalize.connections.connection"
local manual = require "personalize.cli.manual"
local native = require "personalize.native"
local schema = require "personalize.schema"

local completion = {}

local names_are_kept, patience = 60, 3 -- seconds
local most_shown = 200

local keywords = { "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local",
   "nil", "not", "or", "repeat", "return", "then", "true", "until", "while" }

-- The methods of a value: those that the reference lists.
local function methods_of(value)
   local prefix, found = manual.prefix_of(value), {}
   for index, name in ipairs(prefix and manual.names_of(prefix) or {}) do found[index] = name:sub(#prefix + 1) end
   return found
end

local function add_keys(found, value)
   for name in next, value do
      local is_name = type(name) == "string" and name:find "^[%a_][%w_]*$" and name:sub(1, 2) ~= "__"
      if is_name then found[#found + 1] = name end
   end
end

local function members_of(value)
   local found = {}
   if type(value) == "string" then value = string end
   if type(value) ~= "table" then return found end
   add_keys(found, value)
   if connection.is(value) then
      for _, member in ipairs(schema.members) do found[#found + 1] = member.name end
   end
   local metatable = getmetatable(value)
   local index = type(metatable) == "table" and rawget(metatable, "__index")
   if type(index) == "table" then add_keys(found, index) end
   return found
end

-- The value of a path such as `client.connections`, found without running any code; nil if there is none.
local function value_of(path)
   local value = _G
   for name in path:gmatch "[^.:]+" do
      if type(value) ~= "table" then return nil end
      local member = rawget(value, name)
      local metatable = getmetatable(value)
      local index = type(metatable) == "table" and rawget(metatable, "__index")
      if member == nil and type(index) == "table" then member = rawget(index, name) end
      value = member
   end
   return value
end

local known_names, known_at = {}, nil

local function connection_names(client)
   if known_at and native.now() - known_at < names_are_kept then return known_names end
   known_at = native.now()
   local list = client and client.connections.list { timeout = patience }
   if list then
      known_names = {}
      for _, each in ipairs(list) do
         if type(each.name) == "string" then known_names[#known_names + 1] = each.name end
      end
   end
   return known_names
end

-- The words that begin with what was typed, sorted and without duplicates, each after `before`.
local function beginning_with(words, typed, before)
   local found, seen = {}, {}
   for _, word in ipairs(words) do
      if not seen[word] and word:sub(1, #typed) == typed then
         seen[word] = true
         found[#found + 1] = before .. word
      end
   end
   table.sort(found)
   for index = #found, most_shown + 1, -1 do found[index] = nil end
   return found
end

-- The text of the unfinished string at the end of a line, and where it begins; nil if no string is open.
local function open_string(line)
   local quote, from = nil, nil
   local index = 1
   while index <= #line do
      local character = line:sub(index, index)
      if quote and character == "\\" then
         index = index + 1
      elseif quote == character then
         quote = nil
      elseif not quote and (character == '"' or character == "'") then
         quote, from = character, index + 1
      end
      index = index + 1
   end
   return quote and line:sub(from), from
end

--- The completions of the end of a line.
-- @tparam string line up to the cursor
-- @tparam number from start of the word that the terminal would replace
-- @tparam[opt] personalize.client client for names of connections
-- @treturn {string,...} texts that may replace that word
function completion.of(line, from, client)
   local typed, begins = open_string(line)
   if typed then
      local found = beginning_with(connection_names(client), typed, "")
      -- a name may contain spaces, and the terminal replaces only its last word
      for index, name in ipairs(found) do found[index] = name:sub(from - begins + 1) end
      return found
   end
   local path, separator, word = line:match "([%a_][%w_.:]*)([.:])([%w_]*)$"
   if not path then
      word = line:match "([%a_][%w_]*)$" or ""
      local words = {}
      for index, keyword in ipairs(keywords) do words[index] = keyword end
      for name in next, _G do words[#words + 1] = type(name) == "string" and name or nil end
      return beginning_with(words, word, line:sub(from, #line - #word))
   end
   local value = value_of(path)
   local words = separator == ":" and methods_of(value) or members_of(value)
   if separator == ":" and type(value) == "string" then words = members_of(value) end
   return beginning_with(words, word, line:sub(from, #line - #word))
end

return completion
