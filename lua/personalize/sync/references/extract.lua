--- Keeps secrets out of files. Write-only secrets always become references. Credentials that the service does return
-- become references if asked for; otherwise they cause a warning.
-- @module personalize.sync.references.extract
-- @local

local counterpart = require "personalize.sync.references.counterpart"
local json = require "personalize.json"
local letters = require "personalize.letters"
local naming = require "personalize.sync.naming"
local options = require "personalize.options"
local raw = require "personalize.raw"
local redaction = require "personalize.redaction"
local references = require "personalize.sync.references"
local schema = require "personalize.schema"
local text = require "personalize.text"

local extract = {}

-- The name of a secret: that of its header or form item, or else its path.
local function purpose(path, parent)
   local name = raw.string(parent, "name") or raw.string(parent, "key")
   if name and path:find "%]%.%a+$" and (rawget(parent, "value") ~= nil or rawget(parent, "exampleValue") ~= nil) then
      return path:gsub("%[%d+%]%.%a+$", "") .. " " .. name
   end
   return (path:gsub("^auth%.", ""):gsub("[%[%]]", " "))
end

local function child(path, name)
   if type(name) == "number" then return ("%s[%d]"):format(path, name) end
   return path == "" and name or path .. "." .. name
end

local function sorted_names(object)
   local names = {}
   for name in next, object do names[#names + 1] = name end
   table.sort(names, function(a, b)
      if type(a) == type(b) then return a < b end
      return type(a) == "number"
   end)
   return names
end

-- Calls `visit(parent, name, path)` for each text or whole value that masking changes.
local function each_credential(value, masked, visit, path)
   for _, name in ipairs(sorted_names(value)) do
      local member, shown = rawget(value, name), rawget(masked, name)
      local place = child(path, name)
      if type(member) == "table" and type(shown) == "table" then
         if not references.of(member) then each_credential(member, shown, visit, place) end
      elseif not rawequal(member, shown) and not references.of(member) then
         visit(value, name, place)
      end
   end
end

-- What a secret is, so that no other one of the connection is the same: of two headers of one name the second has a
-- number.
local function own_purpose(findings, path, parent)
   local what = purpose(path, parent)
   local owner = findings.item.identity .. "\0" .. what
   findings.counts[owner] = (findings.counts[owner] or 0) + 1
   return findings.counts[owner] == 1 and what or ("%s %d"):format(what, findings.counts[owner])
end

local function add_reference(findings, parent, name, path)
   local variable = naming.variable(findings.item, own_purpose(findings, path, parent), findings.variables)
   parent[name] = references.env(variable)
   table.insert(findings.references, { file = findings.file, path = path, kind = "env", target = variable })
end

-- Words that occur in place of a credential and are clearly not one.
local plain_words = {}
for word in ("default none null nil true false yes no on off example sample string value todo"):gmatch "%S+" do
   plain_words[word] = true
end

-- Whether a text can become a reference: references are usual at its place, and it may be a credential.
local function is_extractable(value, path)
   return type(value) == "string" and references.is_usual_place(path) and not plain_words[letters.lower(value)]
end

-- One warning for all credentials in files, or in connections that never were files, however many there are.
local function warn_of_credentials(findings, holder)
   local details, files, count = findings.credentials, {}, 0
   for _, each in ipairs(details) do
      if not files[each.file] then files[each.file], count = true, count + 1 end
   end
   local message = ("%d %s like a credential and %s in %d %s (details name %s)"):format(#details,
      #details == 1 and "value looks" or "values look", #details == 1 and "stands" or "stand", count,
      holder .. (count == 1 and "" or "s"), #details == 1 and "it" or "them")
   if not findings.extract then message = message .. "; extract_secrets makes references where they can stand" end
   return { path = "", code = "credential_in_file", message = message, details = details }
end

-- Files or connections that a message names.
local most_named = 10

-- Takes the warnings of a code out of a list: array of what they are of.
local function take_out(warnings, code)
   local details, kept = json.array {}, 0
   for index = 1, #warnings do
      local warning = warnings[index]
      warnings[index] = nil
      if warning.code == code then
         details[#details + 1] = { file = warning.file, path = warning.path }
      else
         kept = kept + 1
         warnings[kept] = warning
      end
   end
   return details
end

-- Puts one warning in place of several about types of authentication that are not published.
local function fold_unknown(findings, holder)
   if findings.unknown.count < 2 then return end
   local kinds, names, told, count = {}, {}, {}, 0
   local details = take_out(findings.warnings, "auth_type_unknown")
   for _, each in ipairs(details) do
      if not told[each.file] then
         told[each.file], count = true, count + 1
         names[#names + 1] = count <= most_named and options.describe(each.file) or nil
      end
   end
   for kind in pairs(findings.unknown.kinds) do kinds[#kinds + 1] = options.describe(kind) end
   table.sort(kinds)
   if count > most_named then names[#names + 1] = ("and %d more"):format(count - most_named) end
   table.insert(findings.warnings, { path = "auth", code = "auth_type_unknown", details = details,
      message = ("%s (%s) %s an authType that is not published (%s): if it has a secret that the service does not "
         .. "return, it is not in the definition; give it as {\"$env\": \"NAME\"}"):format(
         text.count(count, holder, holder .. "s"), table.concat(names, ", "), count == 1 and "has" or "have",
         table.concat(kinds, ", ")) })
end

-- The published write-only secrets: `{ parent =, member = }`.
local write_only = {}
for _, parent in ipairs(schema.members) do
   for _, member in ipairs(parent.members or {}) do
      if member.secret then write_only[#write_only + 1] = { parent = parent.name, member = member } end
   end
end

-- Puts references into the file, whatever the service returned.
local function add_write_only(findings, definition, earlier)
   for _, secret in ipairs(write_only) do
      local member = secret.member
      local before = raw.objects(earlier, secret.parent)
      for index, found in ipairs(raw.objects(definition, secret.parent)) do
         local object, path = found[1], ("%s.%s"):format(found[2], member.name)
         local known = raw.get(before[index] and before[index][1], member.name)
         if references.of(known) then
            object[member.name] = known
         elseif rawget(object, member.name) ~= nil or raw.auth_type(object) == member.only then
            add_reference(findings, object, member.name, path)
         end
      end
   end
end

local function is_filled(value)
   return raw.is_object(value) and not json.is_number(value) and next(value) ~= nil and not references.of(value)
end

-- Adds references for what the service hides of an object: texts of an earlier file, and what it masks.
local function add_hidden(findings, object, known, path, may_be_secret)
   local names = {}
   for _, source in ipairs { object, known } do
      for _, name in ipairs(sorted_names(source)) do
         if not may_be_secret or may_be_secret(name) then names[#names + 1] = name end
      end
   end
   for _, name in ipairs(names) do
      local value, before, place = rawget(object, name), raw.get(known, name), ("%s.%s"):format(path, name)
      local is_lacking = value == nil and type(before) == "string" and before ~= ""
      if is_filled(value) or value == nil and is_filled(before) then
         local inner = value or {}
         add_hidden(findings, inner, is_filled(before) and before or {}, place)
         if next(inner) ~= nil then object[name] = inner end
      elseif is_lacking or value ~= nil and references.is_hidden(value) then
         add_reference(findings, object, name, place)
      end
   end
end

-- An unpublished type of authentication may have secrets that the service hides: members that were references in an
-- earlier file, or that the service masks.
local function add_unknown(findings, definition, earlier)
   local before = raw.object(earlier, "auth")
   for _, each in ipairs(references.open_auths(definition)) do
      local auth, path, kind = each[1], each[2], each[3]
      add_hidden(findings, auth, raw.auth_type(before) == kind and before or {}, path, references.may_be_secret)
      if kind and #references.scan(auth) == 0 then
         findings.unknown.kinds[kind], findings.unknown.count = true, findings.unknown.count + 1
         table.insert(findings.warnings, { file = findings.file, path = path, code = "auth_type_unknown",
            message = ("authType %s is not published: if it has a secret that the service does not return, it is "
               .. "not in this definition; give it as {\"$env\": \"NAME\"}"):format(options.describe(kind)) })
      end
   end
end

-- Keeps what an earlier file has and the service does not return, where it is a reference or has one.
local function keep_write_only(object, before)
   if not raw.is_object(object) or not raw.is_object(before) then return end
   for name, value in next, before do
      local present = rawget(object, name)
      if type(value) == "table" and present == nil then
         if #references.scan(value) > 0 then object[name] = raw.copy(value) end
      elseif not references.of(value) then
         keep_write_only(present, value)
      end
   end
end

-- Keeps the references of an earlier file where the new version would have the text.
local function carry(earlier, value)
   if references.of(earlier) and type(value) == "string" then return earlier end
   if type(earlier) ~= "table" or type(value) ~= "table" then return value end
   local copy, before = {}, counterpart.finder(value, earlier)
   for name, member in next, value do copy[name] = carry(before(name), member) end
   return json.mark_like(copy, value)
end

--- Removes the secrets from a connection's definition (a copy in the form of files, changed in place).
-- @tparam table definition
-- @tparam ?table earlier the definition in the present file: its references stay
-- @tparam table findings as `new_findings` makes them, with `file` and `item` (`name`, `identity`)
-- @treturn table definition
function extract.secure(definition, earlier, findings)
   if earlier then
      definition = carry(earlier, definition)
      local auths, before = raw.objects(definition, "auth"), raw.objects(earlier, "auth")
      for index = 1, #auths == #before and #auths or 0 do keep_write_only(auths[index][1], before[index][1]) end
   end
   add_write_only(findings, definition, earlier)
   add_unknown(findings, definition, earlier)
   each_credential(definition, redaction.connection(definition), function(parent, name, path)
      local value = rawget(parent, name)
      if findings.extract and is_extractable(value, path) then return add_reference(findings, parent, name, path) end
      if type(value) == "string" and plain_words[letters.lower(value)] then return end
      table.insert(findings.credentials, { file = findings.file, path = path })
      findings.has_credentials[findings.file] = true
   end, "")
   return definition
end

-- The variables of references that files have already: no other secret gets one of them.
local function variables_of(entries)
   local found = {}
   for _, entry in ipairs(entries) do
      for _, each in ipairs(entry.references) do
         if each.kind == "env" then found[each.target] = true end
      end
   end
   return found
end

--- Makes the empty findings for many connections.
-- @tparam ?boolean is_extracting whether credentials that the service returns become references
-- @tparam[opt] table entries the folder's entries
function extract.new_findings(is_extracting, entries)
   return { variables = variables_of(entries or {}), counts = {}, references = json.array {}, warnings = json.array {},
      extract = is_extracting, credentials = json.array {}, has_credentials = {}, unknown = { count = 0, kinds = {} } }
end

--- Makes the findings for connections that are not wanted. Their secrets get variables nevertheless, so that those of
-- the others do not depend on which connections are wanted.
function extract.unwanted(findings)
   local unwanted = extract.new_findings(findings.extract)
   unwanted.variables, unwanted.counts = findings.variables, findings.counts
   return unwanted
end

--- Adds the warnings about all connections together, and puts several of one kind together.
-- @tparam table findings
-- @tparam string holder what has the credentials: `file`, or `connection`
function extract.conclude(findings, holder)
   fold_unknown(findings, holder)
   if #findings.credentials > 0 then table.insert(findings.warnings, warn_of_credentials(findings, holder)) end
end

return extract
