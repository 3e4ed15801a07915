-- Has a reader go through a document (reader.lua), with three emulators as tenants, and says of each block what came
-- of it.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local emulator = require "personalize.emulator"
local folder = require "spec.support.folder"
local lfs = require "lfs"

local reading = {}

local root = lfs.currentdir()

-- The commands that documents name, run by the interpreter that runs the specs and from this tree.
local function make_commands(path)
   assert(lfs.mkdir(path .. "/.bin"))
   local preload = os.getenv "LD_PRELOAD"
   local head = "#!/bin/sh\n" .. (preload and ("export LD_PRELOAD='%s'\n"):format(preload) or "")
   local programs = { ["lua5.4"] = "", personalize = root .. "/bin/personalize" }
   for name, program in pairs(programs) do
      local text = head .. ("exec /usr/bin/env -S %s %s \"$@\"\n"):format(reading.interpreter, program)
      folder.write(path .. "/.bin", name, text)
   end
   os.execute(("chmod +x '%s'/.bin/*; ln -s '%s/examples' '%s/examples'"):format(path, root, path))
end

local function path_of(name)
   local pipe = io.popen("command -v " .. name)
   local path = pipe:read "*l"
   pipe:close()
   return path
end

reading.interpreter = path_of(command.interpreter)

-- The secret is that of a seeded connection, to which files refer as soon as it is exported.
local function environment_of(tenants, path)
   local words = { ("HOME='%s' PATH='%s/.bin':\"$PATH\" FIRST_WEB_SERVICE_CLIENT_SECRET=hush"):format(path, path) }
   for prefix, tenant in pairs(tenants) do
      for name, value in pairs(command.environment(tenant, prefix)) do
         words[#words + 1] = name .. "=" .. command.quote(value)
      end
   end
   return table.concat(words, " ")
end

-- "\30 number \n text" for each block that was begun.
local function results_of(text, blocks)
   local results = {}
   for number, said in text:gmatch "\30(%d+)\n([^\30]*)" do
      local output, reason = said:match "^([^\31]*)\31?(.*)$"
      results[tonumber(number)] = { output = output, reason = reason ~= "" and reason or nil }
   end
   for number in ipairs(blocks) do
      results[number] = results[number] or { output = "", reason = "a block before it failed" }
   end
   return results
end

--- Reads a document's blocks.
-- @return for each block `output` and, when it failed, `reason`
function reading.read(blocks)
   local tenants = {
      PERSONALIZE = assert(emulator.start { seed = true }),
      STAGING = assert(emulator.start { seed = true }),
      PROD = assert(emulator.start()),
   }
   local path = folder.new()
   make_commands(path)
   folder.write(path, ".blocks.json", dkjson.encode(blocks))
   local line = ("cd '%s' && exec env %s %s %s/spec/support/documents/reader.lua .blocks.json 2>&1 </dev/null"):format(
      path, environment_of(tenants, path), reading.interpreter, root)
   local output = command.shell(line)
   folder.remove(path)
   for _, tenant in pairs(tenants) do tenant:stop() end
   return results_of(output, blocks)
end

return reading
