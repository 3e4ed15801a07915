--- A plan: what would have to be sent so that a tenant is as the files say.
--
-- Its arrays `creates`, `updates`, `archives`, `unchanged`, `unmanaged`, `uncompared` (names), `problems` and
-- `warnings` may be empty; `tostring` tells all of it, secrets masked.
-- @classmod personalize.sync.plan

local applying = require "personalize.sync.applying"
local prose = require "personalize.sync.prose"
local saved = require "personalize.sync.saved"

local plan = {}

local Plan = {}

local metatable = {
   __name = "personalize.plan",
   __index = Plan,
   __jsontype = "object",
}

-- What a plan needs to be applied stays out of reach of pairs() and printers: it may hold credentials.
local state_of = setmetatable({}, { __mode = "k" })

function metatable:__tostring()
   return prose.plan(self)
end

--- Whether there is nothing to create, update or archive.
-- @treturn boolean
function Plan:is_empty()
   return #self.creates + #self.updates + #self.archives == 0
end

--- Sends what is planned, many at once. Of each item it is made sure that the tenant has not moved since: what was
-- changed meanwhile is not touched, and its error is of kind `conflict`. What is done already is not done again:
-- after a failure, a second `apply` finishes the rest.
-- @tparam[opt] table opts `concurrency` (4), `on_progress` (`function(done, total, item, result)`), `should_stop`
-- (a function that is asked before each item), `missing_secrets`, `secrets`, `timeout` (seconds, each call)
-- @treturn table `created`, `updated`, `archived`, `unchanged`, `failed`, `not_started` (arrays of items with `name`,
-- `file`, `ref`, and of those that failed `error`) and `warnings`; `tostring` tells of it
-- @return `nil` and an error object whose `result` is that table, when not everything was done; or of kind
-- `validation` when the plan has problems: then nothing was sent
-- @usage assert(plan:apply { concurrency = 8 })
function Plan:apply(opts)
   return applying.apply(self, state_of[self], opts)
end

--- Writes the plan to a file, to be applied later with `load`. References to secrets stay references.
-- @tparam string path
-- @return true; or nil and an error object
function Plan:save(path)
   return saved.save(self, state_of[self], path)
end

--- Makes a plan of its parts.
-- @local
function plan.new(members, state)
   local self = setmetatable(members, metatable)
   state_of[self] = state
   return self
end

function plan.is(value)
   return type(value) == "table" and getmetatable(value) == metatable
end

return plan
