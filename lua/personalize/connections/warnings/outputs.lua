--- Outputs: their references (`current.temp`, `items[0].name`, `$.a`), duplicates, and whether they exist in the
-- example if that is an answer.
-- @module personalize.connections.warnings.outputs
-- @local

local facts_of = require "personalize.connections.warnings.facts"
local native = require "personalize.native"
local options = require "personalize.options"
local raw = require "personalize.raw"
local template = require "personalize.connections.template"

-- The value in a decoded example that a reference leads to; nil if there is none.
local function follow(value, reference)
   if type(value) == "table" and rawget(value, reference) ~= nil then return rawget(value, reference) end
   for part in reference:gsub("^%$%.?", ""):gmatch "[^.%[%]]+" do
      if type(value) ~= "table" then return nil end
      local index = part:find "^%d+$" and raw.is_array(value) and tonumber(part) + 1
      value = rawget(value, index or part:match "^['\"](.*)['\"]$" or part)
   end
   return value
end

-- True if all members of an example are in the body or are inputs: then it is an example of a request, as it should be.
local function is_of_request(facts, example)
   if raw.is_array(example) then return false end
   local body = facts_of.body(facts)
   local members = body and native.json.decode(template.replace(body.text, "1", "1"))
   if body and type(members) ~= "table" then return true end
   for name in next, example do
      if not facts.declared[name] and not (members and rawget(members, name) ~= nil) then return false end
   end
   return true
end

local function example_of_answer(facts)
   if raw.length(facts.outputs) == 0 then return nil end
   local example = raw.string(facts.connection, "exampleValue")
   local value = example and example ~= "" and native.json.decode(example)
   if type(value) ~= "table" or next(value) == nil or is_of_request(facts, value) then return nil end
   return value
end

--- Checks outputs.
return function(report, facts)
   local example, first = example_of_answer(facts), {}
   for index = 1, raw.length(facts.outputs) do
      local output = rawget(facts.outputs, index)
      local reference = raw.get(output, "outputReference")
      local problem, code
      if type(output) == "table" and (reference == nil or reference == "") then
         code, problem = "output_reference_missing", "is missing; give the path into the answer, such as main.temp"
      elseif type(reference) == "string" and first[reference] then
         code, problem = "output_twice",
            ("is that of outputMappings[%d], too; leave one of them"):format(first[reference])
      elseif type(reference) == "string" then
         first[reference] = index
         if example and follow(example, reference) == nil then
            code, problem = "output_missing", "exampleValue has no " .. options.describe(reference)
         end
      end
      if problem then report(("outputMappings[%d].outputReference"):format(index), code, problem) end
   end
end
