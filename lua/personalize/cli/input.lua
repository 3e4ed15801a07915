--- Definitions that commands are given: files as connections as code have them, or text from elsewhere.
-- @module personalize.cli.input
-- @local

local errors = require "personalize.error"
local folder = require "personalize.sync.folder"
local json = require "personalize.json"
local reference = require "personalize.sync.reference"
local rewriting = require "personalize.sync.rewriting"
local shape = require "personalize.connections.shape"
local text = require "personalize.text"

local input = {}

local largest = 16 * 1024 * 1024

local function read_all(path)
   if path == "-" then return io.read "*a" end
   local file, reason = io.open(path, "rb")
   if not file then
      return errors.fail("config", reason
         .. " (expected a JSON file, - for the standard input, or JSON that begins with {)")
   end
   local content, problem = file:read(largest + 1)
   file:close()
   if not content then return errors.fail("config", ("%s: %s"):format(path, problem or "is empty")) end
   if #content > largest then return errors.fail("config", ("%s: is longer than %d bytes"):format(path, largest)) end
   return content
end

local function decode(content, what)
   local value, err = json.decode(content)
   if value == nil then return errors.fail("decode", ("%s: %s"):format(text.line(what), err.message)) end
   if type(value) ~= "table" or shape.is_array(value) or value == json.null then
      return errors.fail("validation", ("%s: expected an object"):format(text.line(what)))
   end
   return value
end

--- Reads a definition.
-- @tparam string given the path of a file; `-` for the standard input; or JSON that begins with `{`
-- @treturn table as files have it
-- @return `nil` and an error object
function input.definition(given)
   if given:find "^%s*{" then return decode(given, "the JSON given") end
   local content, err = read_all(given)
   if not content then return nil, err end
   return decode(content, given == "-" and "the standard input" or given)
end

--- Reads a definition to be sent: its references to secrets are looked up, from the folder of its file.
-- @treturn table definition
-- @treturn table array of the secrets that were looked up
-- @return `nil` and an error object
function input.resolved(given)
   local definition, err = input.definition(given)
   if not definition then return nil, err end
   local found = reference.scan(definition)
   local problems = reference.problems(found)
   if #problems > 0 then return folder.refuse(problems, text.line(given)) end
   return rewriting.resolve(definition, given:match "^(.*)/[^/]*$")
end

return input
