-- The version of libcurl that the library has loaded: what doc/installing.md says is lost below one is expected of it.
local core = require "personalize.core"

local libcurl = {}

local function number(version)
   local major, minor = version:match "^(%d+)%.(%d+)"
   return tonumber(major) * 1000 + tonumber(minor)
end

function libcurl.is_at_least(version)
   return number(core.http.libcurl_version) >= number(version)
end

return libcurl
