--- A bar that shows how far a command is: on a terminal, and nowhere else.
-- @module personalize.cli.progress
-- @local

local native = require "personalize.native"
local output = require "personalize.cli.output"
local text = require "personalize.text"

local progress = {}

local bar_width = 24
local assumed_columns = 80

-- How often it is drawn at most: seconds.
local interval = 0.05

--- Makes a bar.
-- @tparam table streams
-- @tparam table arguments `json` wants none
-- @treturn ?function `on_progress` of `plan:apply`; nil where there is no terminal
-- @treturn function takes the bar away
function progress.new(streams, arguments)
   if arguments.json or not output.is_terminal(streams.err) then return nil, function() end end
   local drawn = -math.huge
   local function draw(done, total, item)
      if done < total and native.now() - drawn < interval then return end
      drawn = native.now()
      local columns = native.process.terminal_width(2)
      if columns < 20 then columns = assumed_columns end
      local filled = math.floor(bar_width * done / total)
      local line = ("[%s%s] %d/%d  %s"):format(("#"):rep(filled), ("."):rep(bar_width - filled), done, total,
         text.line(item.name))
      streams.err:write("\r", text.cut(line, columns - 1), "\27[K")
      streams.err:flush()
   end
   return draw, function()
      if drawn > 0 then streams.err:write "\r\27[K" end
   end
end

return progress
