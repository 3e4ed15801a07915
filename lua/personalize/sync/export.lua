--- Writes a tenant's connections to a folder: one canonical JSON file for each, without secrets.
-- @module personalize.sync.export
-- @local

local compare = require "personalize.sync.compare"
local definition = require "personalize.connections.definition"
local errors = require "personalize.error"
local extract = require "personalize.sync.references.extract"
local folder = require "personalize.sync.folder"
local hold = require "personalize.sync.hold"
local json = require "personalize.json"
local json_schema = require "personalize.sync.json_schema"
local letters = require "personalize.letters"
local lock = require "personalize.sync.lock"
local naming = require "personalize.sync.naming"
local native = require "personalize.native"
local pair = require "personalize.sync.pair"
local raw = require "personalize.raw"
local references = require "personalize.sync.references"
local report = require "personalize.sync.report"
local resolve = require "personalize.sync.references.resolve"
local tenant = require "personalize.sync.tenant"
local text = require "personalize.text"

local export = {}

-- The mode of files with credentials: only the owner may read them, whatever the mode was before.
local private_mode = 384 -- 0600

-- The connections in an order that is always the same, whatever the service's is: variables depend on it.
local function in_order(connections, identities)
   local ordered, places = {}, {}
   for index, connection in ipairs(connections) do ordered[index], places[connection] = connection, index end
   table.sort(ordered, function(a, b)
      if identities[a] ~= identities[b] then return identities[a] < identities[b] end
      return places[a] < places[b]
   end)
   return ordered
end

--- Makes the definitions of connections as code, without secrets. The secrets of all connections get variables, so that
-- these do not depend on which connections are wanted.
-- @tparam table all connections of the tenant
-- @tparam table identities connection -> identity
-- @tparam table findings as `extract.new_findings` makes them
-- @tparam function wanted `wanted(connection)` returns its title in findings if it is wanted, or nil; and the entry of
-- its present file, if there is one
-- @treturn table connection -> definition, of the wanted ones
-- @return `nil` and an error object
function export.define(all, identities, findings, wanted)
   local defined, unwanted = {}, extract.unwanted(findings)
   for _, connection in ipairs(in_order(all, identities)) do
      local title, entry = wanted(connection)
      local into = title and findings or unwanted
      into.file, into.item = title or connection.name, { name = connection.name, identity = identities[connection] }
      local copy, err = definition.sendable(connection)
      if copy then copy = extract.secure(resolve.escape(copy), entry and entry.given, into) end
      if title and not copy then return nil, err end
      if title then defined[connection] = copy end
   end
   return defined
end

