--- The prompt with completion and history. It reads lines with the module `readline` (Debian's lua-readline), if that
-- is installed. Lines that contain a credential are not saved.
-- @module personalize.cli.prompt
-- @local

local client_of = require "personalize.client"
local completion = require "personalize.cli.completion"
local errors = require "personalize.error"
local native = require "personalize.native"
local text_of = require "personalize.text"

local prompt = {}

local most_lines_kept = 1000
local instructions_between_looks = 20
local interrupted = "interrupted!"

local load_text = rawget(_G, "loadstring") or load

--- The folder and the name of the history file.
local function history_file()
   local state = os.getenv "XDG_STATE_HOME"
   if not state or state:sub(1, 1) ~= "/" then state = (os.getenv "HOME" or "") .. "/.local/state" end
   return state .. "/personalize", "history"
end

-- Red text. A line editor does not count the bytes between these marks.
local function red(text, is_edited)
   local on, off = "\27[1;31m", "\27[0m"
   if is_edited then on, off = "\1" .. on .. "\2", "\1" .. off .. "\2" end
   return on .. text .. off
end

--- The prompt: the tenant, in red if it is not an emulator.
-- @tparam ?personalize.client client
-- @tparam string name the profile or the prefix of the tenant
-- @tparam boolean is_edited whether a line editor shows it
function prompt.text(client, name, is_edited)
   if not client then return "no client> " end
   local settings = client_of.settings(client)
   local host = settings.base_url:match "^%w+://([^/]+)" or settings.base_url
   local region = host:match "^api%-engage%-(%a+)%.sitecorecloud%.io$"
   local told = text_of.line((name ~= "PERSONALIZE" and name ~= "" and name .. " " or "") .. (region or host))
   local is_emulator = native.url.is_loopback(host:match "^%[(.-)%]" or host:match "^[^:]*")
   local has_colour = not is_emulator and native.process.is_terminal(1) and (os.getenv "NO_COLOR" or "") == ""
      and os.getenv "TERM" ~= "dumb"
   return (has_colour and red(told, is_edited) or told) .. "> "
end

local function make_folders(path)
   local made = ""
   for part in path:gmatch "[^/]+" do
      made = made .. "/" .. part
      native.file.make_folder(made)
   end
end

-- The lines of earlier sessions, and a function that saves another line.
local function open_history(reader)
   local folder, name = history_file()
   local text, lines = native.file.read(folder, name, 2 ^ 20), {}
   for line in (text or ""):gmatch "[^\n]+" do
      lines[#lines + 1] = line
      reader.add_history(line)
   end
   return function(line)
      if line:find "^%s" or line == lines[#lines]
         or line:find "\n" or native.masking.likely(line) ~= line then return end
      reader.add_history(line)
      lines[#lines + 1] = line
      make_folders(folder)
      local first = math.max(1, #lines - most_lines_kept + 1)
      native.file.write(folder, name, table.concat(lines, "\n", first) .. "\n", tonumber("600", 8))
   end
end

-- Compiles the typed text: as an expression, else as a statement. If the second result is true, more lines are needed.
local function compile(typed)
   local chunk = load_text("return " .. typed, "=typed")
   if chunk then return chunk end
   local reason
   chunk, reason = load_text(typed, "=typed")
   if chunk then return chunk end
   return nil, reason:find "<eof>['\"]?$" ~= nil, reason
end

local function explain(err)
   -- an interruption that raised here would hide the error
   debug.sethook()
   if errors.is(err) then return ("%s\n%s"):format(tostring(err), err.traceback) end
   if type(err) ~= "string" then
      local metatable = getmetatable(err)
      if type(metatable) == "table" and metatable.__tostring then return tostring(err) end
      return ("(error object is a %s value)"):format(type(err))
   end
   if err == interrupted then return err end
   -- leave out the prompt's own stack frames
   return (debug.traceback(err, 2):gsub("\n[^\n]*%[C%]: in %l+ 'xpcall'.*$", "")) -- "function" or, since 5.5, "global"
end

-- Runs a chunk. The first Ctrl-C raises an error in it, a second one ends the process.
local function run(chunk)
   native.process.catch_interrupt()
   -- LuaJIT's compiled code runs no hooks
   if rawget(_G, "jit") then jit.off(chunk, true) end
   local function look()
      if native.process.is_interrupted() then
         debug.sethook()
         error(interrupted, 0)
      end
   end
   debug.sethook(look, "", instructions_between_looks)
   local results = { n = 0 }
   local function keep(fine, ...)
      debug.sethook()
      results.n = select("#", ...)
      for index = 1, results.n do results[index] = (select(index, ...)) end
      return fine
   end
   local fine = keep(xpcall(chunk, explain))
   native.process.default_interrupt()
   return fine, results
end

local function lines_of(text)
   local lines = {}
   for line in (text .. "\n"):gmatch "(.-)\n" do lines[#lines + 1] = line end
   return lines
end

--- Prints a text, one screen at a time if it is longer than the screen.
-- @tparam table reader
-- @tparam string text
-- @tparam number height lines of the terminal; 0 if unknown
function prompt.page(reader, text, height)
   local lines = lines_of(text)
   local at_once = height > 2 and height - 1 or #lines
   local index = 1
   while index <= #lines do
      local last = math.min(index + at_once - 1, #lines)
      io.stdout:write(table.concat(lines, "\n", index, last), "\n")
      index = last + 1
      if index <= #lines then
         local question = "-- %d of %d lines: Enter for more, a for all, q to stop -- "
         local answer = reader.readline(question:format(last, #lines))
         if not answer or answer:find "^%s*[qQ]" then return end
         if answer:find "^%s*[aA]" then at_once = #lines end
      end
   end
end

local function prepare(reader, client)
   -- readline's own history file would contain the lines that must not be saved
   reader.set_options { histfile = "", auto_add = false, completion = true }
   reader.set_readline_name "personalize"
   reader.set_complete_function(function(line, from, to)
      local fine, found = pcall(completion.of, line:sub(1, to), from, client)
      -- readline resets it each time
      reader.set_completion_append_character ""
      return fine and found or {}
   end)
end

--- Reads lines and runs them until the end of input, `quit` or `exit`.
-- @tparam table reader the module `readline`
-- @tparam table session `client`, `prompt` (text), `show(results)` (as text)
function prompt.run(reader, session)
   prepare(reader, session.client)
   local keep = open_history(reader)
   local typed
   while true do
      local line = reader.readline(typed and ">> " or session.prompt)
      if not line then break end
      if not typed and line:find "^%s*quit%s*$" or not typed and line:find "^%s*exit%s*$" then return end
      if line ~= "" then keep(line) end
      typed = typed and typed .. "\n" .. line or line:gsub("^%s*=", "return ", 1)
      local chunk, is_incomplete, reason = compile(typed)
      if chunk then
         typed = nil
         local fine, results = run(chunk)
         if not fine then
            io.stderr:write(tostring(results[1]), "\n")
         elseif results.n > 0 then
            prompt.page(reader, session.show(results), native.process.terminal_height(1))
         end
      elseif not is_incomplete or line == "" then
         typed = nil
         io.stderr:write(reason, "\n")
      end
   end
   io.stdout:write "\n"
end

return prompt
