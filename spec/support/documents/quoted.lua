-- What a document says that a block writes, held against what it wrote. `...` stands for any text, in a line of its
-- own for any lines. Times, `ref`s and ports, which no document can know, and the width of columns don't count.
local markdown = require "spec.support.documents.markdown"

local quoted = {}

local x = "%x"
local uuid = table.concat({ x:rep(8), x:rep(4), x:rep(4), x:rep(4), x:rep(12) }, "%-")

local function plain(line)
   return (line:gsub("%f[%x]" .. uuid, "REF")
      :gsub("%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d%.?%d*Z", "TIME")
      :gsub("%d%d%d%d%-%d%d%-%d%d %d%d:%d%d", "TIME")
      :gsub("127%.0%.0%.1:%d+", "127.0.0.1:PORT"):gsub("(127%.0%.0%.1:PORT)%S-%.%.%.", "%1...")
      :gsub("%s+", " "):gsub(" $", ""))
end

local function plain_lines(text)
   local lines = {}
   for line in markdown.lines(text) do lines[#lines + 1] = plain(line) end
   while lines[#lines] == "" do lines[#lines] = nil end
   return lines
end

local function fits(expected, line)
   local pattern = expected:gsub("%.%.%.", "\1"):gsub("%p", "%%%0"):gsub("\1", ".*")
   return line:find("^" .. pattern .. "$") ~= nil
end

-- Whether lines from `j` on are those expected from `i` on.
local function match(expected, lines, i, j)
   while expected[i] do
      if expected[i]:find "^ ?%.%.%.$" then
         for rest = j, #lines + 1 do
            if match(expected, lines, i + 1, rest) then return true end
         end
         return false
      elseif not lines[j] or not fits(expected[i], lines[j]) then
         return false
      end
      i, j = i + 1, j + 1
   end
   return lines[j] == nil
end

--- What a block of Lua says in comments that it prints: all of it, or nil when it says nothing.
function quoted.of_comments(text)
   local lines = {}
   for line in markdown.lines(text) do
      local said = line:match "%-%-> ?(.*)$"
      if said then lines[#lines + 1] = said end
   end
   return lines[1] and table.concat(lines, "\n") or nil
end

--- @treturn boolean whether the text is what was expected
function quoted.matches(expected, text)
   return match(plain_lines(expected), plain_lines(text), 1, 1)
end

return quoted
