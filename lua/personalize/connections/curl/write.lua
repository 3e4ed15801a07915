--- Writes the call of a connection as a curl command: the call that a test of the connection makes.
-- @module personalize.connections.curl.write
-- @local

local errors = require "personalize.error"
local fill = require "personalize.connections.curl.fill"
local letters = require "personalize.letters"
local masking = require "personalize.http.masking"
local native = require "personalize.native"
local raw = require "personalize.raw"
local redaction = require "personalize.redaction"

local write = {}

-- The kernel passes no longer argument to a program.
local longest_word = 131071

-- Stops the writing with an error that is caught in this file.
local function refuse(path, message)
   error({ path = path, message = message }, 0)
end

local function quote(word, path)
   if word:find("\0", 1, true) then refuse(path, "holds a NUL, which no shell can hand to a program") end
   if #word > longest_word then
      refuse(path, ("is longer than %d bytes, which a shell cannot hand to a program"):format(longest_word))
   end
   return "'" .. word:gsub("'", "'\\''") .. "'"
end

local Writer = {}
Writer.__index = Writer

-- A text without its secrets. What was masked before it was percent-encoded is shown as a mask.
function Writer:hidden(text)
   return (masking.hide(text, self.secrets):gsub("%%2A%%2A%%2A", redaction.mask))
end

-- Secrets are masked before a word is quoted, so that no quote is masked with them.
function Writer:add(option, word, path)
   if word and self.secrets then word = self:hidden(word) end
   table.insert(self.lines, word and option .. " " .. quote(word, path) or option)
end

function Writer:filled(kind, value)
   return self.examples and fill.text(kind, value, self.examples) or value
end

-- An input may insert a secret after the name of a credential: `?access_token=${p}`.
function Writer:filled_and_masked(kind, value)
   value = self:filled(kind, value)
   return self.secrets and redaction.text(value) or value
end

-- ------------------------------------------------------------------ the parts of a call

local function header_line(name, value, path)
   if not name:gsub("%${[%w_]+}", "x"):find "^[%w!#$%%&'*+.^_`|~-]+$" then
      refuse(path .. ".name", "can't be the name of a header")
   end
   if value:find "[%z\1-\8\10-\31\127]" then refuse(path .. ".value", "no header can hold a control character") end
   return value == "" and name .. ";" or name .. ": " .. value
end

-- The headers of a list as `{ line, path, name, value }`.
function Writer:headers(list, prefix, is_filled)
   local found = {}
   for index = 1, raw.length(type(list) == "table" and list or {}) do
      local item, path = rawget(list, index), ("%s[%d]"):format(prefix, index)
      local name, value = raw.string(item, "name") or "", raw.string(item, "value") or ""
      if is_filled then name, value = self:filled("text", name), self:filled("text", value) end
      found[index] = { line = header_line(name, value, path), path = path, name = letters.lower(name), value = value }
   end
   return found
end

local function find_header(headers, name)
   for _, header in ipairs(headers) do
      if header.name == name then return header end
   end
   return nil
end

local function seconds(milliseconds)
   local rest = milliseconds % 1000
   local whole = ("%d"):format((milliseconds - rest) / 1000)
   return rest == 0 and whole or (("%s.%03d"):format(whole, rest):gsub("0+$", ""))
end

-- In milliseconds; curl takes no number of seconds that is much larger.
local longest_time = 2 ^ 53

local function time_limit(definition, name)
   local value = raw.get(definition, name)
   if type(value) ~= "number" or value < 1 or value % 1 ~= 0 then return nil end
   if value > longest_time then refuse(name, "is longer than curl can wait") end
   return value
end

-- --max-time counts from the start of the call; the service's socket timeout counts from the connection on.
function Writer:time_limits(definition)
   local connect, socket = time_limit(definition, "connectionTimeout"), time_limit(definition, "socketTimeout")
   if connect then self:add("--connect-timeout " .. seconds(connect)) end
   if socket then self:add("--max-time " .. seconds((connect or 0) + socket)) end
end

function Writer:url(value, path)
   if not value or value == "" then refuse(path, "is missing") end
   value = self:filled_and_masked("url", value)
   local is_open = not self.examples and value:find "^%${"
   if not is_open and not letters.lower(value):find "^https?://" then
      refuse(path, "must begin with http:// or https://")
   end
   -- without it curl expands braces and brackets to several URLs
   if value:find "[%[%]{}]" then self:add "--globoff" end
   self:add("--url", value, path)
end

-- ------------------------------------------------------------------ the token

local function add_item(self, name, value, path)
   self:add("-d", ("%s=%s"):format(native.url.escape(name), value == "" and "" or native.url.escape(value)), path)
end

-- The command that fetches a token.
local function token_lines(self, auth, path)
   local own = setmetatable({ lines = { "curl -sS" }, secrets = self.secrets }, Writer)
   own:url(raw.string(auth, "accessTokenUrl"), path .. ".accessTokenUrl")
   own:add("-u", ("%s:%s"):format(raw.string(auth, "clientId") or "", raw.string(auth, "clientSecret")
      or redaction.mask), path .. ".clientSecret")
   if raw.get(auth, "useMutualTls") == true then own:add("--cert", "client-certificate.pem", path) end
   for _, header in ipairs(self:headers(raw.get(auth, "oauthCustomHeaders"), path .. ".oauthCustomHeaders", false)) do
      own:add("-H", header.line, header.path)
   end
   add_item(own, "grant_type", "client_credentials", path)
   for _, found in ipairs(raw.items(auth, "formUrlEncodedItems")) do
      local name = raw.string(found[1], "name") or ""
      if name ~= "" then add_item(own, name, raw.string(found[1], "value") or "", path .. "." .. found[2]) end
   end
   return own.lines
