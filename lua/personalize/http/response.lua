--- Turns what the transport received into a decoded value or an error object. Pure functions.
-- @module personalize.http.response
-- @local

local advice = require "personalize.http.advice"
local dates = require "personalize.http.dates"
local error_body = require "personalize.http.error_body"
local errors = require "personalize.error"
local json = require "personalize.json"
local letters = require "personalize.letters"
local masking = require "personalize.http.masking"
local native = require "personalize.native"

local responses = {}

local kinds = {
   [400] = "validation",
   [401] = "auth",
   [403] = "forbidden",
   [404] = "not_found",
   [409] = "conflict",
   [429] = "rate_limited",
}

--- The kind of error for a status.
function responses.kind(status)
   return kinds[status] or (status >= 500 and status <= 599 and "server") or "http"
end

local id_headers = { "x-request-id", "x-correlation-id", "x-amzn-requestid", "cf-ray" }

local longest_id = 200

--- The call's id in the service's headers, if it looks like one.
function responses.request_id(headers)
   for _, name in ipairs(id_headers) do
      local id = headers[name]
      if id and #id <= longest_id and id:find "^[%w%p]+$" then return id end
   end
   return nil
end

local function content_type(headers)
   return (headers["content-type"] or ""):match "^%s*([^;%s]*)"
end

--- True if the end of a body may be missing: nobody tells where it has to end, or it broke off.
-- @tparam table response or the facts of a failed exchange
function responses.may_lack_end(response)
   local headers = response.headers
   local encoding = letters.lower(headers["content-encoding"] or "identity") -- see `is_cut`
   return response.broken ~= nil or encoding ~= "identity"
      or not headers["content-length"] and not headers["transfer-encoding"]
end

-- Secrets are masked before a text is cut: of one that was cut the start would not be found.
local function quote(response, kind, call)
   local secrets, is_cut = masking.of_call(call), responses.may_lack_end(response)
   return error_body.quote(response.body, kind, function(text, most)
      return masking.hide(text, secrets, most, is_cut)
   end)
end

-- The message in the body of an error response, and whether the service itself wrote it: JSON with a reason.
local function reason_of(response, call)
   local said = response.body ~= "" and error_body.read(response.body) or {}
   local message = said.message
   if message then
      if said.developer_message and said.developer_message ~= message then
         message = message .. ": " .. said.developer_message
      end
      return message, said, true
   elseif response.body == "" then
      return response.broken and "the server's reason did not come whole: " .. response.broken
         or "the server gave no reason", said, true
   end
   local kind = content_type(response.headers)
   local quoted = quote(response, kind, call)
   message = ("the answer is %s, not the service's JSON%s"):format(kind ~= "" and kind or "of no stated type",
      quoted and (': "%s"'):format(quoted) or "")
   return response.broken and message .. "; it did not come whole: " .. response.broken or message, said, false
end

local function fail(kind, message, response, call, members)
   members.status = response.status
   members.method = call.method
   members.url = native.url.redact(call.url)
   members.request_id = responses.request_id(response.headers)
   members.body = response.body ~= "" and response.body or nil
   return errors.fail(kind, message, members)
end

-- Whether a token endpoint answered. One that is too busy, or fails, does not always answer as OAuth says.
local function is_of_token_endpoint(said, status)
   return said.is_oauth or status == 429 or status >= 500 and said.is_json
end

--- The error object for a response whose status is not 2xx.
function responses.error(response, call)
   local kind = responses.kind(response.status)
   local message, said, is_service = reason_of(response, call)
   if call.is_token then is_service = is_of_token_endpoint(said, response.status) end
   local hint = advice.of_status(response.status, is_service, call)
   if response.status >= 300 and response.status < 400 and response.headers.location then
      hint = advice.of_redirection(call)
      message = ("redirected to %s, which is not followed: an API answers where it is asked; %s")
         :format(native.url.redact(masking.hide(response.headers.location, masking.of_call(call))), hint)
   elseif hint then
      message = message .. " (" .. hint .. ")"
   end
   local _, err = fail(kind, message, response, call, {
      code = said.code,
      developer_message = said.developer_message,
      more_info_url = said.more_info_url,
      retry_after = dates.retry_after(response.headers),
   })
   return nil, errors.advise(err, hint)
end

