--- The variable that decision models have for a connection: "Loyalty Tier" becomes `loyaltyTier`. Words are joined with
-- capitals; capitals within a word become lower case ("Content Hub SpinBanking": `contentHubSpinbanking`).
-- @module personalize.connections.variable
-- @local

local letters = require "personalize.letters"
local options = require "personalize.options"

local variable = {}

-- Reserved words of JavaScript, the language of decision models.
local reserved = {}
for word in ([[
   abstract arguments await boolean break byte case catch char class const continue debugger default delete do
   double else enum eval export extends false final finally float for function goto if implements import in instanceof
   int interface let long native new null package private protected public return short static super switch
   synchronized this throw throws transient true try typeof undefined var void volatile while with yield
]]):gmatch "%l+" do reserved[word] = true end

--- The variable that stands for a connection.
-- @tparam string name
-- @treturn string
function variable.of(name)
   local words = {}
   for part in name:gmatch "%S+" do
      local word = letters.lower(part)
      words[#words + 1] = #words == 0 and word or letters.upper(word:sub(1, 1)) .. word:sub(2)
   end
   return table.concat(words)
end

--- True if a word is reserved in JavaScript.
-- @tparam string word
-- @treturn boolean
function variable.is_reserved(word)
   return reserved[word] == true
end

--- Finds different names with the same variable.
-- @tparam table names array of strings; equal names are skipped
-- @treturn table index of a name -> the first name with the same variable
function variable.twins(names)
   local first, found = {}, {}
   for index, name in ipairs(names) do
      local own = variable.of(name)
      if first[own] == nil then
         first[own] = name
      elseif first[own] ~= name then
         found[index] = first[own]
      end
   end
   return found
end

--- The text of a warning `name_variable_twice`, about two names with the same variable.
-- @tparam string name
-- @tparam string other
-- @treturn string
function variable.describe(name, other)
   return ("is the variable %s in decision models, as %s is; let one name differ in more than capitals and blanks")
      :format(options.describe(variable.of(name)), options.describe(other))
end

return variable
