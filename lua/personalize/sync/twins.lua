--- Connections in use that share a name. The service allows it, but they cannot be told apart by name, and there is no
-- delete to remove one of them.
-- @module personalize.sync.twins
-- @local

local options = require "personalize.options"
local raw = require "personalize.raw"

local twins = {}

local function will_be_archived(entry, current)
   local given = raw.get(entry.given, "archived")
   if given == nil then return raw.is_archived(current) end
   return given == true
end

--- Predicts which connection will have each name after a plan.
-- @treturn table `of(entry, current)` returns the reason why an entry would become a twin (by a new name, or because it
-- is restored from the archive); or nil
function twins.expected(entries, connections, paired)
   local entry_of, holders = {}, {}
   for _, entry in ipairs(entries) do
      if paired.of[entry] then entry_of[paired.of[entry]] = entry end
   end
   for _, connection in ipairs(connections) do
      local entry = entry_of[connection]
      local archived = raw.is_archived(connection)
      if entry then archived = will_be_archived(entry, connection) end
      if not archived then
         local name = entry and entry.name or connection.name
         holders[name] = holders[name] or {}
         table.insert(holders[name], connection.ref)
      end
   end
   local function other_holder(entry, current)
      for _, ref in ipairs(holders[entry.name] or {}) do
         if ref ~= current.ref then return ref end
      end
   end
   return { of = function(entry, current)
      local changes = entry.name ~= current.name or raw.is_archived(current)
      if not changes or will_be_archived(entry, current) then return nil end
      local other = other_holder(entry, current)
      return other and ("is the connection %s by the lock, and %s is in use as %s, too: rename one of them, or delete "
         .. "the file's line in the lock if the other one is meant"):format(current.ref, other,
         options.describe(entry.name)) or nil
   end }
end

--- The names that several connections in use share at present.
-- @tparam table names set of the names to look for
-- @treturn table array of `{ name =, refs = }`, sorted by name
function twins.among(connections, names)
   local refs, found = {}, {}
   for _, connection in ipairs(connections) do
      if names[connection.name] and not raw.is_archived(connection) then
         refs[connection.name] = refs[connection.name] or {}
         table.insert(refs[connection.name], connection.ref)
      end
   end
   for name, shared in pairs(refs) do
      if #shared > 1 then found[#found + 1] = { name = name, refs = shared } end
   end
   table.sort(found, function(a, b) return a.name < b.name end)
   return found
end

return twins
