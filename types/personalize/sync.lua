---@meta personalize.sync

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---What an export did; `tostring` tells of it.
---@class personalize.sync.exported
---@field folder string
---@field written string[] files
---@field unchanged string[] files
---@field removed string[] files, by `prune`
---@field stale string[] files of connections that the tenant does not have
---@field references personalize.sync.reference[] that stand in place of secrets
---@field warnings personalize.error.problem[]

---A reference that stands in a file in place of a secret.
---@class personalize.sync.reference
---@field file? string of an export
---@field path string such as `auth.clientSecret`
---@field kind "env"|"file"
---@field target string name of the variable, or path of the file

---What is another in a tenant than in the files.
---@class personalize.sync.values
---@field replace? table text -> text, in every string of the definitions but their names: in one pass, the longest text first
---@field connections? table name -> members, merged into the definition as `patch` does

---What checking files found; `tostring` tells of it, a line each.
---@class personalize.sync.validation
---@field files string[] that were looked at
---@field problems personalize.error.problem[] each with `file`, and with `line` and `column` where it stands
---@field warnings personalize.error.problem[] likewise, with a `code`

---What is another in the tenant that connections are carried to.
---@class personalize.sync.replacements
---@field urls? table text -> text, within URLs; the longest text first
---@field secrets? table variable -> variable, or reference

---Connections as code: a folder with one JSON file per connection, plans of what would change, and carrying
---connections from one tenant to another.
---
---A connection is known by its ref, which a lock beside the files has, and else by its name. Secrets stand in files as
---references, `{"$env": "NAME"}` or `{"$file": "path"}`, which are resolved only when a plan is applied. Nothing is
---ever removed from a tenant.
---@class personalize.sync
local sync = {}

---Options of `export`.
---@class personalize.sync.export_opts
---@field names? string|string[] a pattern such as `"Weather*"`, or an array of them; default all
---@field extract_secrets? boolean make references of credentials that the service returns (default `false`)
---@field prune? boolean remove files of connections that the tenant does not have (default `false`)
---@field schema? boolean whether new files name their JSON Schema, which is written beside them (default `true`)

---Writes a tenant's connections to a folder, which is made if need be. Files that are there keep their names and
---references; those whose content is the same are not touched.
---
---Published as `GET /v2/connections`
---@param client personalize.client
---@param path string the folder
---@param opts? personalize.sync.export_opts
---@return personalize.sync.exported|nil exported
---@return personalize.error|nil err of kind `config` when a file cannot be read or written; `validation` when the folder is broken; `conflict` when another run holds it
function sync.export(client, path, opts) end

---Options of `plan`.
---@class personalize.sync.plan_opts
---@field names? string|string[] as for `export`
---@field archive_missing? boolean plan to archive what is in no file (default `false`)
---@field force_secrets? boolean plan to send secrets although nothing else differs (default `false`)
---@field renames? boolean whether applying the plan may rename connections; they are shown in any case (default `false`)
---@field check_uses? boolean warn of who uses what would be renamed or archived: see `connections.uses` (default `false`)
---@field missing_secrets? "refuse"|"send" as for updates; default the client's
---@field unknown_members? "refuse"|"send" as for updates; default the client's
---@field secrets? fun(connection: personalize.members, path: string): string|nil as for updates; default the client's
---@field references? "usual"|"anywhere" where references may stand: in `auth`, URLs, values of headers and parameters and what is named like a credential, or anywhere (default `"usual"`)
---@field secrets_folder? string where files of references may lie beside the folder itself
---@field values? string|personalize.sync.values what is another in this tenant: a JSON file's path, or a table

---Compares a folder with a tenant. Sends nothing. A connection that has another name than its file, by the lock's ref,
---is an update with `rename`. Only the members that a file gives are compared; the others stay as they are.
---
---Published as `GET /v2/connections`
---@param client personalize.client
---@param path string the folder
---@param opts? personalize.sync.plan_opts
---@return personalize.sync.plan|nil plan what is wrong with files is in its `problems`
---@return personalize.error|nil err of kind `config` when there is no such folder; `incomplete` when the tenant's list may lack connections
function sync.plan(client, path, opts) end

---Reads a plan that `plan:save` wrote.
---@param client personalize.client
---@param path string
---@return personalize.sync.plan|nil plan
---@return personalize.error|nil err of kind `config` when the plan is for another tenant or cannot be read; `decode` when it is damaged
function sync.load(client, path) end

---Options of `validate`.
---@class personalize.sync.validate_opts
---@field unknown_members? "refuse"|"send" what becomes of members that look like published ones, misspelt or at the wrong place: `send` makes warnings of them (default `"refuse"`)
---@field references? "usual"|"anywhere" as for `plan` (default `"usual"`)

---Checks files of connections, as a plan and a create would, without a tenant: for a continuous integration, and
---before a commit. Looks up no reference.
---@param paths string|string[] a folder as `export` writes it, or a file; or an array of these
---@param opts? personalize.sync.validate_opts
---@return personalize.sync.validation|nil validation without problems
---@return personalize.error|nil err of kind `validation` with `problems`, and the validation as `result`
function sync.validate(paths, opts) end

---Options of `promote`.
---@class personalize.sync.promote_opts
---@field names? string|string[] as for `export`
---@field replace? personalize.sync.replacements what is another in the other tenant
---@field extract_secrets? boolean as for `export` (default `false`)
---@field force_secrets? boolean as for `plan` (default `false`)
---@field missing_secrets? "refuse"|"send" as for updates; default the client's
---@field unknown_members? "refuse"|"send" as for updates; default the client's
---@field secrets? fun(connection: personalize.members, path: string): string|nil as for updates; default the client's
---@field values? string|personalize.sync.values as for `plan`
---@field secrets_folder? string where files of references may lie beside the current folder
---@field references? "usual"|"anywhere" as for `plan` (default `"usual"`)

---Plans to carry connections from one tenant to another: those that are not archived.
---
---Published as `GET /v2/connections`
---@param from personalize.client
---@param to personalize.client
---@param opts? personalize.sync.promote_opts
---@return personalize.sync.plan|nil plan
---@return personalize.error|nil err of kind `config` when `replace` makes no sense
function sync.promote(from, to, opts) end

return sync
