-- Which loops personalize.use_loop takes, and what it says of others.
local command = require "spec.support.command"
local lfs = require "lfs"
local read = require "spec.support.read"
local event_loop = require "spec.support.event_loop"
local openresty = require "spec.support.openresty"
local personalize = require "personalize"

local function nothing() return true end

local function loop_with(members)
   local loop = { runs_here = function() return false end, ready = nothing, wait = nothing, begin = nothing }
   for name, value in pairs(members) do loop[name] = value or nil end
   return loop
end

describe("use_loop", function()
   after_each(function() personalize.use_loop(false) end)

   local function problem(...)
      local fine, message = pcall(personalize.use_loop, ...)
      assert.is_false(fine)
      return message
   end

   it("refuses what is no loop, and names the known one that is nearest", function()
      local head = "bad argument #1 to 'personalize.use_loop' ("
      local expected = 'expected "copas", "cqueues", "luv", a table of functions or false, got '
      for given, message in pairs {
         [""] = 'unknown loop "" (known: copas, cqueues, luv)',
         cqueue = 'unknown loop "cqueue" (did you mean "cqueues"?)',
         Copas = 'unknown loop "Copas" (did you mean "copas"?)',
         uv = 'unknown loop "uv" (did you mean "luv"?)',
         nginx = 'unknown loop "nginx" (known: copas, cqueues, luv)',
         ["../map"] = 'unknown loop "../map" (known: copas, cqueues, luv)',
         map = 'unknown loop "map" (known: copas, cqueues, luv)',
         [true] = expected .. "true",
         [1] = expected .. "1",
         [print] = expected .. "a function",
         [{}] = 'a loop needs a function "runs_here", got nil',
         [loop_with { ready = false }] = 'a loop needs a function "ready", got nil',
         [loop_with { wait = "soon" }] = 'a loop needs a function "wait", got "soon"',
         [loop_with { begin = false }] = 'a loop needs a function "begin", got nil',
         [loop_with { transfer = 5 }] = 'a loop\'s "transfer" is a function or nil, got 5',
      } do
         local found = problem(given)
         assert.is_truthy(found:find(head .. message .. ")", 1, true), found)
      end
      assert.is_truthy(problem():find(expected .. "nil", 1, true))
   end)

   it("raises misuse where it was called", function()
      local line = debug.getinfo(1, "l").currentline + 1
      local _, message = pcall(function() personalize.use_loop "lua" end)
      assert.is_truthy(message:find("choice_spec.lua:" .. line .. ":", 1, true), message)
   end)

   it("takes a colon by mistake", function()
      assert.is_true(personalize:use_loop(false))
   end)

   it("says what is missing for a loop that cannot run here", function()
      for _, name in ipairs { "luv", "cqueues", "copas" } do
         local out = command.shell(([[LUA_CPATH="$(echo "$LUA_CPATH" | cut -d ';' -f 1)" ]]
            .. [[LUA_PATH="$(echo "$LUA_PATH" | cut -d ';' -f 1-3)" %s -e '
            local personalize = require "personalize"
            for _ = 1, 2 do
               local fine, err = personalize.use_loop "%s"
               print(fine, err.kind, err.message)
            end
            print(personalize.use_loop(false))']]):format(command.interpreter, name))
         local first, second, third = out:match "^(.-)\n(.-)\n(.-)\n$"
         assert.equal(first, second)
         assert.equal("true", third)
         local expected = 'nil\tconfig\tpersonalize.use_loop: the loop "NAME" cannot run here: '
            .. "module 'NAME' not found (Debian"
         assert.is_truthy(first:find((expected:gsub("NAME", name)), 1, true), out)
      end
   end)

   it("refuses another loop in nginx, which waits by its own #openresty", function()
      local nginx = openresty.start {
         workers = 1,
         server = [[ location / { content_by_lua_block {
            local personalize = require "personalize"
            for _, loop in ipairs { "luv", false } do
               local fine, err = personalize.use_loop(loop)
               ngx.say(tostring(fine), " ", err.kind, " ", err.message)
            end } } ]],
      }
      local line = "nil config personalize.use_loop: nginx waits by a loop of its own, and by no other\n"
      assert.equal(line .. line, (nginx:body "/"))
      assert.is_true(nginx:stop())
   end)
end)

describe("the adapters of event loops", function()
   -- how calls wait otherwise, and what the adapters share
   local others = { blocking = true, choice = true, map = true, nginx = true, suspended = true }

   it("are known to use_loop, have a spec and a row in the guide, and are short", function()
      local folder = "lua/personalize/http/loops"
      local names = {}
      for entry in lfs.dir(folder) do
         local name = entry:match "^(.*)%.lua$"
         if name and not others[name] then names[#names + 1] = name end
      end
      table.sort(names)
      local _, message = pcall(personalize.use_loop, 1)
      assert.equal(('expected "%s", a table'):format(table.concat(names, '", "')), message:match "expected .*, a table")
      local guide = read "doc/event-loops.md"
      for _, name in ipairs(names) do
         assert.is_truthy(guide:find('\n| `"' .. name .. '"`', 1, true), name)
         assert.is_truthy(read(("spec/personalize/http/loops/%s_spec.lua"):format(name)):find(
            ('cases("%s", it, assert)'):format(name), 1, true), name)
         local _, lines = read(("%s/%s.lua"):format(folder, name)):gsub("\n", "")
         assert.is_true(lines <= 90, name)
      end
   end)
end)

describe("a loop of one's own", function()
   local function run(program) return event_loop.output("none", program) end

   it("is asked for each call, suspends it, and may leave `transfer` and what `wait` returns away", function()
      assert.equal("3 3 3\tready begin wait\n", (run [[
         local suspended = require "personalize.http.loops.suspended"
         local asked, running, own = {}, {}, {}
         function own.runs_here() return running[coroutine.running() or "main"] ~= nil end
         function own.ready() asked.ready = true return true end
         function own.begin(engine) asked.begin = true engine:run_due() end
         function own.wait(engine, things, deadline)
            asked.wait = true
            local caller = suspended.add(engine, things, deadline)
            running.engine = engine
            repeat coroutine.yield() until caller.goes_on
            suspended.remove(caller)
         end
         assert(personalize.use_loop(own))
         local counts, threads = {}, {}
         for i = 1, 3 do
            threads[i] = coroutine.create(function()
               personalize.map({ 1 }, function()
                  -- slow enough for the map to send in between
                  local begun = personalize.now()
                  repeat until personalize.now() - begun > 0.002
                  counts[i] = #assert(client.connections.list())
               end)
            end)
            running[threads[i] ] = true
         end
         repeat
            local alive = false
            for _, thread in ipairs(threads) do
               if coroutine.status(thread) == "suspended" then
                  assert(coroutine.resume(thread))
                  alive = true
               end
            end
            local going = running.engine and suspended.work(running.engine) or {}
            for _, caller in ipairs(going) do caller.goes_on = true end
         until not alive
         print(table.concat(counts, " "), (asked.ready and "ready" or "") .. (asked.begin and " begin" or "")
            .. (asked.wait and " wait" or ""))
      ]]))
   end)

   it("can refuse calls by an error object, and end them", function()
      assert.equal("cannot_wait no access token: not now\ncancelled\n3\n", (run [[
         local own = { begin = function(engine) engine:run_due() end, wait = function() return false end }
         local refusal
         function own.runs_here() return true end
         function own.ready()
            if refusal then return nil, refusal end
            return true
         end
         local _, other = personalize.use_loop(own)
         assert(other == nil)
         local _, err = client.connections.get ""
         refusal = setmetatable({ kind = "cannot_wait", message = "not now" }, getmetatable(err))
         _, err = client.connections.list()
         print(err.kind, err.message)
         refusal = nil
         _, err = client.connections.list()
         print(err.kind)
         assert(personalize.use_loop(false))
         print(#assert(client.connections.list()))
      ]]):gsub("\t", " "))
   end)
end)