--- True when the response that broke off had an error status: that status counts, although the rest is missing.
-- @tparam table facts of a failed exchange
function responses.is_decided(facts)
   return facts.status ~= nil and facts.status >= 300
end

--- The error object for an error response that broke off.
-- @tparam table facts of the exchange: `status`, `headers`, and the part of `body` that was received
-- @tparam table cause the transport's error
-- @tparam table call
function responses.broken(facts, cause, call)
   facts.body = facts.body or ""
   facts.broken = cause.message
   local _, err = responses.error(facts, call)
   err.cause = cause
   return err
end

local function unreadable(message, response, call, hint)
   local _, err = fail("decode", hint and message .. "; " .. hint or message, response, call, {})
   return nil, errors.advise(err, hint)
end

-- True if a value is what token endpoints answer: a token, or an error.
local function is_token_or_error(value)
   return type(value) == "table" and (rawget(value, "access_token") ~= nil or type(rawget(value, "error")) == "string")
end

-- The error for well-formed JSON that is not what the call expected.
local function wrong_shape(expected, value, response, call)
   local got = value == json.null and (response.body == "" and "an empty answer" or "null")
      or json.is_array(value) and "an array"
      or type(value) == "table" and "an object" or "a " .. type(value)
   local is_elsewhere = call.is_token and not is_token_or_error(value)
   return unreadable(("expected %s, got %s"):format(expected, got), response, call,
      is_elsewhere and advice.of_address(call) or nil)
end

-- Whether a text can be the end of a text that was cut: part of a word, of an escape, of a character.
local function is_rest(text)
   if text == "" then return true end
   for _, word in ipairs { "true", "false", "null" } do
      if word:sub(1, #text) == text then return true end
   end
   return (text:find "^\\u?%x?%x?%x?%x?\\?u?%x*$" or text:find "^[\194-\244][\128-\191]*$") ~= nil
end

-- libcurl does not report compressed bodies that end too early. `offset`: where the text stops being JSON.
local function is_cut(response, text, offset)
   local encoding = letters.lower(response.headers["content-encoding"] or "identity")
   return encoding ~= "identity" and is_rest(text:sub(offset + 1))
end

-- Bytes of an empty body in gzip.
local empty_gzip = 20

local function is_cut_to_nothing(response)
   local received = response.body_bytes or 0
   return received > 0 and received ~= empty_gzip and is_cut(response, "", 0)
end

local function broken_off(response, call)
   local _, err = fail("network", "the answer, which is compressed, ends too early", response, call, {})
   return nil, errors.note(err, { sent = true, headers = response.headers, status = response.status,
      elapsed = response.elapsed, bytes_received = response.bytes_received })
end

local function decode(response, call, max_depth)
   local text = rawget(response, "body")
   if text == "" and is_cut_to_nothing(response) then return broken_off(response, call) end
   if text == "" then return json.null end
   local value, problem
   if text then
      value, problem = json.decode_within(text, max_depth)
   else -- the engine still has the body: it is decoded without making a string
      value, problem = json.outcome(native.http.decode_body(response, max_depth))
   end
   if value ~= nil then return value, problem end
   if is_cut(response, response.body, problem.offset) then return broken_off(response, call) end
   local kind = content_type(response.headers)
   local is_said_to_be_json = kind == "" or kind:find "json" ~= nil
   if is_said_to_be_json and not response.body:find "^%s*<" then
      return unreadable(problem.message, response, call, call.is_token and advice.of_address(call) or nil)
   end
   local quoted = quote(response, kind, call)
   return unreadable(("the answer is %s instead of JSON%s"):format(is_said_to_be_json and "a page" or kind,
      quoted and (': "%s"'):format(quoted) or ""), response, call, advice.of_address(call))
end

--- The decoded body of a 2xx answer; `null` when it is empty.
-- @tparam table response
-- @tparam table call its optional `expect(value)` returns nil for a valid value, else what was expected, in words
-- @tparam number max_depth
-- @return the value, and an array of warnings or nil; or nil and an error object
function responses.read(response, call, max_depth)
   if response.status < 200 or response.status > 299 then return responses.error(response, call) end
   local value, warnings = decode(response, call, max_depth)
   if value == nil then return nil, warnings end
   local expected = call.expect and call.expect(value)
   if expected then return wrong_shape(expected, value, response, call) end
   return value, warnings
end

return responses
