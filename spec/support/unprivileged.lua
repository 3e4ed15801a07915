-- Runs the command `personalize` as a user whom the permissions of files bind: they do not bind root.
local command = require "spec.support.command"
local library_copy = require "spec.support.library_copy"

local unprivileged = {}

local is_root = command.shell "id -u" == "0\n"

local library

-- What is to be done before and after the specs of a file.
function unprivileged.setup()
   if is_root then library = library_copy.make(command.interpreter) end
end

function unprivileged.teardown()
   if library then os.execute("rm -rf " .. library) end
   library = nil
end

-- Gives files to that user.
function unprivileged.own(path)
   if is_root then os.execute(("chown -R nobody '%s'"):format(path)) end
end

-- As command.run.
function unprivileged.run(environment, arguments)
   if not is_root then return command.run(environment, arguments) end
   local paths = ("LUA_PATH='%s/lua/?.lua;%s/lua/?/init.lua;;' LUA_CPATH='%s/lib/?.so;;'"):format(library, library,
      library)
   local words = { "cd / && setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME=/", paths }
   for name, value in pairs(environment) do words[#words + 1] = name .. "=" .. command.quote(value) end
   words[#words + 1] = command.interpreter .. " " .. library .. "/bin/personalize"
   for _, argument in ipairs(arguments) do words[#words + 1] = command.quote(argument) end
   return command.shell(table.concat(words, " ") .. " </dev/null")
end

return unprivileged
