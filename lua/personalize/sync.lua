--- Connections as code: a folder with one JSON file per connection, plans of what would change, and carrying
-- connections from one tenant to another.
--
-- A connection is known by its name. Secrets stand in files as references, `{"$env": "NAME"}` or `{"$file": "path"}`,
-- which are resolved only when a plan is applied. Nothing is ever removed from a tenant.
-- @module personalize.sync
-- @usage
-- local sync = require "personalize.sync"
-- assert(sync.export(staging, "connections"))
-- local plan = assert(sync.plan(production, "connections"))
-- print(plan)
-- assert(plan:apply())

local options = require "personalize.options"
local exporting = require "personalize.sync.exporting"
local folder = require "personalize.sync.folder"
local glob = require "personalize.sync.glob"
local lock = require "personalize.sync.lock"
local plan_of = require "personalize.sync.plan"
local planning = require "personalize.sync.planning"
local promoting = require "personalize.sync.promoting"
local saved = require "personalize.sync.saved"
local tenant = require "personalize.sync.tenant"

local sync = {}

-- Functions of a module take a dot; with a colon by mistake they work as well.
local function public(name, implementation)
   sync[name] = function(first, ...)
      if rawequal(first, sync) then return implementation(...) end
      return implementation(first, ...)
   end
end

local secret_options = { missing_secrets = options.one_of("refuse", "send"), secrets = "function" }

local function with_secret_options(known)
   for name, rule in pairs(secret_options) do known[name] = rule end
   return known
end

-- Plans definitions against a tenant.
local function make_plan(client, source, how)
   local connections, err = tenant.list(client)
   if not connections then return nil, err end
   local key = tenant.key(client, connections)
   source.refs = source.refs or lock.refs(source.lock or { tenants = {} }, key)
   local state = {
      client = client, folder = source.path, base = source.base, private = {}, done = {},
      how = { missing_secrets = how.missing_secrets, secrets = how.secrets },
   }
   local filled = planning.fill({ client = client, private = state.private }, source, connections, how)
   return plan_of.new({
      tenant = key, creates = filled.creates, updates = filled.updates, archives = filled.archives,
      unchanged = filled.unchanged, unmanaged = filled.unmanaged, uncompared = filled.uncompared,
      problems = filled.problems, warnings = filled.warnings,
   }, state)
end

local export_options = { names = "names", extract_secrets = "boolean", prune = "boolean" }

--- Writes a tenant's connections to a folder, which is made if need be. Files that are there keep their names and
-- references; those whose content is the same are not touched.
-- @function export
-- @tparam personalize.client client
-- @tparam string path the folder
-- @tparam[opt] table opts `names` (a pattern such as `"Weather*"`, or an array of them), `extract_secrets` (make
-- references of credentials that the service returns), `prune` (remove files of connections that the tenant does not
-- have)
-- @treturn table `written`, `unchanged`, `removed`, `stale` (arrays of files), `references` (array of `{ file =,
-- path =, kind =, target = }`), `warnings` (array of `{ file =, path =, message = }`); `tostring` tells of it
-- @return `nil` and an error object
public("export", function(client, path, opts)
   tenant.check(client, 1, "sync.export", 3)
   options.argument(2, path, "string", "sync.export", 3)
   local checked = options.check(opts, export_options, "sync.export", 3)
   checked.is_meant = glob.matcher(checked.names)
   return exporting.export(client, path, checked)
end)

local plan_options = with_secret_options {
   names = "names", archive_missing = "boolean", force_secrets = "boolean",
}

--- Compares a folder with a tenant. Sends nothing. Only the members that a file gives are compared; the others stay as
-- they are.
-- @function plan
-- @tparam personalize.client client
-- @tparam string path the folder
-- @tparam[opt] table opts `names` (as for `export`), `archive_missing` (plan to archive what is in no file),
-- `force_secrets` (plan to send secrets although nothing else differs), `missing_secrets`, `secrets` (as for updates)
-- @treturn personalize.sync.plan
-- @return `nil` and an error object; what is wrong with files is in the plan's `problems`
public("plan", function(client, path, opts)
   tenant.check(client, 1, "sync.plan", 3)
   options.argument(2, path, "string", "sync.plan", 3)
   local checked = options.check(opts, plan_options, "sync.plan", 3)
   checked.is_meant = glob.matcher(checked.names)
   local read, err = folder.read(path)
   if not read then return nil, err end
   read.base = path
   return make_plan(client, read, checked)
end)

--- Reads a plan that `plan:save` wrote.
-- @function load
-- @tparam personalize.client client
-- @tparam string path
-- @treturn personalize.sync.plan
-- @return `nil` and an error object; of kind `config` when the plan is for another tenant
public("load", function(client, path)
   tenant.check(client, 1, "sync.load", 3)
   options.argument(2, path, "string", "sync.load", 3)
   local members, state = saved.load(client, path)
   if not members then return nil, state end
   return plan_of.new(members, state)
end)

local promote_options = with_secret_options {
   names = "names", replace = "table", extract_secrets = "boolean", force_secrets = "boolean",
}

--- Plans to carry connections from one tenant to another: those that are not archived.
-- @function promote
-- @tparam personalize.client from
-- @tparam personalize.client to
-- @tparam[opt] table opts `names` (as for `export`), `replace` (`urls`: text -> text within URLs; `secrets`: variable
-- -> variable or reference), `extract_secrets`, `force_secrets`, `missing_secrets`, `secrets`
-- @treturn personalize.sync.plan
-- @return `nil` and an error object
-- @usage
-- local plan = assert(sync.promote(staging, production, {
--    names = "Weather*",
--    replace = { urls = { ["https://staging.example.com"] = "https://api.example.com" } },
-- }))
public("promote", function(from, to, opts)
   tenant.check(from, 1, "sync.promote", 3)
   tenant.check(to, 2, "sync.promote", 3)
   local checked = options.check(opts, promote_options, "sync.promote", 3)
   local fine, err = promoting.check(checked.replace or {}, 3)
   if not fine then return nil, err end
   checked.is_meant = glob.matcher(checked.names)
   local source
   source, err = promoting.source(from, checked)
   if not source then return nil, err end
   return make_plan(to, source, checked)
end)

return sync
