--- Prepares the REPL: sets `personalize`, `client`, `connections`, `sync` and `help`, and shows results readably. It
-- runs in the stock interpreter before its first prompt.
-- @module personalize.cli.session
-- @local

local errors = require "personalize.error"
local exit = require "personalize.cli.exit"
local folding = require "personalize.cli.folding"
local json = require "personalize.json"
local manual = require "personalize.cli.manual"
local masking = require "personalize.http.masking"
local meta = require "personalize.http.meta"
local native = require "personalize.native"
local personalize = require "personalize"
local prompt = require "personalize.cli.prompt"
local redaction = require "personalize.redaction"
local schema = require "personalize.schema"
local sync = require "personalize.sync"
local tenant = require "personalize.cli.tenant"
local text = require "personalize.text"

local session = {}

-- The secrets that a value may echo: those of the definitions whose test it, or an item of it, is the answer of.
local function echoed(value)
   local found = {}
   local function add(answer)
      for secret in pairs(redaction.secrets_of(meta.definition(answer))) do found[secret] = true end
   end
   add(value)
   for _, item in next, value do add(item) end
   return masking.secrets({}, found)
end

-- A value for people: it uses the value's own `tostring`, or else JSON with secrets masked.
local function show(value)
   local mt = getmetatable(value)
   if type(value) ~= "table" or (type(mt) == "table" and rawget(mt, "__tostring")) then return tostring(value) end
   local shown = json.encode(redaction.value(value), { pretty = true, canonical = true })
   return shown and masking.hide(shown, echoed(value)) or tostring(value)
end

local plain_print = print

local function shown(results)
   local texts = {}
   for index = 1, results.n do texts[index] = show(results[index]) end
   return table.concat(texts, "\t")
end

local function pretty_print(...)
   plain_print(shown { n = select("#", ...), ... })
end

local namespaces = { ["connections."] = personalize.connections, ["personalize."] = personalize, ["sync."] = sync }

-- The name of a documented function.
local function name_of(value)
   for prefix, namespace in pairs(namespaces) do
      for name, member in pairs(namespace) do
         if rawequal(member, value) then return prefix .. name end
      end
   end
   for name, member in pairs(session.client and session.client.connections or {}) do
      if rawequal(member, value) then return "connections." .. name end
   end
   return nil
end

-- One line for each documented function with this prefix; nil if there are none.
local function list_of(prefix)
   local lines = {}
   for index, name in ipairs(manual.names_of(prefix)) do
      lines[index] = ("  %s  %s"):format(text.pad(name, 26), text.cut(manual.summary(name), 86))
   end
   return lines[1] and table.concat(lines, "\n") or nil
end

local function overview()
   return "help(connections.patch) or help \"connections.patch\" tells more of one of these:\n" .. list_of ""
end

-- The documentation of a member of a connection, at any place.
local function about_member(name)
   local lines = {}
   schema.each(function(member, path)
      if path == name or member.name == name then
         local unit = member.unit and (", " .. member.unit) or ""
         lines[#lines + 1] = ("%s (%s%s)  %s"):format(path, member.type, unit, (member.about:gsub("`", "")))
      end
   end)
   return lines[1] and table.concat(lines, "\n") or nil
end

-- The documentation of a table of the library: its methods, or the functions of a module.
local function about_table(value)
   for prefix, namespace in pairs(namespaces) do
      if rawequal(value, namespace) then return list_of(prefix) end
   end
   local mine = session.client
   if mine and rawequal(value, mine.connections) then return list_of "connections." end
   local prefix = manual.prefix_of(value)
   if errors.is(value) then return ("%s\n  members: kind, message, status, ...; see errors-and-retries.md")
      :format(tostring(value)) end
   return prefix and list_of(prefix) or nil
end

-- The documentation for a name: of a function (its prefix may be missing) or of a member.
local function about_name(name)
   local found = manual.about(name)
   if found then return found end
   for _, full in ipairs(manual.names()) do
      if full:match "[^.:]*$" == name then found = (found and found .. "\n\n" or "") .. manual.about(full) end
   end
   return found or about_member(name)
end

-- Prints a text folded to the terminal's width; page by page where `session.run` reads the lines.
local function tell(content)
   local folded = folding.fold(content, native.process.terminal_width(1))
   if not session.reader then return plain_print(folded) end
   prompt.page(session.reader, folded, native.process.terminal_height(1))
end

--- Prints the reference for a function, its name, the name of a member, or an object; without argument lists
-- everything.
local function help(value)
   if value == nil then return tell(overview()) end
   local found
   if type(value) == "table" then
      found = about_table(value)
   else
      local name = type(value) == "string" and value or name_of(value)
      found = name and about_name(name)
   end
   tell(found or "nothing is known of that; help() lists everything")
end

-- Shown when `quit` is typed at the prompt of the stock interpreter.
local quit = setmetatable({}, { __call = function() os.exit(true, true) end,
   __tostring = function() return "quit() or Ctrl-D ends this" end })

local function greeting(client, err, is_edited)
   local lines = { ("personalize %s, %s. help() lists what there is."):format(personalize._VERSION,
      rawget(_G, "jit") and jit.version or _VERSION) }
   lines[2] = client and tostring(client) .. ": `connections` are its connections."
      or ("No client: %s"):format(tostring(err))
   if not client then lines[3] = "`client` can be made by hand: client = assert(personalize.new { ... })" end
   if rawget(_G, "jit") and not is_edited then
      lines[#lines + 1] = "LuaJIT shows the value of an expression after `=`: = connections.list()"
   end
   return table.concat(lines, "\n")
end

-- The client for a profile or a prefix, if they are not empty.
local function client_of(profile, prefix)
   local source, err = tenant.source(profile ~= "" and profile or nil, prefix ~= "" and prefix or nil)
   if not source then return nil, err end
   return personalize.from_env { prefix = source.prefix, variables = source.variables }
end

-- The stock interpreter ignores failed writes and exits with success. So if nothing can be written, end before it
-- starts.
local function greet(words)
   local done, reason = io.stdout:write(words, "\n")
   if done then done, reason = io.stdout:flush() end
   if done then return end
   if not reason:find "Broken pipe" then io.stderr:write("personalize: cannot write: ", reason, "\n") end
   os.exit(exit.FAILED)
end

--- Sets the globals.
-- @tparam string profile name; empty for none
-- @tparam string prefix of the environment variables; empty for the default one
-- @tparam[opt=false] boolean is_edited whether `session.run` reads the lines, and not the stock interpreter
function session.start(profile, prefix, is_edited)
   local client, err = client_of(profile, prefix)
   if client then personalize.configure(client) end
   session.client = client
   local globals = { personalize = personalize, client = client, connections = personalize.connections, sync = sync,
      help = help, print = pretty_print, null = personalize.null, quit = quit }
   for name, value in pairs(globals) do rawset(_G, name, value) end
   rawset(_G, "_PROMPT", prompt.text(client, profile ~= "" and profile or prefix, not rawget(_G, "jit")))
   greet(folding.fold(greeting(client, errors.is(err) and err or nil, is_edited), native.process.terminal_width(1)))
end

--- Reads lines with the module `readline`, after `session.start`, until the end of input.
-- @tparam table reader
function session.run(reader)
   session.reader = reader
   prompt.run(reader, { client = session.client, prompt = _G._PROMPT, show = shown })
end

return session
