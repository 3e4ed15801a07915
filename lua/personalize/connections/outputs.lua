--- Output references (`current.temp`, `items[0].name`, `$.a`) against the example that a connection comes with.
-- @module personalize.connections.outputs
-- @local

local json = require "personalize.json"
local options = require "personalize.options"
local shape = require "personalize.raw"

local outputs = {}

-- Where a reference leads in a decoded example; nil where it leads nowhere.
local function follow(value, reference)
   if type(value) == "table" and rawget(value, reference) ~= nil then return rawget(value, reference) end
   for part in reference:gsub("^%$%.?", ""):gmatch "[^.%[%]]+" do
      if type(value) ~= "table" then return nil end
      local index = part:find "^%d+$" and shape.is_array(value) and tonumber(part) + 1
      value = rawget(value, index or part:match "^['\"](.*)['\"]$" or part)
   end
   return value
end

--- Warns of references that the example lacks.
function outputs.check(report, connection)
   local example = shape.string(connection, "exampleValue")
   local value = example and example ~= "" and json.decode(example)
   if type(value) ~= "table" then return end
   for _, found in ipairs(shape.items(connection, "outputMappings")) do
      local reference = shape.string(found[1], "outputReference")
      if reference and reference ~= "" and follow(value, reference) == nil then
         report(found[2] .. ".outputReference", "output_missing", "exampleValue has no " .. options.describe(reference))
      end
   end
end

return outputs
