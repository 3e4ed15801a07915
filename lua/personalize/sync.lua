--- Connections as code: a folder with one JSON file per connection, plans of what would change, and carrying
-- connections from one tenant to another.
--
-- A connection is known by its ref, which a lock beside the files has, and else by its name. Secrets stand in files as
-- references, `{"$env": "NAME"}` or `{"$file": "path"}`, which are resolved only when a plan is applied. Nothing is
-- ever removed from a tenant.
-- @module personalize.sync
-- @usage
-- assert(sync.export(staging, "connections", { names = "Weather*" }))
-- local plan = assert(sync.plan(production, "connections"))
-- print(plan)
-- assert(plan:apply())
-- print(assert(sync.plan(production, "connections")):is_empty())  --> true

local options = require "personalize.options"
local export = require "personalize.sync.export"
local folder = require "personalize.sync.folder"
local glob = require "personalize.sync.glob"
local json = require "personalize.json"
local lock = require "personalize.sync.lock"
local plan_of = require "personalize.sync.plan"
local compute = require "personalize.sync.compute"
local promote = require "personalize.sync.promote"
local plan_file = require "personalize.sync.plan_file"
local references = require "personalize.sync.references"
local tenant = require "personalize.sync.tenant"
local values = require "personalize.sync.values"
local validate = require "personalize.sync.validate"

local sync = {}

-- Functions of a module take a dot; with a colon by mistake they work as well. The wrapper leaves no level on the
-- stack: misuse is raised at level 2 of the implementation, where the function was called.
local function public(name, implementation)
   sync[name] = function(first, ...)
      if rawequal(first, sync) then return implementation(...) end
      return implementation(first, ...)
   end
end

-- Where references may stand.
local references_rule = options.one_of("usual", "anywhere")

-- Changes definitions to those of an environment.
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

-- Plans definitions against a tenant.
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
      private = {}, done = {}, identity = identity,
      opts = { missing_secrets = opts.missing_secrets, secrets = opts.secrets, renames = opts.renames },
      keep = function() return true end,
   }
   for _, entry in ipairs(source.entries) do references.look_up_all(entry.references, state) end
   local filled = compute.fill({ client = client, private = state.private }, source, connections, opts)
   state.seen = filled.seen
   return plan_of.new({
      tenant = tenant.name(identity), creates = filled.creates, updates = filled.updates, archives = filled.archives,
      unchanged = filled.unchanged, unmanaged = filled.unmanaged, uncompared = filled.uncompared,
      problems = filled.problems, warnings = filled.warnings,
   }, state)
end

local export_options = { names = "names", extract_secrets = "boolean", prune = "boolean", schema = "boolean" }

--- What an export did; `tostring` tells of it.
-- @table exported
-- @tfield string folder
-- @tfield {string,...} written files
-- @tfield {string,...} unchanged files
-- @tfield {string,...} removed files, by `prune`
-- @tfield {string,...} stale files of connections that the tenant does not have
-- @tfield {personalize.sync.reference,...} references that stand in place of secrets
-- @tfield {personalize.error.problem,...} warnings

--- A reference that stands in a file in place of a secret.
-- @table reference
-- @tfield[opt] string file of an export
-- @tfield string path such as `auth.clientSecret`
-- @tfield "env"|"file" kind
-- @tfield string target name of the variable, or path of the file

--- Writes a tenant's connections to a folder, which is made if need be. Files that are there keep their names and
-- references; those whose content is the same are not touched.
-- @api `GET /v2/connections`
-- @function export
-- @tparam personalize.client client
-- @tparam string path the folder
-- @tparam[opt] table opts
-- @tparam[opt] string|{string,...} opts.names a pattern such as `"Weather*"`, or an array of them; default all
-- @tparam[opt=false] boolean opts.extract_secrets make references of credentials that the service returns
-- @tparam[opt=false] boolean opts.prune remove files of connections that the tenant does not have
-- @tparam[opt=true] boolean opts.schema whether new files name their JSON Schema, which is written beside them
-- @treturn personalize.sync.exported exported
-- @fails of kind `config` when a file cannot be read or written; `validation` when the folder is broken; `conflict`
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

