-- Makes what the reference is made of, and checks it: `lua5.4 doc/reference/run.lua chapters|types|check`.
local checks = require "doc.reference.checks"
local model = require "doc.reference.model"
local surface = require "doc.reference.surface"
local types = require "doc.reference.types"
local writing = require "doc.reference.writing"

local types_folder = "types"

local function present_types()
   local present = {}
   local pipe = assert(io.popen(("find %s -name '*.lua'"):format(types_folder)))
   for path in pipe:lines() do present[path:sub(#types_folder + 2)] = writing.read(path) end
   pipe:close()
   return present
end

local run = {}

function run.chapters()
   writing.chapters()
   return true
end

function run.types()
   local files = types.files((model.read()))
   for path, text in pairs(files) do writing.write(types_folder .. "/" .. path, text) end
   for path in pairs(present_types()) do
      if not files[path] then assert(os.remove(types_folder .. "/" .. path)) end
   end
   return true
end

local function check_types(modules, report)
   local files, present = types.files(modules), present_types()
   for path, text in pairs(files) do
      local fine, problem = load(text, "=" .. path, "t", {})
      if not fine then report("%s", problem) end
      if present[path] ~= text then report("types/%s is not what the sources say: make types", path) end
   end
   for path in pairs(present) do
      if not files[path] then report("types/%s is of no module: make types", path) end
   end
end

function run.check()
   local modules, complaints = model.read()
   local problems = {}
   for line in complaints:gmatch "[^\n]+" do problems[#problems + 1] = line end
   local function report(format, ...) problems[#problems + 1] = format:format(...) end
   local there, finish = surface.look()
   for _, check in pairs(checks) do check(modules, report, there) end
   finish()
   check_types(modules, report)
   table.sort(problems)
   for _, problem in ipairs(problems) do io.stderr:write(problem, "\n") end
   return #problems == 0
end

local wanted = run[arg[1]]
if not wanted then
   io.stderr:write("usage: lua5.4 doc/reference/run.lua chapters|types|check\n")
   os.exit(64, true)
end
os.exit(wanted(), true)
