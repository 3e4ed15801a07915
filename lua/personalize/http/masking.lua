--- Takes secrets that a client sent out of what a server says back: error pages like to quote the request.
-- Known secrets are found wherever they stand and in each form in which they travel; what merely looks like a
-- credential is left to `personalize.redaction`.
-- @module personalize.http.masking
-- @local

local native = require "personalize.native"
local errors = require "personalize.error"
local json = require "personalize.json"
local redaction = require "personalize.redaction"

local masking = {}

-- Of an answer's body an error shows so much, and looks at so much to do so, in bytes.
local longest_shown = 4096
local longest_read = 16 * 1024

-- A text of fewer bytes is no secret, and masking it would make every message unreadable.
local shortest_secret = 4

local html = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }

-- How a text looks inside a JSON string.
local function in_json(text)
   local encoded = json.encode(text)
   return encoded and encoded:sub(2, -2) or text
end

local function add_forms(text, forms)
   if type(text) ~= "string" or #text < shortest_secret then return end
   local percent = native.url.escape(text)
   local quoted = in_json(text)
   for _, form in ipairs {
      text, percent, percent:gsub("%%%x%x", string.lower), (percent:gsub("%%20", "+")),
      quoted, in_json(quoted), (quoted:gsub("/", "\\/")), (text:gsub("[&<>\"']", html)),
   } do
      forms[form] = true
   end
end

--- Collects what must not be shown.
-- @tparam table texts array of secrets; other values in it are passed over
-- @param definition nil, or a value whose secrets were sent
-- @treturn table array of texts, longest first: one may be a part of another
function masking.secrets(texts, definition)
   local forms, list = {}, {}
   for _, text in pairs(texts) do add_forms(text, forms) end
   for text in pairs(redaction.secrets_of(definition)) do add_forms(text, forms) end
   for form in pairs(forms) do list[#list + 1] = form end
   table.sort(list, function(a, b) return #a > #b or (#a == #b and a < b) end)
   return list
end

-- Without patterns: those of LuaJIT end at a zero.
local function replace(text, plain)
   local first, last = text:find(plain, 1, true)
   if not first then return text end
   local parts, from = {}, 1
   while first do
      parts[#parts + 1] = text:sub(from, first - 1)
      from = last + 1
      first, last = text:find(plain, from, true)
   end
   parts[#parts + 1] = text:sub(from)
   return table.concat(parts, redaction.mask)
end

--- A text without the secrets.
function masking.hide(text, secrets)
   for _, secret in ipairs(secrets) do text = replace(text, secret) end
   return text
end

-- The start of a long text. What a cut left of a secret is cut off too: its end is shorter than the longest of them.
local function start_of(text, secrets)
   if #text <= longest_read then return masking.hide(text, secrets) end
   local longest = secrets[1] and #secrets[1] or 0
   local hidden = masking.hide(text:sub(1, longest_read), secrets)
   return hidden:sub(1, math.max(0, #hidden - longest))
end

local function clean(text, secrets)
   local shown = redaction.text(start_of(text, secrets))
   if #shown > longest_shown or #text > longest_read then return shown:sub(1, longest_shown) .. "..." end
   return shown
end

local function clean_headers(headers, secrets)
   local hidden = {}
   for name, value in pairs(headers) do hidden[name] = masking.hide(value, secrets) end
   return redaction.value(hidden)
end

-- What the library writes itself; everything else of an error may come from the server.
local own_members = { kind = true, method = true, phase = true, outcome = true }

--- Cleans an error object in place.
-- @tparam table err
-- @tparam table secrets
-- @treturn table the same error
function masking.clean(err, secrets)
   for name, value in next, err do
      if type(value) == "string" and not own_members[name] then err[name] = clean(value, secrets) end
   end
   local meta = rawget(err, "meta")
   if meta then
      meta.headers = clean_headers(meta.headers, secrets)
      meta.request_id = err.request_id
   end
   if errors.is(rawget(err, "cause")) then masking.clean(err.cause, secrets) end
   return err
end

return masking
