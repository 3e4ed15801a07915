--- Plans in files: to be reviewed, and applied later.
-- @module personalize.sync.saved
-- @local

local native = require "personalize.native"
local client_of = require "personalize.client"
local difference = require "personalize.connections.difference"
local errors = require "personalize.error"
local json = require "personalize.json"
local options = require "personalize.options"
local applying = require "personalize.sync.applying"
local folder = require "personalize.sync.folder"
local shape = require "personalize.raw"
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

--- An item without what it takes to apply it.
local function plain_item(item)
   local plain = {}
   for _, name in ipairs(facts) do plain[name] = item[name] end
   if item.differences then plain.differences = difference.shown(item.differences) end
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

-- The arrays of a plan, and of which types the members of their items have to be.
local told = { message = "string" }
local arrays = {
   { "creates", { name = "string", file = "string", definition = "table" } },
   { "updates", { name = "string", file = "string", definition = "table", ref = "string" } },
   { "archives", { name = "string", ref = "string" } },
   { "unchanged", { name = "string", file = "string", ref = "string" } },
   { "unmanaged", { name = "string", ref = "string" } },
   { "uncompared", "string" },
   { "problems", told },
   { "warnings", told },
}

local function is_complete(item, expected)
   if type(expected) == "string" then return type(item) == expected end
   for name, kind in pairs(expected) do
      if type(shape.get(item, name)) ~= kind then return false end
   end
   return true
end

local function check_array(path, list, name, expected)
   if not shape.is_array(list) then return damaged(path, name .. ": expected an array") end
   for index = 1, shape.length(list) do
      if not is_complete(list[index], expected) then
         return damaged(path, ("%s[%d] is incomplete"):format(name, index))
      end
   end
   return true
end

local function is_text(value) return value == nil or type(value) == "string" end

local function check(path, value)
   if type(value) ~= "table" or value.format ~= format then return damaged(path, "is no plan of this library") end
   if value.version ~= version then
      return damaged(path, ("is a plan of version %s, expected %d"):format(tostring(value.version), version))
   end
   if type(value.tenant) ~= "string" then return damaged(path, "tenant: expected a string") end
   if not is_text(value.base) or not is_text(value.folder) then return damaged(path, "the folder is no string") end
   local secrets = value.missing_secrets
   if secrets ~= nil and secrets ~= "refuse" and secrets ~= "send" then
      return damaged(path, 'missing_secrets: expected "refuse" or "send"')
   end
   for _, each in ipairs(arrays) do
      local fine, err = check_array(path, value[each[1]], each[1], each[2])
      if not fine then return nil, err end
   end
   return value
end

local function read_differences(list)
   local lines = {}
   list = type(list) == "table" and list or {}
   for index, each in ipairs(list) do lines[index] = shape.string(each, "shown") or "?" end
   local shown = table.concat(lines, "\n")
   return setmetatable(list, { __jsontype = "array", __tostring = function() return shown end })
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
