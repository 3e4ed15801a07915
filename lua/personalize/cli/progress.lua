--- Shows the progress of a command on a terminal: count, rate, failures, and the remaining time.
-- @module personalize.cli.progress
-- @local

local native = require "personalize.native"
local text = require "personalize.text"

local progress = {}

local bar_width = 24
local narrow_bar_width = 10
local narrow_columns = 60

-- In seconds: the shortest time between two updates, and the time that a list must take before progress is shown.
local interval, patience = 0.05, 0.3

-- The part of the work that must be done before the remaining time is estimated.
local first_estimate = 0.05

--- Seconds for people: 8 s, 3 min, 2 h 5 min.
local function duration(seconds)
   if seconds < 100 then return ("%d s"):format(math.ceil(seconds)) end
   if seconds < 5400 then return ("%d min"):format(math.ceil(seconds / 60)) end
   return ("%d h %d min"):format(math.floor(seconds / 3600), math.floor(seconds % 3600 / 60))
end

local function rate_of(done, elapsed)
   if elapsed <= 0 or done == 0 then return nil end
   local rate = done / elapsed
   return text.number(rate < 10 and "%.1f/s" or "%.0f/s", rate)
end

local function left_of(done, total, elapsed)
   if done >= total or done < total * first_estimate or elapsed < patience then return nil end
   return duration(elapsed / done * (total - done)) .. " left"
end

local function add(parts, part)
   if part then parts[#parts + 1] = part end
end

--- The progress line of work whose amount is known.
-- @tparam number done
-- @tparam number total
-- @tparam number failed
-- @tparam number elapsed seconds
-- @tparam string name of the last item
-- @tparam number columns of the terminal
function progress.line(done, total, failed, elapsed, name, columns)
   local width = columns < narrow_columns and narrow_bar_width or bar_width
   local filled = math.floor(width * done / total)
   local parts = { ("[%s%s] %d/%d"):format(("#"):rep(filled), ("."):rep(width - filled), done, total) }
   if failed > 0 then add(parts, failed .. " failed") end
   add(parts, rate_of(done, elapsed))
   add(parts, left_of(done, total, elapsed))
   add(parts, text.line(name))
   return text.cut(table.concat(parts, "  "), columns - 1)
end

--- The progress line while a list is read.
-- @tparam string many the word for its items
-- @tparam number count
-- @tparam ?number total
-- @tparam number elapsed seconds
-- @tparam number columns of the terminal
function progress.list_line(many, count, total, elapsed, columns)
   local parts = { total and total >= count and ("%d of %d %s"):format(count, total, many)
      or ("%d %s"):format(count, many) }
   add(parts, rate_of(count, elapsed))
   add(parts, total and count > 0 and left_of(count, total, elapsed))
   return text.cut(table.concat(parts, "  "), columns - 1)
end

--- Shows on the command's terminal how far a long list is; nil if there is no terminal, or JSON is wanted.
-- @tparam table out the command's output
-- @treturn ?function for `client.watch`: called with the word for items, their number so far, and their total if known
function progress.of_list(out)
   if not out:columns_of_bar() then return nil end
   local started, last, drawn = native.now(), 0, -math.huge
   return function(many, count, total)
      local now = native.now()
      if count < last or now - started > 3600 then started = now end
      last = count
      if now - started < patience or now - drawn < interval then return end
      drawn = now
      out:bar(progress.list_line(many, count, total, now - started, out:columns_of_bar()))
   end
end

--- The `on_progress` of work on many items, shown on the command's terminal; nil if there is no terminal, or JSON is
-- wanted.
-- @tparam table out
-- @treturn ?function `on_progress(done, total, item, result)`; `result` is nil if the item failed
function progress.of_work(out)
   if not out:columns_of_bar() then return nil end
   local started, drawn, failed = native.now(), -math.huge, 0
   return function(done, total, item, result)
      if result == nil then failed = failed + 1 end
      local now = native.now()
      if done < total and now - drawn < interval then return end
      drawn = now
      local name = type(item) == "table" and type(item.name) == "string" and item.name or ""
      out:bar(progress.line(done, total, failed, now - started, name, out:columns_of_bar()))
   end
end

return progress
