--- The lock file beside the files: which connection of which tenant each file is. Nothing depends on it but
-- telling connections of one name apart; it may be deleted.
-- @module personalize.sync.lock
-- @local

local native = require "personalize.native"
local errors = require "personalize.error"
local json = require "personalize.json"
local shape = require "personalize.raw"

local lock = {}

--- Its name in the folder.
lock.file = "personalize.lock"

local largest = 16 * 1024 * 1024

local remedy = "; it can be deleted: export and apply write it anew"

local function damaged(message)
   return errors.fail("decode", ("%s: %s%s"):format(lock.file, message, remedy))
end

local function is_map_of_refs(value)
   if type(value) ~= "table" then return false end
   for file, ref in pairs(value) do
      if type(file) ~= "string" or type(ref) ~= "string" then return false end
   end
   return true
end

local function check(value)
   if type(value) ~= "table" or shape.is_array(value) then return damaged "expected an object" end
   if value.version ~= 1 then return damaged(("expected version 1, got %s"):format(tostring(value.version))) end
   if type(value.tenants) ~= "table" then return damaged "tenants: expected an object" end
   for key, refs in pairs(value.tenants) do
      if type(key) ~= "string" or not is_map_of_refs(refs) then
         return damaged("tenants: expected objects that map files to refs")
      end
   end
   return value
end

--- Reads it; an empty one where there is none.
-- @return lock; or nil and an error object of kind `decode` or `config`
function lock.read(folder)
   local text, reason, code = native.file.read(folder, lock.file, largest)
   if not text and code == 2 then return { version = 1, tenants = {} } end
   if not text then return errors.fail("config", ("%s: %s"):format(lock.file, reason)) end
   local value, err = json.decode(text)
   if value == nil then return damaged(err.message) end
   return check(value)
end

--- The refs that are known of a tenant: file -> ref.
function lock.refs(value, tenant)
   return value.tenants[tenant] or {}
end

--- Sets a tenant's refs.
-- @return true; or nil and an error object
function lock.write(folder, value, tenant, refs)
   if next(refs) == nil and not value.tenants[tenant] then return true end
   value.tenants[tenant] = refs
   local text = assert(json.encode(value, { pretty = true, canonical = true })) .. "\n"
   if native.file.read(folder, lock.file, largest) == text then return true end
   local done, reason = native.file.write(folder, lock.file, text)
   if done then return true end
   return errors.fail("config", ("%s/%s: %s"):format(folder, lock.file, reason))
end

return lock
