-- Fuzzes the public functions with values of every wrong kind: each byte of an input chooses a function, how many
-- arguments it gets, and each of them. A function returns, returns nil and an error object, or raises the line of its
-- caller: this file's. Nothing else is raised but what a value itself raises, and nothing tells the client's token.

local connection = require "personalize.connections.connection"
local errors = require "personalize.error"
local personalize = require "personalize"
local plan = require "personalize.sync.plan"
local properties = require "fuzz.support.properties"

local sync = personalize.sync
-- nobody listens there
local client = assert(personalize.new {
   base_url = "http://127.0.0.1:1", access_token = properties.secret, retry = false,
})
local connections = client.connections

local function builder()
   return connections.build("Weather"):data_system():no_auth():get "https://example.com/${city}"
end

local function retrieved()
   return connection.new(builder():table(), connections)
end

local function empty_plan()
   return plan.new({ tenant = "t", problems = {}, warnings = {}, creates = {}, updates = {}, archives = {},
      unchanged = {}, unmanaged = {}, uncompared = {} }, { private = {}, done = {}, opts = {}, identity = {} })
end

-- ------------------------------------------------------------------ what is called

local functions, names = {}, {}

-- Functions that write files, and the one after which every call fails.
local left_out = { ["plan.save"] = true, ["plan.apply"] = true, ["sync.export"] = true, ["client.close"] = true }

local function add(prefix, members)
   for name, member in next, members do
      local full = ("%s.%s"):format(prefix, tostring(name))
      if type(member) == "function" and not left_out[full] then
         functions[full] = member
         names[#names + 1] = full
      end
   end
end

local function methods_of(value)
   local index = debug.getmetatable(value).__index
   return type(index) == "table" and index or {}
end

add("personalize", personalize)
add("json", personalize.json)
add("sync", sync)
add("client", client)
add("client", methods_of(client))
add("connections", connections)
add("connections", personalize.connections)
for _, name in ipairs { "flows", "templates", "decision_models" } do add(name, client[name]) end
add("builder", methods_of(builder()))
add("connection", methods_of(retrieved()))
add("plan", methods_of(empty_plan()))
table.sort(names)

-- ------------------------------------------------------------------ what they get

-- Raised by values of the caller; the library passes it on.
local own = setmetatable({}, { __tostring = function() return "raised by a value" end })
local function raise() error(own, 0) end

local function cycle()
   local value = { name = "x" }
   value.value, value[1] = value, value
   return value
end

local function deep()
   local value = {}
   for _ = 1, 300 do value = { value, request = value } end
   return value
end

local option_names = { "timeout", "retry", "names", "limit", "offset", "page_size", "expect", "secrets", "inputs",
   "unknown_members", "missing_secrets", "concurrency", "on_progress", "max_depth", "pretty", "method", "path", "query",
   "body", "base_url", "client_id", "access_token", "token_cache", "on_event", "auth", "request", "inputMappings",
   "customHeaders", "type", "example", "label", "prefix", "variables", "values", "references", "replace", "ref" }

local values
values = {
   function() return nil end,
   function() return true end,
   function() return false end,
   function() return 0 end,
   function() return -1 end,
   function() return 1.5 end,
   function() return 0 / 0 end,
   function() return math.huge end,
   function() return 2 ^ 53 end,
   function() return math.mininteger or -2 ^ 53 end,
   function() return "" end,
   function() return "x" end,
   function() return "\0\255\27[31m\n" end,
   function() return ("long"):rep(5000) end,
   function() return "00000000-0000-4000-8000-000000000000" end,
   function() return "https://example.com/${city}?q={x}" end,
   function() return "build/fuzz/missing" end,
   function() return {} end,
   function() return { 1, "x", {}, true } end,
   function() return { nil, nil, 3 } end,
   function() return { [1.5] = 1, [true] = 2, [{}] = 3 } end,
   function() return personalize.array {} end,
   function() return personalize.null end,
   function() return personalize.number "1e400" end,
   function() return raise end,
   function() return function(...) return ... end end,
   function() return function() return nil, "no error object" end end,
   function() return coroutine.create(raise) end,
   function() return io.stdout end,
   cycle,
   deep,
   function() return setmetatable({}, { __index = raise, __len = raise, __pairs = raise, __tostring = raise }) end,
   function() return setmetatable({}, { __index = { name = "Weather", timeout = 1 } }) end,
   function() return setmetatable({}, { __metatable = 5, __tostring = function() return 5 end }) end,
   builder,
   retrieved,
   empty_plan,
   function() return client end,
   function() return connections end,
   function() return personalize end,
   function() return sync end,
   function() return errors.new { kind = "config", message = "an error" } end,
   function() return builder():table() end,
   -- a table of options or members; the next bytes say which
   function(take)
      local made = {}
      for _ = 1, take() % 4 do made[option_names[take() % #option_names + 1]] = values[take() % #values + 1](take) end
      return made
   end,
   function(take)
      local made = builder():table()
      made[option_names[take() % #option_names + 1]] = values[take() % #values + 1](take)
      return made
   end,
   function(take) return { values[take() % #values + 1](take), values[take() % #values + 1](take) } end,
}

-- ------------------------------------------------------------------ what holds

local here = debug.getinfo(1, "S").short_src .. ":"

local function call(name, arguments)
   return functions[name](table.unpack(arguments, 1, arguments.n))
end

-- A call in words: the function, and of each argument its number in `values`.
local function describe(name, chosen)
   return ("%s(%s)"):format(name, table.concat(chosen, ", "))
end

local function check_raised(name, raised)
   if rawequal(raised, own) then return end
   if errors.is(raised) then return end -- iterators raise as io.lines does
   properties.that(type(raised) == "string", "%s raised a %s", name, type(raised))
   properties.that(raised:sub(1, #here) == here, "%s raised %s", name, raised)
   properties.hides(raised, properties.secret, name)
end

local function check_returned(name, results)
   if results.n < 2 or results[1] ~= nil or not errors.is(results[2]) then return end
   local err = results[2]
   properties.that(type(err.kind) == "string" and type(err.message) == "string", "%s: an error without kind", name)
   properties.printable(tostring(err), name)
   properties.hides(err, properties.secret, name)
end

return function(bytes)
   local place = 0
   local function take()
      place = place + 1
      return bytes:byte(place) or 0
   end
   while place < #bytes and place < 64 do
      local name = names[take() % #names + 1]
      local arguments, chosen = { n = take() % 5 }, {}
      for index = 1, arguments.n do
         chosen[index] = take() % #values + 1
         arguments[index] = values[chosen[index]](take)
      end
      local called = describe(name, chosen)
      -- not a tail call, which would leave no line
      local results = table.pack(pcall(function()
         local result = table.pack(call(name, arguments))
         return table.unpack(result, 1, result.n)
      end))
      if results[1] then
         check_returned(called, { n = results.n - 1, table.unpack(results, 2, results.n) })
      else
         check_raised(called, results[2])
      end
      personalize.use_loop(false)
   end
end
