--- Whether a URL leads to this machine: only there is `http://` allowed, for emulators.
-- @module personalize.connections.loopback
-- @local

local native = require "personalize.native"

local loopback = {}

--- Judges the scheme and the authority alone: what follows may be a template, or no proper URL.
-- @tparam string url
-- @treturn boolean
function loopback.is_url(url)
   local authority = url:match "^[hH][tT][tT][pP][sS]?://[^/?#]*"
   -- an input may give the port
   local parsed = authority and native.url.parse((authority:gsub(":%${[%w_]+}$", "")))
   return parsed ~= nil and native.url.is_loopback(parsed.host)
end

return loopback
