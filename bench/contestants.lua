-- Who runs against whom: programs with the command line of bench/peers/job.lua.
local interpreters = require "bench.interpreters"

local contestants = {}

local peers = interpreters.build .. "/bench/peers"

local function succeeds(command)
   local ok = os.execute("{ " .. command .. "; } >/dev/null 2>&1")
   return ok == true or ok == 0
end

-- Why it cannot run, if so.
local function missing(needs, reason)
   return not succeeds(needs) and reason or nil
end

local function in_lua(file, variant, name)
   return { name = name, command = ("%s bench/peers/%s.lua"):format(interpreters.command(variant), file) }
end

--- The library.
function contestants.ours(variant)
   return in_lua("personalize", variant, interpreters.name(variant))
end

--- Its engine and codec alone.
function contestants.engine(variant)
   return in_lua("engine", variant, "engine, codec, " .. interpreters.name(variant))
end

--- libcurl in C: `sequential` or `flight`.
function contestants.floor(which)
   return { name = "libcurl in C", command = ("%s/bench/floor/%s"):format(interpreters.build, which) }
end

--- The same with each answer decoded, and thrown away: what C pays for values instead of text. By jansson, or by yyjson
-- where that was there when the floor was built.
function contestants.decoding_floor(which, library)
   library = library or "jansson"
   local program = ("%s/bench/floor/%s"):format(interpreters.build, which)
   local command = ("env BENCH_DECODE=%s %s"):format(library, program)
   return { name = ("libcurl, %s in C"):format(library), command = command,
      reason = missing(command .. " none", library .. " is not installed") }
end

-- `needs` is the module of Lua that it needs.
local function lua_peer(file, variant, name, needs)
   local peer = in_lua(file, variant, ("%s, lua-cjson, %s"):format(name, interpreters.name(variant)))
   peer.is_peer = true
   local try = ("%s -e 'require %q'"):format(interpreters.command(variant), needs)
   peer.reason = missing(try, name .. " is not installed")
   return peer
end

function contestants.luasocket(variant)
   return lua_peer("luasocket", variant, "lua-socket", "ssl.https")
end

--- Debian has it for LuaJIT, not for Lua 5.4.
function contestants.lua_http()
   return lua_peer("lua_http", "luajit", "lua-http", "http.client")
end

function contestants.curl_jq()
   return { name = "curl, jq", command = "bench/peers/curl_jq.sh", is_peer = true, splits = true,
      reason = missing("command -v curl && command -v jq", "curl or jq is not installed") }
end

-- Node trusts the authorities that it brings itself, and these.
local function in_node(file, name, needs, reason)
   return { name = name, command = ("node %s/%s.mjs"):format(peers, file), is_peer = true,
      trusts = "NODE_EXTRA_CA_CERTS",
      reason = missing("command -v node", "Node is not installed") or missing(needs, reason) }
end

function contestants.fetch()
   return in_node("fetch", "Node's fetch", "true")
end

function contestants.sdk()
   return in_node("sdk", "tenant SDK, Node", ("test -d %s/node_modules/sitecore-personalize-tenant-sdk"):format(peers),
      "npm unavailable")
end

return contestants
