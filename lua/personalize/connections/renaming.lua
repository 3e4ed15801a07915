--- Warnings of a write that renames or archives a connection: what this does to decision models and flows that use it.
-- @module personalize.connections.renaming
-- @local

local call = require "personalize.resource.call"
local options = require "personalize.options"
local raw = require "personalize.raw"
local uses = require "personalize.connections.uses"
local variable = require "personalize.connections.variable"

local renaming = {}

local most_named = 20

--- Says how a rename changes the variable that decision models have for a connection.
-- @tparam string from
-- @tparam string to
-- @treturn string
function renaming.describe(from, to)
   local old, new = variable.of(from), variable.of(to)
   if old == new then return ("decision models go on with the variable %s"):format(options.describe(new)) end
   return ("decision models have the variable %s for it, and no more %s"):format(options.describe(new),
      options.describe(old))
end

local function describe_use(use)
   return ("%s %s (%s) mentions it: %s"):format((use.kind:gsub("_", " ")), options.describe(use.name),
      tostring(use.ref), use.where)
end

--- Warnings that name the decision models and flows that use a connection.
-- @tparam table self of the resource: `client`
-- @tparam table found `name`, `ref`
-- @tparam string path of the warnings
-- @tparam table limits `timeout` and `retry` of each call
-- @treturn table array
function renaming.warnings_of_uses(self, found, path, limits)
   local list, err = uses.of(self, found.name, { found.ref }, limits)
   if not list then
      return { { path = path, code = "uses_unknown", message = "who uses it cannot be told: " .. err.message } }
   end
   local warnings = {}
   for index, use in ipairs(list) do
      if index > most_named then
         warnings[index] = { path = path, code = "in_use",
            message = ("%d more mention it; connections.uses lists them"):format(#list - most_named) }
         break
      end
      warnings[index] = { path = path, code = "in_use", message = describe_use(use) }
   end
   return warnings
end

--- Warns of what a write does to decision models and flows that use the connection.
-- @tparam table self the resource
-- @tparam table begun of `call.begin`; if its `check_uses` is true, they are looked for
-- @tparam table retrieved the connection as it is now
-- @tparam table sent the connection that will be sent
function renaming.warn(self, begun, retrieved, sent)
   local from, to = raw.string(retrieved, "name"), raw.string(sent, "name")
   local is_renamed = from ~= nil and to ~= nil and from ~= to
   local is_retired = raw.is_archived(sent) and not raw.is_archived(retrieved)
   if is_renamed then
      call.warn(begun, { path = "name", code = "renamed", message = ("%s becomes %s: %s; FreeMarker refers to it by "
         .. "its name"):format(options.describe(from), options.describe(to), renaming.describe(from, to)) })
   end
   if begun.check_uses and (is_renamed or is_retired) then
      local found = { name = from or "", ref = raw.string(retrieved, "ref") }
      for _, warning in ipairs(renaming.warnings_of_uses(self, found, is_renamed and "name" or "archived",
         { timeout = begun.timeout, retry = begun.retry })) do
         call.warn(begun, warning)
      end
   end
end

return renaming
