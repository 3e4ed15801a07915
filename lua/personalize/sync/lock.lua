--- The lock file in the folder: which connection of which tenant each file belongs to. With it renamed connections, and
-- connections that share a name, are recognised. It may be deleted.
-- @module personalize.sync.lock
-- @local

local bound = require "personalize.sync.bound"
local errors = require "personalize.error"
local json = require "personalize.json"
local native = require "personalize.native"
local raw = require "personalize.raw"
local tenant = require "personalize.sync.tenant"
local text = require "personalize.text"

local lock = {}

--- The name of the file.
lock.file = "personalize.lock"

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
   if type(value) ~= "table" or raw.is_array(value) then return damaged "expected an object" end
   if value.version ~= 1 then return damaged(("expected version 1, got %s"):format(tostring(value.version))) end
   if type(value.tenants) ~= "table" then return damaged "tenants: expected an object" end
   for key, refs in pairs(value.tenants) do
      if type(key) ~= "string" or not is_map_of_refs(refs) then
         return damaged("tenants: expected objects that map files to refs")
      end
   end
   return value
end

-- A merge that keeps both sides may leave a tenant, or a file, twice; each has lines that the other lacks.
local function check_members(duplicates)
   local paths = {}
   for index, each in ipairs(duplicates or {}) do paths[index] = text.line(each.path) end
   if #paths == 0 then return true end
   return damaged(("%s: stands more than once: keep it once, with the lines of both"):format(text.some(paths)))
end

--- Reads the lock; an empty one if there is none.
-- @return lock; or nil and an error object of kind `decode` or `config`
function lock.read(folder)
   local content, reason, code = native.file.read(folder, lock.file, bound.largest_file)
   if not content and code == 2 then return { version = 1, tenants = {} } end
   if not content then return errors.fail("config", ("%s: %s"):format(lock.file, reason)) end
   local value, err = json.decode_file(content)
   if value == nil then return damaged(err.message) end
   local fine
   fine, err = check_members(err)
   if not fine then return nil, err end
   return check(value)
end

local by_client = "client-"

-- The key of a tenant: its organisation, or, until that is known, its credentials.
local function key_of(identity)
   local own = identity.organisation or identity.client and by_client .. identity.client
   return tenant.address(identity.base_url) .. (own and "#" .. own or "")
end

-- The key that a lock has for a tenant; it may spell the address in another way.
local function present_key(value, identity)
   local wanted, found = key_of(identity), nil
   if value.tenants[wanted] then return wanted end
   for key in pairs(value.tenants) do
      if tenant.address(key) == wanted and (not found or key < found) then found = key end
   end
   return found
end

local function organisation_of(key)
   local organisation = key:match "#(.*)$"
   return organisation and organisation:sub(1, #by_client) ~= by_client and organisation or nil
end

--- The known refs of a tenant: file -> ref.
function lock.refs(value, identity)
   local key = present_key(value, identity)
   if not key and identity.organisation then
      key = present_key(value, { base_url = identity.base_url, client = identity.client })
   end
   return key and value.tenants[key] or {}
end

-- Refs that another organisation also has: ref -> key of the organisation.
local function foreign_refs(value, identity)
   local found = {}
   for key, refs in pairs(value.tenants) do
      local organisation = organisation_of(key)
      if organisation and identity.organisation and organisation ~= identity.organisation then
         for _, ref in pairs(refs) do found[ref] = key end
      end
   end
   return found
end

--- Checks a tenant's refs: a ref of two files, or also of another organisation, is a problem.
-- @tparam table entries of the folder
-- @treturn table array of `{ file =, path =, message = }`
function lock.problems(value, identity, entries)
   local problems, refs, file_of = {}, lock.refs(value, identity), {}
   local foreign = foreign_refs(value, identity)
   for _, entry in ipairs(entries) do
      local ref = refs[entry.file]
      local message
      if ref and file_of[ref] then
         message = ("has the ref %s for %s, too: delete the line of the one that it is not"):format(ref, file_of[ref])
      elseif ref and foreign[ref] then
         message = ("has the ref %s for %s, too: delete it where it does not belong"):format(ref, foreign[ref])
      end
      if ref then file_of[ref] = file_of[ref] or entry.file end
      if message then
         problems[#problems + 1] = { file = entry.file, path = "", message = lock.file .. " " .. message }
      end
   end
   return problems
end

--- Sets a tenant's refs.
-- @return true; or nil and an error object
function lock.write(folder, value, identity, refs)
   local key = present_key(value, identity) or key_of(identity)
   if next(refs) == nil and not value.tenants[key] then return true end
   value.tenants[key] = refs
   local content, err = bound.encode(value, nil, lock.file, "keep fewer connections or tenants in a folder")
   if not content then return nil, err end
   if native.file.read(folder, lock.file, bound.largest_file) == content then return true end
   local done, reason = native.file.write(folder, lock.file, content)
   if done then return true end
   return errors.fail("config", ("%s/%s: %s"):format(folder, lock.file, reason))
end

return lock
