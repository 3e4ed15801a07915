--- Dates as HTTP has them.
-- @module personalize.cli.date
-- @local

local date = {}

local months = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11,
   Dec = 12 }

-- Days from 1970 to a day of the Gregorian calendar.
local function days(year, month, day)
   if month <= 2 then year, month = year - 1, month + 12 end
   return 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
      + math.floor((153 * (month - 3) + 2) / 5) + day - 719469
end

--- Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`; nil for anything else.
function date.parse(line)
   local day, month, year, hour, minute, second =
      (line or ""):match "^%a+, (%d%d) (%a%a%a) (%d%d%d%d) (%d%d):(%d%d):(%d%d) GMT$"
   if not day or not months[month] then return nil end
   return ((days(tonumber(year), months[month], tonumber(day)) * 24 + tonumber(hour)) * 60 + tonumber(minute)) * 60
      + tonumber(second)
end

return date
