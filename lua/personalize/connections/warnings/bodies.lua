--- Bodies and examples: invalid JSON, and inputs that make JSON invalid.
-- @module personalize.connections.warnings.bodies
-- @local

local facts_of = require "personalize.connections.warnings.facts"
local input_places = require "personalize.connections.input_places"
local json = require "personalize.json"
local letters = require "personalize.letters"
local native = require "personalize.native"
local options = require "personalize.options"
local placeholders = require "personalize.connections.warnings.placeholders"
local raw = require "personalize.raw"
local template = require "personalize.connections.template"
local text_kind = require "personalize.connections.warnings.text_kind"

-- Uses the codec directly: most texts tested here are invalid, and an error object costs more than decoding.
local function is_json(text)
   return native.json.decode(text) ~= nil
end

local function kind_of(input)
   local kind = raw.string(input, "type")
   return kind and letters.lower(kind)
end

-- The keys of the inputs that are a JSON value of their own, or a part of one, without quotes; in the order of the
-- text, each once.
local function unquoted_keys(body)
   local keys, is_unquoted = {}, {}
   input_places.each(body.text, body.keys, function(key, in_string)
      is_unquoted[key] = is_unquoted[key] or not in_string
   end)
   for _, key in ipairs(body.keys) do
      if is_unquoted[key] then
         keys[#keys + 1], is_unquoted[key] = key, nil
      end
   end
   return keys
end

local function is_string(input) return kind_of(input) == "string" end

local fits = {
   number = function(example) return json.is_number(example) or type(example) == "number" end,
   boolean = function(example) return type(example) == "boolean" end,
}

-- True if the input is a number or boolean and its example is not.
local function has_wrong_example(input)
   local example, fit = raw.string(input, "exampleValue"), fits[kind_of(input)]
   return fit ~= nil and example ~= nil and example ~= "" and not fit((native.json.decode(example)))
end

-- input -> its path
local function paths_of_inputs(facts)
   local paths = {}
   for index = raw.length(facts.inputs), 1, -1 do
      local input = rawget(facts.inputs, index)
      if type(input) == "table" then paths[input] = ("inputMappings[%d]"):format(index) end
   end
   return paths
end

-- Checks a body that is JSON when a digit stands for each input. The time is proportional to its length.
local function check_filled(report, facts, body)
   local keys = unquoted_keys(body)
   for _, key in ipairs(keys) do
      if is_string(facts.declared[key]) then
         report(body.path, "input_without_quotes", ("${%s} is a string and has no quotes around it; write \"${%s}\"")
            :format(key, key))
      end
   end
   local paths
   for _, key in ipairs(keys) do
      local input = facts.declared[key]
      if has_wrong_example(input) then
         paths = paths or paths_of_inputs(facts)
         report((paths[input] or "inputMappings") .. ".exampleValue", "example_not_json",
            ("is no %s, as the body needs one"):format(kind_of(input)))
      end
   end
end

local function examples_of(facts)
   local examples = {}
   for key, input in pairs(facts.declared) do examples[key] = raw.string(input, "exampleValue") end
   return examples
end

local function check_body(report, facts, body)
   if body.is_freemarker or body.mistake or not text_kind.is_json(facts.headers, body.text) then return end
   if body.keys and is_json(template.replace(body.text, "1")) then return check_filled(report, facts, body) end
   local filled = body.keys and template.replace(body.text, examples_of(facts)) or body.text
   local value, err = json.decode(filled)
   if value ~= nil or placeholders.is_whole(body.text) then return end
   local name = placeholders.unquoted(body)
   if name then
      report(body.path, "placeholder_without_dollar", ("%s is no placeholder without its dollar; write ${%s}")
         :format(name, name))
   else
      report(body.path, "body_not_json", "is not valid JSON, even with its inputs filled in: " .. err.message)
   end
end

-- Checks the example of a request. If the body is not JSON, the example need not be JSON either.
local function check_example(report, facts, body)
   local example = raw.string(facts.connection, "exampleValue")
   if not example or example == "" or is_json(example) then return end
   if body and (body.is_freemarker or not text_kind.is_json(facts.headers, body.text)) then return end
   if template.read(example) or template.is_freemarker(example) then return end
   report("exampleValue", "example_not_json", "is not valid JSON; give the body with its inputs filled in, or nothing")
end

local function check_inputs(report, facts)
   for index = 1, raw.length(facts.inputs) do
      local input = rawget(facts.inputs, index)
      local example = kind_of(input) == "object" and raw.string(input, "exampleValue")
      if example and example ~= "" and not is_json(example) and not template.is_freemarker(example) then
         report(("inputMappings[%d].exampleValue"):format(index), "example_not_json",
            "is not valid JSON, which an input of type " .. options.describe(input.type) .. " needs")
      end
   end
end

--- Checks bodies and examples.
return function(report, facts)
   for _, text in ipairs(facts.texts) do
      if text.kind == "body" and text.text:find "%S" then check_body(report, facts, text) end
   end
   check_example(report, facts, facts_of.body(facts))
   check_inputs(report, facts)
end
