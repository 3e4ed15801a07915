-- Changes of one line that a test should notice: relations turned round, bounds moved, statements left out, branches
-- never or always taken. Each operator gives the changed lines that it makes of one.
local operators = {}

-- Where strings and comments stand in a line: nothing is changed there. `comment` is the pattern that begins one.
local function is_code(line, at, comment)
   local index, quote = 1, nil
   while index < at do
      local character = line:sub(index, index)
      if quote then
         if character == "\\" then index = index + 1 elseif character == quote then quote = nil end
      elseif character == '"' or character == "'" then
         quote = character
      elseif line:find("^" .. comment, index) or line:find("^%[%[", index) then
         return false
      end
      index = index + 1
   end
   return quote == nil
end

-- The line with each occurrence of a word or sign replaced, one at a time.
local function replace_each(line, comment, pattern, replacement)
   local made, from = {}, 1
   while true do
      local first, last = line:find(pattern, from)
      if not first then return made end
      if is_code(line, first, comment) then
         local new = type(replacement) == "function" and replacement(line:sub(first, last)) or replacement
         made[#made + 1] = line:sub(1, first - 1) .. new .. line:sub(last + 1)
      end
      from = last + 1
   end
end

local function replacing(pattern, replacement)
   return function(line, comment) return replace_each(line, comment, pattern, replacement) end
end

local function by(amount)
   return function(number) return tostring(math.floor(tonumber(number)) + amount) end
end

-- The line with what a pattern captures put into a form; none where it does not fit.
local function rewriting(pattern, form)
   return function(line)
      local indent, inner, rest = line:match(pattern)
      return indent and { form:format(indent, inner, rest) } or {}
   end
end

local function deleting(pattern, none)
   return function(line) return line:find(pattern) and { line:match "^%s*" .. none } or {} end
end

-- In both languages.
local shared = {
   { "== for another", replacing("==", "~=") }, { "< moved", replacing("%f[<]<%f[^<]%s", "<= ") },
   { "<= moved", replacing("<=", "<") }, { "> moved", replacing("%f[>]>%f[^>]%s", ">= ") },
   { ">= moved", replacing(">=", ">") }, { "constant + 1", replacing("%f[%w_.]%d+%f[^%w_.]", by(1)) },
   { "constant - 1", replacing("%f[%w_.]%d+%f[^%w_.]", by(-1)) },
   { "true for false", replacing("%f[%w_]false%f[^%w_]", "true") },
   { "false for true", replacing("%f[%w_]true%f[^%w_]", "false") },
   { "+ for -", replacing(" %- ", " + ") }, { "- for +", replacing(" %+ ", " - ") },
}

operators.lua = {
   { "or for and", replacing("%f[%w_]and%f[^%w_]", "or") }, { "and for or", replacing("%f[%w_]or%f[^%w_]", "and") },
   { "== for ~=", replacing("~=", "==") }, { "not left out", replacing("%f[%w_]not ", "") },
   { "if never", rewriting("^(.-)%f[%w]if (.+) then(.*)$", "%sif false and (%s) then%s") },
   { "if always", rewriting("^(.-)%f[%w]if (.+) then(.*)$", "%sif true or (%s) then%s") },
   { "returns nil", rewriting("^(.-)%f[%w]return ([^,]-%S)(%s*)$", "%sreturn nil --[[%s]]%s") },
   { "left out", deleting("^%s+[%w_.:]+%b()%s*$", "-- left out") },
   { "left out", deleting("^%s+[%w_.%[%]#+ ]+ = [^{]+[^%s,{]$", "-- left out") },
}

operators.c = {
   { "|| for &&", replacing("&&", "||") }, { "&& for ||", replacing("||", "&&") },
   { "== for !=", replacing("!=", "==") }, { "! left out", replacing("!%f[%w_(]", "") },
   { "if never", rewriting("^(.-)%f[%w]if %((.+)%)([^)]*)$", "%sif (0 && (%s))%s") },
   { "if always", rewriting("^(.-)%f[%w]if %((.+)%)([^)]*)$", "%sif (1 || (%s))%s") },
   { "left out", deleting("^%s+[%w_>.%-]+%b();%s*$", ";") },
   { "left out", deleting("^%s+[%w_>.%-%[%]]+ [+|&-]?= .+;%s*$", ";") },
}

for _, each in ipairs(shared) do
   operators.lua[#operators.lua + 1] = each
   local name, apply = each[1], each[2]
   operators.c[#operators.c + 1] = name == "== for another"
      and { "!= for ==", replacing("==", "!=") } or { name, apply }
end

--- The mutants of a line: array of `{ name, line }`.
function operators.mutants(language, line)
   local comment = language == "lua" and "%-%-" or "/[/*]"
   local made = {}
   if line:find("^%s*" .. comment) or line:find "^%s*%*" or line:find "^#" then return made end
   if line:find '^local [%w_]+ = require "' or line:find "^%-%-" then return made end
   for _, operator in ipairs(operators[language]) do
      for _, changed in ipairs(operator[2](line, comment)) do
         if changed ~= line then made[#made + 1] = { operator[1], changed } end
      end
   end
   return made
end

return operators
