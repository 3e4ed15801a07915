-- Repeats what a document shows of a terminal: `$ ` stands before what is typed at the shell, `> ` before what is typed
-- at Lua's prompt, and anything else is what was answered. Writes the transcript anew, for comparison.
local markdown = require "spec.support.documents.markdown"
local prompt = require "spec.support.documents.prompt"
local shell = require "spec.support.documents.shell"

local transcript = {}

-- The commands of a transcript: `typed`, and `lines` for the prompt that it opens, where it opens one.
local function commands_of(text)
   local commands, current = {}, nil
   for line in markdown.lines(text) do
      local command, at_prompt = line:match "^%$ (.*)$", line:match "^> (.*)$"
      if current and current.typed:find "\\$" then
         current.typed = current.typed .. "\n" .. line
      elseif command then
         current = { typed = command }
         commands[#commands + 1] = current
      elseif at_prompt then
         current.lines = current.lines or {}
         current.lines[#current.lines + 1] = at_prompt
      end
   end
   return commands
end

local function write(text)
   io.write(text, text:find "[^\n]$" and "\n" or "")
end

--- Runs it. A command that fails is no mistake: what it says is compared.
function transcript.run(text)
   for _, command in ipairs(commands_of(text)) do
      write("$ " .. command.typed)
      if command.lines then
         for index, answer in ipairs(prompt.run(command.typed, command.lines)) do
            write("> " .. command.lines[index])
            write(answer)
         end
      elseif command.typed:find "^personalize emulator" then
         write(shell.start_emulator(command.typed))
      else
         shell.run(command.typed)
      end
   end
end

return transcript
