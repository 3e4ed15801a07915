--- Many connections at once: `create_all`, `update_all`, `test_all`.
-- @module personalize.connections

local map = require "personalize.map"
local options = require "personalize.options"
local checking = require "personalize.connections.checking"
local operation = require "personalize.connections.operation"
local writing = require "personalize.connections.writing"

local many = {}

-- The options of `map` apply to the whole, the others to each call.
local all_options = operation.options {}
for name, rule in pairs(map.known_options) do all_options[name] = rule end

local function split(opts, where)
   local of_map, of_call = {}, {}
   for name, value in pairs(options.check(opts, all_options, where, 3)) do
      if map.known_options[name] then of_map[name] = value else of_call[name] = value end
   end
   return of_map, of_call
end

local function all(where, call)
   return function(self, list, opts)
      options.argument(1, list, "table", "connections." .. where, 2)
      local of_map, of_call = split(opts, "connections." .. where)
      return map.run(list, function(item) return call(self, item, of_call) end, of_map)
   end
end

--- Creates many connections, several at a time. Each has its own result; a create whose answer was lost has an error of
-- kind `ambiguous`.
-- @function create_all
-- @tparam table list of definitions: tables, builders, or connections
-- @tparam[opt] table opts those of `personalize.map`; `timeout` (seconds) and `retry` of each call
-- @treturn table results by index, with `n`
-- @treturn table errors by index; empty when all went well
many.create_all = all("create_all", writing.create)

--- Updates many connections, several at a time: each as it is now.
-- @function update_all
-- @tparam table list of connections
-- @tparam[opt] table opts those of `personalize.map`; `timeout`, `retry`, `missing_secrets`, `secrets` of each call
-- @treturn table results by index, with `n`
-- @treturn table errors by index; empty when all went well
many.update_all = all("update_all", function(self, item, opts) return writing.update(self, item, item, opts) end)

--- Tests many connections, several at a time.
-- @function test_all
-- @tparam table list of references, connections, or definitions
-- @tparam[opt] table opts those of `personalize.map`; `timeout` and `retry` of each call
-- @treturn table results by index, with `n`
-- @treturn table errors by index; empty when all went well
many.test_all = all("test_all", checking.test)

return many
