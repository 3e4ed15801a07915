-- Fuzzes the dates in a response: each line of an input is a `Retry-After`, an HTTP date and a time of a connection.

local dates = require "personalize.http.dates"
local properties = require "fuzz.support.properties"

local function check_time(time, line)
   properties.that(time == time and math.abs(time) < 2 ^ 53, "%q is the time %s", line, tostring(time))
end

-- A date that was read is the same when it is written in the usual form.
local function check_date(line)
   local time = dates.http(line)
   if not time then return end
   check_time(time, line)
   local whole = math.floor(time)
   local date = os.date("!*t", whole)
   local written = os.date("!%a, %d %b ", whole) .. ("%04d %02d:%02d:%02d GMT"):format(date.year, date.hour, date.min,
      date.sec)
   properties.same(dates.http(written), whole, line)
end

local function check_pause(line, date)
   local pause = dates.retry_after { ["retry-after"] = line, date = date }
   if pause == nil then return end
   properties.that(pause >= 0 and pause <= 2 ^ 31, "%q is a pause of %s s", line, tostring(pause))
   -- a second pause never shortens the first
   local both = dates.retry_after { ["retry-after"] = line .. ", 0", date = date }
   properties.same(both, pause, line .. ", 0")
end

return function(bytes)
   local before
   for line in bytes:gmatch "[^\n]+" do
      check_date(line)
      local time = dates.iso(line)
      if time then check_time(time, line) end
      check_pause(line, nil)
      check_pause(line, before)
      before = line
   end
end
