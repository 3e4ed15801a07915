--- `personalize emulator`: runs an emulator until SIGINT or SIGTERM.
-- @module personalize.cli.emulator

local exit = require "personalize.cli.exit"
local letters = require "personalize.letters"
local output = require "personalize.cli.output"

local command = {}

-- Options of `emulator.start` whose flag has another name, because they are true by default.
local flags = { honour_offset = "ignore_offset" }

local function flag_of(name) return "--" .. (flags[name] or name):gsub("_", "-") end

local function describe(option)
   local default, text = option[3], option[4]:gsub("^%l", letters.upper) .. "."
   if flags[option[1]] then return "Ignore `offset` in lists." end
   return default ~= nil and default ~= false and ("%s (default: %s)"):format(text, default) or text
end

-- Loads the emulator, which is a package of its own.
local function find(module)
   local found, result = pcall(require, module)
   if found then return result end
   return nil, result
end

local function is_flag(option) return option[2] == "boolean" end

local function is_number(option) return type(option[3]) == "number" or option[1] == "page_limit" end

-- The placeholder for an option's value; an option with few possible values lists them.
local function argument_of(option)
   if type(option[2]) == "table" and option[2].text:find '^"' then
      return "{" .. option[2].text:gsub('"', ""):gsub(" or ", ",") .. "}"
   end
   return is_number(option) and "<number>" or "<text>"
end

-- A converter that reads a number; its error names the option.
local function number(name)
   return function(value)
      local read = tonumber(value)
      if read then return read end
      return nil, ("%s: expected a number, got %q"):format(name, value)
   end
end

function command.add(parser)
   local options = find "personalize.emulator.options"
   local own = parser:command("emulator", "Run an emulator of the Connection REST API.")
   for _, option in ipairs(options and options.list or {}) do
      local given = own:option(flag_of(option[1]), describe(option)):target(option[1]):argname(argument_of(option))
      if is_flag(option) then given:args(0) end
      if is_number(option) then given:convert(number(flag_of(option[1]))) end
   end
   own:flag("--quiet", "No access log. (default: to stderr)")
   own:flag("--open", "Open its page in a browser.")
   own:flag("--json", "Say that it is ready with one JSON document.")
end

local function start_options(arguments)
   local options = require "personalize.emulator.options"
   local given = {}
   for _, option in ipairs(options.list) do
      local name, value = option[1], arguments[option[1]]
      if value ~= nil and is_flag(option) then value = not flags[name] end
      given[name] = value
   end
   if not arguments.quiet then given.access_log = given.access_log or "stderr" end
   return given
end

local function announce_json(running, out)
   local personalize = require "personalize"
   local environment = {}
   for _, pair in ipairs(running:environment()) do environment[pair[1]] = pair[2] end
   out:write(personalize.json.encode {
      url = running.url, pid = require "personalize.native".pid(), environment = environment,
      options = running:options(), api_token_options = running:options "api_token",
   }, "\n")
end

local function announce(running, out)
   out:write("The emulator listens at ", running.url, ". It emulates the published behaviour; it is not the service.\n")
   for _, pair in ipairs(running:environment()) do out:write(("export %s=%s\n"):format(pair[1], pair[2])) end
end

-- Opens the page. It uses the address that is listened on; this URL has no characters that are special to a shell.
local function open_page(running, err)
   local page = running.url .. "/_emulator/"
   for _, program in ipairs { "xdg-open", "open" } do
      local found = os.execute(("command -v %s >/dev/null 2>&1"):format(program))
      if found == true or found == 0 then
         os.execute(("%s '%s' >/dev/null 2>&1 &"):format(program, page))
         return
      end
   end
   err:write("There is no program here that opens a browser; its page is ", page, "\n")
end

function command.run(arguments, streams)
   local out = output.new(streams, arguments)
   local function fail(code, why)
      why = tostring(why):gsub("^[^\n:]+:%d+: ", "")
      why = why:gsub('^emulator%.start: option "([%w_]+)"', flag_of)
      if code == exit.USAGE then return out:usage(why) end
      streams.err:write("personalize emulator: ", why, "\n")
      return code
   end
   local emulator, missing = find "personalize.emulator"
   if not emulator then return fail(exit.FAILED, missing) end
   local signals = emulator.hold_signals()
   local ok, running, err = pcall(emulator.start, start_options(arguments))
   if not running or not ok then
      signals:close()
      return fail(ok and exit.FAILED or exit.USAGE, ok and err or running)
   end
   local tell = arguments.json and announce_json or announce
   tell(running, streams.out)
   local told, reason = streams.out:flush()
   if told then
      if arguments.open then open_page(running, streams.err) end
      signals:wait()
   else
      streams.refused = reason -- the program that started it would wait for output that cannot come
   end
   running:stop()
   signals:close()
   return told and exit.DONE or exit.FAILED
end

return command
