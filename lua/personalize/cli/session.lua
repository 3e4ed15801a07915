--- What the REPL begins with: `personalize`, `client`, `connections`, `sync`, `help`, and results shown readably. Run
-- in the stock interpreter before its first prompt.
-- @module personalize.cli.session
-- @local

local errors = require "personalize.error"
local json = require "personalize.json"
local manual = require "personalize.cli.manual"
local personalize = require "personalize"
local redaction = require "personalize.redaction"
local sync = require "personalize.sync"
local tenant = require "personalize.cli.tenant"
local text = require "personalize.text"

local session = {}

-- A value as people read it: what knows how to show itself does, other tables are shown as JSON, secrets masked.
local function show(value)
   local mt = getmetatable(value)
   if type(value) ~= "table" or (type(mt) == "table" and rawget(mt, "__tostring")) then return tostring(value) end
   return json.encode(redaction.value(value), { pretty = true, canonical = true }) or tostring(value)
end

local plain_print = print

local function pretty_print(...)
   local shown = {}
   for index = 1, select("#", ...) do shown[index] = show((select(index, ...))) end
   plain_print(table.concat(shown, "\t"))
end

local namespaces = { ["connections."] = personalize.connections, ["personalize."] = personalize, ["sync."] = sync }

-- The name of a function that is documented.
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

local function overview()
   local lines = { "help(connections.patch) or help \"connections.patch\" tells more of one of these:" }
   for _, name in ipairs(manual.names()) do
      lines[#lines + 1] = ("  %s  %s"):format(text.pad(name, 26), text.cut(manual.summary(name), 86))
   end
   return table.concat(lines, "\n")
end

--- Prints the reference's text about a function, or the list of all.
local function help(value)
   if value == nil then return plain_print(overview()) end
   local name = type(value) == "string" and value or name_of(value)
   plain_print(name and manual.about(name) or "nothing is known of that; help() lists everything")
end

local function greeting(client, err)
   local lines = { ("personalize %s, %s. help() lists what there is."):format(personalize._VERSION,
      rawget(_G, "jit") and jit.version or _VERSION) }
   lines[2] = client and tostring(client) .. ": `connections` are its connections."
      or ("No client: %s"):format(tostring(err))
   if not client then lines[3] = "`client` can be made by hand: client = assert(personalize.new { ... })" end
   if rawget(_G, "jit") then
      lines[#lines + 1] = "LuaJIT shows the value of an expression after `=`: = connections.list()"
   end
   return table.concat(lines, "\n")
end

-- The client of the tenant that a profile or a prefix names, where they are not empty.
local function client_of(profile, prefix)
   local source, err = tenant.source(profile ~= "" and profile or nil, prefix ~= "" and prefix or nil)
   if not source then return nil, err end
   return personalize.from_env(source)
end

--- Sets the globals up.
-- @tparam string profile name; empty for none
-- @tparam string prefix of the environment variables; empty for the usual one
function session.start(profile, prefix)
   local client, err = client_of(profile, prefix)
   if client then personalize.configure(client) end
   session.client = client
   local globals = { personalize = personalize, client = client, connections = personalize.connections, sync = sync,
      help = help, print = pretty_print, null = personalize.null }
   for name, value in pairs(globals) do rawset(_G, name, value) end
   plain_print(greeting(client, errors.is(err) and err or nil))
end

return session
