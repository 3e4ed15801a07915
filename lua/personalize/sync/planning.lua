--- Compares definitions with a tenant and makes a plan of it. Sends nothing.
-- @module personalize.sync.planning
-- @local

local client_of = require "personalize.client"
local json = require "personalize.json"
local difference = require "personalize.connections.difference"
local folder = require "personalize.sync.folder"
local merge = require "personalize.connections.merge"
local pairing = require "personalize.sync.pairing"
local reference = require "personalize.sync.reference"
local schema = require "personalize.schema"
local secrets = require "personalize.connections.secrets"
local settling = require "personalize.sync.settling"
local shape = require "personalize.raw"

local planning = {}

--- What a connection becomes when a definition is applied to it: members that the definition does not give stay.
function planning.merged(current, given)
   local merged = {}
   for name, value in next, current do
      if not schema.server_owned[name] then merged[name] = shape.copy(value) end
   end
   local fine, reason = merge.into(merged, given)
   if not fine then return nil, reason end
   local kind, new_kind = shape.auth_type(shape.get(current, "auth")), shape.auth_type(shape.get(given, "auth"))
   if kind and new_kind and kind ~= new_kind then merged.auth = shape.copy(rawget(given, "auth")) end
   return merged
end

local function fact(connection, ...)
   for _, name in ipairs { ... } do
      local value = shape.get(connection, name)
      if value ~= nil then return value end
   end
   return nil
end

-- What a plan tells of a connection: who changed it last, and when.
local function facts(current)
   return {
      name = current.name, ref = current.ref, revision = fact(current, "revision"),
      modifiedAt = fact(current, "modifiedAt"), modifiedByRef = fact(current, "modifiedByRef", "modifiedByUserRef"),
   }
end

local function add_problem(self, entry, path, message)
   self.problems[#self.problems + 1] = { file = entry.file, path = path, message = message }
end

-- Everything that would make sending fail is found now.
local function check_secrets(self, entry, body)
   for _, problem in ipairs(reference.missing(entry.references, self.base)) do
      add_problem(self, entry, problem.path, problem.message)
   end
   if not body or self.how.missing_secrets == "send" or self.how.secrets then return end
   for _, secret in ipairs((secrets.missing(body))) do
      add_problem(self, entry, secret.path, "is missing: the service never returns it, so an update without it may "
         .. "erase it. Give it as {\"$env\": \"NAME\"}, or plan with missing_secrets = \"send\"")
   end
end

local function with_item(self, list, item, private)
   list[#list + 1] = item
   self.private[item] = private
   return item
end

-- Whether an entry's own members are as they should be.
local function is_valid(self, entry)
   local problems = folder.check(entry)
   for _, problem in ipairs(problems) do self.problems[#self.problems + 1] = problem end
   return #problems == 0
end

local function plan_update(self, entry, current, is_forced)
   local visible = settling.as_in_files(entry, current)
   local desired, reason = planning.merged(visible, settling.comparable(entry, visible))
   if not desired then return add_problem(self, entry, "", reason) end
   local body = planning.merged(visible, entry.given)
   local changes, err = difference.between(planning.merged(visible, {}), desired)
   if not changes then return add_problem(self, entry, "", err.message) end
   check_secrets(self, entry, body)
   local item = facts(current)
   item.file, item.differences, item.force_secrets = entry.file, changes, is_forced or nil
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
   local hides_secrets = #entry.references + #entry.literals > 0
   local is_forced = self.how.force_secrets and hides_secrets
   if not is_forced and settling.is_met(entry, current) then
      local item = { name = entry.name, file = entry.file, ref = current.ref }
      if hides_secrets then self.uncompared[#self.uncompared + 1] = entry.name end
      self.unchanged[#self.unchanged + 1] = item
      return
   end
   if ambiguity then return add_problem(self, entry, "name", ambiguity) end
   if not is_valid(self, entry) then return end
   plan_update(self, entry, current, is_forced)
end

local function plan_unmanaged(self, connection)
   local item = facts(connection)
   item.archived = shape.get(connection, "archived") == true
   if not self.how.archive_missing or item.archived then
      self.unmanaged[#self.unmanaged + 1] = item
      return
   end
   check_secrets(self, { file = connection.name, references = {} }, connection)
   with_item(self, self.archives, item, { base = connection })
end

local function warn_of_literals(self, entry)
   for _, each in ipairs(entry.literals) do
      if each.is_text then
         self.warnings[#self.warnings + 1] = { file = entry.file, path = each.path,
            message = "is a secret in clear text; a reference such as {\"$env\": \"NAME\"} keeps it out of the file" }
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

--- Fills a plan's arrays.
-- @tparam table plan
-- @tparam table source `entries`, `problems`, `refs` (file -> ref), `base` (folder of `$file` references)
-- @tparam table connections of the tenant
-- @tparam table how `is_meant` (names), `archive_missing`, `force_secrets`, `missing_secrets`, `secrets`
function planning.fill(plan, source, connections, how)
   local settings = client_of.settings(plan.client)
   local self = {
      base = source.base, private = plan.private, problems = json.array {},
      creates = json.array {}, updates = json.array {}, archives = json.array {}, unchanged = json.array {},
      unmanaged = json.array {}, uncompared = json.array {}, warnings = source.warnings or json.array {},
      how = {
         archive_missing = how.archive_missing, force_secrets = how.force_secrets,
         missing_secrets = how.missing_secrets or settings.missing_secrets, secrets = how.secrets or settings.secrets,
      },
   }
   for _, problem in ipairs(source.problems) do self.problems[#self.problems + 1] = problem end
   local entries, meant = {}, {}
   for _, entry in ipairs(source.entries) do
      if how.is_meant(entry.name) then entries[#entries + 1] = entry end
   end
   for _, connection in ipairs(connections) do
      if how.is_meant(connection.name) then meant[#meant + 1] = connection end
   end
   local pairs_of = pairing.pair(entries, meant, source.refs)
   for _, entry in ipairs(entries) do warn_of_literals(self, entry) end
   for _, entry in ipairs(entries) do plan_entry(self, entry, pairs_of.of[entry], pairs_of.ambiguous[entry]) end
   -- a file that is broken may be any connection's: none is missing for sure
   if #source.problems > 0 then self.how.archive_missing = false end
   for _, connection in ipairs(pairs_of.unmanaged) do plan_unmanaged(self, connection) end
   sort_problems(self.problems)
   return self
end

return planning
