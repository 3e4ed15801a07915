--- Lays out text for people: widths of UTF-8, cutting, aligned tables. Control characters never reach a terminal.
-- @module personalize.text
-- @local

local text = {}

-- First and last code points that take two columns, or none.
local wide = { { 0x1100, 0x115F }, { 0x2E80, 0xA4CF }, { 0xAC00, 0xD7A3 }, { 0xF900, 0xFAFF }, { 0xFE30, 0xFE6F },
   { 0xFF00, 0xFF60 }, { 0xFFE0, 0xFFE6 }, { 0x1F300, 0x1F64F }, { 0x1F680, 0x1FAFF }, { 0x20000, 0x3FFFD } }
local narrow = { { 0x0300, 0x036F }, { 0x200B, 0x200F }, { 0x20D0, 0x20FF }, { 0xFE00, 0xFE0F } }

local function is_in(ranges, code)
   for _, range in ipairs(ranges) do
      if code >= range[1] and code <= range[2] then return true end
   end
   return false
end

local character = "[%z\1-\127\194-\244][\128-\191]*"

local function code_point(bytes)
   local first = bytes:byte()
   if first < 0x80 then return first end
   local code = first % (first < 0xE0 and 0x20 or first < 0xF0 and 0x10 or 0x08)
   for index = 2, #bytes do code = code * 64 + bytes:byte(index) % 64 end
   return code
end

local function columns(bytes)
   local code = code_point(bytes)
   if code < 0x300 then return 1 end
   return is_in(narrow, code) and 0 or is_in(wide, code) and 2 or 1
end

--- The number of columns that a text takes on a terminal.
function text.width(line)
   local total = 0
   for bytes in line:gmatch(character) do total = total + columns(bytes) end
   return total
end

local shown = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

--- One printable line: control characters are escaped, bytes that are not UTF-8 become `?`.
function text.line(value)
   local line = tostring(value):gsub("[%c\127]", function(byte)
      return shown[byte] or ("\\%03d"):format(byte:byte())
   end)
   -- C1 control characters, and the marks that turn the direction of writing
   line = line:gsub("\194[\128-\159]", "?"):gsub("\226\128[\170-\174]", "?"):gsub("\226\129[\166-\169]", "?")
   if not line:find "[\128-\255]" then return line end
   local parts, place = {}, 1
   while place <= #line do
      local bytes = line:match("^[%z\1-\127]+", place) or line:match("^[\194-\244][\128-\191]+", place)
      parts[#parts + 1] = bytes or "?"
      place = place + #(bytes or "?")
   end
   return table.concat(parts)
end

--- Cuts a line to a width, with `...` at its end where something is left out.
function text.cut(line, width)
   if text.width(line) <= width then return line end
   local parts, total = {}, 0
   for bytes in line:gmatch(character) do
      total = total + columns(bytes)
      if total > width - 3 then break end
      parts[#parts + 1] = bytes
   end
   return table.concat(parts) .. "..."
end

--- Fills a line with spaces up to a width.
function text.pad(line, width)
   return line .. (" "):rep(width - text.width(line))
end

--- An aligned table.
-- @tparam table heads array of `{ title, widest }`
-- @tparam table rows array of arrays of values
-- @treturn string lines without a line break at the end
function text.aligned(heads, rows)
   local widths, cells = {}, {}
   for column, head in ipairs(heads) do widths[column] = text.width(head[1]) end
   for index, row in ipairs(rows) do
      cells[index] = {}
      for column, head in ipairs(heads) do
         local cell = text.cut(text.line(row[column]), head[2])
         cells[index][column] = cell
         widths[column] = math.max(widths[column], text.width(cell))
      end
   end
   local lines = {}
   local function add(row)
      local padded = {}
      for column in ipairs(heads) do
         padded[column] = column < #heads and text.pad(row[column], widths[column]) or row[column]
      end
      lines[#lines + 1] = (table.concat(padded, "  "):gsub("%s+$", ""))
   end
   local titles = {}
   for column, head in ipairs(heads) do titles[column] = head[1] end
   add(titles)
   for _, row in ipairs(cells) do add(row) end
   return table.concat(lines, "\n")
end

return text
