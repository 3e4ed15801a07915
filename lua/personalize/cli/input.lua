--- Reads definitions for commands: from files, as connections as code have them, or from other text.
-- @module personalize.cli.input
-- @local

local errors = require "personalize.error"
local folder = require "personalize.sync.folder"
local json = require "personalize.json"
local raw = require "personalize.raw"
local references = require "personalize.sync.references"
local resolve = require "personalize.sync.references.resolve"
local text = require "personalize.text"

local input = {}

local largest = 16 * 1024 * 1024

local expected = " (expected a JSON file, - for the standard input, or JSON that begins with {)"

local mark = "\239\187\191"

-- Whether an argument is JSON itself, perhaps behind a byte order mark. It may hold secrets, so messages do not quote
-- it.
local function is_json(given)
   local start = given:sub(1, #mark) == mark and #mark + 1 or 1
   return given:find("^%s*[{%[]", start) ~= nil
end

-- The name of a definition in messages.
local function title_of(given)
   return is_json(given) and "the JSON given" or given == "-" and "the standard input" or text.path(given)
end

local function read_all(path)
   local file, reason = io.stdin, nil
   local title = title_of(path)
   if path ~= "-" then file, reason = io.open(path, "rb") end
   -- the reason begins with the path
   if not file then return errors.fail("config", ("%s%s%s"):format(title, reason:sub(#path + 1), expected)) end
   local content, problem = file:read(largest + 1)
   file:close() -- the standard input stays open: Lua closes no standard file
   if not content then return errors.fail("config", ("%s: %s%s"):format(title, problem or "is empty", expected)) end
   if #content > largest then return errors.fail("config", ("%s: is longer than %d bytes"):format(title, largest)) end
   return content
end

-- Names what an error is about.
local function blame(what, err)
   return errors.fail("decode", ("%s: %s"):format(what, err.message))
end

--- Reads a file, or the standard input where `-` is given.
-- @return text, without a byte order mark; or nil and an error object
function input.text(path)
   local content, err = read_all(path)
   if not content then return nil, err end
   content, err = json.content(content)
   if not content then return blame(title_of(path), err) end
   return content
end

local function decode_value(content, what)
   local value, err = json.decode_file(content)
   if value == nil then return blame(what, err) end
   return value
end

local function decode(content, what)
   local value, err = decode_value(content, what)
   if value == nil then return nil, err end
   if type(value) ~= "table" or raw.is_array(value) or value == json.null then
      local got = raw.is_array(value) and ", got an array: one connection at a time" or ""
      return errors.fail("validation", ("%s: expected an object, {...}%s"):format(what, got))
   end
   -- a file of connections as code may name its schema
   if rawget(value, "$schema") ~= nil then value["$schema"] = nil end
   return value
end

--- Reads a definition.
-- @tparam string given the path of a file; `-` for the standard input; or JSON that begins with `{`
-- @treturn table the definition, with references as in files
-- @return `nil` and an error object
function input.definition(given)
   if is_json(given) then return decode(given, title_of(given)) end
   local content, err = read_all(given)
   if not content then return nil, err end
   return decode(content, title_of(given))
end

--- Reads any JSON value, given as `definition` takes it.
-- @return the value; or nil and an error object
function input.value(given)
   if is_json(given) then return decode_value(given, title_of(given)) end
   local content, err = read_all(given)
   if not content then return nil, err end
   return decode_value(content, title_of(given))
end

--- Adds the options that say where references to secrets may be, and where their files may be.
function input.add_references(own)
   own:option("--references", "Where references to secrets are allowed: in auth, URLs, values of headers and "
      .. "parameters and members named like a credential, unless this is `anywhere`."):choices { "usual", "anywhere" }
   own:option("--secrets-folder", "Another folder, besides the definition's own, for the files of references.")
      :argname "<folder>"
end

-- A definition to send, with its references to secrets looked up.
local function resolved(definition, title, base, opts)
   local found = references.scan(definition)
   local problems = references.problems(found, opts.references)
   if #problems > 0 then return folder.refuse(problems, title) end
   local value, texts = resolve.resolve(definition, { base = base, secrets_folder = opts.secrets_folder })
   return value, texts, references.named(found)
end

--- Reads a definition to send, and looks up its references to secrets, starting from the folder of its file.
-- @tparam string given as for `definition`
-- @tparam[opt] table opts `references`, `secrets_folder`
-- @treturn table definition
-- @treturn table array of the looked-up secrets
-- @treturn table the references, as `references.named` returns them
-- @return `nil` and an error object
function input.resolved(given, opts)
   local definition, err = input.definition(given)
   if not definition then return nil, err end
   local parent = not is_json(given) and given:match "^(.*)/[^/]*$" or nil
   return resolved(definition, title_of(given), parent == "" and "/" or parent, opts or {})
end

--- Like `input.resolved`, for a text.
function input.resolved_text(content, title, opts)
   local definition, err = decode(content, title)
   if not definition then return nil, err end
   return resolved(definition, title, nil, opts or {})
end

return input
