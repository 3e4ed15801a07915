-- Writes files, and the chapters to where `config.ld` looks for them.
local writing = {}

local chapters_folder = "build/reference"

--- The text of a file, or nil.
function writing.read(path)
   local file = io.open(path)
   if not file then return nil end
   local text = file:read "*a"
   file:close()
   return text
end

--- Writes a file as a whole. One that is as it should be is left alone.
function writing.write(path, text)
   if writing.read(path) == text then return end
   os.execute(("mkdir -p '%s'"):format(path:match "^(.*)/"))
   local name = os.tmpname()
   os.remove(name)
   local beside = ("%s.%s"):format(path, name:match "[^/_]+$")
   local file = assert(io.open(beside, "w"))
   assert(file:write(text))
   assert(file:close())
   assert(os.rename(beside, path))
end

--- Writes the chapters that the code's own tables tell.
function writing.chapters()
   local chapters = require "doc.reference.chapters"
   local interpreter = rawget(_G, "jit") and "luajit" or _VERSION:lower():gsub(" ", "")
   writing.write(chapters_folder .. "/members.lua", chapters.members())
   writing.write(chapters_folder .. "/emulator.lua", chapters.emulator())
   for _, name in ipairs(chapters.resources) do
      writing.write(("%s/%s.lua"):format(chapters_folder, name), chapters.resource(name))
   end
   writing.write(chapters_folder .. "/command.md", chapters.command(interpreter .. " bin/personalize"))
end

return writing
