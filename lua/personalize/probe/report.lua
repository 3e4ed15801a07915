--- The result of a probe: an array of answers that prints as a table.
-- @module personalize.probe.report
-- @local

local text = require "personalize.text"

local report = {}

local heads = { { "QUESTION", 62 }, { "ASSUMED", 44 }, { "ANSWER", 44 }, { "AGREES", 6 },
   { "EVIDENCE", 120, elastic = 24 } }

local function yes_or_no(value)
   if value == nil then return "-" end
   return value and "yes" or "NO"
end

local metatable = { __name = "personalize.probe", __jsontype = "array" }

local function answers_in_table(self)
   local rows = {}
   for index, each in ipairs(self) do
      rows[index] = { each.question, each.assumed, each.answer, yes_or_no(each.agrees), each.evidence }
   end
   return text.aligned(heads, rows)
end

-- Two lines for each answer, for terminals that are too narrow for the table.
local function answers_in_lines(self)
   local lines = {}
   for _, each in ipairs(self) do
      local assumed = each.agrees and "" or (" (assumed: %s)"):format(each.assumed)
      lines[#lines + 1] = ("%-5s%s  %s%s"):format(yes_or_no(each.agrees), each.question, each.answer, assumed)
      lines[#lines + 1] = "     " .. each.evidence
   end
   return table.concat(lines, "\n")
end

local function is_wider(content, total)
   for line in content:gmatch "[^\n]+" do
      if text.width(line) > total then return true end
   end
   return false
end

-- The text after the answers.
local function conclusion(self)
   local agreeing, open = 0, 0
   for _, each in ipairs(self) do
      if each.agrees then agreeing = agreeing + 1 end
      if each.agrees == nil then open = open + 1 end
   end
   local lines = { ("%d as assumed, %d otherwise, %d could not be told"):format(agreeing, #self - agreeing - open,
      open) }
   for _, each in ipairs(self.made) do
      lines[#lines + 1] = ("made and %s: %s (%s)"):format(each.archived and "archived" or "NOT ARCHIVED",
         text.line(each.ref), text.line(each.name))
   end
   for _, each in ipairs(self.left) do
      lines[#lines + 1] = ("LEFT: %s (%s): %s"):format(text.line(each.ref or "perhaps one"), text.line(each.name),
         text.line(each.why))
   end
   return table.concat(lines, "\n")
end

--- A report as text: a table, or lines if the terminal is too narrow for it.
-- @tparam table self
-- @tparam[opt] number total columns of the terminal
-- @treturn string
function report.text(self, total)
   local answers = answers_in_table(self)
   if total and is_wider(answers, total) then answers = answers_in_lines(self) end
   return answers .. "\n" .. conclusion(self)
end

function metatable:__tostring() return report.text(self) end

-- The fields besides the answers: `made`, `left`, `stopped`.
local facts_of = setmetatable({}, { __mode = "k" })

function metatable:__index(name)
   return facts_of[self][name]
end

--- Begins a report.
-- @tparam table facts `made`, `left`: arrays
function report.new(facts)
   local self = setmetatable({}, metatable)
   facts_of[self] = facts
   return self
end

--- Adds an answer.
-- @tparam table self
-- @tparam table about `id`, `question`, `assumed`
-- @tparam table found `answer`, `evidence`, `agrees` (nil if that could not be found out)
function report.add(self, about, found)
   self[#self + 1] = { id = about.id, question = about.question, assumed = about.assumed,
      answer = text.short(found.answer, 200), evidence = text.short(found.evidence, 400), agrees = found.agrees }
end

return report
