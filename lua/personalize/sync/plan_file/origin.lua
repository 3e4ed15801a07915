--- Whether the folder of a loaded plan is the one that the plan was made of. The plan has its path as it was written: a
-- relative one may lead to the folder of another project, whose secrets would be sent, and whose lock would be written.
-- And whether what a plan archives is still missing in the folder.
-- @module personalize.sync.plan_file.origin
-- @local

local errors = require "personalize.error"
local folder = require "personalize.sync.folder"
local lock = require "personalize.sync.lock"
local native = require "personalize.native"
local options = require "personalize.options"
local raw = require "personalize.raw"
local text = require "personalize.text"

local origin = {}

-- Why a file cannot be the one of an item; nil if it can be.
local function difference(path, listing, item, planned)
   if not listing[item.file] then return "is missing" end
   local entry, _, broken = folder.read_entry(path, item.file, { references = "anywhere" })
   entry = entry or broken
   if not entry then return "cannot be read as a connection" end
   if entry.name ~= item.name then return "is of another connection than " .. options.describe(item.name) end
   if planned and not raw.equal(entry.given, planned.given) then return "is not as it was when the plan was made" end
   return nil
end

-- Checks the files of a loaded plan's items: each must be there and name the item's connection. What is sent must also
-- be as planned, unless values changed it on its way into the plan.
local function check_files(plan, state, listing)
   for _, kind in ipairs { "creates", "updates", "unchanged" } do
      for _, item in ipairs(plan[kind]) do
         local planned = state.verbatim and state.private[item].entry or nil
         local reason = difference(state.folder, listing, item, planned)
         if reason then
            return errors.fail("conflict", ("nothing was sent: %s/%s %s: apply the plan from where it was made, "
               .. "or plan again"):format(text.line(state.folder), text.line(item.file), reason))
         end
      end
   end
   return true
end

-- The files of connections that the plan has no item of, sorted.
local function new_files(plan, listing)
   local known, files = {}, {}
   for _, kind in ipairs { "creates", "updates", "unchanged" } do
      for _, item in ipairs(plan[kind]) do known[item.file] = true end
   end
   for name in pairs(listing) do
      if folder.is_connection_file(name) and not known[name] then files[#files + 1] = name end
   end
   table.sort(files)
   return files
end

-- Why a file that the plan has no item of speaks against archiving; nil if it does not.
local function objection(path, file, archived, refs)
   local entry, _, broken = folder.read_entry(path, file, { references = "anywhere" })
   entry = entry or broken
   if not entry then return "cannot be read as a connection, and may be one that the plan archives" end
   local item = not entry.archived and (archived[refs[file] or false] or archived[entry.name])
   return item and ("has %s by now, which the plan archives"):format(options.describe(item.name)) or nil
end

-- Checks that what the plan archives got no file since: by its name, or by its ref in the lock.
local function check_archives(plan, state, listing)
   local archived = {}
   for _, item in ipairs(plan.archives or {}) do
      if not state.done[item] then archived[item.name], archived[item.ref] = item, item end
   end
   local files = next(archived) ~= nil and new_files(plan, listing) or {}
   if #files == 0 then return true end
   local current, err = lock.read(state.folder)
   if not current then return nil, err end
   local refs = lock.refs(current, state.identity)
   for _, file in ipairs(files) do
      local reason = objection(state.folder, file, archived, refs)
      if reason then
         return errors.fail("conflict", ("nothing was sent: %s/%s %s: plan again"):format(text.line(state.folder),
            text.line(file), reason))
      end
   end
   return true
end

--- Checks the folder of a plan. A folder that is not there is not checked: then there is nothing to mistake it for.
-- @tparam table plan
-- @tparam table state `is_loaded`, `folder`, `verbatim` (whether the plan's definitions are those of the files),
-- `private`, `done`, `identity`
-- @return true; or nil and an error object, of kind `conflict` if the folder is not as the plan has it
function origin.check(plan, state)
   local listing = state.folder and native.file.list(state.folder)
   if not listing then return true end
   if state.is_loaded then
      local fine, err = check_files(plan, state, listing)
      if not fine then return nil, err end
   end
   return check_archives(plan, state, listing)
end

return origin
