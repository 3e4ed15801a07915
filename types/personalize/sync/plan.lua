---@meta _

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---A connection in a plan, or in the result of `apply`.
---@class personalize.sync.plan.item
---@field name string
---@field file? string
---@field ref? string missing before it was created
---@field rename? personalize.sync.plan.rename of an update: the tenant and the file name it differently
---@field revision? integer|personalize.number that the plan is based on
---@field modifiedAt? string likewise
---@field modifiedByRef? string likewise
---@field archived? boolean of unmanaged connections
---@field references? personalize.sync.reference[] that are looked up when it is applied
---@field force_secrets? boolean whether its secrets are sent even if nothing else differs
---@field differences? personalize.differences of an update; in a loaded plan as they are shown
---@field error? personalize.error of an item that failed

---Two names of one connection, which the lock recognises by its ref.
---@class personalize.sync.plan.rename
---@field from string its name in the tenant
---@field to string its name in the file

---Connections in use that share a name.
---@class personalize.sync.plan.twins
---@field name string
---@field refs string[]
---@field unfinished? boolean connections that should exchange their names, and the second change failed

---The result of `apply`; `tostring` shows it.
---@class personalize.sync.plan.result
---@field created personalize.sync.plan.item[]
---@field updated personalize.sync.plan.item[]
---@field archived personalize.sync.plan.item[]
---@field unchanged personalize.sync.plan.item[] those that were already as wanted when they were applied
---@field failed personalize.sync.plan.item[]
---@field not_started personalize.sync.plan.item[]
---@field twins personalize.sync.plan.twins[] of created connections: someone else created the same at the same time
---@field warnings string[]

---A plan: the changes that would make a tenant match the files. `tostring` shows all of it, with secrets masked.
---@class personalize.sync.plan
---@field tenant string
---@field creates personalize.sync.plan.item[]
---@field updates personalize.sync.plan.item[]
---@field archives personalize.sync.plan.item[] with `archive_missing`
---@field unchanged personalize.sync.plan.item[]
---@field unmanaged personalize.sync.plan.item[] connections that no file has
---@field uncompared string[] names of unchanged connections whose secrets could not be compared
---@field problems personalize.error.problem[] a plan with problems cannot be applied
---@field warnings personalize.error.problem[]
local plan = {}

---Whether there is nothing to create, update or archive.
---@return boolean is_empty
function plan:is_empty() end

---Options of `apply`.
---@class personalize.sync.plan.apply_opts
---@field renames? boolean whether connections may be renamed; default the plan's (default `false`)
---@field concurrency? integer items at a time (default `4`)
---@field on_progress? fun(done: integer, total: integer, item: personalize.sync.plan.item, what: string|nil)
---@field should_stop? fun(): boolean asked before each item
---@field timeout? number seconds, of each call; default the client's
---@field missing_secrets? "refuse"|"send" default the plan's
---@field secrets? fun(connection: personalize.members, path: string): string|nil default the plan's

---Sends the planned changes, several at a time. Before each item it checks that the tenant's connection has not
---changed since the plan; a changed connection is not touched, and its error is of kind `conflict`. Finished items are
---not repeated: after a failure a second `apply` does the rest. The folder is held during the run, so a second run is
---refused. After new names the list is read again to find twins that someone else made.
---
---Published as `POST /v2/connections`, `PUT /v2/connections/<ref>`
---@param opts? personalize.sync.plan.apply_opts
---@return personalize.sync.plan.result|nil result
---@return personalize.error|nil err whose `result` is that table, if not everything was done. Of kind `validation` if the plan has problems, `config` if the plan is for another tenant, `conflict` if another run holds the folder, renames are not allowed, the files are not those of a loaded plan, or what the plan archives has a file by now: in these cases nothing was sent
function plan:apply(opts) end

---Writes the plan to a file, to be applied later with `sync.load`. References to secrets stay references. Connections
---that the plan creates are noted in the file, so that applying it again continues where it ended.
---@param path string
---@return boolean|nil saved `true`
---@return personalize.error|nil err of kind `config` when the file cannot be written
function plan:save(path) end
