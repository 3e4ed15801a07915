--- Definitions that commands are given: files as connections as code have them, or text from elsewhere.
-- @module personalize.cli.input
-- @local

local errors = require "personalize.error"
local folder = require "personalize.sync.folder"
local json = require "personalize.json"
local references = require "personalize.sync.references"
local resolve = require "personalize.sync.references.resolve"
local shape = require "personalize.raw"
local text = require "personalize.text"

local input = {}

local largest = 16 * 1024 * 1024

-- It may hold secrets, so messages do not repeat it.
local function is_json(given)
   return given:find "^%s*[{%[]" ~= nil
end

-- What a definition is called in messages.
local function title_of(given)
   return is_json(given) and "the JSON given" or given == "-" and "the standard input" or text.line(given)
end

local function read_all(path)
   local file, reason = io.stdin, nil
   if path ~= "-" then file, reason = io.open(path, "rb") end
   if not file then
      return errors.fail("config", reason
         .. " (expected a JSON file, - for the standard input, or JSON that begins with {)")
   end
   local content, problem = file:read(largest + 1)
   if path ~= "-" then file:close() end
   local title = title_of(path)
   if not content then return errors.fail("config", ("%s: %s"):format(title, problem or "is empty")) end
   if #content > largest then return errors.fail("config", ("%s: is longer than %d bytes"):format(title, largest)) end
   return content
end

local function decode(content, what)
   local value, err = json.decode_file(content)
   if value == nil then return errors.fail("decode", ("%s: %s"):format(what, err.message)) end
   if type(value) ~= "table" or shape.is_array(value) or value == json.null then
      return errors.fail("validation", ("%s: expected an object"):format(what))
   end
   return value
end

--- Reads a definition.
-- @tparam string given the path of a file; `-` for the standard input; or JSON that begins with `{`
-- @treturn table as files have it
-- @return `nil` and an error object
function input.definition(given)
   if is_json(given) then return decode(given, title_of(given)) end
   local content, err = read_all(given)
   if not content then return nil, err end
   return decode(content, title_of(given))
end

--- Reads a definition to be sent: its references to secrets are looked up, from the folder of its file.
-- @treturn table definition
-- @treturn table array of the secrets that were looked up
-- @return `nil` and an error object
function input.resolved(given)
   local definition, err = input.definition(given)
   if not definition then return nil, err end
   local found = references.scan(definition)
   local problems = references.problems(found)
   if #problems > 0 then return folder.refuse(problems, title_of(given)) end
   return resolve.resolve(definition, not is_json(given) and given:match "^(.*)/[^/]*$" or nil)
end

return input
