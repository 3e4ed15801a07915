--- Credentials in clear text in the URL, a header or the body, where everyone who may read a connection sees them.
-- @module personalize.connections.warnings.credentials
-- @local

local letters = require "personalize.letters"
local names = require "personalize.redaction.names"
local native = require "personalize.native"
local raw = require "personalize.raw"
local redaction = require "personalize.redaction"

-- Values that are not credentials, whatever the name.
local plain_words = {}
for word in ([[
   default true false none null nil undefined basic bearer digest oauth jwt public private anonymous guest test demo
   example required optional yes no on off token password secret header query body
]]):gmatch "%l+" do plain_words[word] = true end

-- With these names even a plain word counts as a credential.
local strong_names = { "pass", "pwd", "secret", "token", "api.?key", "authorization", "bearer" }

local function is_strong(name)
   name = letters.lower(name)
   for _, pattern in ipairs(strong_names) do
      if name:find(pattern) then return true end
   end
   return false
end

-- True if the value of a credential's name may be a credential; in `"key": "default"` it is not.
local function is_credible(text, value)
   if value:sub(-#redaction.mask) == redaction.mask then return false end
   if plain_words[letters.lower(value)] or value:find "^[{<%[%%:]" then return false end
   if not value:find "^%a+$" and not value:find "^%d?%d?%d?%d?%d?$" then return true end
   local place = text:find(value, 1, true) or 1
   local before = text:sub(math.max(1, place - 64), place - 1)
   local name = before:match "([%w_.%-]+)\\?[\"']?%s*[:=]%s*%a*%s*\\?[\"']?$"
   return name ~= nil and is_strong(name)
end

local function has_credential(text)
   local _, found = native.masking.likely(text)
   for _, value in ipairs(found or {}) do
      if is_credible(text, value) then return true end
   end
   return false
end

local where = {
   url = { "credential_in_url", "the URL" },
   body = { "credential_in_body", "the body" },
   header = { "credential_in_header", "a header" },
}

local function tell(report, path, kind)
   report(path, where[kind][1], ("has a credential in clear: who reads the connection, or a log of %s, has it; make it "
      .. "an input, such as ${apiKey}, or use auth"):format(where[kind][2]))
end

-- Harmless names of headers. Names repeat, so a limited number of results is kept.
local harmless, harmless_count, most_harmless = {}, 0, 64

local function is_harmless(name)
   if harmless[name] then return true end
   local is_so = names.is_harmless("header", name)
   if is_so and harmless_count < most_harmless then
      harmless_count = harmless_count + 1
      harmless[name] = true
   end
   return is_so
end

-- Judges a value by its header's name, as masking does.
local function check_headers(report, facts)
   for index = 1, raw.length(facts.headers) do
      local item = rawget(facts.headers, index)
      local name, value = raw.string(item, "name"), raw.string(item, "value")
      if name and value and value ~= "" and not is_harmless(name)
         and has_credential(name .. ": " .. value) then
         tell(report, ("customHeaders[%d].value"):format(index), "header")
      end
   end
end

--- Checks for credentials in clear.
return function(report, facts)
   for _, text in ipairs(facts.texts) do
      if (text.kind == "url" or text.kind == "body") and not text.is_freemarker and has_credential(text.text) then
         tell(report, text.path, text.kind)
      end
   end
   check_headers(report, facts)
end
