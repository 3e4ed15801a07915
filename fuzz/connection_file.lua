-- Fuzzes the files of a folder: an input is a connection's file, the lock beside it, and a file of values; or edits of
-- fuzz/corpus/connection_file/whole.json. Problems and warnings name a place in the text and show no secret of it. What
-- is valid is valid again when it was written anew.

local edits = require "fuzz.support.edits"
local json = require "personalize.json"
local lock = require "personalize.sync.lock"
local properties = require "fuzz.support.properties"
local redaction = require "personalize.redaction"
local sync = require "personalize.sync"
local values = require "personalize.sync.values"

local whole = edits.read "fuzz/corpus/connection_file/whole.json"
local folder = properties.folder "connection_file"
local file, locked = folder .. "/a.json", folder .. "/" .. lock.file

-- The secrets that stand in one place of the text alone, and so are shown nowhere else by right; not the names of
-- variables and files in references.
local function secrets_in(bytes)
   local found, definition = {}, json.decode_file(bytes)
   for each in pairs(redaction.secrets_of(definition)) do
      local first, last = bytes:find(each, 1, true)
      local is_once = first and not bytes:find(each, last + 1, true)
      local is_reference = first and bytes:sub(1, first - 1):find '"%$%l+"%s*:%s*"$'
      if #each >= 12 and is_once and not is_reference then found[#found + 1] = each end
   end
   return found
end

local function check_places(list, bytes)
   local _, breaks = bytes:gsub("\n", "")
   for _, each in ipairs(list) do
      properties.that(type(each.message) == "string", "a problem without a message")
      properties.that(type(each.file) == "string", "a problem without a file: %s", each.message)
      properties.that(each.line == nil or (each.line >= 1 and each.line <= breaks + 1), "line %s of %d",
         tostring(each.line), breaks + 1)
      properties.that((each.line == nil) == (each.column == nil), "a line without a column")
   end
end

local function check_connection(bytes)
   local result, err = sync.validate(file)
   if err then properties.failure(err, { validation = true }) end
   local found = result or err.result
   properties.printable(tostring(found), "tostring of a validation")
   check_places(found.problems, bytes)
   check_places(found.warnings, bytes)
   for _, each in ipairs(secrets_in(bytes)) do properties.hides({ found, err }, each, "a result of validate") end
   return result
end

-- A file that is written anew has the same findings.
local function check_again(result, bytes)
   local text = assert(json.encode(json.decode_file(bytes), { canonical = true }))
   properties.write(file, text)
   local again = check_connection(text)
   properties.that(again, "is valid, and not when it was written anew")
   properties.same(#again.warnings, #result.warnings, "the number of warnings")
end

return function(input)
   local bytes = edits.text(whole, input)
   properties.write(file, bytes)
   properties.write(locked, bytes)
   local found, err = lock.read(folder)
   if not found then properties.failure(err, { decode = true }) end
   found, err = values.read(file)
   if not found then properties.failure(err, { config = true }) end
   local result = check_connection(bytes)
   if result then check_again(result, bytes) end
   properties.write(file, bytes)
   sync.validate(folder)
end
