--- Opens a text in the user's editor, through a file that nobody else can read.
-- @module personalize.cli.editor
-- @local

local errors = require "personalize.error"
local native = require "personalize.native"
local text = require "personalize.text"

local editor = {}

local private_mode = 384 -- 0600

local largest = 16 * 1024 * 1024

-- The editor with its arguments, as a shell command.
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

--- Writes a text to a new file of mode 0600.
-- @treturn table file `path`
-- @return `nil` and an error object
function editor.new(content)
   -- the name without extension is created too, so that nobody else takes it
   local reserved = os.tmpname()
   local path = reserved .. ".json"
   local folder, name = split(path)
   local done, reason = native.file.write(folder, name, content, private_mode)
   if done then return { path = path, reserved = reserved } end
   os.remove(reserved)
   return errors.fail("config", ("%s: %s"):format(text.line(path), reason))
end

--- Runs the editor on the file.
-- @treturn string the edited text
-- @return `nil` and an error object
function editor.edit(file)
   local command = program()
   local ended, _, code = os.execute(("%s %s"):format(command, quoted(file.path)))
   if ended ~= true and ended ~= 0 then
      return errors.fail("config", ("the editor (%s) ended with an error%s; VISUAL and EDITOR name another one"):format(
         text.line(command), type(code) == "number" and (" (%d)"):format(code) or ""))
   end
   local folder, name = split(file.path)
   local content, reason = native.file.read(folder, name, largest)
   if content then return content end
   return errors.fail("config", ("%s: %s"):format(text.line(file.path), reason))
end

--- Deletes the temporary files; the text itself only if it is not kept.
function editor.close(file, keeps)
   os.remove(file.reserved)
   if not keeps then os.remove(file.path) end
end

return editor
