--- Names: decision models and FreeMarker refer to a connection by a variable made from its name.
-- @module personalize.connections.warnings.names
-- @local

local letters = require "personalize.letters"
local options = require "personalize.options"
local raw = require "personalize.raw"
local text = require "personalize.text"
local variable = require "personalize.connections.variable"

-- The first character that a variable cannot have, other than a hyphen.
local function odd_character(name)
   for character in name:gmatch "[%z\1-\127\194-\244][\128-\191]*" do
      if #character == 1 then
         if character:find "[^A-Za-z0-9_$ %-]" then return character end
      elseif not letters.is_letter(text.code_point(character)) then
         return character
      end
   end
   return nil
end

local function check_characters(report, name)
   if name:find("-", 1, true) then
      report("name", "name_hyphen",
         "holds a hyphen, which breaks references from programmable decisions; write a space")
   end
   if name:find "[%c\127]" or name:find "\194[\128-\159]" then
      return report("name", "name_control_character", "holds a control character; write a space")
   end
   local odd = odd_character(name)
   if odd then
      report("name", "name_character", ("holds %s, which no variable can have; use letters, digits and spaces")
         :format(options.describe(odd)))
   end
end

--- Checks the name of a connection.
return function(report, facts)
   local name = raw.string(facts.connection, "name")
   if not name or name == "" then return end
   if name:find "[^A-Za-z0-9 ]" then check_characters(report, name) end
   if name:find "^%s" or name:find "%s$" then
      report("name", "name_space", "begins or ends with a space; leave it out")
   end
   local own = variable.of(name)
   if own:find "^%d" then
      report("name", "name_digit", "begins with a digit, which no variable does; begin it with a letter")
   elseif variable.is_reserved(own) then
      report("name", "name_reserved", ("would be the variable %q, a reserved word; use another name, or two words")
         :format(own))
   end
end
