--- Plans in files, to be reviewed and applied later.
-- @module personalize.sync.plan_file
-- @local

local bound = require "personalize.sync.bound"
local check = require "personalize.sync.plan_file.check"
local client_of = require "personalize.client"
local difference = require "personalize.connections.difference"
local errors = require "personalize.error"
local folder = require "personalize.sync.folder"
local items = require "personalize.sync.items"
local json = require "personalize.json"
local native = require "personalize.native"
local options = require "personalize.options"
local raw = require "personalize.raw"
local references = require "personalize.sync.references"
local tenant = require "personalize.sync.tenant"
local text = require "personalize.text"

local plan_file = {}

-- A plan may hold credentials from the files, so only its owner may read it.
local private_mode = 384 -- 0600

local kinds = { "creates", "updates", "archives", "unchanged", "unmanaged" }

local facts = {
   "name", "file", "ref", "rename", "revision", "modifiedAt", "modifiedByRef", "archived", "force_secrets",
}

-- Created connections are noted in the file at the end, and before that at most this often, in seconds.
local keep_interval = 0.5

local function split(path)
   local parent, name = path:match "^(.*)/([^/]*)$"
   return parent == "" and "/" or parent or ".", name or path
end

--- An item without the data that applying it needs.
local function plain_item(item)
   local plain = {}
   for _, name in ipairs(facts) do plain[name] = item[name] end
   plain.references = item.references
   if item.differences then plain.differences = difference.shown(item.differences) end
   return plain
end

--- A plan as data with secrets masked: the output of `--json`, and the content of saved plans.
function plan_file.describe(plan)
   local described = {
      format = check.format, version = check.version, tenant = plan.tenant, problems = plan.problems,
      uncompared = plan.uncompared,
      warnings = plan.warnings,
   }
   for _, kind in ipairs(kinds) do
      described[kind] = json.array {}
      for index, item in ipairs(plan[kind]) do described[kind][index] = plain_item(item) end
   end
   return described
end

local function write(path, document)
   local content, err = bound.encode(document, nil, text.line(path),
      "plan fewer connections at a time, by their names")
   if not content then return nil, err end
   local parent, name = split(path)
   local done, reason = native.file.write(parent, name, content, private_mode)
   if done then return true end
   return errors.fail("config", ("%s: %s"):format(text.line(path), reason))
end

local function is_there(path)
   local parent, name = split(path)
   local content, _, code = native.file.read(parent, name, 0)
   return content ~= nil or code ~= 2
end

-- Notes in the file which connections the plan created, so that applying it again does not create them twice. If a run
-- is killed between two notes, the connections are later found by their names.
local function keeper(state, plan, path, document)
   local noted, last = 0, -math.huge
   return function(is_last)
      local created = 0
      for index, item in ipairs(plan.creates) do
         local ref = state.private[item].made
         document.creates[index].made = ref
         if ref then created = created + 1 end
      end
      if created == noted or not is_last and native.now() - last < keep_interval then return true end
      if not is_there(path) then return true end
      document.client, document.organisation = state.identity.client, state.identity.organisation
      local done, err = write(path, document)
      noted, last = done and created or noted, native.now()
      return done, err
   end
end

--- See `plan:save`.
function plan_file.save(plan, state, path)
   options.argument(1, path, "string", "plan:save", 2)
   local document = plan_file.describe(plan)
   document.base, document.folder, document.secrets_folder = state.base, state.folder, state.secrets_folder
   document.verbatim = state.verbatim
   document.missing_secrets, document.renames = state.opts.missing_secrets, state.opts.renames
   document.client, document.organisation = state.identity.client, state.identity.organisation
   document.seen = json.array {}
   for ref in pairs(state.seen) do table.insert(document.seen, ref) end
   table.sort(document.seen)
   for _, kind in ipairs { "creates", "updates", "archives" } do
      for index, item in ipairs(plan[kind]) do
         local private, plain = state.private[item], document[kind][index]
         plain.definition, plain.made = private.entry and private.entry.given, private.made
         plain.fingerprint = private.fingerprint or private.base and items.fingerprint(private.base)
      end
   end
   local done, err = write(path, document)
   if done then state.keep, state.plan_folder = keeper(state, plan, path, document), (split(path)) end
   return done, err
end

local function read_rename(item)
   local from, to = raw.string(item.rename, "from"), raw.string(item.rename, "to")
   return from and to and { from = from, to = to } or nil
end

-- The entry of an item's definition; or nil and an error object if it has something else in place of a reference.
local function read_entry(path, plain)
   local entry = folder.entry(plain.file, raw.copy(plain.definition), true)
   local problem = references.problems(entry.references, "anywhere")[1]
   if not problem then return entry end
   return check.damaged(path, ("%s: %s: %s"):format(plain.name, problem.path, problem.message))
end

-- The plan's items, and the data for applying them. The document itself is not changed, because it is written again.
-- @return true; or nil and an error object
local function read_items(path, document, members, private)
   for _, kind in ipairs(kinds) do
      members[kind] = json.array {}
      for index, plain in ipairs(document[kind]) do
         local item = {}
         for _, name in ipairs(facts) do item[name] = raw.get(plain, name) end
         item.rename = read_rename(plain)
         private[item] = { fingerprint = plain.fingerprint, made = raw.string(plain, "made") }
         if plain.definition then
            local entry, err = read_entry(path, plain)
            if not entry then return nil, err end
            private[item].entry = entry
            if #entry.references > 0 then item.references = references.named(entry.references) end
         end
         if kind == "updates" then item.differences = difference.loaded(raw.copy(plain.differences)) end
         members[kind][index] = item
      end
   end
   return true
end

local function read_document(path)
   local parent, name = split(path)
   local content, reason, code = native.file.read(parent, name, bound.largest_file)
   if not content then return folder.fail(path, reason, code, "expected a plan, as `plan --save` writes it") end
   local value, err = json.decode_file(content)
   if value == nil then return check.damaged(path, err.message) end
   return check.document(path, value)
end

local function check_tenant(client, path, document)
   local settings = client_of.settings(client)
   local planned = { base_url = tenant.address(document.tenant:match "^[^#]*"), client = document.client,
      organisation = document.organisation }
   local present = tenant.identify(client, {})
   -- the organisation may only be visible in the connections, when the plan is applied
   local is_open = planned.base_url == present.base_url and planned.organisation and not present.organisation
   local other = not is_open and tenant.difference(planned, present)
   if not other then return planned end
   return errors.fail("config", ("%s: the plan is for %s, the client for %s%s"):format(text.line(path),
      text.line(document.tenant), settings.base_url,
      planned.base_url == present.base_url and (" with %s: plan again"):format(other) or ""))
end

--- Reads a plan.
-- @return its members and its state; or nil and an error object
function plan_file.load(client, path)
   local document, err = read_document(path)
   if not document then return nil, err end
   local identity
   identity, err = check_tenant(client, path, document)
   if not identity then return nil, err end
   local members = { tenant = document.tenant, problems = document.problems, warnings = document.warnings,
      uncompared = document.uncompared }
   local state = {
      client = client, base = document.base, folder = document.folder,
      secrets_folder = document.secrets_folder, verbatim = document.verbatim, private = {}, done = {}, seen = {},
      identity = identity, is_loaded = true,
      opts = { missing_secrets = document.missing_secrets, renames = document.renames },
   }
   for _, ref in ipairs(document.seen) do state.seen[ref] = true end
   local fine
   fine, err = read_items(path, document, members, state.private)
   if not fine then return nil, err end
   state.keep, state.plan_folder = keeper(state, members, path, document), (split(path))
   return members, state
end

return plan_file
