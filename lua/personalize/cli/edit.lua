--- `personalize edit`: opens a connection as JSON in the user's editor, through a file that nobody else can read.
-- @module personalize.cli.edit

local compare = require "personalize.sync.compare"
local definition = require "personalize.connections.definition"
local difference = require "personalize.connections.difference"
local errors = require "personalize.error"
local exit = require "personalize.cli.exit"
local input = require "personalize.cli.input"
local native = require "personalize.native"
local output = require "personalize.cli.output"
local plan_commands = require "personalize.cli.plan_commands"
local raw = require "personalize.raw"
local resolve = require "personalize.sync.references.resolve"
local sending = require "personalize.cli.sending"
local tenant = require "personalize.cli.tenant"
local text = require "personalize.text"
local twins = require "personalize.cli.twins"

local command = {}

local private_mode = 384 -- 0600

-- Bytes of an edited text.
local largest = 16 * 1024 * 1024

function command.add(parser)
   local own = parser:command("edit", "Change a connection in an editor: VISUAL or EDITOR names it. The text "
      .. "replaces the connection, unless someone else changed it meanwhile.")
   own:epilog "Example: EDITOR=nano personalize edit Weather"
   own:argument("name", "Name or ref.")
   own:flag("-y --yes", "Do not ask.")
   sending.add_renaming(own)
end

-- The user's editor with its arguments, as a shell command.
local function program()
   for _, variable in ipairs { "VISUAL", "EDITOR" } do
      local value = os.getenv(variable)
      if value and value:find "%S" then return value end
   end
   return "vi"
end

local function quoted(path)
   return "'" .. path:gsub("'", "'\\''") .. "'"
end

local function split(path)
   return path:match "^(.*)/([^/]*)$"
end

-- Writes the text to a new file that nobody else can read.
-- @return the file: its `path`; or nil and an error object
local function new_file(content)
   -- the name without extension is created too, so that nobody else takes it
   local reserved = os.tmpname()
   local path = reserved .. ".json"
   local folder, name = split(path)
   local done, reason = native.file.write(folder, name, content, private_mode)
   if done then return { path = path, reserved = reserved } end
   os.remove(reserved)
   return errors.fail("config", ("%s: %s"):format(text.line(path), reason))
end

-- Runs the editor on the file.
-- @return the edited text; or nil and an error object
local function run_editor(file)
   local editor = program()
   local ended, _, code = os.execute(("%s %s"):format(editor, quoted(file.path)))
   if ended ~= true and ended ~= 0 then
      return errors.fail("config", ("the editor (%s) ended with an error%s; VISUAL and EDITOR name another one"):format(
         text.line(editor), type(code) == "number" and (" (%d)"):format(code) or ""))
   end
   local folder, name = split(file.path)
   local content, reason = native.file.read(folder, name, largest)
   if content then return content end
   return errors.fail("config", ("%s: %s"):format(text.line(file.path), reason))
end

-- Deletes the temporary files; the text itself only if it is not kept.
local function close_file(file, keeps)
   os.remove(file.reserved)
   if not keeps then os.remove(file.path) end
end

-- The text for the editor: canonical JSON without the members that the server owns.
local function text_of(connection)
   local copy, err = definition.sendable(connection)
   if not copy then return nil, err end
   return compare.text_of(resolve.escape(copy))
end

-- Shows the differences, asks, and sends.
-- @return the exit code, and whether the text is no longer needed; or nil and an error object
local function send(arguments, streams, client, out, connection, edited)
   local wanted, texts, named = input.resolved_text(edited, "the text", arguments)
   if not wanted then return nil, texts end
   -- for those who are asked, and before that for those who only look
   if arguments.dry_run or not arguments.yes then out:references(named) end
   local found, err = difference.between(definition.without_server_owned(connection),
      definition.without_server_owned(wanted), function(value) return resolve.masked(value, texts) end)
   if not found then return nil, err end
   if #found == 0 then
      out:note "nothing to change"
      out:connection(connection)
      return exit.DONE, true
   end
   if not arguments.dry_run then
      out:plan(difference.describe(found, { full = arguments.full }))
      local question = ("Apply this to %s: 1 to update, %s?"):format(tenant.title(client, connection),
         text.line('"' .. connection.name .. '"'))
      if not arguments.yes and not plan_commands.ask(streams, question) then
         out:note "declined: nothing was sent"
         return exit.FAILED
      end
   end
   local code
   local function write() return client.connections.update(connection, wanted, sending.options(arguments)) end
   code, err = sending.send(arguments, client, out, function()
      if arguments.another then return write() end
      return twins.change(client, out, connection, raw.string(wanted, "name"), raw.is_archived(wanted), write)
   end, texts, named)
   if not code then return nil, resolve.hide(err, texts) end
   return code, true
end

-- Opens the editor until the text is sent, or the user gives up.
local function edit(arguments, streams, client, out, connection, file, original)
   while true do
      local edited, err = run_editor(file)
      if not edited then return nil, err end
      if edited == original then
         out:note "nothing to change"
         out:connection(connection)
         return exit.DONE, true
      end
      local code, is_done = send(arguments, streams, client, out, connection, edited)
      if code then return code, is_done end
      if not plan_commands.can_ask(streams, arguments) then return nil, is_done end
      out:fail(is_done)
      if not plan_commands.ask(streams, "Edit it again?") then return exit.FAILED end
   end
end

local function run(arguments, streams, client, out)
   local connection, file, original, err
   connection, err = tenant.find(client, arguments.name)
   -- a list may show less than the whole connection
   if connection then connection, err = client.connections.get(connection.ref) end
   if not connection then return nil, err end
   original, err = text_of(connection)
   if not original then return nil, err end
   file, err = new_file(original)
   if not file then return nil, err end
   local code, is_done = edit(arguments, streams, client, out, connection, file, original)
   local keeps = not (code and is_done)
   close_file(file, keeps)
   if not code then out:fail(is_done) end
   if keeps then
      out:note(("your text is in %s; `personalize update %s %s` sends it"):format(file.path, connection.ref, file.path))
   end
   return code or exit.FAILED
end

function command.run(arguments, streams)
   if not arguments.yes and not arguments.dry_run and not plan_commands.can_ask(streams, arguments) then
      return output.new(streams, arguments):usage "nobody can be asked here: give --yes to send what the editor leaves"
   end
   return tenant.run(arguments, streams, function(client, out)
      return run(arguments, streams, client, out)
   end)
end

return command
