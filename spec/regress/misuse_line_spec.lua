-- Misuse was raised one level off: that of `personalize.new`, `sync.plan`, `plan:apply` and their like at the caller's
-- caller (or nowhere, in a main chunk), that of `emulator.start` and of the retry option of `connection:save` in the
-- library's own files. A typo in `create_all`'s retry option was an error of each item, as was an item that is none;
-- one in `client:request`'s was passed over when the path was wrong as well. A `max_depth` that the decoder does not
-- take raised when the first answer came. A loop without its functions was misuse nowhere, and what was given to `map`
-- after its options was taken for a level. A variable of `from_env` that is no text raised in the library's own files.
local emulator = require "personalize.emulator"
local personalize = require "personalize"
local plan = require "personalize.sync.plan"
local sync = require "personalize.sync"

local typo = { retry = { atempts = 2 } }

describe("misuse", function()
   local client = assert(personalize.new { base_url = "http://127.0.0.1:1", access_token = "token", retry = false })
   local connections = client.connections
   local c = assert(connections.build("Weather"):data_system():get("https://example.com/"):no_auth())
   local connection = require "personalize.connections.connection".new({ ref = "r", name = "Weather" }, connections)
   local empty = plan.new({ problems = {}, creates = {}, updates = {}, archives = {} }, {})
   local e

   setup(function() e = assert(emulator.start()) end)
   teardown(function() e:stop() end)

   -- not tail calls: they would leave no line
   local misuses = {
      ["personalize.new: type"] = function() local v = personalize.new(5) return v end,
      ["personalize.new: name"] = function() local v = personalize.new { clientid = "x" } return v end,
      ["personalize.new: retry"] = function() local v = personalize.new(typo) return v end,
      ["personalize:new"] = function() local v = personalize:new(5) return v end,
      ["personalize.from_env: type"] = function() local v = personalize.from_env(5) return v end,
      ["personalize.from_env: prefix"] = function() local v = personalize.from_env { prefix = {} } return v end,
      ["personalize.from_env: a variable that is no text"] = function()
         local v = personalize.from_env { variables = { PERSONALIZE_REGION = 1 } } return v
      end,
      ["personalize.from_env: a variable that is read and no text"] = function()
         local variables = setmetatable({}, { __index = function() return 1 end })
         local v = personalize.from_env { variables = variables } return v
      end,
      ["personalize.from_env: a name of a variable that is no text"] = function()
         local v = personalize.from_env { variables = { PERSONALIZE_REGION = "zz", [1] = "x", x = "y" } } return v
      end,
      ["personalize.configure"] = function() local v = personalize.configure(5) return v end,
      ["personalize.array"] = function() local v = personalize.array(5) return v end,
      ["personalize.number"] = function() local v = personalize.number {} return v end,
      ["personalize.map"] = function() local v = personalize.map(5) return v end,
      ["personalize.map: an argument too many"] = function() local v = personalize.map(5, print, nil, {}) return v end,
      ["personalize.use_loop"] = function() local v = personalize.use_loop "cqueue" return v end,
      ["personalize.use_loop: functions"] = function() local v = personalize.use_loop {} return v end,
      ["personalize.json.decode"] = function() local v = personalize.json.decode(5) return v end,
      ["sync.export: client"] = function() local v = sync.export(5) return v end,
      ["sync.export: path"] = function() local v = sync.export(client, 5) return v end,
      ["sync.plan: name"] = function() local v = sync.plan(client, "x", { nams = "*" }) return v end,
      ["sync.load"] = function() local v = sync.load(client) return v end,
      ["sync.promote: client"] = function() local v = sync.promote(client, 5) return v end,
      ["sync.promote: replace"] = function()
         local v = sync.promote(client, client, { replace = { ulrs = {} } }) return v
      end,
      ["plan:apply"] = function() local v = empty:apply { timeuot = 1 } return v end,
      ["plan.apply"] = function() local v = plan.new({}, {}).apply() return v end,
      ["plan:save"] = function() local v = empty:save() return v end,
      ["plan.is_empty"] = function() local v = empty.is_empty() return v end,
      ["client:request: retry beside a wrong path"] = function()
         local v = client:request { path = "x", retry = typo.retry } return v
      end,
      ["connections.get: retry"] = function() local v = connections.get("r", typo) return v end,
      ["connections.create_all: retry"] = function() local v = connections.create_all({ c }, typo) return v end,
      ["connections.create_all: item"] = function() local v = connections.create_all { c, "Weather" } return v end,
      ["connections.test_all: item"] = function() local v = connections.test_all { "r", 5 } return v end,
      ["personalize.new: max_depth"] = function() local v = personalize.new { max_depth = 2001 } return v end,
      ["connections.update_all: retry"] = function() local v = connections.update_all({}, typo) return v end,
      ["connection:save: retry"] = function() local v = connection:save(typo) return v end,
      ["connection:reload: retry"] = function() local v = connection:reload(typo) return v end,
      ["connection:test: retry"] = function() local v = connection:test(typo) return v end,
      ["emulator.start"] = function() local v = emulator.start { prot = 1 } return v end,
      ["emulator:fail"] = function() local v = e:fail { probabilty = 1 } return v end,
      ["emulator.fail"] = function() local v = e.fail { probability = 1 } return v end,
      ["emulator:stored_secret"] = function() local v = e:stored_secret() return v end,
      ["emulator:options"] = function() local v = e:options "token" return v end,
   }

   for name, misuse in pairs(misuses) do
      it("of " .. name .. " is raised at the line of the call", function()
         local function caller() -- has lines of its own, so that the caller's caller is told apart
            misuse()
         end
         local fine, message = pcall(caller)
         assert.is_false(fine)
         local info = debug.getinfo(misuse, "S")
         local file, line = message:match "([%w_]+%.lua):(%d+): "
         assert.equal("misuse_line_spec.lua", file, message)
         assert.is_true(tonumber(line) >= info.linedefined and tonumber(line) <= info.lastlinedefined, message)
      end)
   end
end)
