--- Connections as code: a folder with one JSON file for each connection, plans of the changes, and promotion from one
-- tenant to another.
--
-- A connection is identified by its ref, which a lock beside the files keeps, or else by its name. Secrets are in files
-- as references, `{"$env": "NAME"}` or `{"$file": "path"}`, which are looked up when a plan is made, and again when it
-- is applied. Nothing is ever deleted from a tenant.
-- @module personalize.sync
-- @usage
-- assert(sync.export(staging, "connections", { names = "Weather*" }))
-- local plan = assert(sync.plan(production, "connections"))
-- print(plan)
-- assert(plan:apply())
-- print(assert(sync.plan(production, "connections")):is_empty())  --> true

local compute = require "personalize.sync.compute"
local export = require "personalize.sync.export"
local folder = require "personalize.sync.folder"
local glob = require "personalize.sync.glob"
local json = require "personalize.json"
local lock = require "personalize.sync.lock"
local options = require "personalize.options"
local plan_file = require "personalize.sync.plan_file"
local plan_of = require "personalize.sync.plan"
local promote = require "personalize.sync.promote"
local references = require "personalize.sync.references"
local tenant = require "personalize.sync.tenant"
local validate = require "personalize.sync.validate"
local values = require "personalize.sync.values"

local sync = {}

-- Functions of a module are called with a dot; with a colon by mistake they work too. The wrapper leaves no level on
-- the stack: misuse is raised at level 2 of the implementation, which is the caller's line.
local function public(name, implementation)
   sync[name] = function(first, ...)
      if rawequal(first, sync) then return implementation(...) end
      return implementation(first, ...)
   end
end

-- Where references are allowed.
local references_rule = options.one_of("usual", "anywhere")

-- Changes definitions to the values of an environment.
local function use_values(given, source, present)
   local read, err = values.read(given)
   if not read then return nil, err end
   return values.apply(read, source, present)
end

local write_options = {
   missing_secrets = options.one_of("refuse", "send"), unknown_members = options.one_of("refuse", "send"),
   secrets = "function",
}

local function with_write_options(known)
   for name, rule in pairs(write_options) do known[name] = rule end
   return known
end

-- A folder without a connection is most likely the wrong one: with `archive_missing` its plan archives all.
local function warn_of_archiving_all(source, plan)
   if #source.entries + #source.problems > 0 or #plan.archives == 0 then return end
   table.insert(plan.warnings, { file = source.path, path = "", code = "no_files", message = "has no file of a "
      .. "connection, and with archive_missing = true all connections are archived: is it the right folder?" })
end

-- Makes a plan from definitions and a tenant.
local function make_plan(client, source, opts)
   local connections, err = tenant.list(client)
   if not connections then return nil, err end
   source.refs = source.refs or {}
   local identity = tenant.identify(client, connections)
   if source.lock then
      source.refs = lock.refs(source.lock, identity)
      for _, problem in ipairs(lock.problems(source.lock, identity, source.entries)) do
         table.insert(source.problems, problem)
      end
   end
   local state = {
      client = client, folder = source.path, base = source.base, secrets_folder = opts.secrets_folder,
      private = {}, done = {}, identity = identity, verbatim = not opts.values,
      opts = { missing_secrets = opts.missing_secrets, secrets = opts.secrets, renames = opts.renames },
      keep = function() return true end,
   }
   for _, entry in ipairs(source.entries) do references.look_up_all(entry.references, state) end
   local filled = compute.fill({ client = client, private = state.private }, source, connections, opts)
   state.seen = filled.seen
   warn_of_archiving_all(source, filled)
   return plan_of.new({
      tenant = tenant.name(identity), creates = filled.creates, updates = filled.updates, archives = filled.archives,
      unchanged = filled.unchanged, unmanaged = filled.unmanaged, uncompared = filled.uncompared,
      problems = filled.problems, warnings = filled.warnings,
   }, state)
end

local export_options = { names = "names", extract_secrets = "boolean", prune = "boolean", schema = "boolean" }

--- The result of an export; `tostring` shows it.
-- @table exported
-- @tfield string folder
-- @tfield {string,...} written files
-- @tfield {string,...} unchanged files
-- @tfield {string,...} removed files, by `prune`
-- @tfield {string,...} stale files of connections that the tenant does not have
-- @tfield {personalize.sync.reference,...} references in place of secrets
-- @tfield {personalize.error.problem,...} warnings

--- A reference in a file, in place of a secret.
-- @table reference
-- @tfield[opt] string file of an export
-- @tfield string path such as `auth.clientSecret`
-- @tfield "env"|"file" kind
-- @tfield string target name of the variable, or path of the file

