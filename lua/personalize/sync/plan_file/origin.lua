--- Whether the folder of a loaded plan is the one that the plan was made of. The plan has its path as it was written: a
-- relative one may lead to the folder of another project, whose secrets would be sent, and whose lock would be written.
-- @module personalize.sync.plan_file.origin
-- @local

local errors = require "personalize.error"
local folder = require "personalize.sync.folder"
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

--- Checks the files of a loaded plan's items: each must be there and name the item's connection. What is sent must also
-- be as planned, unless values changed it on its way into the plan. A folder that is not there is not checked: then
-- there is nothing to mistake it for.
-- @tparam table plan
-- @tparam table state `is_loaded`, `folder`, `verbatim` (whether the plan's definitions are those of the files),
-- `private`
-- @return true; or nil and an error object of kind `conflict`
function origin.check(plan, state)
   local listing = state.is_loaded and state.folder and native.file.list(state.folder)
   if not listing then return true end
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

return origin
