--- Breaks lines between words if they are wider than the terminal.
-- @module personalize.cli.folding
-- @local

local text = require "personalize.text"

local folding = {}

-- Text after a name and two spaces is a column of its own, unless that leaves too little room.
local deepest_indent = 32

-- A line of this depth begins an entry; its continuation lines are indented more.
local depth_of_entries, deeper = 2, 2

local function indent_of(line)
   local head = line:match "^%s*%S+%s%s+"
   if head and #head <= deepest_indent then return #head end
   local depth = #line:match "^%s*"
   return depth == depth_of_entries and depth + deeper or depth
end

-- Splits a line into its parts, in order.
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

--- Folds the lines of a text. What follows the line `Example:` is code and stays as it is.
-- @tparam string content
-- @tparam number total columns; 0 if unknown: then the text stays as it is
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
