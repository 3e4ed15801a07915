--- Finds the connection of each file: first by the ref in the lock, whatever the connection's name is now, unless that
-- connection was archived and created again; then by name, and if that is ambiguous by whether both are archived. There
-- is no delete, so a connection that was archived and created again has its name twice. At last a file that was renamed
-- together with its connection is recognised.
-- @module personalize.sync.pair
-- @local

local compare = require "personalize.sync.compare"
local folder = require "personalize.sync.folder"
local options = require "personalize.options"
local raw = require "personalize.raw"
local text = require "personalize.text"

local pair = {}

local function group(list, name_of)
   local groups = {}
   for _, item in ipairs(list) do
      local name = name_of(item)
      local same = groups[name]
      if not same then
         same = {}
         groups[name] = same
      end
      same[#same + 1] = item
   end
   return groups
end

-- The items of a list that are not paired yet and, if `archived` is given, have that state.
local function left(list, taken, archived, kind_of)
   local found = {}
   for _, item in ipairs(list) do
      if not taken[item] and (archived == nil or kind_of(item) == archived) then found[#found + 1] = item end
   end
   return found
end

local function entry_archived(entry) return entry.archived end

local function take(result, entry, connection)
   result.of[entry], result.taken[connection] = connection, true
end

-- Pairs a file that was only renamed to another file's name with the connection that it describes, not with the one of
-- its new name: nothing has to be sent then. One in the same state comes first: a file may leave out `archived`.
local function pair_moved_file(result, entry, connections_of_name, known)
   for _, archived in ipairs { entry.archived, not entry.archived } do
      for _, connection in ipairs(left(connections_of_name or {}, result.taken, archived, raw.is_archived)) do
         if known[connection.ref] and compare.is_met(entry, connection) then return take(result, entry, connection) end
      end
   end
end

-- The names of files in use, without these, that have no connection yet.
local function free_names(result, entries, without)
   local names = {}
   for _, entry in ipairs(left(entries, result.of, false, entry_archived)) do
      if not without[entry] then names[entry.name] = true end
   end
   return names
end

-- Pairs files that do not say whether they are archived, and whose ref is that of an archived connection. If that was
-- created again, the file is the one in use: by name later, or now, if the file gives it another name at the same time.
local function pair_retired(result, entries, by_name, retired)
   local claimed = free_names(result, entries, retired)
   local function successors(name)
      return claimed[name] and {} or left(by_name[name] or {}, result.taken, false, raw.is_archived)
   end
   for _, entry in ipairs(entries) do
      local connection = retired[entry]
      if connection and not result.taken[connection] and #successors(entry.name) == 0 then
         local found = successors(connection.name)
         take(result, entry, #found == 1 and found[1] or connection)
      end
   end
end

local function pair_by_ref(result, entries, connections, by_name, refs)
   local by_ref, known = {}, {}
   for _, connection in ipairs(connections) do by_ref[connection.ref] = connection end
   for _, ref in pairs(refs) do known[ref] = true end
   for _, entry in ipairs(entries) do
      local connection = by_ref[refs[entry.file] or false]
      if connection and connection.name ~= entry.name then
         pair_moved_file(result, entry, by_name[entry.name], known)
      end
   end
   local retired = {}
   for _, entry in ipairs(entries) do
      local connection = by_ref[refs[entry.file] or false]
      if connection and not result.of[entry] and not result.taken[connection] then
         if raw.is_archived(connection) and raw.get(entry.given, "archived") == nil then
            retired[entry] = connection
         else
            take(result, entry, connection)
         end
      end
   end
   pair_retired(result, entries, by_name, retired)
end

local function pair_single(result, entries, connections, archived)
   local free_entries = left(entries, result.of, archived, entry_archived)
   local free_connections = left(connections, result.taken, archived, raw.is_archived)
   if #free_entries == 1 and #free_connections == 1 then
      take(result, free_entries[1], free_connections[1])
   end
end

local function names_of_files(entries)
   local names = {}
   for index, entry in ipairs(entries) do names[index] = entry.file end
   return text.some(names)
end

-- The reason why entries of a name must not be touched, for archived entries or for the others; or nil.
local function ambiguity(name, archived, entries, connections)
   local same = left(entries, {}, archived, entry_archived)
   if #same > 1 then
      return ("%d files define %s: %s"):format(#same, options.describe(name), names_of_files(same))
   end
   local present = left(connections, {}, archived, raw.is_archived)
   if #present > 1 then
      return ("%d connections of the tenant are named %s: which one is meant cannot be told")
         :format(#present, options.describe(name))
   end
   return nil
end

-- The connections in use that have no file any more, but a line in the lock.
local function abandoned(result, entries, connections, refs)
   local present, known = {}, {}
   for _, entry in ipairs(entries) do present[entry.file] = true end
   for file, ref in pairs(refs) do
      if not present[file] then known[ref] = true end
   end
   local found = {}
   for _, connection in ipairs(left(connections, result.taken, false, raw.is_archived)) do
      if known[connection.ref] then found[#found + 1] = connection end
   end
   return found
end

-- New files are not compared with connections more often than this.
local most_comparisons = 10000

-- Pairs a new file with the connection that lost its file, if they are alike but for the name and no other of both is:
-- then the file was renamed with the connection. Without this the plan would create it, and archive the one in use.
local function pair_renamed_files(result, entries, connections, refs)
   local lost, new = abandoned(result, entries, connections, refs), {}
   for _, entry in ipairs(left(entries, result.of, false, entry_archived)) do
      if not refs[entry.file] and not result.ambiguous[entry] then new[#new + 1] = entry end
   end
   if #lost * #new > most_comparisons then return end
   local fits, count = {}, {}
   for _, entry in ipairs(#lost > 0 and new or {}) do
      local nameless = folder.nameless(entry)
      for _, connection in ipairs(lost) do
         if compare.is_met(nameless, connection) then
            fits[entry] = fits[entry] == nil and connection or false
            count[connection] = (count[connection] or 0) + 1
         end
      end
   end
   for entry, connection in pairs(fits) do
      if connection and count[connection] == 1 then take(result, entry, connection) end
   end
end

--- Pairs entries with connections.
-- @tparam table entries
-- @tparam table connections
-- @tparam table refs file -> ref
-- @treturn table `of` (entry -> connection), `ambiguous` (entry -> the reason why it must not be touched), `unmanaged`
-- (array of connections)
function pair.pair(entries, connections, refs)
   local result = { of = {}, taken = {}, ambiguous = {}, unmanaged = {} }
   local by_name = group(connections, function(connection) return connection.name end)
   pair_by_ref(result, entries, connections, by_name, refs)
   for name, same in pairs(group(entries, function(entry) return entry.name end)) do
      local present = by_name[name] or {}
      if #same > 1 or #present > 1 then
         pair_single(result, same, present, false)
         pair_single(result, same, present, true)
      end
      pair_single(result, same, present, nil)
      if #same > 1 or #present > 1 then
         local reasons = {}
         for _, archived in ipairs { true, false } do reasons[archived] = ambiguity(name, archived, same, present) end
         for _, entry in ipairs(same) do result.ambiguous[entry] = reasons[entry.archived] end
      end
   end
   pair_renamed_files(result, entries, connections, refs)
   for _, connection in ipairs(connections) do
      if not result.taken[connection] then result.unmanaged[#result.unmanaged + 1] = connection end
   end
   return result
end

--- Identities for naming: the name alone if no other connection has it.
-- @treturn table connection -> identity
function pair.identities(connections)
   local identities = {}
   for name, same in pairs(group(connections, function(connection) return connection.name end)) do
      local live = #left(same, {}, false, raw.is_archived)
      for _, connection in ipairs(same) do
         local alike = raw.is_archived(connection) and #same - live or live
         local identity = name
         if #same > alike and raw.is_archived(connection) then identity = identity .. "\0archived" end
         if alike > 1 then identity = identity .. "\0" .. connection.ref end
         identities[connection] = identity
      end
   end
   return identities
end

return pair
