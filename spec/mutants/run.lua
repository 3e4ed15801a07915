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

-- What the files of the binding bind, where their names do not begin with it.
local bound = { engine = "http", profile = "http", transfer = "http", waker = "http" }

-- The specs or tests that mirror a stem, by the ending of their names: the file of its name, else what the folder has.
local function mirrors_of_stem(stem, ending)
   if exists("spec/" .. stem .. ending) then return { "spec/" .. stem .. ending } end
   return lines_of(("cd %s && find %s -maxdepth 1 -name '*%s' 2>/dev/null | sort"):format(quote(folder),
      quote("spec/" .. stem:match "^(.*)/"), ending))
end

-- The specs that mirror a file: those of its name, else of its folder, or of the nearest above that has any.
local function specs_of(stem)
   repeat
      local specs = mirrors_of_stem(stem, "_spec.lua")
      if specs[1] then return specs end
      stem = stem:match "^(.*)/[^/]*$"
   until not stem:find "/"
   return {}
end

-- What is run to try a file, each with the time that it may take: array of commands.
local function commands_of(path)
   local stem = path:gsub("^lua/", ""):gsub("%.%w+$", ""):gsub("/init$", "")
   local options = path:find "_poll%.c$" and " POLLER=poll" or ""
   local build = options == "" and "build/" or "build/poll/"
   local stems = { stem }
   local name = stem:match "^src/lua/(%a+)"
   if name then stems[2] = ("src/%s/%s"):format(bound[name] or name, stem:match "[^/]*$") end
   local commands, specs = {}, {}
   for _, each in ipairs(stems) do
      for _, spec in ipairs(specs_of(each)) do specs[#specs + 1] = spec end
   end
   if specs[1] then
      commands[1] = ("make -s specs%s VARIANTS=lua5.4 BUSTED_FLAGS='--no-keep-going -o plainTerminal' SPEC='%s'")
         :format(options, table.concat(specs, " "))
   end
   if not path:find "%.c$" then return commands end
   for _, each in ipairs(stems) do
      for _, test in ipairs(mirrors_of_stem(each, "_test.c")) do
         local program = build .. test:gsub("%.c$", "")
         commands[#commands + 1] = ("make -s %s%s CFLAGS='-O1 -Wno-error' && %s"):format(program, options, program)
      end
   end
   return commands, options
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

local limits = {}

-- The time limit of a command; false when it fails without a mutant, and so tells nothing of one.
local function limit_of(command)
   if limits[command] == nil then
      local began = os.time()
      local passes = run(command, longest_seconds) == 0
      limits[command] = passes and patience * (os.time() - began) + more_seconds
      if not passes then print(("mutants: fails without a mutant: %s"):format(command)) end
   end
   return limits[command]
end

-- "killed", "survived", or nil where the change is no program, or nothing could tell.
local function try(mutant)
   local commands, options = commands_of(mutant.path)
   local telling = {}
   for _, command in ipairs(commands) do
      if limit_of(command) then telling[#telling + 1] = command end
   end
   if commands[1] and not telling[1] then return nil end
   local text = read(mutant.path)
   write(mutant.path, change(text, mutant))
   local outcome
   local is_c = mutant.language == "c"
   local builds = is_c and run("make -s all VARIANTS=lua5.4 CFLAGS='-O1 -Wno-error'" .. options, 300) == 0
      or not is_c and loadfile(folder .. "/" .. mutant.path) ~= nil
   if builds then
      outcome = "survived"
      for _, command in ipairs(telling) do
         if run(command, limits[command]) ~= 0 then
            outcome = "killed"
            break
         end
      end
   end
   write(mutant.path, text)
   return outcome, commands[1] and "" or " (no specs)"
end

math.randomseed(seed)
local all = all_mutants()
local killed, tried = 0, 0
while tried < count and #all > 0 and os.time() < deadline do
   local mutant = table.remove(all, math.random(#all))
   local outcome, remark = try(mutant)
   if outcome then
      tried = tried + 1
      if outcome == "killed" then killed = killed + 1 end
      print(("%-8s %s:%d [%s]%s"):format(outcome, mutant.path, mutant.number, mutant.name, remark))
      if outcome == "survived" then print("  - " .. mutant.old .. "\n  + " .. mutant.new) end
      io.stdout:flush()
   end
end
if tried == 0 then
   print "mutants: nothing could be tried"
   os.exit(1)
end
print(("mutants: %d of %d were noticed (%d %%), seed %d"):format(killed, tried, 100 * killed // tried, seed))
