-- What a server says, once it is here: bodies of refusals, headers that tell a time, tokens.
local credentials = require "personalize.auth.credentials"
local dates = require "personalize.http.dates"
local error_body = require "personalize.http.error_body"
local errors = require "personalize.error"
local masking = require "personalize.http.masking"
local responses = require "personalize.http.response"

local function repeated(opening, unit, closing)
   return function(n) return opening .. unit:rep(n) .. (closing or "") end
end

local call = { method = "GET", url = "https://example.com/v2/connections", settings = {} }

local function refuse(body, kind)
   return responses.error({ status = 400, headers = { ["content-type"] = kind }, body = body }, call)
end

local rows = {}

for _, each in ipairs {
   { "a message", '{"message":"', "words " , '"}' },
   { "errors", '{"errors":[', '{"message":"a","field":"b"},', "{}]}" },
   { "errors by name", '{"errors":{"a":["b"]', ',"c":["d"]', "}}" }, { "a cut body", '{"errors":[', '{"a":1},', "" },
} do
   rows[#rows + 1] = { name = "refusal: " .. each[1], make = repeated(each[2], each[3], each[4]),
      work = function(body) refuse(body, "application/json") end }
end

for _, each in ipairs {
   { "a page", "<html><title>", "a &amp; b ", "</title>" }, { "openings of tags", "<html><title>", "<", "</title>" },
   { "openings of titles", "<html>", "<title", "" },
   { "blanks", "", " ", "<" }, { "a line", "", "word ", "" },
} do
   rows[#rows + 1] = { name = "refusal, no JSON: " .. each[1], make = repeated(each[2], each[3], each[4]),
      work = function(body) error_body.quote(body, "text/html") end }
end

rows[#rows + 1] = { name = "refusal: masked", make = repeated('{"message":"', "token=abcdefgh ", '"}'),
   work = function(body)
      masking.clean(select(2, refuse(body, "application/json")), masking.secrets { "abcdefgh" })
   end }

for _, each in ipairs {
   { "digits", "1" }, { "blanks", " " }, { "seconds", "1, " }, { "commas", "," }, { "words", "Sun " },
   { "dates", "Sun, 06 Nov 1994 08:49:37 GMT, " }, { "starts of dates", "Sun, " },
} do
   rows[#rows + 1] = { name = "Retry-After: " .. each[1], make = repeated("", each[2]), work = function(text)
      dates.retry_after { ["retry-after"] = text, date = text }
      dates.iso(text)
   end }
end

for _, each in ipairs { { "digits", "1" }, { "blanks", " " }, { "letters", "a" } } do
   rows[#rows + 1] = { name = "token: " .. each[1], make = repeated("a", each[2]), work = function(text)
      credentials.check_token(text, text)
      credentials.base64(text)
   end }
end

rows[#rows + 1] = { name = "error: many problems", make = function(n)
   local list = {}
   for index = 1, n do list[index] = { path = "a[" .. index .. "]", message = "is wrong" } end
   return list
end, work = errors.summary }

return rows
