--- Compares definitions with a tenant and computes the plan. Sends nothing.
-- @module personalize.sync.compute
-- @local

local client_of = require "personalize.client"
local compare = require "personalize.sync.compare"
local difference = require "personalize.connections.difference"
local folder = require "personalize.sync.folder"
local json = require "personalize.json"
local merge = require "personalize.connections.merge"
local options = require "personalize.options"
local pair = require "personalize.sync.pair"
local raw = require "personalize.raw"
local references = require "personalize.sync.references"
local renaming = require "personalize.connections.renaming"
local resolve = require "personalize.sync.references.resolve"
local schema = require "personalize.schema"
local secrets = require "personalize.connections.secrets"
local twins = require "personalize.sync.twins"
local variable = require "personalize.connections.variable"

local compute = {}

--- Merges a definition into a connection: members that the definition lacks keep their values.
function compute.merged(current, given)
   local merged = {}
   for name, value in next, current do
      if not schema.server_owned[name] then merged[name] = raw.copy(value) end
   end
   local fine, reason = merge.into(merged, given)
   if not fine then return nil, reason end
   local kind, new_kind = raw.auth_type(raw.get(current, "auth")), raw.auth_type(raw.get(given, "auth"))
   if kind and new_kind and kind ~= new_kind then merged.auth = raw.copy(rawget(given, "auth")) end
   return merged
end

local function fact(connection, ...)
   for _, name in ipairs { ... } do
      local value = raw.get(connection, name)
      if value ~= nil then return value end
   end
   return nil
end

-- The facts of a connection that a plan shows: who changed it last, and when.
local function facts(current)
   return {
      name = current.name, ref = current.ref, revision = fact(current, "revision"),
      modifiedAt = fact(current, "modifiedAt"), modifiedByRef = fact(current, "modifiedByRef", "modifiedByUserRef"),
   }
end

