--- Hides credentials in text of no known format: URLs, forms, `Bearer ...`, members of what is not quite JSON
-- (templates, cut bodies), XML elements, tokens of three dotted parts. `${key}` is a reference and no secret.
--
-- Texts come from servers too. So that none can make this slow, patterns begin at the start of a run (`%f`) and never
-- try every place within it.
-- @module personalize.redaction.text
-- @local

local native = require "personalize.native"
local names = require "personalize.redaction.names"

local text_redaction = {}

-- The longest text that the core's scanner of URLs shows whole, in bytes, with room for its masks.
local longest_scanned = 1024

--- Whether a value is one `${key}` and nothing else.
function text_redaction.is_reference(value)
   return value:find "^%${[^{}]*}$" ~= nil
end

-- `name=value` in queries, fragments and forms.
local function mask_parameters(text, hide)
   return (text:gsub("%f[%w%-_.%%%[%]]([%w%-_.%%%[%]]+)=([^&;#%s\"'<>`]+)", function(name, value)
      if text_redaction.is_reference(value) or not names.is_credential(name) then return nil end
      return name .. "=" .. hide(value)
   end))
end

-- The core's scanner hides the value of every credential parameter; references go past it in disguise.
local function scan_url(word)
   if #word > longest_scanned then return word end
   if not word:find("${", 1, true) or word:find "[\254\255]" then return native.url.redact(word) end
   local disguised = word:gsub("=%${([^{}]*)}%f[%z&;#]", "\254%1\255")
   return (native.url.redact(disguised):gsub("\254", "=${"):gsub("\255", "}"))
end

-- Long words (a query with a document in it) are scanned piece by piece.
local function mask_word(word)
   local query = word:find "[?#]"
   if not word:find("://", 1, true) and not (query and word:find("=", query, true)) then return nil end
   if #word <= longest_scanned then return scan_url(word) end
   local head, parameters = word:match "^([^?#]*)(.*)$"
   return scan_url(head) .. parameters:gsub("([?&;#])([^?&;#]+)", function(separator, pair)
      return separator .. scan_url("?" .. pair):sub(2)
   end)
end

-- Two forms of one word, so that a pattern finds it in any case.
local schemes = { "[Bb][Ee][Aa][Rr][Ee][Rr]", "[Bb][Aa][Ss][Ii][Cc]", "[Dd][Ii][Gg][Ee][Ss][Tt]",
   "[Nn][Ee][Gg][Oo][Tt][Ii][Aa][Tt][Ee]" }

-- "Basic authentication" is prose, and "Basic YWRtaW4=" a credential.
local function is_prose(word)
   return #word < 6 or (#word < 20 and word:find "^%a%l*%p*$" ~= nil)
end

local function mask_schemes(text, hide)
   for _, scheme in ipairs(schemes) do
      text = text:gsub("(%f[%w]" .. scheme .. "%s+)([%w%-._~+/=]+)", function(head, value)
         if is_prose(value) then return nil end
         return head .. hide(value)
      end)
   end
   return text
end

local function count_backslashes(text, place, first)
   local count = 0
   while place - count > first and text:byte(place - count - 1) == 92 do count = count + 1 end
   return count
end

-- Where the string ends that began behind `quote`, which may be escaped itself (JSON within JSON): its last place, and
-- the quote that closes it.
local function string_end(text, first, quote)
   local level, place = #quote, first -- level: one more than the quote's backslashes
   while true do
      place = text:find('"', place, true)
      if not place then return #text, "" end
      if count_backslashes(text, place, first) % (2 * level) == level - 1 then return place - level, quote end
      place = place + 1
   end
end

-- What stands for the value at `place`: where it ends, and its replacement or nil.
local function masked_value(text, place, quote, hide)
   if text:sub(place, place + #quote - 1) == quote then
      local last, closing = string_end(text, place + #quote, quote)
      local value = text:sub(place + #quote, last)
      if value == "" or text_redaction.is_reference(value) then return last + #closing end
      return last + #closing, quote .. hide(value) .. closing
   end
   local first, last = text:find("^%-?%d[%w.+-]*", place)
   if not first then return place - 1 end
   return last, quote .. hide(text:sub(first, last)) .. quote
end

-- A name in its quotes, and the colon.
local member = '%f[\\"](\\*")%f[%w%-_.]([%w%-_.]+)%f[^%w%-_.]%1%s*:%s*'

-- `"password": "x"` wherever it stands, at any depth of escaping.
local function mask_json_members(text, hide)
   local parts, kept, place = {}, 1, 1
   while true do
      local first, last, quote, name = text:find(member, place)
      if not first then break end
      place = last + 1
      if names.is_credential(name) then
         local value_end, replacement = masked_value(text, place, quote, hide)
         if replacement then
            parts[#parts + 1] = text:sub(kept, last) .. replacement
            kept = value_end + 1
         end
         place = value_end + 1
      end
   end
   if kept == 1 then return text end
   return table.concat(parts) .. text:sub(kept)
end

local function mask_xml(text, hide)
   return (text:gsub("(<([%w_.:-]+)%f[^%w_.:-][^<>]*>)([^<>]+)(</)", function(head, name, value, tail)
      if value:find "^%s*$" or text_redaction.is_reference(value) then return nil end
      if not names.is_credential(name:match "[^:]*$") then return nil end
      return head .. hide(value) .. tail
   end))
end

-- Three parts in base64, the first of which is a JSON object.
local function mask_tokens(text, hide)
   local parts, kept, place = {}, 1, text:find("eyJ", 1, true)
   while place do
      local token = text:match("^[%w_-]+%.[%w_-]+%.?[%w_-]*", place)
      if token then
         parts[#parts + 1] = text:sub(kept, place - 1) .. hide(token)
         kept = place + #token
      end
      local run = token or text:match("^[%w_-]+", place)
      place = text:find("eyJ", place + #run, true)
   end
   return kept == 1 and text or table.concat(parts) .. text:sub(kept)
end

--- Hides what looks like a credential.
-- @tparam string text
-- @tparam function hide is called with each secret; returns what is shown in its place
-- @treturn string
function text_redaction.mask(text, hide)
   if text:find("=", 1, true) then text = mask_parameters(text, hide) end
   if text:find("://", 1, true) or text:find("=", 1, true) then
      -- quotes may stand in passwords: the scanner knows which of them end a word
      text = text:gsub("%S+", function(word)
         if #word <= longest_scanned then return mask_word(word) end
         return (word:gsub("[^\"'<>`]+", mask_word))
      end)
   end
   text = mask_schemes(text, hide)
   if text:find '"%s*:' then text = mask_json_members(text, hide) end
   if text:find("</", 1, true) then text = mask_xml(text, hide) end
   return mask_tokens(text, hide)
end

return text_redaction
