--- The call: its URL and its method.
-- @module personalize.connections.warnings.urls
-- @local

local letters = require "personalize.letters"
local loopback = require "personalize.connections.loopback"
local options = require "personalize.options"
local raw = require "personalize.raw"
local template = require "personalize.connections.template"

-- Whether a URL begins with `${base}/v1`, FreeMarker, or `<baseURL>/v2`, as the published examples do.
local function begins_with_variable(url)
   return url:find "^%${" ~= nil or url:find "^[<%[][#@]" ~= nil or url:find "^<baseURL>" ~= nil
end

-- Whether a URL of HTTP has no host: `https:///x`, `https://:80/x`.
local function lacks_host(scheme, url)
   local host = url:match("^[^/?#]*", #scheme + 4):gsub("^.*@", "")
   return (scheme == "http" or scheme == "https") and (host == "" or host:find "^:%d*$" ~= nil)
end

local function check_scheme(report, path, url)
   local scheme = letters.lower(url:match "^(%a[%w+.-]*)://." or "")
   if scheme == "" and begins_with_variable(url) then return end
   if scheme == "" or lacks_host(scheme, url) then
      return report(path, "url_not_absolute", "is not an absolute URL; begin with https:// and the host")
   end
   if scheme == "http" and not loopback.is_url(url) then
      report(path, "url_http", "is sent in clear over http://; use https://")
   elseif scheme ~= "http" and scheme ~= "https" then
      report(path, "url_scheme", ("has the scheme %s; use https://"):format(options.describe(scheme)))
   end
end

-- Includes blanks beyond ASCII: zero-width and non-breaking ones.
local function has_blank(url)
   return url:find "[%s%c]" ~= nil or url:find "\194\160" ~= nil or url:find "\226\128[\128-\139]" ~= nil
end

local function check_blanks(report, path, url)
   if has_blank(url) and has_blank((template.replace(url, "", ""):gsub("{+ *[%w_.%-]+ *}+", ""))) then
      report(path, "url_blank", "holds a blank or a line break; write %20, or leave it out")
   end
end

local function check_url(report, path, url)
   check_scheme(report, path, (url:gsub("^%s+", "")))
   check_blanks(report, path, url)
end

--- Checks URLs and methods.
return function(report, facts)
   for _, found in ipairs(facts.requests) do
      local request, path = found[1], found[2]
      local url = raw.get(request, "connectionUrl")
      if url == nil or url == "" then
         report(path .. ".connectionUrl", "url_missing", "is missing; give the https:// URL that is called")
      elseif type(url) == "string" then
         check_url(report, path .. ".connectionUrl", url)
      end
      local method = raw.get(request, "requestType")
      if method == nil or method == "" then
         report(path .. ".requestType", "method_missing", "is missing; give the HTTP method, such as GET or POST")
      end
   end
   for _, found in ipairs(facts.auths) do
      local url = raw.string(found[1], "accessTokenUrl")
      if url then check_blanks(report, found[2] .. ".accessTokenUrl", url) end
   end
end
