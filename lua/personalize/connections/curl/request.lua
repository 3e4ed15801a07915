--- The call that curl's options describe: method, URL, headers, body, credentials, time limits.
-- @module personalize.connections.curl.request
-- @local

local decode_percent = require("personalize.text").decode_percent
local letters = require "personalize.letters"
local native = require "personalize.native"
local is_utf8 = require("personalize.text").is_utf8
local placeholders = require "personalize.connections.curl.placeholders"

local request = {}

local Reading = {}
Reading.__index = Reading

-- Stops the reading with an error that is caught in this file.
local function refuse(message)
   error({ message = message }, 0)
end

function Reading:warn(code, path, message)
   table.insert(self.warnings, { code = code, path = path, message = message })
end

-- ------------------------------------------------------------------ headers

-- A text without trailing blanks.
local function trimmed(text) return text:match "^.*[^ \t\r\n]" or "" end

local function find_header(headers, name)
   for _, header in ipairs(headers) do
      if letters.lower(header.name) == name then return header end
   end
   return nil
end

-- Headers that the service makes itself for each call.
local of_each_call = { host = true, ["content-length"] = true, ["transfer-encoding"] = true, connection = true,
   expect = true, ["keep-alive"] = true, ["proxy-authorization"] = true, ["proxy-connection"] = true }

function Reading:add_header(name, value)
   if of_each_call[letters.lower(name)] or name:sub(1, 1) == ":" then
      return self:warn("header_left_out", "customHeaders", ("%s is left out: it belongs to one call"):format(name))
   end
   if not name:gsub("%${[%w_]+}", "x"):find "^[%w!#$%%&'*+.^_`|~-]+$" then
      refuse "--header: expected a name, a colon and a value"
   end
   table.insert(self.headers, { name = name, value = value })
end

local function read_header(self, text)
   if text:sub(1, 1) == "@" then refuse "--header: the headers stand in a file; put them on the command line" end
   text = text:gsub("^[ \t]+", "")
   local name, value = text:match "^(:?[^:]*):(.*)$"
   if name then
      value = trimmed(value:gsub("^[ \t]+", ""))
      -- for curl, `Name:` means that curl itself adds no such header
      if value == "" then
         self.switched_off[letters.lower(name)] = true
      else
         self:add_header(trimmed(name), value)
      end
      return
   end
   name = text:match "^([^;]+);%s*$"
   if not name then refuse "--header: expected a name, a colon and a value" end
   self:add_header(name, "")
end

-- ------------------------------------------------------------------ the body

local function escape(text) return text == "" and "" or native.url.escape(text) end

-- curl writes a space in a form as +.
local function escape_form(text) return (escape(text):gsub("%%20", "+")) end

