--- Makes sure that connections exist as defined: `ensure`, `ensure_all`.
-- @module personalize.connections

local call = require "personalize.resource.call"
local call_options = require "personalize.connections.call_options"
local changing = require "personalize.connections.changing"
local client = require "personalize.client"
local connection = require "personalize.connections.connection"
local definition = require "personalize.connections.definition"
local errors = require "personalize.error"
local expectation = require "personalize.connections.expectation"
local many = require "personalize.connections.many"
local map = require "personalize.http.loops.map"
local merge = require "personalize.connections.merge"
local meta = require "personalize.http.meta"
local native = require "personalize.native"
local options = require "personalize.options"
local raw = require "personalize.raw"
local reading = require "personalize.connections.reading"
local secrets = require "personalize.connections.secrets"
local text = require "personalize.text"
local turns = require "personalize.connections.turns"
local validation = require "personalize.connections.validation"
local writing = require "personalize.connections.writing"

local ensure_options = call_options.of_writing { force_secrets = "boolean", expect = expectation.rule }
local all_options = many.options(call_options.of_writing { force_secrets = "boolean" })

local ensuring = {}

-- The connections that a definition may mean: those in use; or all of them, if the definition is archived and none is
-- in use.
local function candidates(list, body)
   local live = {}
   for _, candidate in ipairs(list) do
      if not raw.is_archived(candidate) then live[#live + 1] = candidate end
   end
   if #live == 0 and raw.is_archived(body) then return list end
   return live
end

local function refs_of(list)
   local refs = {}
   for index, each in ipairs(list) do refs[index] = tostring(each.ref) end
   return refs
end

local function ambiguous_name(list, body)
   local refs = refs_of(list)
   return errors.fail("conflict", ("%d connections are named %s: which one is meant cannot be told (%s)")
      :format(#list, options.describe(body.name), table.concat(refs, ", ")), { refs = refs })
end

-- Someone else created one with that name at the same time. There is no delete, so the error names both.
local function twin(created, list)
   local refs = refs_of(list)
   return errors.fail("conflict", ("%s was created, and so was another one of that name meanwhile: %d connections are "
      .. "named %s now (%s); archive those that are too many"):format(created.ref, #list,
      options.describe(created.name), table.concat(refs, ", ")), { connection = created, refs = refs })
end

-- True if nothing comparable is left to send.
local function is_met(begun, present, body)
   return merge.has(present, body, secrets.uncompared(begun.client, present))
      and not (begun.force_secrets and secrets.given(begun.client, body))
end

-- A list may show less than the whole connection, and an update erases what is missing: so retrieves it first.
local function update_present(self, begun, listed, body)
   local target, err = call.target(self, listed, "ensure")
   if not target then return nil, err end
   local present, changed, updated
   present, err = call.retrieve(self, begun, target)
   if not present then return nil, err end
   local wanted = definition.without_server_owned(body)
   if is_met(begun, present, wanted) then return present, "unchanged" end
   changed, err = changing.change_copy(self, present, wanted)
   if not changed then return nil, err end
   updated, err = writing.send_update(self, begun, target, changed, { retrieved = present, is_edit = true,
      expected = writing.expected(begun, present, body) })
   if not updated then return nil, err end
   return updated, "updated"
end

-- Creates or updates one connection as defined. `found` are the connections with its name.
local function settle(self, begun, found, body, response)
   local present = candidates(found, body)
   if #present > 1 then return ambiguous_name(present, body) end
   if #present == 1 then
      local is_there = is_met(begun, present[1], definition.without_server_owned(body))
      if not is_there then return update_present(self, begun, present[1], body) end
      local fine, err = writing.judge(begun, body, present[1])
      if not fine then return nil, err end
      return meta.attach(connection.new(present[1], self.bound), response), "unchanged"
   end
   if begun.expect then
      return errors.fail("conflict", ("expect: no connection is named %s"):format(options.describe(body.name)))
   end
   local created, err = writing.send_create(self, begun, body)
   if not created then return nil, err end
   return created, "created"
end

-- Reads the list again after a create. If that fails, the create still succeeds.
local function look_again(begun, created)
   local found, err = reading.of_name(begun, created.name)
   if not found then
      call.warn(begun, { path = "name", code = "twin_unknown", message = "whether somebody else created one of that "
         .. "name meanwhile cannot be told: " .. tostring(err) })
      return created, "created"
   end
   local live = candidates(found, created)
   if #live > 1 then return twin(created, live) end
   return created, "created"
end

-- Checks a definition without regard to existing connections. Look-alikes are judged later, by what the service has.
local function check(given)
   return validation.check(given, { unknown_members = "send" })
end

--- Makes sure that a connection exists as defined: creates it, or updates the one of that name in use. Only the given
-- members are compared. Secrets cannot be compared, because the service never returns them.
--
-- One call at a time for each client and name: others of the same process wait, in `personalize.map`, in nginx and in
-- other loops. After a create the list is read again: another process may have created one of that name meanwhile.
-- @api `GET /v2/connections`, then `POST` and `GET /v2/connections`, or `GET` and `PUT /v2/connections/<ref>`
-- @function ensure
-- @tparam personalize.members|personalize.builder given definition: a table, a builder, or a connection
-- @tparam[opt] personalize.connections.write_options opts what every call that writes takes, and
-- @tparam[opt=false] boolean opts.force_secrets send secrets although nothing else differs
-- @tparam[opt] personalize.connections.expectation|false opts.expect the expected state of the connection before the
-- update; default the state of `given` when it was retrieved, if it is that connection
-- @treturn personalize.connection connection
-- @treturn "created"|"updated"|"unchanged" what was done
-- @fails of kind `validation`; `conflict` when two have that name (`err.refs`), also when someone else created one
-- meanwhile (then `err.connection` is the one created here); `incomplete` when the list is; `ambiguous` as for `create`
-- @usage
-- local hours = connections.build("Hours"):destination():no_auth():post("https://api.example.com/hours", "{}")
-- print(select(2, assert(connections.ensure(hours))))  --> created
-- print(select(2, assert(connections.ensure(hours))))  --> unchanged
function ensuring.ensure(self, given, opts)
   local body, err = definition.of(given, 1, "connections.ensure", 2)
   if not body then return nil, err end
   local begun, fine
   begun, err = call.begin(self, opts, ensure_options, "ensure")
   if not begun then return nil, err end
   begun.expect = expectation.check(begun.expect, "connections.ensure", 2)
   fine, err = check(body)
   if not fine then return nil, err end
   return turns.run(begun.client, { body.name }, begun.deadline, function()
      local found, looked = reading.of_name(begun, body.name)
      if not found then return nil, looked end
      local result, what = settle(self, begun, found, body, looked.response)
      if what == "created" then return look_again(begun, result) end
      return result, what
   end)
end

-- The definitions as plain tables. Equal definitions of one name are made once.
local function read_definitions(list, results, errors_of)
   local bodies, by_name, names = {}, {}, {}
   for index = 1, #list do
      local body, err = definition.of(list[index], 1, "connections.ensure_all", 3)
      local fine = body and true
      if body then fine, err = check(body) end
      if not fine then
         errors_of[index] = err
      else
         bodies[index] = body
         if not by_name[body.name] then
            by_name[body.name] = {}
            names[#names + 1] = body.name
         end
         table.insert(by_name[body.name], index)
      end
   end
   results.n = #list
   return bodies, by_name, names
end

-- Chooses one index for each name; definitions that contradict each other are refused.
local function choose(bodies, by_name, names, errors_of)
   local chosen = {}
   for _, name in ipairs(names) do
      local same, is_one = by_name[name], true
      for place = 2, #same do is_one = is_one and raw.equal(bodies[same[1]], bodies[same[place]]) end
      if is_one then
         chosen[#chosen + 1] = same[1]
      else
         for _, index in ipairs(same) do
            errors_of[index] = select(2, errors.fail("conflict", ("definitions %s are all named %s, and differ: which "
               .. "one is meant cannot be told"):format(text.some(same), options.describe(name))))
         end
      end
   end
   return chosen
end

-- The first error stops the rest: nothing has been sent.
local function stop_all(count, errors_of)
   local first = 1
   while not errors_of[first] do first = first + 1 end
   local message = ("was not started: stopped after the error of item %d"):format(first)
   for index = 1, count do
      errors_of[index] = errors_of[index]
         or errors.new { kind = "cancelled", message = message, cause = errors_of[first] }
   end
end

local function by_name_of(list)
   local found = {}
   for _, each in ipairs(list) do
      local name = raw.string(each, "name")
      if name then
         found[name] = found[name] or {}
         table.insert(found[name], each)
      end
   end
   return found
end

-- Reads the list once at the end to find twins of all created connections, if there are any. `begun_of` has the call of
-- each by its index.
local function find_twins(begun, results, errors_of, outcomes, begun_of)
   local is_needed = false
   for _, what in pairs(outcomes) do is_needed = is_needed or what == "created" end
   if not is_needed then return end
   local found, err = reading.all(begun)
   found = found and by_name_of(found)
   for index, what in pairs(outcomes) do
      local created = what == "created" and results[index]
      local live = created and found and candidates(found[created.name] or {}, created) or {}
      if created and not found then
         call.warn(begun_of[index], { path = "name", code = "twin_unknown",
            message = ("whether somebody else created %s meanwhile cannot be told: %s"):format(
               options.describe(created.name), tostring(err)) })
      elseif #live > 1 then
         results[index] = nil
         errors_of[index] = select(2, twin(created, live))
      end
   end
end

--- Makes sure that many connections exist: reads one list, makes the changes several at a time, and, if anything was
-- created, reads the list again to find twins that someone else made. Definitions of one name must be equal.
-- @api `GET /v2/connections`, `POST /v2/connections`, `GET` and `PUT /v2/connections/<ref>`
-- @function ensure_all
-- @tparam table list array of definitions: tables, builders, or connections
-- @tparam[opt] personalize.connections.write_options opts what every call that writes takes (`timeout` is for
-- each), and
-- @tparam[opt=false] boolean opts.force_secrets send secrets although nothing else differs
-- @tparam[opt=4] integer opts.concurrency as of `personalize.map`
-- @tparam[opt] fun(done:integer,total:integer,item:any,result:any) opts.on_progress as of `personalize.map`
-- @tparam[opt=false] boolean opts.stop_on_error as of `personalize.map`
-- @treturn table results connections by index, with `n`
-- @treturn table errors by index; empty if all succeeded. If the list cannot be had, each item has that error
-- @treturn table outcomes `created`, `updated` or `unchanged` by index
-- @usage
-- local hours = connections.build("Hours"):destination():no_auth():post("https://api.example.com/hours", "{}")
-- local _, errors, outcomes = connections.ensure_all { hours, c }
-- print(next(errors), outcomes[1], outcomes[2])  --> nil	created	unchanged
function ensuring.ensure_all(self, list, opts)
   list = many.items(list, "connections.ensure_all")
   local of_map, of_call = many.split(opts, all_options, "connections.ensure_all")
   local results, errors_of, outcomes = {}, {}, {}
   local report = of_map.on_progress
   of_map.on_progress = report and function(done, total, index, result) report(done, total, list[index], result) end
   local bodies, by_name, names = read_definitions(list, results, errors_of)
   local chosen = choose(bodies, by_name, names, errors_of)
   if of_map.stop_on_error and next(errors_of) then
      stop_all(#list, errors_of)
      return results, errors_of, outcomes
   end
   local function fail_all(err)
      for _, index in ipairs(chosen) do
         for _, same in ipairs(by_name[bodies[index].name]) do errors_of[same] = err end
      end
      return results, errors_of, outcomes
   end
   local begun, err = call.begin(self, of_call, ensure_options, "ensure_all")
   if not begun then return fail_all(err) end
   if #chosen == 0 then return results, errors_of, outcomes end
   local seconds = of_call.timeout or client.settings(begun.client).timeout
   local fine
   fine, err = turns.run(begun.client, names, begun.deadline, function(turn)
      local present, looked = reading.all(begun)
      if not present then return nil, looked end
      present = by_name_of(present)
      local begun_of = {}
      local made, failed = map.run(chosen, function(index)
         local own = assert(call.begin(self, of_call, ensure_options, "ensure_all"))
         begun_of[index] = own
         turn:extend(native.now() + seconds)
         local body = bodies[index]
         local result, what = settle(self, own, present[body.name] or {}, body, looked.response)
         if result then outcomes[index] = what end
         return result, what
      end, of_map)
      for place, index in ipairs(chosen) do results[index], errors_of[index] = made[place], failed[place] end
      local after = call.begin(self, of_call, ensure_options, "ensure_all")
      if after then find_twins(after, results, errors_of, outcomes, begun_of) end
      return true
   end)
   if not fine then return fail_all(err) end
   for _, index in ipairs(chosen) do
      for _, same in ipairs(by_name[bodies[index].name]) do
         if same ~= index then
            results[same], errors_of[same], outcomes[same] = results[index], errors_of[index],
               results[index] and "unchanged" or nil
         end
      end
   end
   return results, errors_of, outcomes
end

return ensuring
