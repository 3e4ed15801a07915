--- A plan: what would have to be sent so that a tenant is as the files say. `tostring` tells all of it, secrets masked.
-- @classmod personalize.sync.plan
-- @alias Plan

local options = require "personalize.options"
local apply = require "personalize.sync.apply"
local report = require "personalize.sync.report"
local plan_file = require "personalize.sync.plan_file"

local plan = {}

--- What is in a plan; the arrays may be empty.
-- @table members
-- @tfield string tenant
-- @tfield {personalize.sync.plan.item,...} creates
-- @tfield {personalize.sync.plan.item,...} updates
-- @tfield {personalize.sync.plan.item,...} archives with `archive_missing`
-- @tfield {personalize.sync.plan.item,...} unchanged
-- @tfield {personalize.sync.plan.item,...} unmanaged what is in no file
-- @tfield {string,...} uncompared names of those that are unchanged but for secrets, which cannot be compared
-- @tfield {personalize.error.problem,...} problems a plan that has some cannot be applied
-- @tfield {personalize.error.problem,...} warnings

--- A connection in a plan, or in what `apply` did.
-- @table item
-- @tfield string name
-- @tfield[opt] string file
-- @tfield[opt] string ref none before it was created
-- @tfield[opt] personalize.sync.plan.rename rename of an update: the tenant and the file name it differently
-- @tfield[opt] integer|personalize.number revision that the plan is based on
-- @tfield[opt] string modifiedAt likewise
-- @tfield[opt] string modifiedByRef likewise
-- @tfield[opt] boolean archived of those in no file
-- @tfield[opt] {personalize.sync.reference,...} references that are looked up when it is applied
-- @tfield[opt] boolean force_secrets whether its secrets are sent although nothing else differs
-- @tfield[opt] personalize.differences differences of an update; of a loaded plan as they are shown
-- @tfield[opt] personalize.error error of one that failed

--- Two names of one connection, which the lock knows by its ref.
-- @table rename
-- @tfield string from its name in the tenant
-- @tfield string to its name in the file

--- Connections in use that share a name.
-- @table twins
-- @tfield string name
-- @tfield {string,...} refs

--- What `apply` did; `tostring` tells of it.
-- @table result
-- @tfield {personalize.sync.plan.item,...} created
-- @tfield {personalize.sync.plan.item,...} updated
-- @tfield {personalize.sync.plan.item,...} archived
-- @tfield {personalize.sync.plan.item,...} unchanged those that had become as wanted meanwhile
-- @tfield {personalize.sync.plan.item,...} failed
-- @tfield {personalize.sync.plan.item,...} not_started
-- @tfield {personalize.sync.plan.twins,...} twins of what was created: somebody else created the same at the same time
-- @tfield {string,...} warnings

local Plan = {}

local metatable = {
   __name = "personalize.plan",
   __index = Plan,
   __jsontype = "object",
}

-- What a plan needs to be applied stays out of reach of pairs() and printers: it may hold credentials.
local state_of = setmetatable({}, { __mode = "k" })

function metatable:__tostring()
   return report.plan(self)
end

-- Returns the state of the plan that a method was called on; anything else is raised where it was called.
local function own_state(self, method)
   local state = self ~= nil and state_of[self]
   if state then return state end
   error(("bad argument #1 to '%s' (expected a plan, got %s): call it as plan:%s()"):format(method,
      options.describe(self), method), 3)
end

--- Tells whether there is nothing to create, update or archive.
-- @treturn boolean is_empty
function Plan:is_empty()
   own_state(self, "is_empty")
   return #self.creates + #self.updates + #self.archives == 0
end

--- Sends what is planned, many at once. Of each item it is made sure that the tenant has not moved since: what was
-- changed meanwhile is not touched, and its error is of kind `conflict`. What is done already is not done again:
-- after a failure, a second `apply` finishes the rest. The folder is held meanwhile: a second run is refused. After
-- creates the list is looked at once more for twins that somebody else made.
-- @api `POST /v2/connections`, `PUT /v2/connections/<ref>`
-- @tparam[opt] table opts
-- @tparam[opt=false] boolean opts.renames also rename connections; default the plan's
-- @tparam[opt=4] integer opts.concurrency items at a time
-- @tparam[opt] fun(done:integer,total:integer,item:personalize.sync.plan.item,what:string|nil) opts.on_progress
-- @tparam[opt] fun():boolean opts.should_stop asked before each item
-- @tparam[opt] number opts.timeout seconds, of each call; default the client's
-- @tparam[opt] "refuse"|"send" opts.missing_secrets default the plan's
-- @tparam[opt] fun(connection:personalize.members,path:string):string|nil opts.secrets default the plan's
-- @treturn personalize.sync.plan.result result
-- @fails whose `result` is that table, when not everything was done; of kind `validation` when the plan has problems,
-- `config` when it is another tenant's, `conflict` when another run holds the folder or renames are not allowed: then
-- nothing was sent
-- @usage
-- assert(sync.export(staging, "connections", { names = "Weather*" }))
-- local plan = assert(sync.plan(production, "connections"))
-- local result = assert(plan:apply { concurrency = 8 })
-- print(#result.created == #plan.creates, #result.failed)  --> true	0
function Plan:apply(opts)
   return apply.apply(self, own_state(self, "apply"), opts)
end

--- Writes the plan to a file, to be applied later with `sync.load`. References to secrets stay references. What the
-- plan creates is noted in the file, so that applying it again goes on where it ended.
-- @tparam string path
-- @treturn boolean saved `true`
-- @fails of kind `config` when it cannot be written
function Plan:save(path)
   return plan_file.save(self, own_state(self, "save"), path)
end

-- Makes a plan of its parts.
function plan.new(members, state)
   local self = setmetatable(members, metatable)
   state_of[self] = state
   return self
end

-- Tells why a plan cannot be applied with these options of `apply`, before anybody is asked.
-- @return true; or nil and an error object
function plan.allow(self, opts)
   return apply.allow(self, state_of[self], opts)
end

function plan.is(value)
   return type(value) == "table" and getmetatable(value) == metatable
end

return plan
