-- A process for one program in an event loop: event_loop_program.lua LOOP PROGRAM; LOOP is `none` for a program that
-- chooses one itself. The program finds `personalize`, a
-- `service` (an emulator), a `client` of it, `definition(name)`, and `loop`, which is the same for all event loops:
--
-- - `loop.spawn(fn, ...)` runs a function in a coroutine of the loop
-- - `loop.every(fn)` calls a function about each millisecond, not in a coroutine that could wait; it ends when that
--   returns false
-- - `loop.run()` runs the loop until nothing is left to do
-- - `loop.count(...)` counts equal values: "3 a, 1 b"
local emulator = require "personalize.emulator"
local personalize = require "personalize"

local name, program = arg[1], arg[2]
io.stdout:setvbuf "line"
local loop = {}

local makers = {}

function makers.luv()
   local uv = require "luv"
   function loop.spawn(fn, ...) coroutine.wrap(fn)(...) end
   function loop.every(fn)
      local timer = uv.new_timer()
      timer:start(1, 1, function()
         if fn() == false then timer:close() end
      end)
   end
   function loop.run() uv.run() end
end

function makers.cqueues()
   local cqueues = require "cqueues"
   local controller = cqueues.new()
   function loop.spawn(fn, ...) controller:wrap(fn, ...) end
   function loop.every(fn)
      controller:wrap(function()
         local bare = coroutine.wrap(function() -- not the controller's own
            while true do coroutine.yield(fn()) end
         end)
         repeat cqueues.sleep(0.001) until bare() == false
      end)
   end
   function loop.run()
      for problem in controller:errors() do io.stderr:write(tostring(problem), "\n") end
   end
end

-- Debian's has neither timers nor an end: the program steps.
function makers.copas()
   local copas = require "copas"
   local running, ticking = 0, {}
   local function count_down(fine, ...)
      running = running - 1
      if not fine then error((...), 0) end
   end
   function loop.spawn(fn, ...)
      running = running + 1
      copas.addthread(function(...) count_down(pcall(fn, ...)) end, ...)
   end
   function loop.every(fn) ticking[#ticking + 1] = fn end
   function loop.run()
      while running > 0 or #ticking > 0 do
         copas.step(0.001)
         for index = #ticking, 1, -1 do
            if ticking[index]() == false then table.remove(ticking, index) end
         end
      end
   end
end

function loop.count(...)
   local counts, parts = {}, {}
   for index = 1, select("#", ...) do
      local value = tostring((select(index, ...)))
      counts[value] = (counts[value] or 0) + 1
   end
   for value, count in pairs(counts) do parts[#parts + 1] = count .. " " .. value end
   table.sort(parts)
   return table.concat(parts, ", ")
end

local function definition(called)
   return { name = called, systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
      request = { requestType = "GET", connectionUrl = "https://example.com/" } }
end

local service = assert(emulator.start { seed = true })
local client = assert(personalize.new(service:options()))
if name ~= "none" then
   assert(personalize.use_loop(name))
   makers[name]()
end
for called, value in pairs {
   personalize = personalize, loop = loop, definition = definition, service = service, client = client,
   unpack = table.unpack or unpack, -- luacheck: ignore
} do
   rawset(_G, called, value)
end
assert(loadfile(program))()
client:close()
service:stop()
