--- Formats text for people: widths of UTF-8, cutting, aligned tables. Control characters never reach a terminal.
-- @module personalize.text
-- @local

local width_of = require "personalize.text.widths"

local text = {}

local character = "[%z\1-\127\194-\244][\128-\191]*"

--- A count in words: `1 file`, `2 files`.
function text.count(count, one, many)
   return ("%d %s"):format(count, count == 1 and one or many)
end

-- The most words that a message names.
local most_named = 5

--- The first words of a list, and the number of the others. For messages that each item of the list gets: with all of
-- its words they would grow with the square of its length.
function text.some(words)
   if #words <= most_named then return table.concat(words, ", ") end
   return ("%s and %d more"):format(table.concat(words, ", ", 1, most_named), #words - most_named)
end

--- Formats a number (`%.3g`, `%s`, ...) with a decimal point in every locale.
function text.number(format, value)
   return (format:format(value):gsub(",", "."))
end

--- The code point of a character of UTF-8.
function text.code_point(bytes)
   local first = bytes:byte()
   if first < 0x80 then return first end
   local code = first % (first < 0xE0 and 0x20 or first < 0xF0 and 0x10 or 0x08)
   for index = 2, #bytes do code = code * 64 + bytes:byte(index) % 64 end
   return code
end

local function columns(bytes)
   return width_of(text.code_point(bytes))
end

--- The number of columns that a text takes on a terminal.
function text.width(line)
   if not line:find "[\128-\255]" then return #line end
   local total = 0
   for bytes in line:gmatch(character) do total = total + columns(bytes) end
   return total
end

-- UTF-8 by RFC 3629: for each first byte, what must follow.
local sequences = {
   "^[\194-\223][\128-\191]", "^\224[\160-\191][\128-\191]", "^[\225-\236\238\239][\128-\191][\128-\191]",
   "^\237[\128-\159][\128-\191]", "^\240[\144-\191][\128-\191][\128-\191]",
   "^[\241-\243][\128-\191][\128-\191][\128-\191]", "^\244[\128-\143][\128-\191][\128-\191]",
}

local function sequence_at(line, place)
   for _, pattern in ipairs(sequences) do
      local bytes = line:match(pattern, place)
      if bytes then return bytes end
   end
   return nil
end

--- A text without its percent encoding. A plus sign stays: only in forms it is a blank.
function text.decode_percent(encoded)
   return (encoded:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

--- True if a text is UTF-8.
function text.is_utf8(line)
   local place = line:find "[\128-\255]"
   while place do
      local bytes = sequence_at(line, place)
      if not bytes then return false end
      place = line:find("[\128-\255]", place + #bytes)
   end
   return true
end

-- Characters that a terminal obeys instead of showing: C1 control characters, line and paragraph separators, and marks
-- that change the direction of text.
local function is_obeyed(bytes)
   local code = text.code_point(bytes)
   return code < 0xA0 or code == 0x61C or (code >= 0x200E and code <= 0x200F) or (code >= 0x2028 and code <= 0x202E)
      or (code >= 0x2066 and code <= 0x2069)
end

local shown = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function escape_control(byte)
   return shown[byte] or ("\\%03d"):format(byte:byte())
end

-- A value as text. Values that are not text are shown as their type: their __tostring may raise or return anything.
local function as_text(value)
   local kind = type(value)
   if kind == "string" then return value end
   if kind == "number" or kind == "boolean" or kind == "nil" then return tostring(value) end
   return ("<%s>"):format(kind)
end

--- One printable line: control characters are escaped, bytes that are not UTF-8 become `?`.
function text.line(value)
   local line = as_text(value):gsub("[%c\127]", escape_control)
   if not line:find "[\128-\255]" then return line end
   local parts, place = {}, 1
   while place <= #line do
      local bytes = line:match("^[%z\1-\127]+", place)
      if not bytes then
         bytes = sequence_at(line, place)
         place = place + (bytes and #bytes or 1)
         if not bytes or is_obeyed(bytes) then bytes = "?" end
      else
         place = place + #bytes
      end
      parts[#parts + 1] = bytes
   end
   return table.concat(parts)
end

--- A given path or name, for messages. What was meant to be the content itself, as JSON or a curl command, may hold
-- secrets and is not quoted.
-- @tparam string given
function text.path(given)
   if given:find '[{"\r\n]' or given:find "^%s*curl%s" then return "the text given" end
   return text.line(given)
end

--- Cuts a line to a width, and marks the cut with `...`.
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

-- The most bytes of a column that are looked at.
local longest_column = 16

--- One printable line of at most a width; it reads only the start of a text if that is enough.
function text.short(value, width)
   local whole = as_text(value)
   local start = whole:sub(1, longest_column * width)
   return text.cut(#start < #whole and text.line(start) .. "..." or text.line(start), width)
end

--- Fills a line with spaces up to a width.
function text.pad(line, width)
   return line .. (" "):rep(width - text.width(line))
end

-- The widest cell of each column, including its title.
local function measure(heads, cells)
   local widths = {}
   for column, head in ipairs(heads) do
      widths[column] = text.width(head[1])
      for _, row in ipairs(cells) do widths[column] = math.max(widths[column], text.width(row[column])) end
   end
   return widths
end

-- Narrows the elastic column until the lines fit.
local function fit(heads, widths, total)
   local elastic, sum = nil, 2 * (#heads - 1)
   for column, head in ipairs(heads) do
      sum = sum + widths[column]
      if head.elastic then elastic = column end
   end
   if elastic and sum > total then widths[elastic] = math.max(heads[elastic].elastic, widths[elastic] - sum + total) end
end

--- An aligned table.
-- @tparam table heads array of `{ title, widest }`; one may have `elastic`, the smallest width to which it may shrink
-- @tparam table rows array of arrays of values
-- @tparam[opt] number total the largest width of a line
-- @treturn string lines without a line break at the end
function text.aligned(heads, rows, total)
   local cells, titles = {}, {}
   for index, row in ipairs(rows) do
      cells[index] = {}
      for column, head in ipairs(heads) do cells[index][column] = text.short(row[column], head[2]) end
   end
   local widths = measure(heads, cells)
   fit(heads, widths, total or math.huge)
   for column, head in ipairs(heads) do titles[column] = head[1] end
   table.insert(cells, 1, titles)
   local lines = {}
   for index, row in ipairs(cells) do
      local padded = {}
      for column, width in ipairs(widths) do padded[column] = text.pad(text.cut(row[column], width), width) end
      lines[index] = table.concat(padded, "  "):match "^.*%S" or ""
   end
   return table.concat(lines, "\n")
end

return text