--- What is another in a tenant than in the files.
-- @table values
-- @tfield[opt] table replace text -> text, in every string of the definitions but their names: in one pass, the longest
-- text first
-- @tfield[opt] table connections name -> members, merged into the definition as `patch` does

--- Compares a folder with a tenant. Sends nothing. A connection that has another name than its file, by the lock's ref,
-- is an update with `rename`. Only the members that a file gives are compared; the others stay as they are.
-- @api `GET /v2/connections`
-- @function plan
-- @tparam personalize.client client
-- @tparam string path the folder
-- @tparam[opt] table opts
-- @tparam[opt] string|{string,...} opts.names as for `export`
-- @tparam[opt=false] boolean opts.archive_missing plan to archive what is in no file
-- @tparam[opt=false] boolean opts.force_secrets plan to send secrets although nothing else differs
-- @tparam[opt=false] boolean opts.renames whether applying the plan may rename connections; they are shown in any case
-- @tparam[opt=false] boolean opts.check_uses warn of who uses what would be renamed or archived: see `connections.uses`
-- @tparam[opt] "refuse"|"send" opts.missing_secrets as for updates; default the client's
-- @tparam[opt] "refuse"|"send" opts.unknown_members as for updates; default the client's
-- @tparam[opt] fun(connection:personalize.members,path:string):string|nil opts.secrets as for updates; default the
-- client's
-- @tparam[opt="usual"] "usual"|"anywhere" opts.references where references may stand: in `auth`, URLs, values of
-- headers and parameters and what is named like a credential, or anywhere
-- @tparam[opt] string opts.secrets_folder where files of references may lie beside the folder itself
-- @tparam[opt] string|personalize.sync.values opts.values what is another in this tenant: a JSON file's path, or a
-- table
-- @treturn personalize.sync.plan plan what is wrong with files is in its `problems`
-- @fails of kind `config` when there is no such folder; `incomplete` when the tenant's list may lack connections
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

--- What checking files found; `tostring` tells of it, a line each.
-- @table validation
-- @tfield {string,...} files that were looked at
-- @tfield {personalize.error.problem,...} problems each with `file`, and with `line` and `column` where it stands
-- @tfield {personalize.error.problem,...} warnings likewise, with a `code`

--- Checks files of connections, as a plan and a create would, without a tenant: for a continuous integration, and
-- before a commit. Looks up no reference.
-- @function validate
-- @tparam string|{string,...} paths a folder as `export` writes it, or a file; or an array of these
-- @tparam[opt] table opts
-- @tparam[opt="refuse"] "refuse"|"send" opts.unknown_members what becomes of members that look like published ones,
-- misspelt or at the wrong place: `send` makes warnings of them
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

--- What is another in the tenant that connections are carried to.
-- @table replacements
-- @tfield[opt] table urls text -> text, within URLs; the longest text first
-- @tfield[opt] table secrets variable -> variable, or reference

local promote_options = with_write_options {
   names = "names", replace = "table", extract_secrets = "boolean", force_secrets = "boolean",
   references = references_rule, secrets_folder = "string", values = "values",
}

--- Plans to carry connections from one tenant to another: those that are not archived.
-- @api `GET /v2/connections`
-- @function promote
-- @tparam personalize.client from
-- @tparam personalize.client to
-- @tparam[opt] table opts
-- @tparam[opt] string|{string,...} opts.names as for `export`
-- @tparam[opt] personalize.sync.replacements opts.replace what is another in the other tenant
-- @tparam[opt=false] boolean opts.extract_secrets as for `export`
-- @tparam[opt=false] boolean opts.force_secrets as for `plan`
-- @tparam[opt] "refuse"|"send" opts.missing_secrets as for updates; default the client's
-- @tparam[opt] "refuse"|"send" opts.unknown_members as for updates; default the client's
-- @tparam[opt] fun(connection:personalize.members,path:string):string|nil opts.secrets as for updates; default the
-- client's
-- @tparam[opt] string|personalize.sync.values opts.values as for `plan`
-- @tparam[opt] string opts.secrets_folder where files of references may lie beside the current folder
-- @tparam[opt="usual"] "usual"|"anywhere" opts.references as for `plan`
-- @treturn personalize.sync.plan plan
-- @fails of kind `config` when `replace` makes no sense
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
