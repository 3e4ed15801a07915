-- Draws mutants of the code, runs the specs that mirror the changed file, and tells which they let pass:
--   lua5.4 spec/mutants/run.lua COUNT SEED MINUTES FOLDER [PATH...]
-- FOLDER is a copy of the tree that may be changed; each PATH begins the names of files that are meant (default: lua/
-- and src/). Lua is tried by the specs in spec/ of the same name, else of the same folder; C by those and the tests in
-- C of its folder. Ends with 1 when there are no specs, or nothing could be tried. A changed program may do what the
-- code never does, with the rights of who runs it: specs have it write and remove in their own folders alone.
local operators = require "spec.mutants.operators"

local count, seed, minutes, folder = tonumber(arg[1]), tonumber(arg[2]), tonumber(arg[3]), arg[4]
local paths = { table.unpack(arg, 5) }
if #paths == 0 then paths = { "lua/", "src/" } end
local deadline = os.time() + minutes * 60

-- Specs have this many times what they take without a mutant, and these seconds more, before they are said to hang.
local patience, more_seconds, longest_seconds = 3, 30, 600

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

-- Runs a command in the copy; its exit code. What takes too long is ended: 124.
local function run(command, seconds)
   local _, _, code = os.execute(("cd %s && timeout -k 5 %d sh -c %s >%s/build/mutant.log 2>&1"):format(quote(folder),
      seconds, quote(command), quote(folder)))
   return code
end

local function lines_of(command)
   local pipe, lines = assert(io.popen(command)), {}
   for line in pipe:lines() do lines[#lines + 1] = line end
   pipe:close()
   return lines
end

local function exists(path)
   local file = io.open(folder .. "/" .. path)
   if file then file:close() end
   return file ~= nil
end

local function read(path)
   local file = assert(io.open(folder .. "/" .. path))
   local text = file:read "a"
   file:close()
   return text
end

local function write(path, text)
   local file = assert(io.open(folder .. "/" .. path, "w"))
   file:write(text)
   file:close()
end

local function is_meant(path)
   for _, prefix in ipairs(paths) do
      if path:sub(1, #prefix) == prefix then return true end
   end
   return false
end

-- The specs that mirror a file: one of its name, else those of its folder, or of the nearest above that has any.
local function mirror_of(path)
   local stem = path:gsub("^lua/", ""):gsub("%.%w+$", ""):gsub("/init$", "")
   if exists("spec/" .. stem .. "_spec.lua") then return "spec/" .. stem .. "_spec.lua" end
   repeat
      stem = stem:match "^(.*)/[^/]*$"
      local specs = stem and lines_of(("find %s/spec/%s -maxdepth 1 -name '*_spec.lua' 2>/dev/null"):format(
         quote(folder), stem))
      if specs and specs[1] then return "spec/" .. stem end
   until not stem
   return nil
end

-- All mutants: array of `{ path =, number =, name =, old =, new =, language = }`.
local function all_mutants()
   local found = {}
   local all = ("cd %s && find lua src -name '*.lua' -o -name '*.c' | sort"):format(quote(folder))
   for _, path in ipairs(lines_of(all)) do
      local language = path:match "%.(%w+)$"
      if is_meant(path) then
         local number = 0
         for line in (read(path) .. "\n"):gmatch "(.-)\n" do
            number = number + 1
            for _, mutant in ipairs(operators.mutants(language, line)) do
               found[#found + 1] = { path = path, number = number, name = mutant[1], old = line, new = mutant[2],
                  language = language }
            end
         end
      end
   end
   return found
end

local function change(text, mutant)
   local number = 0
   return (text:gsub("([^\n]*)\n", function(line)
      number = number + 1
      return (number == mutant.number and mutant.new or line) .. "\n"
   end))
end

local function command_for(mirror)
   return "make -s specs VARIANTS=lua5.4 BUSTED_FLAGS='--no-keep-going -o plainTerminal' SPEC=" .. mirror
end

local limits = {}

-- The time limit of a mirror's specs; false when they fail without a mutant, and so tell nothing of one.
local function limit_of(mirror)
   if limits[mirror] == nil then
      local began = os.time()
      local passes = run(command_for(mirror), longest_seconds) == 0
      limits[mirror] = passes and patience * (os.time() - began) + more_seconds
      if not passes then print(("mutants: %s fails without a mutant"):format(mirror)) end
   end
   return limits[mirror]
end

-- "killed", "survived", or nil where the change is no program, or nothing could tell.
local function try(mutant)
   local mirror = mirror_of(mutant.path)
   if not mirror then return "survived", "no specs" end
   local limit = limit_of(mirror)
   if not limit then return nil end
   local text = read(mutant.path)
   write(mutant.path, change(text, mutant))
   local outcome
   local is_c = mutant.language == "c"
   local builds = is_c and run("make -s all VARIANTS=lua5.4 CFLAGS='-O1 -Wno-error'", 300) == 0
      or not is_c and loadfile(folder .. "/" .. mutant.path) ~= nil
   if builds then
      local is_killed = run(command_for(mirror), limit) ~= 0
      local tests = is_c and not is_killed and lines_of(("cd %s && find spec/%s -name '*_test.c'"):format(quote(folder),
         mutant.path:match "^(.*)/"))
      for _, test in ipairs(tests or {}) do
         local program = "build/" .. test:gsub("%.c$", "")
         is_killed = is_killed or run(("make -s %s CFLAGS='-O1 -Wno-error' && %s"):format(program, program), limit) ~= 0
      end
      outcome = is_killed and "killed" or "survived"
   end
   write(mutant.path, text)
   return outcome, mirror
end

math.randomseed(seed)
local all = all_mutants()
local killed, tried = 0, 0
while tried < count and #all > 0 and os.time() < deadline do
   local mutant = table.remove(all, math.random(#all))
   local outcome, mirror = try(mutant)
   if outcome then
      tried = tried + 1
      if outcome == "killed" then killed = killed + 1 end
      print(("%-8s %s:%d [%s] (%s)"):format(outcome, mutant.path, mutant.number, mutant.name, mirror))
      if outcome == "survived" then print("  - " .. mutant.old .. "\n  + " .. mutant.new) end
      io.stdout:flush()
   end
end
if tried == 0 then
   print "mutants: nothing could be tried"
   os.exit(1)
end
print(("mutants: %d of %d were noticed (%d %%), seed %d"):format(killed, tried, 100 * killed // tried, seed))
