-- A place where a recipe of examples/ runs as it stands there: a folder with programs of its own in front of PATH,
-- among them the command `personalize` of this tree, and the environment that is given, nothing else.
local command = require "spec.support.command"
local folder = require "spec.support.folder"

local recipe = {}

local Place = {}
Place.__index = Place

local root = os.getenv "PWD"

local function path_of(name)
   return (command.shell("command -v " .. name):match "[^\n]+")
end

function recipe.new()
   local self = setmetatable({ path = folder.new(), environment = {} }, Place)
   os.execute(("mkdir '%s/.bin'"):format(self.path))
   local paths = {}
   self.library = {} -- the environment in which Lua finds the library of this tree
   for _, name in ipairs { "LD_PRELOAD", "ASAN_OPTIONS", "LSAN_OPTIONS", "LUA_PATH", "LUA_CPATH" } do
      local value = os.getenv(name)
      self.library[name] = value
      if value then paths[#paths + 1] = name .. "=" .. command.quote(value) end
   end
   self:program("personalize", ("exec env %s %s %s/bin/personalize \"$@\""):format(table.concat(paths, " "),
      path_of(command.interpreter), root))
   return self
end

--- A program of a shell's text, before all others of that name.
function Place:program(name, text)
   folder.write(self.path .. "/.bin", name, "#!/bin/sh\n" .. text .. "\n")
   os.execute(("chmod +x '%s/.bin/%s'"):format(self.path, name))
end

--- The environment in which `personalize` reaches an emulator.
function Place:reach(emulator)
   for name, value in pairs(command.environment(emulator)) do self.environment[name] = value end
end

--- Runs a text of the shell.
-- @param text
-- @param options `shell` (its name and options: bash -e), `environment` (besides that of the place), `folder` (in it)
-- @return what it wrote, what it wrote as errors, its exit code
function Place:run(text, options)
   options = options or {}
   local words = { "env -i", ("PATH='%s/.bin:/usr/local/bin:/usr/bin:/bin'"):format(self.path),
      ("HOME='%s'"):format(self.path) }
   for _, environment in ipairs { self.environment, options.environment or {} } do
      for name, value in pairs(environment) do words[#words + 1] = name .. "=" .. command.quote(value) end
   end
   folder.write(self.path, ".script", text)
   return command.shell(("cd '%s/%s' && %s %s '%s/.script' </dev/null"):format(self.path, options.folder or "",
      table.concat(words, " "), options.shell or "bash -e", self.path))
end

function Place:read(name) return folder.read(self.path, name) end

function Place:remove() folder.remove(self.path) end

return recipe
