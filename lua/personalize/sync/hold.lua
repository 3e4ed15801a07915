--- Allows one run at a time: a run that exports or applies holds the folder, and a second run is refused at once. A
-- plan without a folder holds its tenant, for the runs of this user on this machine.
-- @module personalize.sync.hold
-- @local

local errors = require "personalize.error"
local naming = require "personalize.sync.naming"
local native = require "personalize.native"
local text = require "personalize.text"

local hold = {}

local file = ".personalize.busy"

local function busy(what, holder)
   return errors.fail("conflict", ("%s is in use: %s; try again when that has ended"):format(text.line(what),
      holder ~= "" and text.line(holder) or "another process"))
end

-- Runs `work` and releases the lock afterwards, even if `work` raises.
local function run(lock, work, warning)
   local fine, result, err = pcall(work, warning)
   if lock then lock:release() end
   if not fine then error(result, 0) end
   if result == nil then return nil, err end
   return result
end

local function purpose_of(what)
   return ("%s since %s"):format(what, os.date "!%Y-%m-%dT%H:%M:%SZ")
end

--- Runs `work` while it holds a folder. First it deletes files that killed runs left there.
-- @tparam string path
-- @tparam string what `export` or `apply`, for the error message of other runs
-- @tparam function work `work(warning)`; the warning says that the folder could not be locked
-- @return what `work` returns; or nil and an error object of kind `conflict` or `config`
function hold.folder(path, what, work)
   local lock, reason, _, kind = native.file.lock(path, file, purpose_of(what))
   if kind == "busy" then return busy(path, reason) end
   if kind == "failed" then
      local listing, problem = native.file.list(path)
      if not listing then return errors.fail("config", ("%s: %s"):format(text.line(path), problem)) end
      return errors.fail("config", ("%s/%s: %s"):format(text.line(path), file, reason))
   end
   if lock then native.file.clear(path) end
   return run(lock, work, not lock and ("%s cannot be locked (%s): see to it that nobody else exports or applies it "
      .. "meanwhile"):format(text.line(path), reason) or nil)
end

--- Runs `work` while it holds a tenant.
-- @tparam table identity as `tenant.identify` returns it; one run may know its organisation and another not
function hold.tenant(identity, what, work)
   local name = identity.base_url
   local key = ("%s#%s"):format(name, identity.client or identity.organisation or "")
   local path = os.getenv "XDG_RUNTIME_DIR" or os.getenv "TMPDIR" or "/tmp"
   local own = (".personalize-%s.busy"):format(naming.fingerprint(key))
   local lock, reason, _, kind = native.file.lock(path, own, purpose_of(what))
   if kind == "busy" then return busy(name, reason) end
   return run(lock, work, not lock and ("%s cannot be locked (%s: %s): see to it that nobody else promotes to it "
      .. "meanwhile"):format(text.line(name), text.line(path), reason) or nil)
end

return hold