local function add_problem(self, entry, path, message)
   self.problems[#self.problems + 1] = { file = entry.file, path = path, message = message }
end

local function add_warning(self, entry, path, code, message)
   self.warnings[#self.warnings + 1] = { file = entry.file, path = path, code = code, message = message }
end

local function gives_secret(entry)
   for _, each in ipairs(entry.references) do
      if each.path:find "^auth[.%[]" then return true end
   end
   for _, each in ipairs(entry.literals or {}) do
      if each.is_text then return true end
   end
   return false
end

-- Warns that a definition may lack secrets, because its type of authentication is not published.
local function warn_of_unknown_auth(self, entry, definition)
   local unknown = references.unknown_auths(definition)[1]
   if not unknown or gives_secret(entry) or self.warned[entry.file] then return end
   add_warning(self, entry, "auth", "auth_type_unknown", ("authType %s is not published: if it has a secret that the "
      .. "service does not return, sending this may erase it; give it as {\"$env\": \"NAME\"}")
      :format(options.describe(unknown[3])))
end

-- Finds missing secrets now, which would make sending fail.
local function check_secrets(self, entry, body)
   for _, problem in ipairs(references.missing(entry.references)) do
      add_problem(self, entry, problem.path, problem.message)
   end
   warn_of_unknown_auth(self, entry, body or entry.given)
   if not body or self.opts.missing_secrets == "send" or self.opts.secrets then return end
   for _, secret in ipairs((secrets.missing(body))) do
      add_problem(self, entry, secret.path, "is missing: the service never returns it, so an update without it may "
         .. "erase it. Give it as {\"$env\": \"NAME\"}, or plan with missing_secrets = \"send\"")
   end
end

local function with_item(self, list, item, private)
   if private.entry and #private.entry.references > 0 then
      item.references = references.named(private.entry.references)
   end
   list[#list + 1] = item
   self.private[item] = private
   return item
end

-- The members that are not checked: those that the service itself sent, in this tenant or in the source tenant.
local function judged_by(self, entry, current)
   return { retrieved = current or entry.origin, unknown_members = self.opts.unknown_members }
end

-- Adds the problems of a file; true if there are none.
local function add_problems(self, problems)
   for _, problem in ipairs(problems) do self.problems[#self.problems + 1] = problem end
   return #problems == 0
end

-- Whether an entry's own members are valid.
local function is_valid(self, entry, current)
   return add_problems(self, folder.check(entry, judged_by(self, entry, current)))
end

-- Whether an entry has look-alikes. They are reported even if they hold nothing and would not change what is sent.
local function has_look_alikes(self, entry, current)
   return not add_problems(self, folder.look_alikes(entry, judged_by(self, entry, current)))
end

local function plan_update(self, entry, current, is_forced)
   local visible = compare.as_in_files(entry, current)
   local desired, reason = compute.merged(visible, compare.comparable(entry, visible, true))
   if not desired then return add_problem(self, entry, "", reason) end
   local body = compute.merged(visible, entry.given)
   local changes, err = difference.between(compute.merged(visible, {}), desired, function(value)
      return resolve.covered(value, entry.references, entry.given)
   end)
   if not changes then return add_problem(self, entry, "", err.message) end
   check_secrets(self, entry, body)
   local item = facts(current)
   item.file, item.differences, item.force_secrets = entry.file, changes, is_forced or nil
   if entry.name ~= current.name then
      item.name, item.rename = entry.name, { from = current.name, to = entry.name }
   end
   with_item(self, self.updates, item, { entry = entry, base = current })
end

local function plan_entry(self, entry, current, ambiguity)
   if not current then
      if ambiguity then return add_problem(self, entry, "name", ambiguity) end
      if not is_valid(self, entry) then return end
      check_secrets(self, entry)
      with_item(self, self.creates, { name = entry.name, file = entry.file }, { entry = entry })
      return
   end
   local hides_secrets = compare.hides_secrets(entry, current)
   local is_forced = self.opts.force_secrets and hides_secrets
   if not is_forced and compare.is_met(entry, current) then
      if has_look_alikes(self, entry, current) then return end
      local item = { name = entry.name, file = entry.file, ref = current.ref }
      if hides_secrets then self.uncompared[#self.uncompared + 1] = entry.name end
      self.unchanged[#self.unchanged + 1] = item
      return
   end
   ambiguity = ambiguity or self.twins.of(entry, current)
   if ambiguity then return add_problem(self, entry, "name", ambiguity) end
   if not is_valid(self, entry, current) then return end
   plan_update(self, entry, current, is_forced)
end

local function plan_unmanaged(self, connection)
   local item = facts(connection)
   item.archived = raw.is_archived(connection)
   if not self.opts.archive_missing or item.archived then
      self.unmanaged[#self.unmanaged + 1] = item
      return
   end
   check_secrets(self, { file = connection.name, references = {} }, connection)
   with_item(self, self.archives, item, { base = connection })
end

-- Adds the warnings of an entry. Warnings do not stop a plan.
local function warn(self, entry, current)
   for _, warning in ipairs(folder.warnings(entry, judged_by(self, entry, current))) do
      if not self.told[warning.file .. ": " .. warning.path] then self.warnings[#self.warnings + 1] = warning end
   end
end

-- Warns of entries whose name makes the same variable as another connection, in the tenant or in another file.
local function warn_of_variables(self, entries, unmanaged)
   local names, owners = {}, {}
   local function add(item, entry)
      if item.archived == true then return end
      names[#names + 1] = item.name
      owners[#names] = entry or false
   end
   for _, connection in ipairs(unmanaged) do add(connection) end
   for _, entry in ipairs(entries) do add(entry, entry) end
   for index, other in pairs(variable.twins(names)) do
      local entry = owners[index]
      if entry then
         add_warning(self, entry, "name", "name_variable_twice", variable.describe(names[index], other))
      end
   end
end

local function sort_problems(problems)
   local places = {}
   for index, problem in ipairs(problems) do
      places[problem] = ("%s\0%09d\0%09d"):format(problem.file or "", problem.line or 0, index)
   end
   table.sort(problems, function(a, b) return places[a] < places[b] end)
end

-- Selects entries and connections by name. A renamed connection is selected by either of its names.
local function select_meant(source, connections, is_meant)
   local paired = pair.pair(source.entries, connections, source.refs)
   local entries, unmanaged = {}, {}
   for _, entry in ipairs(source.entries) do
      local current = paired.of[entry]
      if is_meant(entry.name) or current and is_meant(current.name) then entries[#entries + 1] = entry end
   end
   for _, connection in ipairs(paired.unmanaged) do
      if is_meant(connection.name) then unmanaged[#unmanaged + 1] = connection end
   end
   return entries, unmanaged, paired
end

local function new_state(plan, source, connections, opts)
   local settings = client_of.settings(plan.client)
   local self = {
      private = plan.private, problems = json.array {},
      creates = json.array {}, updates = json.array {}, archives = json.array {}, unchanged = json.array {},
      unmanaged = json.array {}, uncompared = json.array {}, warnings = source.warnings or json.array {},
      seen = {}, warned = {}, told = {},
      opts = {
         archive_missing = opts.archive_missing, force_secrets = opts.force_secrets,
         missing_secrets = opts.missing_secrets or settings.missing_secrets, secrets = opts.secrets or settings.secrets,
         unknown_members = opts.unknown_members or settings.unknown_members,
      },
   }
   for _, problem in ipairs(source.problems) do self.problems[#self.problems + 1] = problem end
   for _, connection in ipairs(connections) do self.seen[connection.ref] = true end
   for _, warning in ipairs(self.warnings) do
      local is_of_unknown = warning.code == "auth_type_unknown"
      if is_of_unknown and warning.file then self.warned[warning.file] = true end
      -- a credential in clear text is reported once
      if warning.file and warning.path then self.told[warning.file .. ": " .. warning.path] = true end
      for _, each in ipairs(warning.details or {}) do
         self.told[each.file .. ": " .. each.path] = true
         if is_of_unknown then self.warned[each.file] = true end
      end
   end
   return self
end

-- Warns of decision models and flows that use a connection to be renamed or archived.
local function warn_of_uses(self, client)
   local resource = { client = function() return client end }
   local function look(item, name, path)
      for _, warning in ipairs(renaming.warnings_of_uses(resource, { name = name, ref = item.ref }, path, {})) do
         warning.file = item.file or item.name
         self.warnings[#self.warnings + 1] = warning
      end
   end
   for _, item in ipairs(self.updates) do
      if item.rename then look(item, item.rename.from, "name") end
   end
   for _, item in ipairs(self.archives) do look(item, item.name, "archived") end
end

--- Fills a plan's arrays.
-- @tparam table plan
-- @tparam table source `entries`, `problems`, `refs` (file -> ref), and optionally `warnings`
-- @tparam table connections of the tenant
-- @tparam table opts `is_meant` (names), `archive_missing`, `force_secrets`, `missing_secrets`, `unknown_members`,
-- `secrets`, `check_uses`
-- @treturn table the arrays, and `seen`: the refs of all connections
function compute.fill(plan, source, connections, opts)
   local self = new_state(plan, source, connections, opts)
   local entries, unmanaged, paired = select_meant(source, connections, opts.is_meant)
   self.twins = twins.expected(entries, connections, paired)
   for _, entry in ipairs(entries) do warn(self, entry, paired.of[entry]) end
   warn_of_variables(self, entries, unmanaged)
   for _, entry in ipairs(entries) do plan_entry(self, entry, paired.of[entry], paired.ambiguous[entry]) end
   -- a broken file may belong to any connection, so no connection is known to be missing
   if #source.problems > 0 then self.opts.archive_missing = false end
   for _, connection in ipairs(unmanaged) do plan_unmanaged(self, connection) end
   if opts.check_uses then warn_of_uses(self, plan.client) end
   sort_problems(self.problems)
   return self
end

return compute
