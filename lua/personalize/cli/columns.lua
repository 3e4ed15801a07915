--- The columns of `personalize list`: their names, the paths of their values, and which ones fit a terminal.
-- @module personalize.cli.columns
-- @local

local errors = require "personalize.error"
local json = require "personalize.json"
local letters = require "personalize.letters"
local list = require "personalize.resource.list"
local options = require "personalize.options"
local raw = require "personalize.raw"
local schema = require "personalize.schema"
local text = require "personalize.text"

local columns = {}

-- A column has a `name` (as `--columns` takes it), a `title`, a `path`, and optionally `show(value)`, `least` (its
-- smallest width) and `most` (its largest width while other columns need room). `default` is shown if there is no
-- value.
local known = {
   { name = "name", title = "NAME", path = "name", least = 20, most = 28 },
   { name = "ref", title = "REF", path = "ref" },
   { name = "system", title = "SYSTEM TYPE", path = "systemType" },
   { name = "method", title = "METHOD", path = "request.requestType" },
   { name = "url", title = "URL", path = "request.connectionUrl", least = 16, most = 48 },
   { name = "auth", title = "AUTH", path = "auth.authType" },
   { name = "revision", title = "REV", path = "revision" },
   { name = "modified", title = "MODIFIED", path = "modifiedAt", show = list.time },
   { name = "archived", title = "ARCHIVED", path = "archived", show = list.yes_or_no, default = false },
   { name = "description", title = "DESCRIPTION", path = "description", least = 12, most = 40 },
}

local by_name, names_in_order = {}, {}
for index, column in ipairs(known) do
   by_name[column.name], names_in_order[index] = column, column.name
end

local usual = { "name", "system", "method", "url", "auth", "revision", "modified", "archived" }

-- When a terminal is too narrow for all columns, the last of these are dropped first. A ref is shown only if all others
-- have room.
local importance = { "name", "url", "archived", "method", "auth", "modified", "system", "revision", "ref" }

local gap = 2

-- The largest width, while others need room, of a column for a member without a column of its own.
local widest_other = 40

-- Whether the schema knows a path.
local function is_published(path)
   local found = false
   schema.each(function(_, each) found = found or each:gsub("%[%]", "") == path end)
   return found
end

-- All names of columns and members, for suggestions.
local function all_names()
   local names = {}
   for _, column in ipairs(known) do names[column.name] = true end
   schema.each(function(_, path) names[(path:gsub("%[%]", ""))] = true end)
   return names
end

