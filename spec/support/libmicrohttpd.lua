-- The version of libmicrohttpd that is installed here: newer ones refuse more by themselves.
local pipe = assert(io.popen "pkg-config --modversion libmicrohttpd")
local version = pipe:read "*l" or ""
pipe:close()

local libmicrohttpd = {}

local function number(text)
   local major, minor, patch = text:match "^(%d+)%.(%d+)%.?(%d*)"
   return (tonumber(major) * 1000 + tonumber(minor)) * 1000 + (tonumber(patch) or 0)
end

function libmicrohttpd.is_at_least(wanted) return number(version) >= number(wanted) end

return libmicrohttpd