-- Chooses the file name of each connection. Existing files keep their names.
local function name_files(read, all, connections, identities, identity)
   local pairs_of = pair.pair(read.entries, all, lock.refs(read.lock, identity))
   local files, entries, taken, unnamed, items = {}, {}, {}, {}, {}
   for name in pairs(read.listing) do taken[letters.lower(name)] = true end
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
      if not pairs_of.of[entry] then stale[#stale + 1] = { entry = entry, ambiguity = pairs_of.ambiguous[entry] } end
   end
   return files, entries, stale
end

-- Makes all texts before writing the first. An existing file keeps its `$schema`, or stays without one.
local function prepare(connections, defined, files, entries, findings)
   local prepared = {}
   for index, connection in ipairs(connections) do
      local file, entry, given = files[connection], entries[connection], defined[connection]
      local content, err
      if not entry or not raw.equal(entry.given, given) then
         local named_schema = findings.schema
         if entry then named_schema = entry.schema end
         content, err = compare.text_of(given, named_schema)
         if not content then return nil, err end
      end
      prepared[index] = { file = file, content = content,
         mode = (findings.has_credentials[file] or #references.literals(given) > 0) and private_mode or nil,
         names_schema = entry and entry.schema == json_schema.reference or not entry and findings.schema ~= nil }
   end
   return prepared
end

local function write_all(path, prepared, result)
   for _, each in ipairs(prepared) do
      if each.content then
         local done, reason = native.file.write(path, each.file, each.content, each.mode)
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

-- Writes the schema file beside the files that name it. It is that of the library version which wrote last.
local function write_schema(path, prepared)
   local is_named = false
   for _, each in ipairs(prepared) do is_named = is_named or each.names_schema end
   if not is_named then return true end
   local content = json_schema.text()
   if native.file.read(path, json_schema.file, #content) == content then return true end
   local done, reason = native.file.write(path, json_schema.file, content)
   if done then return true end
   return errors.fail("config", ("%s/%s: %s"):format(text.line(path), json_schema.file, reason))
end

-- What a plan would make of a file that is no connection of the tenant.
local function outlook(ambiguity)
   if not ambiguity then return "the tenant has no such connection: a plan would create it; prune removes the file" end
   return ambiguity .. ", which is a problem of a plan; prune removes the file"
end

local function remove_stale(path, read, stale, opts, result)
   for _, each in ipairs(stale) do
      local entry = each.entry
      if opts.is_meant(entry.name) and opts.prune then
         local done, reason = native.file.remove(path, entry.file)
         if not done then return errors.fail("config", ("%s/%s: %s"):format(text.line(path), entry.file, reason)) end
         table.insert(result.removed, entry.file)
         read.listing[entry.file] = nil
      elseif opts.is_meant(entry.name) then
         table.insert(result.stale, entry.file)
         table.insert(result.warnings, { file = entry.file, code = "stale_file", message = outlook(each.ambiguity) })
      end
   end
   return true
end

-- Writes the lock. A file that is gone keeps its line if its connection is not exported and has another file now: by
-- this line a plan knows that the file was renamed together with its connection.
local function write_lock(path, read, identity, connections, files)
   local refs, known, is_written = {}, lock.refs(read.lock, identity), {}
   for _, connection in ipairs(connections) do is_written[connection.ref] = true end
   local has_new_file = {}
   for connection, file in pairs(files) do
      if not known[file] and not is_written[connection.ref] then has_new_file[connection.ref] = true end
   end
   for file, ref in pairs(known) do
      if read.listing[file] or has_new_file[ref] then refs[file] = ref end
   end
   for _, connection in ipairs(connections) do refs[files[connection]] = connection.ref end
   return lock.write(path, read.lock, identity, refs)
end

local function new_result(path, findings)
   return setmetatable({
      folder = path, written = json.array {}, unchanged = json.array {}, removed = json.array {},
      stale = json.array {}, references = findings.references, warnings = findings.warnings,
   }, { __name = "personalize.sync.export", __tostring = report.export, __jsontype = "object" })
end

local function refuse(problems)
   return folder.refuse(problems, "the folder is broken, nothing was written")
end

-- Reads the folder and the tenant.
local function read_both(client, path)
   local read, err = folder.read(path, { references = "anywhere" }) -- they are kept, not looked up
   if not read then return nil, err end
   if #read.problems > 0 then return refuse(read.problems) end
   local all
   all, err = tenant.list(client)
   if not all then return nil, err end
   local identity = tenant.identify(client, all)
   local problems = lock.problems(read.lock, identity, read.entries)
   if #problems > 0 then return refuse(problems) end
   return read, all, identity
end

local function run(client, path, opts, warning)
   local read, all, identity = read_both(client, path)
   if not read then return nil, all end
   local identities, connections = pair.identities(all), {}
   for _, connection in ipairs(all) do
      if opts.is_meant(connection.name) then connections[#connections + 1] = connection end
   end
   local files, entries, stale = name_files(read, all, connections, identities, identity)
   local findings = extract.new_findings(opts.extract_secrets, read.entries)
   if opts.schema ~= false then findings.schema = json_schema.reference end
   if warning then table.insert(findings.warnings, { path = "", code = "not_locked", message = warning }) end
   local defined, prepared, err
   defined, err = export.define(all, identities, findings, function(connection)
      return opts.is_meant(connection.name) and files[connection] or nil, entries[connection]
   end)
   if not defined then return nil, err end
   prepared, err = prepare(connections, defined, files, entries, findings)
   if not prepared then return nil, err end
   extract.conclude(findings, "file")
   local result = new_result(path, findings)
   local fine
   fine, err = write_all(path, prepared, result)
   if not fine then return nil, err end
   fine, err = write_schema(path, prepared)
   if not fine then return nil, err end
   fine, err = remove_stale(path, read, stale, opts, result)
   if not fine then return nil, err end
   fine, err = write_lock(path, read, identity, connections, files)
   if not fine then return nil, err end
   return result
end

--- See `sync.export`.
-- @tparam table opts `is_meant`, `extract_secrets`, `prune`, `schema`
function export.export(client, path, opts)
   local made, reason, code = native.file.make_folder(path)
   if not made then return folder.fail(path, reason, code, "a folder is needed, or is made") end
   return hold.folder(path, "export", function(warning) return run(client, path, opts, warning) end)
end

return export