--- The values at a path; an array gives the values of each item.
function columns.values(item, path)
   local values = { item }
   for name in (path .. "."):gmatch "(.-)%." do
      local inner = {}
      for _, value in ipairs(values) do
         if raw.is_array(value) then
            for index = 1, raw.length(value) do
               inner[#inner + 1] = raw.get(rawget(value, index), name)
            end
         elseif type(value) == "table" then
            inner[#inner + 1] = raw.get(value, name)
         end
      end
      values = inner
   end
   return values
end

--- The column for a name or for the path of a member.
-- @tparam string given
-- @tparam table items the connections: a member that one of them has is accepted
-- @tparam string option that the message mentions
-- @return column; or nil and an error object
function columns.find(given, items, option)
   local column = by_name[letters.lower(given)]
   if column then return column end
   local is_there = is_published(given)
   for index = 1, is_there and 0 or #items do
      is_there = is_there or #columns.values(items[index], given) > 0
   end
   if is_there then return { name = given, title = given, path = given, least = 8, most = widest_other } end
   local nearest = options.nearest(given, all_names())
   local hint = nearest and (" (did you mean %s?)"):format(nearest)
      or "; the columns are " .. table.concat(names_in_order, ", ")
   return errors.fail("validation", ("%s: no connection has a member %s%s"):format(option, options.describe(given),
      hint))
end

--- The columns that `--columns` names.
-- @return array of columns; or nil and an error object
function columns.chosen(given, items)
   local chosen = {}
   for part in (given .. ","):gmatch "([^,]*)," do
      local name = part:gsub("^%s+", ""):gsub("%s+$", "")
      if name ~= "" then
         local column, err = columns.find(name, items, "--columns")
         if not column then return nil, err end
         chosen[#chosen + 1] = column
      end
   end
   if #chosen > 0 then return chosen end
   return errors.fail("validation", "--columns: expected names of columns, or paths of members, with commas")
end

--- The columns of a list without `--columns`.
-- @tparam boolean with_ref
function columns.usual(with_ref)
   local chosen = {}
   for _, name in ipairs(usual) do
      chosen[#chosen + 1] = by_name[name]
      if with_ref and name == "name" then chosen[#chosen + 1] = by_name.ref end
   end
   return chosen
end

--- The text of a value in a table's cell.
function columns.cell(column, value)
   if value == nil or value == json.null then value = column.default end
   if column.show then return text.line(column.show(value)) end
   if type(value) == "table" and not json.is_number(value) then
      return text.line(json.encode(value, { canonical = true }) or "?")
   end
   if type(value) == "boolean" then return tostring(value) end
   return text.line(list.show(value))
end

local function width_of(column, cells, most)
   local width = text.width(column.title)
   for _, row in ipairs(cells) do width = math.max(width, text.width(row[column])) end
   return most and math.min(width, math.max(most, #column.title)) or width
end

local function sum_of(chosen, widths)
   local sum = -gap
   for _, column in ipairs(chosen) do sum = sum + widths[column] + gap end
   return sum
end

--- The columns without one of them.
function columns.without(chosen, name)
   local left = {}
   for _, column in ipairs(chosen) do
      if column.name ~= name then left[#left + 1] = column end
   end
   return left
end

-- Drops columns until the rest fit at their smallest widths.
local function drop(chosen, least, total)
   for place = #importance, 2, -1 do
      if sum_of(chosen, least) <= total then return chosen end
      chosen = columns.without(chosen, importance[place])
   end
   return chosen
end

-- Gives the remaining width to the columns that need more, in order.
local function widen(chosen, widths, wanted, total)
   for _, column in ipairs(chosen) do
      local more = math.min(wanted[column] - widths[column], total - sum_of(chosen, widths))
      if more > 0 then widths[column] = widths[column] + more end
   end
end

--- Chooses the columns that fit a terminal, and their widths.
-- @tparam table chosen array of columns
-- @tparam table cells array of rows: column -> text
-- @tparam number total columns of the terminal
-- @tparam boolean is_free whether columns may be dropped
-- @treturn table the columns that are shown
-- @treturn table column -> width
function columns.fit(chosen, cells, total, is_free)
   local least, most, whole = {}, {}, {}
   for _, column in ipairs(chosen) do
      whole[column] = width_of(column, cells)
      most[column] = width_of(column, cells, column.most)
      least[column] = math.min(most[column], column.least or most[column])
   end
   if is_free and sum_of(chosen, most) > total then chosen = columns.without(chosen, "ref") end
   if is_free then chosen = drop(chosen, least, total) end
   local widths = {}
   for _, column in ipairs(chosen) do widths[column] = least[column] end
   widen(chosen, widths, most, total)
   widen(chosen, widths, whole, total)
   if #chosen == 1 then widths[chosen[1]] = math.min(whole[chosen[1]], math.max(total, 1)) end
   return chosen, widths
end

--- Formats a table as lines.
-- @tparam table chosen array of columns
-- @tparam table cells
-- @tparam ?table widths column -> width; nil cuts nothing
function columns.table(chosen, cells, widths)
   local lines, all = {}, widths or {}
   if not widths then
      for _, column in ipairs(chosen) do all[column] = width_of(column, cells) end
   end
   local titles = {}
   for _, column in ipairs(chosen) do titles[column] = text.line(column.title) end
   local function add(row)
      local parts = {}
      for index, column in ipairs(chosen) do
         parts[index] = text.pad(text.cut(row[column], all[column]), all[column])
      end
      lines[#lines + 1] = table.concat(parts, (" "):rep(gap)):gsub("%s+$", "")
   end
   add(titles)
   for _, row in ipairs(cells) do add(row) end
   return table.concat(lines, "\n")
end

return columns
