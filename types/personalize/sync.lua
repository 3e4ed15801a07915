---@meta personalize.sync

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---The result of an export; `tostring` shows it.
---@class personalize.sync.exported
---@field folder string
---@field written string[] files
---@field unchanged string[] files
---@field removed string[] files, by `prune`
---@field stale string[] files of connections that the tenant does not have
---@field references personalize.sync.reference[] in place of secrets
---@field warnings personalize.error.problem[]

---A reference in a file, in place of a secret.
---@class personalize.sync.reference
---@field file? string of an export
---@field path string such as `auth.clientSecret`
---@field kind "env"|"file"
---@field target string name of the variable, or path of the file

---The values that differ in a tenant from the files.
---@class personalize.sync.values
---@field replace? table text -> text, in every string of the definitions but their names: in one pass, the longest text first
---@field connections? table name -> members, merged into the definition as `patch` does

---The result of checking files; `tostring` shows one finding in each line.
---@class personalize.sync.validation
---@field files string[] that were checked
---@field problems personalize.error.problem[] each with `file`, and with `line` and `column` if known
---@field warnings personalize.error.problem[] in the same form, with a `code`

---The values that differ in the tenant that connections are promoted to.
---@class personalize.sync.replacements
---@field urls? table text -> text, within URLs; the longest text first
---@field secrets? table variable -> variable, or reference

---Connections as code: a folder with one JSON file for each connection, plans of the changes, and promotion from one
---tenant to another.
---
---A connection is identified by its ref, which a lock beside the files keeps, or else by its name. Secrets are in files
---as references, `{"$env": "NAME"}` or `{"$file": "path"}`, which are looked up when a plan is made, and again when it
---is applied. Nothing is ever deleted from a tenant.
---@class personalize.sync
local sync = {}

---Options of `export`.
---@class personalize.sync.export_opts
---@field names? string|string[] a pattern such as `"Weather*"`, or an array of them; default all
---@field extract_secrets? boolean replace credentials that the service returns by references (default `false`)
---@field prune? boolean remove files of connections that the tenant does not have (default `false`)
---@field schema? boolean whether new files name their JSON Schema, which is written beside them (default `true`)

---Writes a tenant's connections to a folder, and creates it if necessary. Existing files keep their names and
---references; files with unchanged content are not written.
---
---Published as `GET /v2/connections`
---@param client personalize.client
---@param path string the folder
---@param opts? personalize.sync.export_opts
---@return personalize.sync.exported|nil exported
---@return personalize.error|nil err of kind `config` when a file cannot be read or written; `validation` when the folder has problems; `conflict` when another run holds it
function sync.export(client, path, opts) end

---Options of `plan`.
---@class personalize.sync.plan_opts
---@field names? string|string[] as for `export`
---@field archive_missing? boolean plan to archive connections that are in no file (default `false`)
---@field force_secrets? boolean plan to send secrets even if nothing else differs (default `false`)
---@field renames? boolean whether applying the plan may rename connections; they are shown in any case (default `false`)
---@field check_uses? boolean warn of what uses connections to be renamed or archived: see `connections.uses` (default `false`)
---@field missing_secrets? "refuse"|"send" as for updates; default the client's
---@field unknown_members? "refuse"|"send" as for updates; default the client's
---@field secrets? fun(connection: personalize.members, path: string): string|nil as for updates; default the client's
---@field references? "usual"|"anywhere" where references are allowed: in `auth`, URLs, values of headers and parameters and members named like a credential, or anywhere (default `"usual"`)
---@field secrets_folder? string another folder, besides the folder itself, for the files of references
---@field values? string|personalize.sync.values the values that differ in this tenant: a JSON file's path, or a table

---Compares a folder with a tenant. Sends nothing. If the lock shows that a connection has another name than its file,
---the plan has an update with `rename`. Only members that a file has are compared; the others do not change.
---
---Published as `GET /v2/connections`
---@param client personalize.client
---@param path string the folder
---@param opts? personalize.sync.plan_opts
---@return personalize.sync.plan|nil plan problems with files are in its `problems`
---@return personalize.error|nil err of kind `config` when the folder does not exist; `incomplete` when the tenant's list may lack connections
function sync.plan(client, path, opts) end

---Reads a plan that `plan:save` wrote.
---@param client personalize.client
---@param path string
---@return personalize.sync.plan|nil plan
---@return personalize.error|nil err of kind `config` when the plan is for another tenant or cannot be read; `decode` when it is damaged
function sync.load(client, path) end

---Options of `validate`.
---@class personalize.sync.validate_opts
---@field unknown_members? "refuse"|"send" whether members that look like published ones, misspelt or at the wrong place, are refused or sent; `send` makes them warnings (default `"refuse"`)
---@field references? "usual"|"anywhere" as for `plan` (default `"usual"`)

---Checks files of connections, as a plan and a create would, without a tenant: for continuous integration, and before
---a commit. References are not looked up.
---@param paths string|string[] a folder as `export` writes it, or a file; or an array of these
---@param opts? personalize.sync.validate_opts
---@return personalize.sync.validation|nil validation without problems
---@return personalize.error|nil err of kind `validation` with `problems`, and the validation as `result`
function sync.validate(paths, opts) end

---Options of `promote`.
---@class personalize.sync.promote_opts
---@field names? string|string[] as for `export`
---@field replace? personalize.sync.replacements the values that differ in the other tenant
---@field extract_secrets? boolean as for `export` (default `false`)
---@field force_secrets? boolean as for `plan` (default `false`)
---@field missing_secrets? "refuse"|"send" as for updates; default the client's
---@field unknown_members? "refuse"|"send" as for updates; default the client's
---@field secrets? fun(connection: personalize.members, path: string): string|nil as for updates; default the client's
---@field values? string|personalize.sync.values as for `plan`
---@field secrets_folder? string another folder, besides the current folder, for the files of references
---@field references? "usual"|"anywhere" as for `plan` (default `"usual"`)

---Makes a plan to carry connections from one tenant to another. Archived connections are left out.
---
---Published as `GET /v2/connections`
---@param from personalize.client
---@param to personalize.client
---@param opts? personalize.sync.promote_opts
---@return personalize.sync.plan|nil plan
---@return personalize.error|nil err of kind `config` when `replace` is invalid
function sync.promote(from, to, opts) end

return sync