local function add_data(self, text, joined_by)
   local data = self.data
   if data[1] and joined_by ~= "" then data[#data + 1] = joined_by end
   data[#data + 1] = text
end

local function read_data(self, text, name)
   if text:sub(1, 1) == "@" then
      refuse(("--%s: the body stands in a file; put it on the command line by --data-raw"):format(name))
   end
   add_data(self, text, "&")
end

-- Encodes `text`, `=text` or `name=text`. `@file` and `name@file` would have to read a file.
local function urlencoded(text, option)
   local name, value = text:match "^([^=]*)=(.*)$"
   if not name then
      if text:find("@", 1, true) then
         refuse(("--%s: the value stands in a file; put it on the command line"):format(option))
      end
      name, value = "", text
   end
   local encoded = placeholders.encode_around(value, escape_form)
   return name == "" and encoded or name .. "=" .. encoded
end

local function read_json(self, text)
   if text:sub(1, 1) == "@" then
      refuse "--json: the body stands in a file; put it on the command line"
   end
   self.is_json = true
   add_data(self, text, "")
end

-- ------------------------------------------------------------------ other options

local function milliseconds(text, option)
   local seconds = text:find "^%d*%.?%d*$" and tonumber(text)
   if not seconds or seconds > 1e6 then refuse(("--%s: expected seconds"):format(option)) end
   return math.floor(seconds * 1000 + 0.5)
end

local function read_cookie(self, text)
   if not text:find("=", 1, true) then
      if text == "" then return end
      refuse "--cookie: the cookies stand in a file; put them on the command line, as name=value"
   end
   table.insert(self.cookies, text)
end

local function read_url_query(self, text)
   local plain = text:match "^%+(.*)$"
   table.insert(self.queries, plain or urlencoded(text, "url-query"))
end

local readers = {
   url = function(self, value) table.insert(self.urls, value) end,
   request = function(self, value) self.method = value end,
   header = read_header,
   data = read_data,
   ["data-ascii"] = read_data,
   ["data-binary"] = read_data,
   ["data-raw"] = function(self, value) add_data(self, value, "&") end,
   ["data-urlencode"] = function(self, value, name) add_data(self, urlencoded(value, name), "&") end,
   json = read_json,
   ["url-query"] = read_url_query,
   user = function(self, value) self.user = value end,
   ["oauth2-bearer"] = function(self, value) self.bearer = value end,
   cookie = read_cookie,
   ["user-agent"] = function(self, value) self.agent = value end,
   referer = function(self, value) self.referer = value:gsub(";auto$", "") end,
   range = function(self, value) self.range = value end,
   ["connect-timeout"] = function(self, value, name) self.connect_ms = milliseconds(value, name) end,
   ["max-time"] = function(self, value, name) self.total_ms = milliseconds(value, name) end,
   cert = function(self) self.has_certificate = true end,
   compressed = function(self) self.is_compressed = true end,
   get = function(self) self.is_get = true end,
   head = function(self) self.is_head = true end,
   globoff = function(self) self.globs_off = true end,
   basic = function() end,
}

function Reading:take(list)
   for _, option in ipairs(list) do
      local meaning = option.meaning
      if meaning == "use" then
         readers[option.name](self, option.value, option.name)
      elseif type(meaning) == "table" and meaning.refused then
         refuse(("--%s: %s"):format(option.name, meaning.refused))
      elseif type(meaning) == "table" then
         self:warn("option_left_out", "", ("--%s is left out: %s"):format(option.name, meaning.warned))
      end
   end
end

-- ------------------------------------------------------------------ the URL

-- Without -g, curl expands braces and brackets to several URLs, and a backslash escapes them.
local function unglob(url)
   local plain = url:gsub("%${[%w_]*}", ""):gsub("\\[%[%]{}]", "")
   local is_many = false
   for inner in plain:gmatch "%[([^%[%]]*)%]" do is_many = is_many or inner:find "^%w+%-%w" ~= nil end
   for inner in plain:gmatch "{([^{}]*)}" do is_many = is_many or inner:find(",", 1, true) ~= nil end
   if is_many then
      refuse "the URL stands for several ({a,b} or [1-3]); a connection calls one, and -g takes the braces as they are"
   end
   return (url:gsub("\\([%[%]{}])", "%1"))
end

-- Treats `user:password@` in a URL like --user.
function Reading:take_user(url)
   local scheme, authority, rest = url:match "^(%a[%w+.-]*://)([^/?#]*)(.*)$"
   local user, host = (authority or ""):match "^(.*)@([^@]*)$"
   if not user then return url end
   user = decode_percent(user)
   if not is_utf8(user) then refuse "the URL: its user name or password is not UTF-8" end
   self.user = self.user or user
   return scheme .. host .. rest
end

function Reading:read_url()
   if #self.urls == 0 then refuse "no URL" end
   if #self.urls > 1 then refuse(("%d URLs; a connection calls one"):format(#self.urls)) end
   local url = self.urls[1]
   if not self.globs_off then url = unglob(url) end
   url = trimmed((placeholders.replace_in_url(url, self.renamed):gsub("^%s+", "")))
   local scheme = url:match "^(%a[%w+.-]*)://"
   if scheme and letters.lower(scheme) ~= "http" and letters.lower(scheme) ~= "https" then
      refuse(("a connection speaks HTTP, and not %s"):format(scheme))
   end
   if url == "" then refuse "no URL" end
   if not scheme and not url:find "^%${" then
      url = "http://" .. url
      self:warn("url_scheme", "request.connectionUrl", "has no scheme: as curl does, http:// is taken")
   end
   url = self:take_user(url)
   local query = table.concat(self.queries, "&")
   if query ~= "" then
      local before, fragment = url:match "^([^#]*)(.*)$"
      url = before .. (before:find("?", 1, true) and "&" or "?") .. query .. fragment
   end
   self.url = url
end

-- ------------------------------------------------------------------ the whole call

local function add_unless_given(self, name, value)
   local lower = letters.lower(name)
   if value and not self.switched_off[lower] and not find_header(self.headers, lower) then
      self:add_header(name, value)
   end
end

-- curl sends no user where it was given the header Authorization, or where that was switched off.
function Reading:check_user()
   if not self.user then return end
   local instead = find_header(self.headers, "authorization") and "curl sends the header Authorization instead"
      or self.bearer and "curl sends the token of --oauth2-bearer instead"
      or self.switched_off.authorization and "-H 'Authorization:' switches it off"
   if not instead then return end
   self.user = nil
   self:warn("option_left_out", "auth", "the user and its password are left out: " .. instead)
end

function Reading:finish()
   local body = self.data[1] and table.concat(self.data) or nil
   if body and self.is_get then
      table.insert(self.queries, body)
      body = nil
   end
   if body and self.is_head then refuse "--head: a call without a body cannot have one" end
   self:read_url()
   self:check_user()
   self.body = body
   self.method = self.method or (self.is_head and "HEAD") or (body and "POST") or "GET"
   if not self.method:find "^%a+$" then refuse "--request: expected a method" end
   if body then
      local json = self.is_json and "application/json"
      add_unless_given(self, "Content-Type", json or "application/x-www-form-urlencoded")
   end
   if self.is_json then add_unless_given(self, "Accept", "application/json") end
   add_unless_given(self, "User-Agent", self.agent ~= "" and self.agent or nil)
   add_unless_given(self, "Referer", self.referer ~= "" and self.referer or nil)
   add_unless_given(self, "Cookie", self.cookies[1] and table.concat(self.cookies, "; "))
   add_unless_given(self, "Range", self.range and "bytes=" .. self.range)
   add_unless_given(self, "Authorization", self.bearer and "Bearer " .. self.bearer)
   if self.is_compressed then add_unless_given(self, "Accept-Encoding", "gzip") end
end

--- Makes the call from a list of options.
-- @tparam table list of `options.parse`
-- @tparam table warnings array, which warnings are added to
-- @tparam[opt] function renamed see `placeholders.replace`
-- @treturn table `method`, `url`, `headers`, and if given `body`, `user`, `connect_ms`, `total_ms`, `has_certificate`
-- @return `nil` and what is wrong; the message contains no value of an option
function request.read(list, warnings, renamed)
   local self = setmetatable({ urls = {}, headers = {}, data = {}, queries = {}, cookies = {}, switched_off = {},
      warnings = warnings, renamed = renamed }, Reading)
   for _, option in ipairs(list) do
      option.value = option.value and placeholders.replace(option.value, renamed)
   end
   local fine, reason = pcall(function()
      self:take(list)
      self:finish()
   end)
   if fine then return self end
   if type(reason) ~= "table" or not reason.message then error(reason, 0) end
   return nil, reason.message
end

return request