end

-- Picks the token from JSON of any layout, with tools that every system has.
local pick_token = [=[tr -d '\n\r' | sed -n 's/.*"access_token"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p']=]

-- The part before the command that fetches a token, and the option that uses it.
function Writer:authentication(definition)
   local found = raw.objects(definition, "auth")[1]
   local auth, path = found and found[1] or {}, found and found[2] or "auth"
   local kind = raw.auth_type(auth)
   if raw.get(auth, "useMutualTls") == true then self:add("--cert", "client-certificate.pem", path) end
   if kind == nil or kind == "NONE" then return "" end
   if kind == "BASIC" then
      self:add("-u", ("%s:%s"):format(raw.string(auth, "username") or "", raw.string(auth, "password")
         or redaction.mask), path .. ".password")
      return ""
   end
   if kind ~= "OAUTH" then
      refuse(path .. ".authType", "how curl would authenticate by it is not known; NONE, BASIC and OAUTH are")
   end
   local lines = token_lines(self, auth, path)
   self:add [[-H "Authorization: Bearer ${token:?was not given}"]]
   return ("token=$(%s |\n  %s) && "):format(table.concat(lines, " \\\n  "), pick_token)
end

-- ------------------------------------------------------------------ the whole command

function Writer:call(definition)
   local found = raw.objects(definition, "request")[1]
   local call, path = found and found[1] or {}, found and found[2] or "request"
   local method = raw.string(call, "requestType")
   method = method and method ~= "" and letters.upper(method) or "GET"
   if not method:find "^%u+$" then refuse(path .. ".requestType", "is not a method") end
   local body = raw.string(call, "requestBody") or ""
   local has_body = body ~= "" and method ~= "GET" and method ~= "HEAD"
   local headers = self:headers(raw.get(definition, "customHeaders"), "customHeaders", true)
   local media_type = find_header(headers, "content-type")
   -- after filling in inputs it may be empty
   local filled = has_body and self:filled_and_masked(fill.kind_of_body(media_type and media_type.value), body) or ""
   self:url(raw.string(call, "connectionUrl"), path .. ".connectionUrl")
   if method == "HEAD" then
      self:add "--head"
   elseif method ~= (filled == "" and "GET" or "POST") then
      self:add("-X " .. method)
   end
   local prefix = self:authentication(definition)
   for _, header in ipairs(headers) do self:add("-H", header.line, header.path) end
   if has_body and not media_type then self:add("-H", "Content-Type: application/json") end
   if filled ~= "" then self:add("--data-raw", filled, path .. ".requestBody") end
   if find_header(headers, "accept-encoding") then self:add "--compressed" end
   self:time_limits(definition)
   return prefix .. table.concat(self.lines, " \\\n  ")
end

-- A copy with masked secrets, including secrets that an input would insert at another place.
local function masked(definition, examples)
   local copy = redaction.connection(definition)
   local masked_examples = fill.examples(copy)
   if not examples then return copy, nil end
   for _, found in ipairs(raw.items(copy, "customHeaders")) do
      local value = raw.string(found[1], "value")
      if value then found[1].value = fill.text("text", value, masked_examples) end
   end
   return redaction.connection(copy), masked_examples
end

-- The secrets of a definition, and those that its inputs insert, which may be shown at other places, too.
local function secrets_in(definition, examples)
   local found = redaction.secrets_of(definition)
   for _, each in ipairs(examples and raw.objects(definition, "request") or {}) do
      local url, body = raw.string(each[1], "connectionUrl"), raw.string(each[1], "requestBody")
      local filled = { connectionUrl = url and fill.text("url", url, examples),
         requestBody = body and fill.text("text", body, examples) }
      for secret in pairs(redaction.secrets_of { request = filled }) do found[secret] = true end
   end
   return found
end

-- Shorter secrets may be the beginning of anything.
local shortest_secret = 4

-- Masks examples that are secrets. One with a quote seems to end there, so a secret that begins it counts as well.
local function mask_examples(examples, secrets)
   for key, example in pairs(examples) do
      for secret in pairs(secrets) do
         if #secret >= shortest_secret and example:sub(1, #secret) == secret then examples[key] = redaction.mask end
      end
   end
end

--- Writes the command line of a definition.
-- @tparam table definition a plain table
-- @tparam table opts `secrets` (boolean: show them); `inputs` (`fill` or `keep`)
-- @treturn string
-- @return `nil` and an error object of kind `validation`
function write.line(definition, opts)
   local shown, examples, secrets = definition, opts.inputs ~= "keep" and fill.examples(definition) or nil, nil
   if not opts.secrets then
      local found = secrets_in(definition, examples)
      secrets = masking.secrets({}, found)
      shown, examples = masked(definition, examples)
      if examples then mask_examples(examples, found) end
   end
   local self = setmetatable({ lines = { "curl" }, examples = examples, secrets = secrets }, Writer)
   local fine, line = pcall(self.call, self, shown)
   if fine then return line end
   if type(line) ~= "table" or not line.path then error(line, 0) end
   return errors.fail("validation", ("%s: %s"):format(line.path, line.message),
      { problems = { { path = line.path, message = line.message } } })
end

return write
