--- Carries connections from one tenant to another, as definitions with the URLs and references to secrets of the second
-- tenant.
-- @module personalize.sync.promote
-- @local

local errors = require "personalize.error"
local export = require "personalize.sync.export"
local extract = require "personalize.sync.references.extract"
local folder = require "personalize.sync.folder"
local options = require "personalize.options"
local pair = require "personalize.sync.pair"
local raw = require "personalize.raw"
local references = require "personalize.sync.references"
local resolve = require "personalize.sync.references.resolve"
local schema = require "personalize.schema"
local tenant = require "personalize.sync.tenant"

local promote = {}

-- Members that hold URLs: parent path -> names of members.
local url_members = {}
schema.each(function(member, path)
   if member.format ~= "url" and member.format ~= "https_url" then return end
   local parent, name = path:match "^(.*)%.([^.]+)$"
   url_members[parent] = url_members[parent] or {}
   table.insert(url_members[parent], name)
end)

local function check_texts(map, where, fits, expected)
   for from, to in pairs(map or {}) do
      if type(from) ~= "string" or from == "" or not fits(to) then
         return errors.fail("config", ("%s: expected %s, got %s for %s"):format(where, expected,
            options.describe(to), options.describe(from)))
      end
   end
   return true
end

local known_replacements = { urls = "table", secrets = "table" }

--- Checks `replace`; raises an error for unknown members.
-- @return true; or nil and an error object of kind `config`
function promote.check(replace, level)
   options.check(replace, known_replacements, "sync.promote: replace", level + 1)
   local fine, err = check_texts(replace.urls, "replace.urls",
      function(to) return type(to) == "string" end, "texts that stand in the place of others")
   if not fine then return nil, err end
   return check_texts(replace.secrets, "replace.secrets",
      function(to) return type(to) == "string" or references.of(to) ~= nil end, "variables, or references")
end

-- Sorts longer texts first, so that the most specific one applies. Of two of one length only one can be at a place.
local function by_length(map)
   local list = {}
   for from, to in pairs(map) do list[#list + 1] = { from, to } end
   table.sort(list, function(a, b) return #a[1] > #b[1] end)
   return list
end

-- Replaces each place once: a replacement is not searched again.
local function replace_text(url, list)
   local parts, place = {}, 1
   while place <= #url do
      local replaced = false
      for _, each in ipairs(list) do
         if url:sub(place, place + #each[1] - 1) == each[1] then
            parts[#parts + 1], place, replaced = each[2], place + #each[1], true
            break
         end
      end
      if not replaced then
         parts[#parts + 1], place = url:sub(place, place), place + 1
      end
   end
   return table.concat(parts)
end

local function replace_urls(given, urls)
   local list = by_length(urls)
   for parent, names in pairs(url_members) do
      for _, found in ipairs(raw.objects(given, parent)) do
         for _, name in ipairs(names) do
            local url = rawget(found[1], name)
            if type(url) == "string" then found[1][name] = replace_text(url, list) end
         end
      end
   end
end

local function replace_secrets(given, secrets)
   return resolve.replace(given, function(kind, target)
      local other = kind == "env" and secrets[target]
      return type(other) == "string" and references.env(other) or other or nil
   end)
end

local function replaced(given, replace)
   if replace.urls then replace_urls(given, replace.urls) end
   if replace.secrets then given = replace_secrets(given, replace.secrets) end
   return given
end

--- The source of a plan: the definitions of another tenant's connections.
-- @tparam table opts `is_meant`, `replace`, `extract_secrets`
-- @treturn table source for computing a plan; then nil, and all connections of that tenant
-- @return `nil` and an error object
function promote.source(from, opts)
   local all, err = tenant.list(from)
   if not all then return nil, err end
   local findings = extract.new_findings(opts.extract_secrets)
   local source = { entries = {}, problems = {}, refs = {}, warnings = findings.warnings }
   local defined
   defined, err = export.define(all, pair.identities(all), findings, function(connection)
      return opts.is_meant(connection.name) and not raw.is_archived(connection) and connection.name or nil
   end)
   if not defined then return nil, err end
   for _, connection in ipairs(all) do
      if defined[connection] then
         local given = replaced(defined[connection], opts.replace or {})
         local entry = folder.entry(connection.name, given, true)
         entry.origin = connection
         table.insert(source.entries, entry)
      end
   end
   extract.conclude(findings, "connection")
   return source, nil, all
end

return promote
