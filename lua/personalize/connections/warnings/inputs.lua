--- Inputs: their keys, references without an input, and inputs without a reference.
-- @module personalize.connections.warnings.inputs
-- @local

local options = require "personalize.options"
local placeholders = require "personalize.connections.warnings.placeholders"
local raw = require "personalize.raw"

-- Words that FreeMarker reads as values or operators.
local reserved = {}
for word in ("true false gt gte lt lte in as using"):gmatch "%l+" do reserved[word] = true end

local function is_expression(key)
   return key:find "[^A-Za-z0-9_]" ~= nil or key:find "^%d" ~= nil or reserved[key] == true
end

local function check_keys(report, facts)
   for index = 1, raw.length(facts.inputs) do
      local input = rawget(facts.inputs, index)
      local key = raw.get(input, "key")
      if type(input) == "table" and (key == nil or key == "") then
         report(("inputMappings[%d].key"):format(index), "input_key_missing",
            "is missing; give what ${...} in the URL, the headers or the body refers to")
      elseif type(key) == "string" and facts.declared[key] ~= input then
         report(("inputMappings[%d].key"):format(index), "input_twice",
            options.describe(key) .. " is the key of another input mapping too; leave one of them")
      elseif type(key) == "string" and is_expression(key) then
         report(("inputMappings[%d].key"):format(index), "input_key_expression",
            ("FreeMarker reads ${%s} as an expression; use letters, digits and underscores, a letter first")
               :format(options.describe(key):sub(2, -2)))
      end
   end
end

-- Reports references without an input, except in FreeMarker, where they may be variables, and in unknown members.
local function check_references(report, facts)
   for _, text in ipairs(facts.texts) do
      local told
      for _, key in ipairs(not text.is_freemarker and text.kind ~= "unknown" and text.keys or {}) do
         if not facts.declared[key] and not (told and told[key]) then
            told = told or {}
            told[key] = true
            report(text.path, "input_missing", ("${%s} has no input mapping; add one with this key"):format(key))
         end
      end
   end
end

local function check_unused(report, facts)
   for index = 1, raw.length(facts.inputs) do
      local input = rawget(facts.inputs, index)
      local key = raw.string(input, "key")
      if key and key ~= "" and not facts.used[key] and facts.declared[key] == input and not is_expression(key)
         and not placeholders.check_unused(report, facts, key) then
         report(("inputMappings[%d]"):format(index), "input_unused",
            ("nothing uses ${%s}: not the URL, the body nor a header; refer to it, or leave it out"):format(key))
      end
   end
end

--- Checks inputs.
return function(report, facts)
   check_keys(report, facts)
   check_references(report, facts)
   if not facts.has_freemarker then check_unused(report, facts) end
end
