--- Writes a tenant's connections to a folder: one canonical JSON file each, without secrets.
-- @module personalize.sync.exporting
-- @local

local native = require "personalize.native"
local errors = require "personalize.error"
local json = require "personalize.json"
local definition = require "personalize.connections.definition"
local extraction = require "personalize.sync.extraction"
local folder = require "personalize.sync.folder"
local lock = require "personalize.sync.lock"
local naming = require "personalize.sync.naming"
local pairing = require "personalize.sync.pairing"
local prose = require "personalize.sync.prose"
local rewriting = require "personalize.sync.rewriting"
local settling = require "personalize.sync.settling"
local shape = require "personalize.raw"
local tenant = require "personalize.sync.tenant"
local text = require "personalize.text"

local exporting = {}

--- A connection as code, secrets taken out.
-- @return the definition; or nil and an error object
function exporting.define(connection, earlier, report)
   local copy, err = definition.sendable(connection)
   if not copy then return nil, err end
   return extraction.secure(rewriting.escape(copy), earlier, report)
end

-- Which file each connection has, or gets. Files that are there keep their names.
local function name_files(read, connections, identities, key)
   local pairs_of = pairing.pair(read.entries, connections, lock.refs(read.lock, key))
   local files, entries, taken, unnamed, items = {}, {}, {}, {}, {}
   for name in pairs(read.listing) do taken[name:lower()] = true end
   for entry, connection in pairs(pairs_of.of) do
      files[connection], entries[connection] = entry.file, entry
   end
   for _, connection in ipairs(connections) do
      if not files[connection] then
         unnamed[#unnamed + 1] = connection
         items[#items + 1] = { name = connection.name, identity = identities[connection] }
      end
   end
   for index, name in ipairs(naming.files(items, taken)) do files[unnamed[index]] = name end
   local stale = {}
   for _, entry in ipairs(read.entries) do
      if not pairs_of.of[entry] then stale[#stale + 1] = entry end
   end
   return files, entries, stale
end

-- All texts before the first is written.
local function prepare(connections, files, entries, identities, report)
   local prepared = {}
   for index, connection in ipairs(connections) do
      local file, entry = files[connection], entries[connection]
      report.file, report.item = file, { name = connection.name, identity = identities[connection] }
      local given, err = exporting.define(connection, entry and entry.given, report)
      if not given then return nil, err end
      local content
      if not entry or not shape.equal(entry.given, given) then
         content, err = settling.text_of(given)
         if not content then return nil, err end
      end
      prepared[index] = { file = file, content = content }
   end
   return prepared
end

local function write_all(path, prepared, result)
   for _, each in ipairs(prepared) do
      if each.content then
         local done, reason = native.file.write(path, each.file, each.content)
         if not done then
            return errors.fail("config", ("%s/%s: %s (%d files were written before)"):format(text.line(path),
               each.file, reason, #result.written), { result = result })
         end
         table.insert(result.written, each.file)
      else
         table.insert(result.unchanged, each.file)
      end
   end
   return true
end

local function remove_stale(path, stale, how, result)
   for _, entry in ipairs(stale) do
      if how.is_meant(entry.name) and how.prune then
         local done, reason = native.file.remove(path, entry.file)
         if not done then return errors.fail("config", ("%s/%s: %s"):format(text.line(path), entry.file, reason)) end
         table.insert(result.removed, entry.file)
      elseif how.is_meant(entry.name) then
         table.insert(result.stale, entry.file)
         table.insert(result.warnings, { file = entry.file,
            message = "the tenant has no such connection: a plan would create it; prune removes the file" })
      end
   end
   return true
end

local function write_lock(path, read, key, connections, files)
   local refs = {}
   for file, ref in pairs(lock.refs(read.lock, key)) do
      if native.file.read(path, file, 0) ~= nil or read.listing[file] then refs[file] = ref end
   end
   for _, connection in ipairs(connections) do refs[files[connection]] = connection.ref end
   return lock.write(path, read.lock, key, refs)
end

local function new_result(path, report)
   return setmetatable({
      folder = path, written = json.array {}, unchanged = json.array {}, removed = json.array {},
      stale = json.array {}, references = report.references, warnings = report.warnings,
   }, { __name = "personalize.sync.export", __tostring = prose.export, __jsontype = "object" })
end

--- See `sync.export`.
-- @tparam table how `is_meant`, `extract_secrets`, `prune`
function exporting.export(client, path, how)
   local made, reason = native.file.make_folder(path)
   if not made then return errors.fail("config", ("%s: %s"):format(text.line(path), reason)) end
   local read, err = folder.read(path)
   if not read then return nil, err end
   if #read.problems > 0 then return folder.refuse(read.problems, "the folder is broken, nothing was written") end
   local all
   all, err = tenant.list(client)
   if not all then return nil, err end
   local identities, key, connections = pairing.identities(all), tenant.key(client, all), {}
   for _, connection in ipairs(all) do
      if how.is_meant(connection.name) then connections[#connections + 1] = connection end
   end
   local files, entries, stale = name_files(read, connections, identities, key)
   local report = extraction.new_report(how.extract_secrets)
   local prepared, fine
   prepared, err = prepare(connections, files, entries, identities, report)
   if not prepared then return nil, err end
   local result = new_result(path, report)
   fine, err = write_all(path, prepared, result)
   if not fine then return nil, err end
   fine, err = remove_stale(path, stale, how, result)
   if not fine then return nil, err end
   fine, err = write_lock(path, read, key, connections, files)
   if not fine then return nil, err end
   return result
end

return exporting
