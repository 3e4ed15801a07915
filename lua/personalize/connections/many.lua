--- Many connections at once: `create_all`, `update_all`, `test_all`.
-- @module personalize.connections

local call_options = require "personalize.connections.call_options"
local checking = require "personalize.connections.checking"
local map = require "personalize.http.loops.map"
local options = require "personalize.options"
local settings = require "personalize.settings"
local writing = require "personalize.connections.writing"

local many = {}

--- Adds the options of `map`, which apply to the whole run, to the options of each call.
-- @local
function many.options(known)
   for name, rule in pairs(map.known_options) do known[name] = rule end
   return known
end

--- Separates the options of `map` from those of each call.
-- @local
function many.split(opts, known, where)
   local of_map, of_call = {}, {}
   for name, value in pairs(options.check(opts, known, where, 3)) do
      if map.known_options[name] then of_map[name] = value else of_call[name] = value end
   end
   -- misuse is raised now, at the caller's line, and not as an error of each item
   if of_call.retry ~= nil then settings.retry(of_call.retry, where, 3) end
   return of_map, of_call
end

--- The items of a list. Raises misuse before anything is sent.
-- @local
function many.items(list, where, may_be_ref)
   options.argument(1, list, "table", where, 3)
   list = map.items(list, where, 3)
   for index = 1, #list do
      local item = list[index]
      if type(item) ~= "table" and not (may_be_ref and type(item) == "string") then
         error(("bad argument #1 to '%s' (item %d: expected a table, a builder or a connection%s, got %s)")
            :format(where, index, may_be_ref and ", or a ref" or "", options.describe(item)), 3)
      end
   end
   return list
end

local function all(where, known, fn, may_be_ref)
   known = many.options(known)
   return function(self, list, opts)
      list = many.items(list, "connections." .. where, may_be_ref)
      local of_map, of_call = many.split(opts, known, "connections." .. where)
      return map.run(list, function(item) return fn(self, item, of_call) end, of_map)
   end
end

--- Creates many connections, several at a time. Each has its own result; a create whose answer was lost has an error of
-- kind `ambiguous`.
-- @api `POST /v2/connections`
-- @function create_all
-- @tparam table list array of definitions: tables, builders, or connections
-- @tparam[opt] personalize.connections.write_options opts what every call that writes takes (`timeout` is for
-- each), and
-- @tparam[opt=4] integer opts.concurrency as of `personalize.map`
-- @tparam[opt] fun(done:integer,total:integer,item:any,result:any) opts.on_progress as of `personalize.map`
-- @tparam[opt=false] boolean opts.stop_on_error as of `personalize.map`
-- @treturn table results connections by index, with `n`
-- @treturn table errors by index; empty when all went well
-- @usage
-- local made, errors = connections.create_all { c:copy "First", c:copy "Second", { name = "incomplete" } }
-- print(made[2].name, errors[3].kind)  --> Second	validation
many.create_all = all("create_all", call_options.of_writing {}, writing.create)

--- Updates many connections, several at a time: each as it is now. Retrieved connections are checked first, as `update`
-- does, which costs another call for each.
-- @api `GET` and `PUT /v2/connections/<ref>`
-- @function update_all
-- @tparam {personalize.connection,...} list
-- @tparam[opt] personalize.connections.write_options opts what every call that writes takes (`timeout` is for
-- each), and
-- @tparam[opt] false opts.expect overwrite changes that were made meanwhile, without checking
-- @tparam[opt=4] integer opts.concurrency as of `personalize.map`
-- @tparam[opt] fun(done:integer,total:integer,item:any,result:any) opts.on_progress as of `personalize.map`
-- @tparam[opt=false] boolean opts.stop_on_error as of `personalize.map`
-- @treturn table results connections by index, with `n`
-- @treturn table errors by index; empty when all went well
-- @usage
-- local list = assert(connections.list())
-- for _, each in ipairs(list) do each.description = "reviewed" end
-- local _, errors = connections.update_all(list, { missing_secrets = "send", concurrency = 8 })
-- print(next(errors))  --> nil
many.update_all = all("update_all", call_options.of_writing {
   expect = { text = "false", fits = function(value) return value == false end },
}, function(self, item, opts) return writing.update(self, item, item, opts) end)

--- Tests many connections, several at a time.
-- @api `POST /v2/connections/testConnection`
-- @function test_all
-- @tparam table list array of refs, connections, or definitions
-- @tparam[opt] personalize.connections.call_options opts what every call takes (`timeout` is for each), and
-- @tparam[opt=4] integer opts.concurrency as of `personalize.map`
-- @tparam[opt] fun(done:integer,total:integer,item:any,result:any) opts.on_progress as of `personalize.map`
-- @tparam[opt=false] boolean opts.stop_on_error as of `personalize.map`
-- @treturn table results answers by index, with `n`
-- @treturn table errors by index; empty when all went well
-- @usage
-- local answers, errors = connections.test_all(refs, { timeout = 20 })
-- print(answers.n == #refs)  --> true
many.test_all = all("test_all", call_options {}, checking.test, true)

return many
