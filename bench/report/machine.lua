-- Where and with what something was measured.
local function first_line(command)
   local pipe = io.popen("{ " .. command .. "; } 2>/dev/null")
   local line = pipe:read "l" or ""
   pipe:close()
   return line
end

local function package_version(name)
   local version = first_line(("dpkg-query -W -f '${Version}' %s"):format(name))
   return version ~= "" and version or nil
end

local packages = { "lua5.4", "luajit2", "libcurl4", "libssl3", "libmicrohttpd12", "libsqlite3-0", "nginx", "lua-cjson",
   "lua-socket", "lua-sec", "lua-http", "curl", "jq", "wrk" }

local sdk = "sitecore-personalize-tenant-sdk"

--- @treturn table `date`, `machine` (a line), `system` (a line), `versions` (name -> version)
return function()
   local versions = { node = first_line "node --version", [sdk] = first_line(
      ("sed -n 's/.*\"%s\": \"\\(.*\\)\".*/\\1/p' bench/peers/package.json"):format(sdk)) }
   for _, name in ipairs(packages) do versions[name] = package_version(name) end
   return {
      date = os.date "%Y-%m-%d",
      machine = ("%s processors, %s, %s MiB"):format(first_line "nproc",
         first_line "sed -n 's/^model name[^:]*: //p' /proc/cpuinfo",
         first_line "awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo"),
      system = first_line ". /etc/os-release; echo \"$PRETTY_NAME\"" .. ", Linux " .. first_line "uname -r",
      revision = first_line "git rev-parse --short HEAD",
      versions = versions,
   }
end
