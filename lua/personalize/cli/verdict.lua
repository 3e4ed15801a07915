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
local statuses = set [=[status statuscode statusvalue statuscodevalue statusline code errorcode
   httpstatus httpstatuscode httpstatusvalue httpcode httpresponsecode httpresponsestatus
   rawstatus rawstatuscode responsecode responsestatus responsestatuscode]=]

local words = set "status statustext result outcome state teststatus testresult"
local bad_words = set [=[fail fails failed failure failures error errors errored ko nok timeout timedout unsuccessful
   rejected refused denied aborted cancelled canceled unavailable unreachable invalid fault fatal exception
   exceptions]=]
-- Words that turn the others around: `NO_ERRORS`.
local negations = set "no not none non without zero"
local switches = set [=[success ok successful issuccess issuccessful issuccessstatuscode succeeded passed ispassed isok
   isvalid valid]=]
local alarms = set [=[error errors errorcode errorcodes errorcount errormessage errormessages errormsg errortext
   errordescription errordetail errordetails errorreason errortype iserror haserror haserrors errcode errmsg
   exception exceptions exceptionclass exceptionmessage exceptiontype hasexception stacktrace
   failure failures failed failurecode failurecount failuremessage failurereason isfailed isfailure hasfailed
   hasfailure hasfailures fault faults faultcode faultstring hasfault is4xxclienterror is5xxservererror]=]
-- Values of these that tell of no failure.
local nothing = set "false no none null nil undefined n/a ok success noerror noerrors"

-- The names of the statuses that tell of a failure, as enumerations have them.
local named_statuses = {
   badrequest = 400, unauthorized = 401, paymentrequired = 402, forbidden = 403, notfound = 404, methodnotallowed = 405,
   notacceptable = 406, proxyauthenticationrequired = 407, requesttimeout = 408, conflict = 409, gone = 410,
   lengthrequired = 411, preconditionfailed = 412, payloadtoolarge = 413, contenttoolarge = 413, uritoolong = 414,
   unsupportedmediatype = 415, expectationfailed = 417, misdirectedrequest = 421, unprocessableentity = 422,
   unprocessablecontent = 422, locked = 423, faileddependency = 424, tooearly = 425, upgraderequired = 426,
   preconditionrequired = 428, toomanyrequests = 429, requestheaderfieldstoolarge = 431,
   unavailableforlegalreasons = 451, internalservererror = 500, notimplemented = 501, badgateway = 502,
   serviceunavailable = 503, gatewaytimeout = 504, httpversionnotsupported = 505, insufficientstorage = 507,
   loopdetected = 508, networkauthenticationrequired = 511,
}

-- Members that may contain any of these. Other objects belong to the tested service.
local envelopes = set "response result results test testresult outcome connectionresponse testresponse items"

local deepest = 5

local function plain(name)
   return type(name) == "string" and letters.lower(name):gsub("[-_ ]", "") or ""
end

-- The HTTP status in a value, as a number: 500, "500 ...", "HTTP/1.1 500 ...", "INTERNAL_SERVER_ERROR".
local function status_of(value)
   if json.is_number(value) then return nil end
   local number = type(value) == "number" and value or nil
   if type(value) == "string" then
      local text = value:gsub("^%s*[Hh][Tt][Tt][Pp]/[%d.]+%s", "")
      number = tonumber(text:match "^%s*(%d%d%d)%f[^%d]") or named_statuses[plain(value)]
   end
   if number and number % 1 == 0 and number >= 100 and number <= 599 then return number end
   return nil
end

-- Whether a value is a word for a failure, or a name made of words, such as `CONNECTION_FAILED`.
local function is_bad(value)
   if type(value) ~= "string" then return false end
   if bad_words[plain(value)] then return true end
   if not value:find "^[%a_-]+$" then return false end
   local found = false
   for word in letters.lower(value):gmatch "%a+" do
      if negations[word] then return false end
      found = found or bad_words[word] == true
   end
   return found
end

local function is_something(value)
   if value == nil or value == json.null or value == false or value == 0 then return false end
   if type(value) == "string" then
      local word = plain(value)
      return not nothing[word] and word:find "[^0]" ~= nil
   end
   return type(value) ~= "table" or next(value) ~= nil
end

-- The text in what tells of a failure.
local function message_of(value)
   if type(value) == "string" then return value end
   return raw.string(value, "message") or raw.string(value, "faultstring")
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
   elseif words[key] and is_bad(value) then
      note(found, ("%s is %s"):format(name, value))
   elseif switches[key] and is_no(value) then
      note(found, ("%s is false"):format(name))
   elseif alarms[key] and is_something(value) then
      local message = message_of(value)
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
