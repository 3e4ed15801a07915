--- Compares two texts line by line.
-- @module personalize.connections.line_diff
-- @local

local line_diff = {}

-- Lines shown around a change, and the most lines that are shown unless `full` is given.
local context, most_shown = 1, 40

-- If comparing would cost more, all lines between the first and the last difference count as different.
local most_compared = 400000

local function split(value)
   local lines = {}
   for line in (value .. "\n"):gmatch "(.-)\n" do lines[#lines + 1] = line end
   return lines
end

-- The lengths of the longest common subsequences of the ends of two arrays of lines.
local function lengths_of(old, new)
   local table_of = { [#old + 1] = setmetatable({}, { __index = function() return 0 end }) }
   for i = #old, 1, -1 do
      local row, below = { [#new + 1] = 0 }, table_of[i + 1]
      for j = #new, 1, -1 do
         row[j] = old[i] == new[j] and below[j + 1] + 1 or math.max(below[j], row[j + 1])
      end
      table_of[i] = row
   end
   return table_of
end

local function add_all(changes, mark, lines, first)
   for index = first or 1, #lines do changes[#changes + 1] = { mark, lines[index] } end
end

-- Compares the middle parts, which begin and end with different lines.
local function compare(old, new, changes)
   if #old * #new > most_compared then
      add_all(changes, "-", old)
      return add_all(changes, "+", new)
   end
   local lengths, i, j = lengths_of(old, new), 1, 1
   while i <= #old and j <= #new do
      if old[i] == new[j] then
         changes[#changes + 1] = { " ", old[i] }
         i, j = i + 1, j + 1
      elseif lengths[i + 1][j] >= lengths[i][j + 1] then
         changes[#changes + 1] = { "-", old[i] }
         i = i + 1
      else
         changes[#changes + 1] = { "+", new[j] }
         j = j + 1
      end
   end
   add_all(changes, "-", old, i)
   add_all(changes, "+", new, j)
end

local function sub(lines, first, last)
   local part = {}
   for index = first, last do part[#part + 1] = lines[index] end
   return part
end

local function all_changes(old, new)
   local first, behind = 1, 0
   while first <= #old and first <= #new and old[first] == new[first] do first = first + 1 end
   while behind <= #old - first and behind <= #new - first and old[#old - behind] == new[#new - behind] do
      behind = behind + 1
   end
   local changes = {}
   add_all(changes, " ", sub(old, 1, first - 1))
   compare(sub(old, first, #old - behind), sub(new, first, #new - behind), changes)
   add_all(changes, " ", sub(old, #old - behind + 1, #old))
   return changes
end

-- Marks the lines that are near a change.
local function near_changes(changes)
   local near = {}
   for index, change in ipairs(changes) do
      if change[1] ~= " " then
         for place = index - context, index + context do near[place] = true end
      end
   end
   return near
end

--- The different lines of two texts, with one line around them.
-- @tparam string old
-- @tparam string new
-- @tparam[opt] boolean full return all lines
-- @treturn table array of `{ "-", "+" or " ", line }`; the line `...` stands for omitted ones
function line_diff.of(old, new, full)
   local changes = all_changes(split(old), split(new))
   if full then return changes end
   local near, shown, left_out = near_changes(changes), {}, 0
   for index, change in ipairs(changes) do
      if near[index] and #shown < most_shown then
         if left_out > 0 then shown[#shown + 1] = { " ", "..." } end
         left_out = 0
         shown[#shown + 1] = change
      else
         left_out = left_out + 1
      end
   end
   if #shown >= most_shown and left_out > 0 then
      shown[#shown + 1] = { " ", ("... %d more lines"):format(left_out) }
   elseif left_out > 0 then
      shown[#shown + 1] = { " ", "..." }
   end
   return shown
end

return line_diff
