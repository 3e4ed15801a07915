--- How a call waits in a coroutine of a program that runs libuv's loop (luv's or Neovim's).
--
-- libuv does not know coroutines. Every coroutine that can yield counts as the loop's; a callback of the loop resumes
-- it.
-- @module personalize.http.loops.luv
-- @local

local native = require "personalize.native"
local suspended = require "personalize.http.loops.suspended"

-- Neovim has its own luv; another copy would have a loop that nothing runs. In Neovim callers are resumed where all
-- functions of Neovim may be called.
local vim = rawget(_G, "vim")
local uv = type(vim) == "table" and (vim.uv or vim.loop)
local schedule = uv and vim.schedule or function(fn) fn() end
uv = uv or require "luv"

local luv = {}

-- The value that a suspended coroutine yields. A program sees it only if it resumes the coroutine itself, as with a
-- generator.
local marker = setmetatable({}, {
   __index = function()
      error("a call of personalize suspended this coroutine until the loop resumes it: with use_loop \"luv\" a "
         .. "generator cannot make calls", 2)
   end,
   __tostring = function() return "a suspended call of personalize" end,
})

local watcher, watched -- libuv's handle, and the engine that it watches

-- Resumes callers. If some raise errors, these are raised after all callers had their turn.
local function resume_all(callers)
   local problems = {}
   for _, caller in ipairs(callers) do
      if coroutine.status(caller.coroutine) == "suspended" then
         local fine, problem = coroutine.resume(caller.coroutine)
         if not fine then problems[#problems + 1] = debug.traceback(caller.coroutine, tostring(problem)) end
      end
   end
   if not suspended.any() then watcher:stop() end -- otherwise the loop would never end
   if #problems > 0 then error(table.concat(problems, "\n"), 0) end
end

local function on_work()
   local callers = suspended.work(watched)
   schedule(function() resume_all(callers) end)
end

local function watch(engine)
   if watched ~= engine or watcher:is_closing() then
      if watcher and not watcher:is_closing() then watcher:close() end
      local fd = engine:fd()
      watcher, watched = assert(fd and uv.new_poll(fd) or uv.new_timer()), engine
   end
   if watcher:is_active() then return end
   if engine:fd() then
      watcher:start("r", on_work)
   else
      local milliseconds = suspended.look_interval * 1000
      watcher:start(milliseconds, milliseconds, on_work)
   end
end

function luv.runs_here()
   return native.can_yield()
end

function luv.ready()
   return true
end

function luv.wait(engine, things, deadline)
   local caller = suspended.add(engine, things, deadline)
   caller.coroutine = coroutine.running()
   watch(engine)
   coroutine.yield(marker)
   suspended.remove(caller)
   return true
end

function luv.begin(engine)
   engine:run_due()
end

return luv
