-- Runs what a document says at a shell: bash, in the folder where this process is. What is exported lasts through the
-- document, but for the variables that name the tenant, which is an emulator here.
local read = require "spec.support.read"

local shell = {}

-- Hosts and the port as documents write them, and where the emulators of this run are.
local places = {
   { "https://auth.sitecorecloud.io", os.getenv "PERSONALIZE_BASE_URL" },
   { "https://api-engage-eu.sitecorecloud.io", os.getenv "PERSONALIZE_BASE_URL" },
   { "http://127.0.0.1:8080", os.getenv "PERSONALIZE_BASE_URL" },
}

local started = {}

local function write(path, text)
   local file = assert(io.open(path, "w"))
   file:write(text)
   file:close()
end

local function here(text)
   for _, place in ipairs(places) do
      local from = place[1]:gsub("%p", "%%%0")
      text = text:gsub(from, (place[2]:gsub("%%", "%%%%")))
   end
   return text
end

local runner = [[
[ -e .shell/exported ] && . .shell/exported
set -eo pipefail
trap 'export -p | grep -v " PERSONALIZE_\| STAGING_\| PROD_" >.shell/exported' EXIT
]]

--- Runs commands; what they write goes where this process writes.
-- @treturn boolean whether all of them succeeded
function shell.run(text)
   io.stdout:flush()
   os.execute "mkdir -p .shell"
   write(".shell/commands", runner .. here(text))
   local code = os.execute "env -u LD_PRELOAD bash .shell/commands </dev/null 2>&1"
   return code == true or code == 0
end

--- Starts `personalize emulator`, on a free port in place of the one that is named, for what follows in the document.
-- @treturn string what it says as soon as it serves
function shell.start_emulator(line)
   local output = ("emulator%d"):format(#started + 1)
   os.execute "mkdir -p .shell"
   -- it ends with its document, or after two minutes at the latest
   write(".shell/commands", ("timeout 120 %s >.shell/%s 2>&1 & echo $! >.shell/pid")
      :format(line:gsub("%-%-port %d+", "--port 0"), output))
   os.execute "env -u LD_PRELOAD bash .shell/commands </dev/null"
   started[#started + 1] = read ".shell/pid":match "%d+"
   local said, tries = "", 0
   while not said:find "CLIENT_SECRET=[^\n]*\n" and tries < 500 do
      os.execute "sleep 0.02"
      said, tries = read(".shell/" .. output), tries + 1
   end
   places[3][2] = said:match "http://[%d.]+:%d+" or places[3][2]
   return said
end

function shell.stop_emulators()
   for _, pid in ipairs(started) do os.execute("kill " .. pid .. " 2>/dev/null") end
end

return shell
