--- Reads dates and times as responses have them. Only for a year of two digits, and for a pause until a date where the
-- server states no time of its own, it looks at the clock.
-- @module personalize.http.dates
-- @local

local dates = {}

local unpack = table.unpack or unpack -- luacheck: ignore 143

local months = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10,
   Nov = 11, Dec = 12 }

-- Days from 1970-01-01 to a date of the Gregorian calendar.
local function days_from_civil(year, month, day)
   if month <= 2 then year = year - 1 end
   local era = math.floor(year / 400)
   local year_of_era = year - era * 400
   local shifted = month > 2 and month - 3 or month + 9
   local day_of_year = math.floor((153 * shifted + 2) / 5) + day - 1
   local day_of_era = year_of_era * 365 + math.floor(year_of_era / 4) - math.floor(year_of_era / 100) + day_of_year
   return era * 146097 + day_of_era - 719468
end

-- Seconds since 1970; nil if a part is out of range.
local function seconds_of(year, month, day, hour, minute, second)
   year, month, day = tonumber(year), tonumber(months[month] or month), tonumber(day)
   hour, minute, second = tonumber(hour), tonumber(minute), tonumber(second)
   if not month or month < 1 or month > 12 or day < 1 or day > 31 then return nil end
   if hour > 23 or minute > 59 or second >= 61 then return nil end
   return days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
end

-- The year that two digits mean. RFC 9110: no year is more than 50 years in the future.
local function full_year(digits)
   local this_year = tonumber(os.date "!%Y")
   local year = this_year - this_year % 100 + tonumber(digits)
   return year > this_year + 50 and year - 100 or year
end

-- The three forms of RFC 9110. The second and third are obsolete, but servers still send them. A comma follows each.
local forms = {
   { "^%s*%a%a%a, (%d%d) (%a%a%a) (%d%d%d%d) (%d%d):(%d%d):(%d%d) GMT%s*,()",
      function(day, month, year, ...) return seconds_of(year, month, day, ...) end },
   { "^%s*%a+day, (%d%d)%-(%a%a%a)%-(%d%d) (%d%d):(%d%d):(%d%d) GMT%s*,()",
      function(day, month, year, ...) return seconds_of(full_year(year), month, day, ...) end },
   { "^%s*%a%a%a (%a%a%a) ([%d ]%d) (%d%d):(%d%d):(%d%d) (%d%d%d%d)%s*,()",
      function(month, day, hour, minute, second, year) return seconds_of(year, month, day, hour, minute, second) end },
}

-- Reads the date at a position of a text: the seconds and the position after it; nil if there is none.
local function date_at(text, place)
   for _, form in ipairs(forms) do
      local found = { text:match(form[1], place) }
      if found[1] then return form[2](unpack(found, 1, 6)), found[7] end
   end
   return nil
end

--- Seconds since 1970 of an HTTP date (`Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or
-- `Sun Nov  6 08:49:37 1994`), or nil.
function dates.http(text)
   local time, behind = date_at(text .. ",", 1)
   return behind == #text + 2 and time or nil
end

--- Seconds since 1970 of a time in a connection (`2025-07-02T14:04:58.347Z`), or nil.
function dates.iso(text)
   local year, month, day, hour, minute, second =
      text:match "^(%d%d%d%d)-(%d%d)-(%d%d)T(%d%d):(%d%d):(%d%d%.?%d*)Z$"
   return year and seconds_of(year, month, day, hour, minute, second)
end

-- A server that states more means "for ever". HTTP caches limit such numbers to the same value.
local longest_retry_after = 2 ^ 31

-- Reads one value of a Retry-After header at a position: its seconds, and the position after it.
local function pause_at(text, place, server_now)
   local seconds, behind = text:match("^%s*(%d+)%s*,()", place)
   if seconds then return tonumber(seconds), behind end
   local time
   time, behind = date_at(text, place)
   if behind then return time and time - server_now, behind end
   return nil, text:match("^[^,]*,()", place)
end

--- Seconds that a `Retry-After` header asks to wait. Its value is a number or a date; a date is compared with the
-- server's own clock. If the header came several times (joined by commas), the longest pause counts.
-- @treturn ?number 0 or more; nil when there is no such header or it makes no sense
function dates.retry_after(headers)
   if not headers["retry-after"] then return nil end
   local text = headers["retry-after"] .. ","
   local server_now = headers.date and dates.http(headers.date) or os.time()
   local longest, place = nil, 1
   while place and place <= #text do
      local pause
      pause, place = pause_at(text, place, server_now)
      if pause then longest = math.max(longest or 0, math.min(pause, longest_retry_after)) end
   end
   return longest
end

return dates
