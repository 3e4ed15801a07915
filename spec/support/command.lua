-- Runs the command `personalize` as a process, by the interpreter that runs the specs.
local read = require "spec.support.read"

local command = {}

command.interpreter = require "spec.support.interpreter"

local function quote(text)
   return "'" .. text:gsub("'", "'\\''") .. "'"
end

command.quote = quote

-- What was written to a file that is needed no more.
local function take(path)
   local text = read(path)
   os.remove(path)
   return text
end

-- `env NAME=value ... lua5.4 bin/personalize`, for a shell.
function command.line(environment, arguments)
   local words = { "env" }
   for name, value in pairs(environment or {}) do words[#words + 1] = name .. "=" .. quote(value) end
   words[#words + 1] = command.interpreter
   words[#words + 1] = "bin/personalize"
   for _, argument in ipairs(arguments) do words[#words + 1] = quote(argument) end
   return table.concat(words, " ")
end

-- Runs a line of the shell: what it wrote, what it wrote as errors, its exit code.
function command.shell(line)
   local out, err = os.tmpname(), os.tmpname()
   local pipe = io.popen(("{ %s\n} >%s 2>%s; echo $?"):format(line, out, err))
   local code = pipe:read "*n"
   pipe:close()
   return take(out), take(err), code
end

-- Runs a line of other programs, without what is loaded into the interpreter first: with a sanitizer in it curl hangs.
function command.foreign(line)
   return command.shell("unset LD_PRELOAD\n" .. line)
end

-- Runs the command with these arguments; standard input is empty unless a file is named.
function command.run(environment, arguments, input)
   return command.shell(command.line(environment, arguments) .. " </dev/null" .. (input and " <" .. input or ""))
end

-- Keeps what is written to it, as text.
function command.stream()
   local stream = { text = "" }
   function stream:write(...)
      self.text = self.text .. table.concat { ... }
      return self
   end
   function stream.flush() return true end
   return stream
end

-- Runs the command in this process, which takes less time: gives what `run` gives. Not for commands that catch signals.
function command.here(environment, arguments)
   local out, err, getenv = command.stream(), command.stream(), os.getenv
   os.getenv = function(name) return environment[name] end -- luacheck: ignore
   local fine, code = pcall(require("personalize.cli.main").run, arguments, { out = out, err = err })
   os.getenv = getenv -- luacheck: ignore
   if not fine then error(code, 0) end
   return out.text, err.text, code
end

-- Runs the command in a terminal of a width: what it shows, as lines, and its exit code. Nobody types there, unless
-- lines are given that were typed beforehand; `more` is what follows the command in the shell.
function command.in_terminal(environment, arguments, columns, typed, more)
   local line = ("stty -echo cols %d; %s%s"):format(columns, command.line(environment, arguments), more or "")
   local out, _, code = command.shell(("printf %%s %s | script -qec %s /dev/null"):format(quote(typed or ""),
      quote(line)))
   return out:gsub("\r\n", "\n"), code
end

-- The environment for the command of an emulator's tenant.
function command.environment(emulator, prefix)
   local environment = {}
   for _, pair in ipairs(emulator:environment()) do
      environment[(pair[1]:gsub("^PERSONALIZE", prefix or "PERSONALIZE"))] = pair[2]
   end
   return environment
end

return command
