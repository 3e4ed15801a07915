--- Checks the documents of saved plans, which are untrusted input.
-- @module personalize.sync.plan_file.check
-- @local

local errors = require "personalize.error"
local raw = require "personalize.raw"
local text = require "personalize.text"

local check = {}

check.format, check.version = "personalize plan", 1

local function damaged(path, message)
   return errors.fail("decode", ("%s: %s"):format(text.line(path), message))
end

--- The error for a damaged plan.
check.damaged = damaged

-- The arrays of a plan, the required types of their items' members, and those of members that may be missing.
local told, placed = { message = "string" }, { file = "string", line = "number", path = "string" }
local defined = { definition = "table" }
local arrays = {
   { "creates", { name = "string", file = "string", definition = "table" } },
   { "updates", { name = "string", file = "string", definition = "table", ref = "string" } },
   { "archives", { name = "string", ref = "string" }, defined },
   { "unchanged", { name = "string", file = "string", ref = "string" }, defined },
   { "unmanaged", { name = "string", ref = "string" }, defined },
   { "uncompared", "string" },
   { "problems", told, placed },
   { "warnings", told, placed },
   { "seen", "string" },
}

local function is_complete(item, expected, optional)
   if type(expected) == "string" then return type(item) == expected end
   for name, kind in pairs(expected) do
      if type(raw.get(item, name)) ~= kind then return false end
   end
   for name, kind in pairs(optional or {}) do
      local value = rawget(item, name) -- null is of none of these types
      if value ~= nil and type(value) ~= kind then return false end
   end
   return true
end

local function check_array(path, list, name, expected, optional)
   if not raw.is_array(list) then return damaged(path, name .. ": expected an array") end
   for index = 1, raw.length(list) do
      if not is_complete(list[index], expected, optional) then
         return damaged(path, ("%s[%d] is incomplete"):format(name, index))
      end
   end
   return true
end

local function is_text(value) return value == nil or type(value) == "string" end

--- Checks a decoded plan: everything that is used later must have the right type.
-- @return the document; or nil and an error object of kind `decode`
function check.document(path, value)
   if type(value) ~= "table" or value.format ~= check.format then
      return damaged(path, "is no plan of this library, as `plan --save` writes it")
   end
   if value.version ~= check.version then
      return damaged(path, ("is a plan of version %s, expected %d: make it anew, by plan --save"):format(
         tostring(value.version), check.version))
   end
   if type(value.tenant) ~= "string" then return damaged(path, "tenant: expected a string") end
   if not is_text(value.base) or not is_text(value.folder) or not is_text(value.secrets_folder) then
      return damaged(path, "the folder is no string")
   end
   if not is_text(value.client) or not is_text(value.organisation) then
      return damaged(path, "the tenant's identity is no string")
   end
   for _, name in ipairs { "renames", "verbatim" } do
      if value[name] ~= nil and type(value[name]) ~= "boolean" then
         return damaged(path, name .. ": expected a boolean")
      end
   end
   local secrets = value.missing_secrets
   if secrets ~= nil and secrets ~= "refuse" and secrets ~= "send" then
      return damaged(path, 'missing_secrets: expected "refuse" or "send"')
   end
   for _, each in ipairs(arrays) do
      local fine, err = check_array(path, value[each[1]], each[1], each[2], each[3])
      if not fine then return nil, err end
   end
   return value
end

return check
