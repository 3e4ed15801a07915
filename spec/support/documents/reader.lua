-- A reader who types a document's blocks from its top to its bottom: a program of its own, in a folder of its own, with
-- the environment of a tenant. `reader.lua BLOCKS.json` writes a line `\30 number` before what each block writes, and
-- `\31` before the reason why one failed, which ends it.
local dkjson = require "dkjson"
local shell = require "spec.support.documents.shell"
local transcript = require "spec.support.documents.transcript"

local run = {}
local environment

-- Locals of a block are seen by the blocks that follow it.
local function with_handing_over(text)
   local names = {}
   for given in ("\n" .. text):gmatch "\nlocal ([%w_, ]+)" do
      local list = given:match "^function ([%w_]+)" or given
      for name in list:gmatch "[%a_][%w_]*" do names[#names + 1] = ("%s = %s"):format(name, name) end
   end
   return ("%s\n__hand_over { %s }"):format(text, table.concat(names, ", "))
end

local function compile(text, name, env)
   if setfenv then                                                   -- luacheck: ignore
      local chunk, reason = loadstring(text, name)                   -- luacheck: ignore
      return chunk and setfenv(chunk, env), reason                   -- luacheck: ignore
   end
   return load(text, name, "t", env)
end

-- A block that requires the library stands alone: it sees nothing of those before it.
function run.lua(block)
   if not environment or ("\n" .. block.text):find '\nlocal [%w_]+ = require "personalize' then
      environment = setmetatable({}, { __index = _G })
      environment.__hand_over = function(locals)
         for name, value in pairs(locals) do environment[name] = value end
      end
   end
   -- line numbers in messages are those of the document
   local text = ("\n"):rep(block.line) .. with_handing_over(block.text)
   local chunk, reason = compile(text, "=" .. block.document, environment)
   if not chunk then error(reason, 0) end
   chunk()
end

function run.sh(block)
   if not shell.run(block.text) then error("a command of the block failed", 0) end
end

function run.console(block) transcript.run(block.text) end

function run.json(block)
   local value, _, reason = dkjson.decode(block.text, 1, nil, nil)
   if value == nil then error(reason, 0) end
end

-- configuration of other programs: there is nothing to run
function run.yaml() end

local function write_file(name, text)
   if name:find "/" then os.execute(("mkdir -p '%s'"):format(name:match "^(.*)/")) end
   local file = assert(io.open(name, "w"))
   file:write(text)
   file:close()
end

local function run_all(blocks)
   for number, block in ipairs(blocks) do
      io.write(("\30%d\n"):format(number))
      io.stdout:flush()
      if block.file then write_file(block.file, block.text) end
      if not block.not_run then
         local ok, reason = xpcall(function()
            local kind = run[block.language] or error("nobody knows how to run the language " .. block.language, 0)
            kind(block)
         end, function(reason)
            return type(reason) == "string" and debug.traceback(reason, 2) or tostring(reason)
         end)
         if not ok then
            io.write("\31", reason)
            return
         end
      end
   end
end

local file = assert(io.open(arg[1]))
local blocks = dkjson.decode(file:read "*a", 1, nil, nil)
file:close()
run_all(blocks)
io.stdout:flush()
shell.stop_emulators()
