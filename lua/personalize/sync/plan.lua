--- A plan: the changes that would make a tenant match the files. `tostring` shows all of it, with secrets masked.
-- @classmod personalize.sync.plan
-- @alias Plan

local apply = require "personalize.sync.apply"
local options = require "personalize.options"
local plan_file = require "personalize.sync.plan_file"
local report = require "personalize.sync.report"

local plan = {}

--- The members of a plan; the arrays may be empty.
-- @table members
-- @tfield string tenant
-- @tfield {personalize.sync.plan.item,...} creates
-- @tfield {personalize.sync.plan.item,...} updates
-- @tfield {personalize.sync.plan.item,...} archives with `archive_missing`
-- @tfield {personalize.sync.plan.item,...} unchanged
-- @tfield {personalize.sync.plan.item,...} unmanaged connections that no file has
-- @tfield {string,...} uncompared names of unchanged connections whose secrets could not be compared
-- @tfield {personalize.error.problem,...} problems a plan with problems cannot be applied
-- @tfield {personalize.error.problem,...} warnings

--- A connection in a plan, or in the result of `apply`.
-- @table item
-- @tfield string name
-- @tfield[opt] string file
-- @tfield[opt] string ref missing before it was created
-- @tfield[opt] personalize.sync.plan.rename rename of an update: the tenant and the file name it differently
-- @tfield[opt] integer|personalize.number revision that the plan is based on
-- @tfield[opt] string modifiedAt likewise
-- @tfield[opt] string modifiedByRef likewise
-- @tfield[opt] boolean archived of unmanaged connections
-- @tfield[opt] {personalize.sync.reference,...} references that are looked up when it is applied
-- @tfield[opt] boolean force_secrets whether its secrets are sent even if nothing else differs
-- @tfield[opt] personalize.differences differences of an update; in a loaded plan as they are shown
-- @tfield[opt] personalize.error error of an item that failed

--- Two names of one connection, which the lock recognises by its ref.
-- @table rename
-- @tfield string from its name in the tenant
-- @tfield string to its name in the file

--- Connections in use that share a name.
-- @table twins
-- @tfield string name
-- @tfield {string,...} refs
-- @tfield[opt] boolean unfinished connections that should exchange their names, and the second change failed

--- The result of `apply`; `tostring` shows it.
-- @table result
-- @tfield {personalize.sync.plan.item,...} created
-- @tfield {personalize.sync.plan.item,...} updated
-- @tfield {personalize.sync.plan.item,...} archived
-- @tfield {personalize.sync.plan.item,...} unchanged those that were already as wanted when they were applied
-- @tfield {personalize.sync.plan.item,...} failed
-- @tfield {personalize.sync.plan.item,...} not_started
-- @tfield {personalize.sync.plan.twins,...} twins of created connections: someone else created the same at the same
-- time
-- @tfield {string,...} warnings

local Plan = {}

local metatable = {
   __name = "personalize.plan",
   __index = Plan,
   __jsontype = "object",
}

-- The data that applying a plan needs. It may hold credentials, so pairs() and printers must not reach it.
local state_of = setmetatable({}, { __mode = "k" })

function metatable:__tostring()
   return report.plan(self, { renames = plan.allows_renames(self) })
end

-- The state of the plan that a method was called on; misuse is raised where the method was called.
local function own_state(self, method)
   local state = self ~= nil and state_of[self]
   if state then return state end
   error(("bad argument #1 to '%s' (expected a plan, got %s): call it as plan:%s()"):format(method,
      options.describe(self), method), 3)
end

--- Whether there is nothing to create, update or archive.
-- @treturn boolean is_empty
function Plan:is_empty()
   own_state(self, "is_empty")
   return #self.creates + #self.updates + #self.archives == 0
end

--- Sends the planned changes, several at a time. Before each item it checks that the tenant's connection has not
-- changed since the plan; a changed connection is not touched, and its error is of kind `conflict`. Finished items are
-- not repeated: after a failure a second `apply` does the rest. The folder is held during the run, so a second run is
-- refused. After new names the list is read again to find twins that someone else made.
-- @api `POST /v2/connections`, `PUT /v2/connections/<ref>`
-- @tparam[opt] table opts
-- @tparam[opt=false] boolean opts.renames whether connections may be renamed; default the plan's
-- @tparam[opt=4] integer opts.concurrency items at a time
-- @tparam[opt] fun(done:integer,total:integer,item:personalize.sync.plan.item,what:string|nil) opts.on_progress
-- @tparam[opt] fun():boolean opts.should_stop asked before each item
-- @tparam[opt] number opts.timeout seconds, of each call; default the client's
-- @tparam[opt] "refuse"|"send" opts.missing_secrets default the plan's
-- @tparam[opt] fun(connection:personalize.members,path:string):string|nil opts.secrets default the plan's
-- @treturn personalize.sync.plan.result result
-- @fails whose `result` is that table, if not everything was done. Of kind `validation` if the plan has problems,
-- `config` if the plan is for another tenant, `conflict` if another run holds the folder, renames are not allowed, the
-- files are not those of a loaded plan, or what the plan archives has a file by now: in these cases nothing was sent
-- @usage
-- assert(sync.export(staging, "connections", { names = "Weather*" }))
-- local plan = assert(sync.plan(production, "connections"))
-- local result = assert(plan:apply { concurrency = 8 })
-- print(#result.created == #plan.creates, #result.failed)  --> true	0
function Plan:apply(opts)
   return apply.apply(self, own_state(self, "apply"), opts)
end

--- Writes the plan to a file, to be applied later with `sync.load`. References to secrets stay references. Connections
-- that the plan creates are noted in the file, so that applying it again continues where it ended.
-- @tparam string path
-- @treturn boolean saved `true`
-- @fails of kind `config` when the file cannot be written
function Plan:save(path)
   return plan_file.save(self, own_state(self, "save"), path)
end

-- Makes a plan of its parts.
function plan.new(members, state)
   local self = setmetatable(members, metatable)
   state_of[self] = state
   return self
end

-- Says why a plan cannot be applied with these options of `apply`, so that a command knows it before it asks the user.
-- @return true; or nil and an error object
function plan.allow(self, opts)
   return apply.allow(self, state_of[self], opts)
end

-- Whether the plan itself allows renames.
function plan.allows_renames(self)
   local opts = state_of[self].opts
   return opts ~= nil and opts.renames == true
end

function plan.is(value)
   return type(value) == "table" and getmetatable(value) == metatable
end

return plan
