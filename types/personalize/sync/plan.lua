---@meta _

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---A connection in a plan, or in what `apply` did.
---@class personalize.sync.plan.item
---@field name string
---@field file? string
---@field ref? string none before it was created
---@field rename? personalize.sync.plan.rename of an update: the tenant and the file name it differently
---@field revision? integer|personalize.number that the plan is based on
---@field modifiedAt? string likewise
---@field modifiedByRef? string likewise
---@field archived? boolean of those in no file
---@field references? personalize.sync.reference[] that are looked up when it is applied
---@field force_secrets? boolean whether its secrets are sent although nothing else differs
---@field differences? personalize.differences of an update; of a loaded plan as they are shown
---@field error? personalize.error of one that failed

---Two names of one connection, which the lock knows by its ref.
---@class personalize.sync.plan.rename
---@field from string its name in the tenant
---@field to string its name in the file

---Connections in use that share a name.
---@class personalize.sync.plan.twins
---@field name string
---@field refs string[]

---What `apply` did; `tostring` tells of it.
---@class personalize.sync.plan.result
---@field created personalize.sync.plan.item[]
---@field updated personalize.sync.plan.item[]
---@field archived personalize.sync.plan.item[]
---@field unchanged personalize.sync.plan.item[] those that had become as wanted meanwhile
---@field failed personalize.sync.plan.item[]
---@field not_started personalize.sync.plan.item[]
---@field twins personalize.sync.plan.twins[] of what was created: somebody else created the same at the same time
---@field warnings string[]

---A plan: what would have to be sent so that a tenant is as the files say. `tostring` tells all of it, secrets masked.
---@class personalize.sync.plan
---@field tenant string
---@field creates personalize.sync.plan.item[]
---@field updates personalize.sync.plan.item[]
---@field archives personalize.sync.plan.item[] with `archive_missing`
---@field unchanged personalize.sync.plan.item[]
---@field unmanaged personalize.sync.plan.item[] what is in no file
---@field uncompared string[] names of those that are unchanged but for secrets, which cannot be compared
---@field problems personalize.error.problem[] a plan that has some cannot be applied
---@field warnings personalize.error.problem[]
local plan = {}

---Tells whether there is nothing to create, update or archive.
---@return boolean is_empty
function plan:is_empty() end

---Options of `apply`.
---@class personalize.sync.plan.apply_opts
---@field renames? boolean also rename connections; default the plan's (default `false`)
---@field concurrency? integer items at a time (default `4`)
---@field on_progress? fun(done: integer, total: integer, item: personalize.sync.plan.item, what: string|nil)
---@field should_stop? fun(): boolean asked before each item
---@field timeout? number seconds, of each call; default the client's
---@field missing_secrets? "refuse"|"send" default the plan's
---@field secrets? fun(connection: personalize.members, path: string): string|nil default the plan's

---Sends what is planned, many at once. Of each item it is made sure that the tenant has not moved since: what was
---changed meanwhile is not touched, and its error is of kind `conflict`. What is done already is not done again:
---after a failure, a second `apply` finishes the rest. The folder is held meanwhile: a second run is refused. After
---creates the list is looked at once more for twins that somebody else made.
---
---Published as `POST /v2/connections`, `PUT /v2/connections/<ref>`
---@param opts? personalize.sync.plan.apply_opts
---@return personalize.sync.plan.result|nil result
---@return personalize.error|nil err whose `result` is that table, when not everything was done; of kind `validation` when the plan has problems, `config` when it is another tenant's, `conflict` when another run holds the folder or renames are not allowed: then nothing was sent
function plan:apply(opts) end

---Writes the plan to a file, to be applied later with `sync.load`. References to secrets stay references. What the
---plan creates is noted in the file, so that applying it again goes on where it ended.
---@param path string
---@return boolean|nil saved `true`
---@return personalize.error|nil err of kind `config` when it cannot be written
function plan:save(path) end
