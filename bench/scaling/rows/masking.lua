-- Secrets and what looks like one. The secrets are 400, the texts 5 MB and more.
local core = require "personalize.core".masking
local names = require "personalize.redaction.names"
local redaction = require "personalize.redaction"

local secrets = {}
for index = 1, 400 do secrets[index] = ("secret-%04d-%s"):format(index, ("x7Qk"):rep(6)) end
local known = core.known(secrets)

local function repeated(unit)
   return function(n) return unit:rep(math.ceil(n * 64 / #unit)) end
end

local rows = {}

for _, each in ipairs {
   { "plain", 'The weather of {"city":"Bergen","temperature":"12"} is wet. ' },
   { "the secrets", secrets[17] .. " " }, { "starts of the secrets", "secret-00" }, { "percent-escapes", "%73" },
   { "percent signs", "%" }, { "backslashes", "\\" }, { "escapes of JSON", "\\u0073" }, { "entities", "&#x73;" },
   { "ampersands", "&" }, { "base64", "c2VjcmV0LTAwMDEt" }, { "one letter", "s" },
} do
   rows[#rows + 1] = { name = "masking, 400 secrets: " .. each[1], from = 1024, make = repeated(each[2]),
      work = function(text) known:hide(text) end }
end

local long = core.known { ("a"):rep(256) .. "b" }
rows[#rows + 1] = { name = "masking: starts of a secret of 256 bytes", from = 1024,
   make = function(n) return ("a"):rep(n) end,
   work = function(text) long:hide(text) end }
rows[#rows + 1] = { name = "masking: many secrets", make = function(n)
   local list = {}
   for index = 1, n do list[index] = ("secret-%08d"):format(index) end
   return list
end, work = function(list) core.known(list):hide(("secret-0000001 "):rep(100)) end }

for _, each in ipairs {
   { "words", "the weather is wet " }, { "parameters", "password=abcdefgh&" },
   { "URLs", "https://user:word@example.com/ " },
   { "schemes", "https://" }, { "slashes", "/" }, { "signs of equality", "=" }, { "colons", "a:" }, { "at signs", "@" },
   { "Bearer", "Bearer " }, { "Bearer with tokens", "Authorization: Bearer abcdefghijklmnop\n" }, { "dots", "eyJ." },
   { "letters", "a" }, { "quotes", '"' }, { "backslashes", "\\" }, { "blanks", " " }, { "hyphens", "-" },
   { "percent-escapes", "%3D" }, { "openings of JSON", "[" }, { "JSON in quotes", '\\"password\\":\\"abcdefgh\\",' },
   { "entities", "&quot;" }, { "private keys", "-----BEGIN PRIVATE KEY-----\n" },
} do
   rows[#rows + 1] = { name = "looks like a credential: " .. each[1], from = 1024, make = repeated(each[2]),
      work = redaction.text }
end

rows[#rows + 1] = { name = "looks like a credential: a name", make = repeated "passWord-", work = names.is_credential }
rows[#rows + 1] = { name = "looks like a credential: JSON", make = function(n)
   return "[" .. ('{"name":"password","value":"abcdefgh"},'):rep(n) .. "null]"
end, work = redaction.text }

return rows