--- Writes a tenant's connections to a folder, and creates it if necessary. Existing files keep their names and
-- references; files with unchanged content are not written.
-- @api `GET /v2/connections`
-- @function export
-- @tparam personalize.client client
-- @tparam string path the folder
-- @tparam[opt] table opts
-- @tparam[opt] string|{string,...} opts.names a pattern such as `"Weather*"`, or an array of them; default all
-- @tparam[opt=false] boolean opts.extract_secrets replace credentials that the service returns by references
-- @tparam[opt=false] boolean opts.prune remove files of connections that the tenant does not have
-- @tparam[opt=true] boolean opts.schema whether new files name their JSON Schema, which is written beside them
-- @treturn personalize.sync.exported exported
-- @fails of kind `config` when a file cannot be read or written; `validation` when the folder has problems; `conflict`
-- when another run holds it
-- @usage
-- local exported = assert(sync.export(staging, "connections", { names = "Weather*", extract_secrets = true }))
-- print(#exported.written > 0)  --> true
public("export", function(client, path, opts)
   tenant.check(client, 1, "sync.export", 2)
   options.argument(2, path, "string", "sync.export", 2)
   local checked = options.check(opts, export_options, "sync.export", 2)
   checked.is_meant = glob.matcher(checked.names)
   return export.export(client, path, checked)
end)

local plan_options = with_write_options {
   names = "names", check_uses = "boolean", archive_missing = "boolean", force_secrets = "boolean", renames = "boolean",
   references = references_rule, secrets_folder = "string", values = "values",
}

--- The values that differ in a tenant from the files.
-- @table values
-- @tfield[opt] table replace text -> text, in every string of the definitions but their names: in one pass, the longest
-- text first
-- @tfield[opt] table connections name -> members, merged into the definition as `patch` does

--- Compares a folder with a tenant. Sends nothing. If the lock shows that a connection has another name than its file,
-- the plan has an update with `rename`. Only members that a file has are compared; the others do not change.
-- @api `GET /v2/connections`
-- @function plan
-- @tparam personalize.client client
-- @tparam string path the folder
-- @tparam[opt] table opts
-- @tparam[opt] string|{string,...} opts.names as for `export`
-- @tparam[opt=false] boolean opts.archive_missing plan to archive connections that are in no file
-- @tparam[opt=false] boolean opts.force_secrets plan to send secrets even if nothing else differs
-- @tparam[opt=false] boolean opts.renames whether applying the plan may rename connections; they are shown in any case
-- @tparam[opt=false] boolean opts.check_uses warn of what uses connections to be renamed or archived: see
-- `connections.uses`
-- @tparam[opt] "refuse"|"send" opts.missing_secrets as for updates; default the client's
-- @tparam[opt] "refuse"|"send" opts.unknown_members as for updates; default the client's
-- @tparam[opt] fun(connection:personalize.members,path:string):string|nil opts.secrets as for updates; default the
-- client's
-- @tparam[opt="usual"] "usual"|"anywhere" opts.references where references are allowed: in `auth`, URLs, values of
-- headers and parameters and members named like a credential, or anywhere
-- @tparam[opt] string opts.secrets_folder another folder, besides the folder itself, for the files of references
-- @tparam[opt] string|personalize.sync.values opts.values the values that differ in this tenant: a JSON file's path, or
-- a table
-- @treturn personalize.sync.plan plan problems with files are in its `problems`
-- @fails of kind `config` when the folder does not exist; `incomplete` when the tenant's list may lack connections
-- @usage
-- assert(sync.export(staging, "connections"))
-- print(assert(sync.plan(staging, "connections")):is_empty())  --> true
public("plan", function(client, path, opts)
   tenant.check(client, 1, "sync.plan", 2)
   options.argument(2, path, "string", "sync.plan", 2)
   local checked = options.check(opts, plan_options, "sync.plan", 2)
   checked.is_meant = glob.matcher(checked.names)
   local read, err = folder.read(path, { references = checked.references })
   if not read then return nil, err end
   read.base, read.references, read.warnings = path, checked.references, json.array {}
   if checked.values then
      local fine
      fine, err = use_values(checked.values, read, read.entries)
      if not fine then return nil, err end
   end
   return make_plan(client, read, checked)
end)

--- Reads a plan that `plan:save` wrote.
-- @function load
-- @tparam personalize.client client
-- @tparam string path
-- @treturn personalize.sync.plan plan
-- @fails of kind `config` when the plan is for another tenant or cannot be read; `decode` when it is damaged
-- @usage
-- assert(sync.export(staging, "connections"))
-- assert(assert(sync.plan(staging, "connections")):save "plan.json")
-- print(assert(sync.load(staging, "plan.json")):is_empty())  --> true
public("load", function(client, path)
   tenant.check(client, 1, "sync.load", 2)
   options.argument(2, path, "string", "sync.load", 2)
   local members, state = plan_file.load(client, path)
   if not members then return nil, state end
   return plan_of.new(members, state)
end)

local validate_options = { unknown_members = write_options.unknown_members, references = references_rule }

--- The result of checking files; `tostring` shows one finding in each line.
-- @table validation
-- @tfield {string,...} files that were checked
-- @tfield {personalize.error.problem,...} problems each with `file`, and with `line` and `column` if known
-- @tfield {personalize.error.problem,...} warnings in the same form, with a `code`

--- Checks files of connections, as a plan and a create would, without a tenant: for continuous integration, and before
-- a commit. References are not looked up.
-- @function validate
-- @tparam string|{string,...} paths a folder as `export` writes it, or a file; or an array of these
-- @tparam[opt] table opts
-- @tparam[opt="refuse"] "refuse"|"send" opts.unknown_members whether members that look like published ones, misspelt
-- or at the wrong place, are refused or sent; `send` makes them warnings
-- @tparam[opt="usual"] "usual"|"anywhere" opts.references as for `plan`
-- @treturn personalize.sync.validation validation without problems
-- @fails of kind `validation` with `problems`, and the validation as `result`
-- @usage
-- assert(sync.export(staging, "connections"))
-- local checked = assert(sync.validate "connections")
-- print(#checked.files, #checked.problems)  --> 3	0
public("validate", function(paths, opts)
   options.argument(1, paths, "paths", "sync.validate", 2)
   local checked = options.check(opts, validate_options, "sync.validate", 2)
   return validate.validate(paths, checked)
end)

--- The values that differ in the tenant that connections are promoted to.
-- @table replacements
-- @tfield[opt] table urls text -> text, within URLs; the longest text first
-- @tfield[opt] table secrets variable -> variable, or reference

local promote_options = with_write_options {
   names = "names", replace = "table", extract_secrets = "boolean", force_secrets = "boolean",
   references = references_rule, secrets_folder = "string", values = "values",
}

--- Makes a plan to carry connections from one tenant to another. Archived connections are left out.
-- @api `GET /v2/connections`
-- @function promote
-- @tparam personalize.client from
-- @tparam personalize.client to
-- @tparam[opt] table opts
-- @tparam[opt] string|{string,...} opts.names as for `export`
-- @tparam[opt] personalize.sync.replacements opts.replace the values that differ in the other tenant
-- @tparam[opt=false] boolean opts.extract_secrets as for `export`
-- @tparam[opt=false] boolean opts.force_secrets as for `plan`
-- @tparam[opt] "refuse"|"send" opts.missing_secrets as for updates; default the client's
-- @tparam[opt] "refuse"|"send" opts.unknown_members as for updates; default the client's
-- @tparam[opt] fun(connection:personalize.members,path:string):string|nil opts.secrets as for updates; default the
-- client's
-- @tparam[opt] string|personalize.sync.values opts.values as for `plan`
-- @tparam[opt] string opts.secrets_folder another folder, besides the current folder, for the files of references
-- @tparam[opt="usual"] "usual"|"anywhere" opts.references as for `plan`
-- @treturn personalize.sync.plan plan
-- @fails of kind `config` when `replace` is invalid
-- @usage
-- local plan = assert(sync.promote(staging, production, {
--    names = "Weather*", missing_secrets = "send",
--    replace = { urls = { ["https://staging.example.com"] = "https://api.example.com" } },
-- }))
-- print(#plan.problems)  --> 0
public("promote", function(from, to, opts)
   tenant.check(from, 1, "sync.promote", 2)
   tenant.check(to, 2, "sync.promote", 2)
   local checked = options.check(opts, promote_options, "sync.promote", 2)
   local fine, err = promote.check(checked.replace or {}, 2)
   if not fine then return nil, err end
   checked.is_meant = glob.matcher(checked.names)
   local source
   local all
   source, err, all = promote.source(from, checked)
   if not source then return nil, err end
   if checked.values then
      source.references = checked.references
      fine, err = use_values(checked.values, source, all)
      if not fine then return nil, err end
   end
   return make_plan(to, source, checked)
end)

return sync
