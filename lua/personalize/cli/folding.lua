--- Breaks lines that are longer than a terminal is wide, between words.
-- @module personalize.cli.folding
-- @local

local text = require "personalize.text"

local folding = {}

-- What follows a name and two blanks begins at a column of its own, unless that leaves too little room for it.
local deepest_indent = 32

-- Lines of this depth begin something, and the rest of them stands deeper.
local depth_of_entries, deeper = 2, 2

local function indent_of(line)
   local head = line:match "^%s*%S+%s%s+"
   if head and #head <= deepest_indent then return #head end
   local depth = #line:match "^%s*"
   return depth == depth_of_entries and depth + deeper or depth
end

-- The parts of a line, in order.
local function parts_of(line, total)
   local indent = indent_of(line)
   local parts, part = {}, line:match "^%s*"
   local is_empty = true
   for blanks, word in line:gmatch "(%s*)(%S+)" do
      if is_empty then
         part, is_empty = part .. word, false
      elseif text.width(part .. blanks .. word) > total then
         parts[#parts + 1], part = part, (" "):rep(indent) .. word
      else
         part = part .. blanks .. word
      end
   end
   parts[#parts + 1] = part
   return parts
end

--- A text whose lines fit; what follows the line `Example:` is code, and stays.
-- @tparam string content
-- @tparam number total columns; 0 when they are not known: the text stays
-- @treturn string
function folding.fold(content, total)
   if total <= deepest_indent then return content end
   local lines, is_code = {}, false
   for line in (content .. "\n"):gmatch "(.-)\n" do
      if line == "Example:" then is_code = true elseif line == "" then is_code = false end
      local parts = (is_code or text.width(line) <= total) and { line } or parts_of(line, total)
      for _, part in ipairs(parts) do lines[#lines + 1] = part end
   end
   return table.concat(lines, "\n")
end

return folding
