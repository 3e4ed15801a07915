--- The choice of an event loop for a program: see `personalize.use_loop`.
-- @module personalize.http.loops.choice
-- @local

local errors = require "personalize.error"
local nginx = require "personalize.http.loops.nginx"
local options = require "personalize.options"
local suspended = require "personalize.http.loops.suspended"
local waiting = require "personalize.http.waiting"

local choice = {}

-- The packages that each loop with an adapter in this folder needs.
local packages = {
   luv = "Debian: lua-luv; LuaRocks: luv",
   cqueues = "Debian: lua-cqueues; LuaRocks: cqueues",
   copas = "Debian, for LuaJIT: lua-copas; LuaRocks: copas",
}

local names = {}
for name in pairs(packages) do names[#names + 1] = name end
table.sort(names)

local needed = { "runs_here", "ready", "wait", "begin" }

local where = "personalize.use_loop"

local function misuse(level, ...)
   error(("bad argument #1 to '%s' (%s)"):format(where, (...):format(select(2, ...))), level + 1)
end

local function check_functions(loop, level)
   for _, name in ipairs(needed) do
      if type(loop[name]) ~= "function" then
         misuse(level + 1, "a loop needs a function %q, got %s", name, options.describe(loop[name]))
      end
   end
   if loop.transfer ~= nil and type(loop.transfer) ~= "function" then
      misuse(level + 1, "a loop's \"transfer\" is a function or nil, got %s", options.describe(loop.transfer))
   end
end

local function check(loop, level)
   if type(loop) == "table" then return check_functions(loop, level) end -- a tail call, which leaves no level
   if loop == false then return end
   if type(loop) ~= "string" then
      misuse(level + 1, [[expected "%s", a table of functions or false, got %s]], table.concat(names, '", "'),
         options.describe(loop))
   elseif not packages[loop] then
      local nearest = options.nearest(loop, packages)
      misuse(level + 1, "unknown loop %s (%s)", options.describe(loop),
         nearest and ("did you mean %q?"):format(nearest) or "known: " .. table.concat(names, ", "))
   end
end

local function load(name)
   local module = "personalize.http.loops." .. name
   local fine, loop = pcall(require, module)
   if fine then return loop end
   package.loaded[module] = nil -- LuaJIT leaves a mark there, and the next error would mention it
   local reason = tostring(loop):match("^[^\n]*"):gsub("^%S+:%d+: ", ""):gsub(":$", "")
   return errors.fail("config",
      ("%s: the loop %q cannot run here: %s (%s)"):format(where, name, reason, packages[name]))
end

--- See `personalize.use_loop`. Misuse is raised at `level`, as for `error`.
function choice.use(loop, level)
   level = (level or 1) + 1
   check(loop, level)
   if nginx.is_here() then
      return errors.fail("config", where .. ": nginx waits by a loop of its own, and by no other")
   end
   local found, err
   if type(loop) == "string" then
      found, err = load(loop)
      if not found then return nil, err end
   else
      found = loop or nil
   end
   if found ~= waiting.used() and (waiting.is_in_flight() or suspended.is_in_flight()) then
      return errors.fail("config", where .. ": calls are in flight, which wait by another loop; choose before the "
         .. "first call, or when all have returned")
   end
   waiting.use(found)
   return true
end

return choice
