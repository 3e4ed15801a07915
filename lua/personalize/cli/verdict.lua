--- Decides from the service's answer whether a tested call succeeded. The format of the answer is not published. Every
-- common sign of failure counts; the body that the tested service itself sent does not.
-- @module personalize.cli.verdict
-- @local

local json = require "personalize.json"
local letters = require "personalize.letters"
local raw = require "personalize.raw"

local verdict = {}

local function set(words)
   local found = {}
   for word in words:gmatch "%S+" do found[word] = true end
   return found
end

-- Names are compared without case, `-` and `_`.
local statuses = set [=[status statuscode httpstatus httpstatuscode httpcode responsecode responsestatus
   responsestatuscode code]=]

local words = set "status result outcome state teststatus testresult"
local bad_words = set "fail failed failure error errored ko timeout timedout unsuccessful rejected refused exception"
local switches = set "success ok successful issuccess issuccessful succeeded passed ispassed isok isvalid valid"
local alarms = set [=[error errors exception exceptions errormessage errormessages failure failed haserror haserrors
   iserror]=]

-- Members that may contain any of these. Other objects belong to the tested service.
local envelopes = set "response result results test testresult outcome connectionresponse testresponse items"

local deepest = 5

local function plain(name)
   return type(name) == "string" and letters.lower(name):gsub("[-_ ]", "") or ""
end

-- The HTTP status in a value, as a number.
local function status_of(value)
   if json.is_number(value) then return nil end
   local number = type(value) == "number" and value
      or type(value) == "string" and tonumber(value:match "^%s*(%d%d%d)%f[^%d]")
   if number and number % 1 == 0 and number >= 100 and number <= 599 then return number end
   return nil
end

local function is_something(value)
   if value == nil or value == json.null or value == false or value == "" or value == 0 then return false end
   if type(value) == "string" then return not set("false no none null 0")[letters.lower(value)] end
   return type(value) ~= "table" or next(value) ~= nil
end

local function is_no(value)
   return value == false or type(value) == "string" and set("false no")[letters.lower(value)] == true
end

local function note(found, reason, is_status)
   found.failed = true
   found.reasons[#found.reasons + 1] = reason
   if not is_status then found.others[#found.others + 1] = reason end
end

local look

local function look_at(found, name, value, depth)
   local key = plain(name)
   local status = statuses[key] and status_of(value)
   if status then
      found.status = found.status or status
      if status >= 400 then note(found, ("%s is %d"):format(name, status), true) end
   elseif words[key] and type(value) == "string" and bad_words[plain(value)] then
      note(found, ("%s is %s"):format(name, value))
   elseif switches[key] and is_no(value) then
      note(found, ("%s is false"):format(name))
   elseif alarms[key] and is_something(value) then
      local message = type(value) == "string" and value or raw.string(value, "message")
      note(found, message and ("%s: %s"):format(name, message) or name)
   end
   if type(value) == "table" and (envelopes[key] or statuses[key]) then look(found, value, depth + 1) end
end

function look(found, value, depth)
   if type(value) ~= "table" or value == json.null or depth > deepest then return end
   if raw.is_array(value) then
      for index = 1, raw.length(value) do look(found, rawget(value, index), depth + 1) end
      return
   end
   local names = {}
   for name in next, value do
      if type(name) == "string" then names[#names + 1] = name end
   end
   table.sort(names)
   for _, name in ipairs(names) do look_at(found, name, rawget(value, name), depth) end
end

--- Judges an answer.
-- @treturn table `failed`; `status` of the tested service, if known; `reasons` (texts);
-- `others`, those besides the status
function verdict.of(answer)
   local found = { failed = false, reasons = {}, others = {} }
   look(found, answer, 1)
   return found
end

--- Parses the value of `--expect-status`: `200`, `2xx`, or several with commas.
-- @treturn function `fits(status)`; or nil and what is wrong
function verdict.expectation(given)
   local patterns = {}
   for part in (given .. ","):gmatch "([^,]*)," do
      local status = letters.lower((part:gsub("%s", "")))
      if not status:find "^[1-5][%dx][%dx]$" then
         return nil, "--expect-status: expected a status such as 200, 2xx, or several with commas"
      end
      patterns[#patterns + 1] = "^" .. status:gsub("x", "%%d") .. "$"
   end
   return function(status)
      for _, pattern in ipairs(patterns) do
         if ("%d"):format(status):find(pattern) then return true end
      end
      return false
   end
end

--- Judges an answer by the expected status.
-- @param answer
-- @tparam ?function expected as `verdict.expectation` returns it
-- @treturn table as `verdict.of` returns it
function verdict.expected(answer, expected)
   local found = verdict.of(answer)
   if not expected then return found end
   local fits = found.status and expected(found.status)
   found.failed, found.reasons = not fits, fits and {} or found.others
   if not found.status then
      table.insert(found.reasons, "the answer tells no status")
   elseif not fits then
      table.insert(found.reasons, 1, ("status %d was not expected"):format(found.status))
   end
   return found
end

return verdict
