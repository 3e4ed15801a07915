--- Makes definitions for `create` from a command line of curl, or from a sample of an answer.
-- @module personalize.cli.samples
-- @local

local builder = require "personalize.connections.builder"
local errors = require "personalize.error"
local input = require "personalize.cli.input"
local json = require "personalize.json"
local personalize = require "personalize"
local text = require "personalize.text"

local samples = {}

--- Adds the options to a command.
function samples.add(own)
   own:option("--from-curl", "A file (- for the standard input) with a command line of curl, as browsers and Postman "
      .. "copy it, instead of a definition."):argname "<file>"
   own:option("--name", "The name for --from-curl; by default it is made from the URL."):argname "<name>"
   own:option("--outputs-from", "A file (- for the standard input) with a sample of an answer: each of its members "
      .. "becomes an output."):argname "<file>"
end

--- What is wrong with the arguments, or nil.
function samples.misuse(arguments)
   if (arguments.definition == nil) == (arguments.from_curl == nil) then
      return "give either a definition or --from-curl"
   end
   if arguments.name and not arguments.from_curl then return "--name goes with --from-curl" end
   if arguments.outputs_from == "-" and (arguments.from_curl == "-" or arguments.definition == "-") then
      return "only one can be read from the standard input"
   end
   return nil
end

local function add_outputs(building, path)
   local sample, err = input.text(path)
   if not sample then return nil, err end
   local value
   value, err = json.decode(sample)
   if value == nil then return errors.fail("decode", ("%s: %s"):format(text.path(path), err.message)) end
   local fine = pcall(building.outputs_from, building, sample)
   if not fine then
      return errors.fail("validation", ("%s: expected a sample of an answer: an object, or an array of objects"):format(
         text.path(path)))
   end
   return building
end

local function from_curl(arguments, warnings)
   local line, err = input.text(arguments.from_curl)
   if not line then return nil, err end
   local building, found = personalize.connections.from_curl(line)
   if not building then return nil, found end
   for _, warning in ipairs(found) do warnings[#warnings + 1] = warning end
   if arguments.name then building:name(arguments.name) end
   return building
end

--- Makes the function for `sending.run` that creates the definition from the arguments.
-- @tparam table arguments
-- @tparam table warnings array to which the warnings of from_curl are added
function samples.definition(arguments, warnings)
   return function()
      local building, texts, named
      if arguments.from_curl then
         building, texts = from_curl(arguments, warnings)
      else
         building, texts, named = input.resolved(arguments.definition, arguments)
         building = building and builder.of(building)
      end
      if not building then return nil, texts end
      if arguments.outputs_from then
         local fine, err = add_outputs(building, arguments.outputs_from)
         if not fine then return nil, err end
      end
      return building:table(), texts or {}, named
   end
end

return samples
