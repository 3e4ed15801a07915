--- Values that are similar to published ones, and timeouts.
-- @module personalize.connections.warnings.values
-- @local

local json = require "personalize.json"
local letters = require "personalize.letters"
local options = require "personalize.options"
local raw = require "personalize.raw"
local schema = require "personalize.schema"
local text = require "personalize.text"

-- Longer values are not compared.
local longest_value = 32

-- A beginning of a known value counts from this many letters on.
local shortest_start = 3

local function plain(value)
   return (letters.upper(value):gsub("[^%w]", ""))
end

-- member of the schema -> rule that recognises its values
local rules = {}
schema.each(function(member)
   if not member.known then return end
   local rule = { member = member, right = {}, plain = {} }
   for _, list in ipairs { member.known, member.unconfirmed or {} } do
      for _, value in ipairs(list) do
         rule.right[value] = true
         rule.plain[#rule.plain + 1] = { plain(value), value }
      end
   end
   for wrong, value in pairs(member.mistaken or {}) do rule.plain[#rule.plain + 1] = { wrong, value } end
   rules[member] = rule
end)

local function is_near(value, known)
   if value == known then return true end
   if #value >= shortest_start and known:sub(1, #value) == value then return true end
   if #known >= shortest_start and value:match("^" .. known .. "%d+$") then return true end
   return (options.is_slip(value, known))
end

-- The published value that a value probably means.
local function meant(rule, value)
   local own = plain(value)
   for _, known in ipairs(rule.plain) do
      if own == known[1] then return known[2] end
   end
   for _, known in ipairs(rule.plain) do
      if is_near(own, known[1]) then return known[2] end
   end
   return nil
end

local function check(report, rule, value, path, index, name)
   if type(value) ~= "string" or rule.right[value] or value == "" or #value > longest_value then return end
   local usual = meant(rule, value)
   if not usual then return end
   local is_case = letters.lower(value) == letters.lower(usual)
   if is_case and rule.member.any_case then return end
   path = index and ("%s[%d].%s"):format(path, index, name) or name and path .. "." .. name or path
   if is_case then
      report(path, "unusual_case",
         ("%s is usually written %s"):format(options.describe(value), options.describe(usual)))
   else
      report(path, "unusual_value",
         ("%s is no published value; probably %s is meant"):format(options.describe(value), options.describe(usual)))
   end
end

local members = schema.by_name(schema.members)

-- The rules of the members below one.
local function rules_below(member)
   local found = {}
   for _, each in ipairs(member.members or member.items or {}) do found[#found + 1] = rules[each] end
   return found
end

local of_auth, of_request = rules_below(members.auth), rules_below(members.request)
local of_input, of_output = rules_below(members.inputMappings), rules_below(members.outputMappings)

local function check_objects(report, objects, below)
   for _, found in ipairs(objects) do
      for _, rule in ipairs(below) do
         check(report, rule, raw.get(found[1], rule.member.name), found[2], nil, rule.member.name)
      end
   end
end

local function check_items(report, list, path, below)
   for index = 1, raw.length(list) do
      local item = rawget(list, index)
      for _, rule in ipairs(below) do
         local value = raw.get(item, rule.member.name)
         if not rule.right[value] then check(report, rule, value, path, index, rule.member.name) end
      end
   end
end

-- ------------------------------------------------------------------ timeouts

-- In milliseconds. Smaller values probably mean seconds; larger ones make everyone wait.
local fewest_ms, most_ms = 100, 60000

local function point(number)
   return text.number("%g", number)
end

local function check_timeout(report, value, name)
   local ms = json.is_number(value) and tonumber(tostring(value)) or value
   if type(ms) ~= "number" or ms >= fewest_ms and ms < most_ms or ms < 0 then return end
   if ms == 0 then
      report(name, "timeout_zero", "is 0: nothing is waited for, or for ever; give milliseconds, such as 1000")
   elseif ms < fewest_ms then
      report(name, "timeout_seconds", ("is in milliseconds, and %s of them are few; %s seconds are %s")
         :format(point(ms), point(ms), point(ms * 1000)))
   else
      report(name, "timeout_long", ("is in milliseconds: %s seconds, in which the visitor waits; give less than %s")
         :format(point(ms / 1000), point(most_ms)))
   end
end

local timeouts = {}
for _, member in ipairs(schema.members) do
   if member.unit == "milliseconds" then timeouts[#timeouts + 1] = member.name end
end

--- Checks values.
return function(report, facts)
   check(report, rules[members.systemType], raw.get(facts.connection, "systemType"), "systemType")
   check_objects(report, facts.auths, of_auth)
   check_objects(report, facts.requests, of_request)
   check_items(report, facts.inputs, "inputMappings", of_input)
   check_items(report, facts.outputs, "outputMappings", of_output)
   for _, name in ipairs(timeouts) do check_timeout(report, raw.get(facts.connection, name), name) end
end
