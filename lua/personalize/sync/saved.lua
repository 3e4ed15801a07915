--- Plans in files: to be reviewed, and applied later.
-- @module personalize.sync.saved
-- @local

local native = require "personalize.native"
local client_of = require "personalize.client"
local errors = require "personalize.error"
local json = require "personalize.json"
local options = require "personalize.options"
local applying = require "personalize.sync.applying"
local folder = require "personalize.sync.folder"
local shape = require "personalize.connections.shape"
local tenant = require "personalize.sync.tenant"
local text = require "personalize.text"

local saved = {}

local format, version = "personalize plan", 1
local largest = 512 * 1024 * 1024

-- A plan may hold credentials that stand in the files: it is its owner's alone.
local private_mode = 384 -- 0600

local kinds = { "creates", "updates", "archives", "unchanged", "unmanaged" }

local facts = { "name", "file", "ref", "revision", "modifiedAt", "modifiedByRef", "archived", "force_secrets" }

local function split(path)
   local parent, name = path:match "^(.*)/([^/]*)$"
   return parent == "" and "/" or parent or ".", name or path
end

-- Differences as they are shown, secrets masked.
local function shown_differences(differences)
   local shown, index = json.array {}, 0
   for line in tostring(differences):gmatch "[^\n]+" do
      index = index + 1
      if differences[index] then shown[index] = { path = differences[index].path, shown = line } end
   end
   return shown
end

--- An item without what it takes to apply it.
local function plain_item(item)
   local plain = {}
   for _, name in ipairs(facts) do plain[name] = item[name] end
   if item.differences then plain.differences = shown_differences(item.differences) end
   return plain
end

--- A plan as data, secrets masked: what `--json` prints, and saved plans consist of.
function saved.describe(plan)
   local described = {
      format = format, version = version, tenant = plan.tenant, problems = plan.problems, uncompared = plan.uncompared,
      warnings = plan.warnings,
   }
   for _, kind in ipairs(kinds) do
      described[kind] = json.array {}
      for index, item in ipairs(plan[kind]) do described[kind][index] = plain_item(item) end
   end
   return described
end

--- See `plan:save`.
function saved.save(plan, state, path)
   options.argument(1, path, "string", "plan:save", 2)
   local described = saved.describe(plan)
   described.base, described.folder, described.missing_secrets = state.base, state.folder, state.how.missing_secrets
   for _, kind in ipairs { "creates", "updates", "archives" } do
      for index, item in ipairs(plan[kind]) do
         local private, plain = state.private[item], described[kind][index]
         plain.definition = private.entry and private.entry.given
         plain.fingerprint = private.fingerprint or private.base and applying.fingerprint(private.base)
      end
   end
   local content, err = json.encode(described, { pretty = true, canonical = true })
   if not content then return nil, err end
   local parent, name = split(path)
   local done, reason = native.file.write(parent, name, content .. "\n", private_mode)
   if done then return true end
   return errors.fail("config", ("%s: %s"):format(text.line(path), reason))
end

local function damaged(path, message)
   return errors.fail("decode", ("%s: %s"):format(text.line(path), message))
end

local function check_item(item, kind)
   if type(item) ~= "table" or type(item.name) ~= "string" then return false end
   if kind ~= "creates" and type(item.ref) ~= "string" then return false end
   return kind == "archives" or type(item.definition) == "table"
end

local function check(path, value)
   if type(value) ~= "table" or value.format ~= format then return damaged(path, "is no plan of this library") end
   if value.version ~= version then
      return damaged(path, ("is a plan of version %s, expected %d"):format(tostring(value.version), version))
   end
   if type(value.tenant) ~= "string" then return damaged(path, "tenant: expected a string") end
   for _, kind in ipairs { "creates", "updates", "archives", "unchanged", "unmanaged", "uncompared", "problems",
      "warnings" } do
      if not shape.is_array(value[kind]) then return damaged(path, kind .. ": expected an array") end
   end
   for _, kind in ipairs { "creates", "updates", "archives" } do
      for index, item in ipairs(value[kind]) do
         if not check_item(item, kind) then return damaged(path, ("%s[%d] is incomplete"):format(kind, index)) end
      end
   end
   return value
end

local function read_differences(list)
   local lines = {}
   for index, each in ipairs(list or {}) do lines[index] = each.shown end
   local shown = table.concat(lines, "\n")
   return setmetatable(list or {}, { __jsontype = "array", __tostring = function() return shown end })
end

local function read_items(value, private)
   for _, kind in ipairs { "creates", "updates", "archives" } do
      for _, item in ipairs(value[kind]) do
         private[item] = { fingerprint = item.fingerprint }
         if item.definition then private[item].entry = folder.entry(item.file, item.definition, true) end
         if kind == "updates" then item.differences = read_differences(item.differences) end
         item.definition, item.fingerprint = nil, nil
      end
   end
end

--- Reads a plan.
-- @return its members and its state; or nil and an error object
function saved.load(client, path)
   local parent, name = split(path)
   local content, reason = native.file.read(parent, name, largest)
   if not content then return errors.fail("config", ("%s: %s"):format(text.line(path), reason)) end
   local value, err = json.decode(content)
   if value == nil then return damaged(path, err.message) end
   value, err = check(path, value)
   if not value then return nil, err end
   if not tenant.is_same(value.tenant, client_of.settings(client).base_url) then
      return errors.fail("config", ("%s: the plan is for %s, the client for %s"):format(text.line(path),
         text.line(value.tenant), client_of.settings(client).base_url))
   end
   local state = {
      client = client, base = value.base, folder = value.folder, private = {}, done = {},
      how = { missing_secrets = value.missing_secrets },
   }
   read_items(value, state.private)
   value.format, value.version, value.base, value.folder, value.missing_secrets = nil, nil, nil, nil, nil
   return value, state
end

return saved
