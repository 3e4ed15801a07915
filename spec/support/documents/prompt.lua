-- Types the lines of a document at the prompt of a real interpreter, in a real terminal.
local terminal = require "spec.support.terminal"

local prompt = {}

-- LuaJIT's `-l` sets no global, and it shows values only after `=`.
local function as_started(command_line)
   if not rawget(_G, "jit") then return command_line end
   return (command_line:gsub("%-l (%w+)", "-e '%1 = require \"%1\"'"))
end

local function as_typed(line)
   local compile = rawget(_G, "jit") and loadstring -- luacheck: ignore
   return compile and compile("return " .. line) and "= " .. line or line
end

-- The screen with plain prompts: the command's name the tenant.
local function plain(shown)
   return (shown:gsub("\n127%.0%.0%.1:%d+>", "\n>"))
end

-- Waits until so many prompts are shown, the last one with nothing behind it; gives the screen.
local function wait_for_prompts(screen, wanted)
   repeat
      local shown = plain(screen:wait_for "\n[%d.:]*>$")
      local _, count = shown:gsub("\n>", "")
   until count >= wanted
   return plain(screen:screen())
end

-- What was written between the prompts, without what was typed at them.
local function answers_in(shown, lines)
   local answers, position = {}, 1
   for index, line in ipairs(lines) do
      local _, typed_to = shown:find("\n> " .. as_typed(line), position, true)
      if not typed_to then error(("the terminal does not show %s, but:\n%s"):format(line, shown), 0) end
      position = shown:find("\n>", typed_to, true)
      answers[index] = shown:sub(typed_to + 1, position - 1):gsub("^%s*\n", "")
   end
   return answers
end

--- Runs a command that opens a prompt, and types lines.
-- @return an array of what each line writes
function prompt.run(command_line, lines)
   local screen = terminal.start(as_started(command_line))
   local ok, result = pcall(function()
      local shown = wait_for_prompts(screen, 1)
      for index, line in ipairs(lines) do
         screen:type(as_typed(line))
         shown = wait_for_prompts(screen, index + 1)
      end
      return answers_in(shown, lines)
   end)
   screen:stop()
   return ok and result or error(result, 0)
end

return prompt
