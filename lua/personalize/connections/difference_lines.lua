--- Formats one difference for people: only the differing part of long texts, and only the differing lines of bodies.
-- @module personalize.connections.difference_lines
-- @local

local json = require "personalize.json"
local line_diff = require "personalize.connections.line_diff"
local text = require "personalize.text"

local difference_lines = {}

-- Values up to this width are shown whole on one line.
local widest_value = 60

-- Columns of a long text that are shown before and after the difference.
local context = 16

local function as_json(value)
   if value == nil then return "(absent)" end
   return json.encode(value, { canonical = true }) or ("<%s>"):format(type(value))
end

local function is_short(value)
   local line = as_json(value)
   return #line <= 16 * widest_value and text.width(text.line(line)) <= widest_value
end

local function is_continuation(value, place)
   local byte = value:byte(place)
   return byte ~= nil and byte >= 0x80 and byte < 0xC0
end

-- The lengths in bytes of the common beginning and the common end of two texts; characters are not split.
local function common_ends(old, new)
   local shorter, prefix = math.min(#old, #new), 0
   while prefix < shorter and old:byte(prefix + 1) == new:byte(prefix + 1) do prefix = prefix + 1 end
   local function is_within() return is_continuation(old, prefix + 1) or is_continuation(new, prefix + 1) end
   while prefix > 0 and is_within() do prefix = prefix - 1 end
   local suffix = 0
   while suffix < shorter - prefix and old:byte(#old - suffix) == new:byte(#new - suffix) do suffix = suffix + 1 end
   while suffix > 0 and is_continuation(old, #old - suffix + 1) do suffix = suffix - 1 end
   return prefix, suffix
end

local function quoted(piece)
   return text.line(json.encode(piece) or "?")
end

-- The differing part of a text, with some of the common text around it.
local function part(value, prefix, suffix)
   local first, last = math.max(1, prefix + 1 - context), math.min(#value, #value - suffix + context)
   while first > 1 and is_continuation(value, first) do first = first - 1 end
   while last < #value and is_continuation(value, last + 1) do last = last + 1 end
   local before, behind = first > 1 and "..." or "", last < #value and "..." or ""
   local piece = value:sub(first, last)
   if text.width(piece) > 2 * widest_value then
      piece, behind = text.cut(piece, 2 * widest_value):gsub("%.%.%.$", ""), "..."
   end
   return before .. quoted(piece) .. behind
end

local function parts(old, new)
   local prefix, suffix = common_ends(old, new)
   return part(old, prefix, suffix), part(new, prefix, suffix)
end

-- The text of a body in lines; JSON on one line is formatted.
local function laid_out(value)
   if value:find "\n" or not value:find "^%s*[{%[]" then return value end
   local decoded = json.decode(value)
   if type(decoded) ~= "table" or decoded == json.null then return value end
   return json.encode(decoded, { pretty = true, canonical = true }) or value
end

-- Two bodies as lines, to be compared line by line; nil if each has one line.
local function bodies(old, new)
   local old_lines, new_lines = laid_out(old), laid_out(new)
   if old_lines == new_lines then old_lines, new_lines = old, new end
   if not old_lines:find "\n" and not new_lines:find "\n" then return nil end
   return old_lines, new_lines
end

local function shown_line(line, full)
   return full and text.line(line) or text.short(line, 2 * widest_value)
end

-- Lines of a body. If one added line follows a removed one, only their difference is shown.
local function body_lines(path, old, new, opts)
   local full = opts.full
   local indent = opts.is_diff and "" or "    "
   local changes = line_diff.of(old, new, full)
   local lines = { opts.is_diff and "  " .. path or path .. ":" }
   for index, change in ipairs(changes) do
      local line, following = shown_line(change[2], full), changes[index + 1]
      local previous = changes[index - 1]
      if not full and change[1] == "-" and following and following[1] == "+" and #change[2] > 2 * widest_value then
         line = parts(change[2], following[2])
      elseif not full and change[1] == "+" and previous and previous[1] == "-" and #change[2] > 2 * widest_value then
         line = select(2, parts(previous[2], change[2]))
      end
      lines[#lines + 1] = ("%s%s %s"):format(indent, change[1], line):match "^.*%S" or ""
   end
   return lines
end

-- One line; or three lines for a block that is coloured like a `diff`.
local function inline(path, from, to, opts)
   if opts.is_diff then return { "  " .. path, "- " .. from, "+ " .. to .. (from == to and " (changed)" or "") } end
   return { ("%s: %s -> %s%s"):format(path, from, to, from == to and " (changed)" or "") }
end

--- The lines that show one difference.
-- @tparam string path
-- @param old masked; nil if missing
-- @param new the same
-- @tparam table opts `full`: cut nothing; `is_diff`: show removed and added text on separate lines, like `diff`
-- @treturn table array of lines; control characters are escaped
function difference_lines.of(path, old, new, opts)
   path = text.line(path)
   local are_texts = type(old) == "string" and type(new) == "string" and old ~= new
   local has_lines = are_texts and (old:find "\n" or new:find "\n")
   if not has_lines and is_short(old) and is_short(new) then
      return inline(path, text.line(as_json(old)), text.line(as_json(new)), opts)
   end
   if are_texts then
      local old_lines, new_lines = bodies(old, new)
      if old_lines then return body_lines(path, old_lines, new_lines, opts) end
      if not opts.full then
         local from, to = parts(old, new)
         return inline(path, from, to, opts)
      end
   end
   local function cut(value)
      return opts.full and text.line(as_json(value)) or text.short(as_json(value), widest_value)
   end
   return inline(path, cut(old), cut(new), opts)
end

return difference_lines
