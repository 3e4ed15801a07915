--- Makes a definition from a curl command, as browsers, Postman and documentation write them.
-- @module personalize.connections.curl.read
-- @local

local credentials = require "personalize.connections.curl.credentials"
local errors = require "personalize.error"
local json = require "personalize.json"
local letters = require "personalize.letters"
local options = require "personalize.connections.curl.options"
local redaction = require "personalize.redaction"
local request = require "personalize.connections.curl.request"
local samples = require "personalize.connections.samples"
local template = require "personalize.connections.template"
local text = require "personalize.text"
local words = require "personalize.connections.curl.words"

local read = {}

-- ------------------------------------------------------------------ finding the command

local before_curl = { ["$"] = true, ["%"] = true, sudo = true, time = true, command = true, exec = true,
   env = true }

local function is_curl(word)
   return word == "curl" or word == "curl.exe" or word:find "/curl$" ~= nil
end

-- The words of a command from `curl` on; nil if it is another command.
local function argv_of(command)
   local first = 1
   while command[first] and (before_curl[command[first]] or command[first]:find "^[%a_][%w_]*=") do
      first = first + 1
   end
   if not command[first] or not is_curl(command[first]) then return nil end
   local argv = {}
   for index = first, #command do argv[#argv + 1] = command[index] end
   return argv
end

-- The place of an option that is a command of its own, because the line before it does not end with a backslash; nil
-- if there is none.
local function place_of_lost(commands)
   for index = 2, #commands do
      if commands[index][1]:find "^%-%-?%a" then return commands.places[index] end
   end
   return nil
end

local function refuse_at(line, place, message)
   local number, column = words.position(line, place)
   return errors.fail("decode", ("line %d, column %d: %s"):format(number, column, message),
      { offset = place - 1, line = number, column = column })
end

-- Refuses what a shell would read, though something else was meant.
local function check_shell(line, commands)
   if commands.doubled then
      return refuse_at(line, commands.doubled, "this is the form for Windows' cmd (it has doubled quotes); copy it as "
         .. "cURL (bash)")
   end
   local place = place_of_lost(commands)
   for index = 1, place and 0 or #commands.nested do place = place or place_of_lost(commands.nested[index]) end
   if not place then return true end
   return refuse_at(line, place, "no command begins with -; where it is an option of curl, the line before must end "
      .. "with \\")
end

-- The only curl command; and the number of other commands, or what is wrong.
local function only_curl(commands)
   local found, others = nil, 0
   for _, command in ipairs(commands) do
      local argv = argv_of(command)
      if argv and found then return nil, "there are several curl commands; a connection makes one call" end
      found = found or argv
      if not argv then others = others + 1 end
   end
   if not found then return nil, "expected a command line that begins with curl" end
   return found, others
end

-- ------------------------------------------------------------------ output of other commands

-- The output of another command is allowed only in place of a token.
local may_hold_output = { header = true, ["oauth2-bearer"] = true }

-- Finds the command that fetches the token in the header Authorization; removes that header and returns the command's
-- words.
local function take_token(call, commands)
   local argv
   for index = #call.headers, 1, -1 do
      local header = call.headers[index]
      if words.has_output(header.value) then
         local number = letters.lower(header.name) == "authorization" and words.output_in(header.value, "[Bb]earer +")
         local found = number and not argv and only_curl(commands.nested[number])
         if not found then
            return nil, ("the header %s holds the output of another command, which is not known; only a curl that "
               .. "fetches an OAuth token can be read"):format(header.name)
         end
         argv = found
         table.remove(call.headers, index)
      end
   end
   return argv
end

-- ------------------------------------------------------------------ the definition

local function auth_of(call, commands, warn, warnings)
   local argv, wrong = take_token(call, commands)
   if wrong then return nil, wrong end
   if argv then return credentials.oauth(argv, warnings) end
   if not call.user then
      if call.has_certificate then
         warn("option_left_out", "", "--cert is left out: only with OAuth has a connection a certificate")
      end
      return { authType = "NONE" }
   end
   local user, password = call.user:match "^([^:]*):(.*)$"
   if not password then
      warn("password_missing", "auth.password", "--user has no password, which curl would ask for")
   end
   return { authType = "BASIC", username = user or call.user, password = password }
end

local function is_word(part)
   return #part <= 40 and part:find "^%a[%a_-]+%.?%a*$" ~= nil
end

-- The part of a host name that names its owner: `example` in `api.example.com`.
local function owner_in(host)
   local labels = {}
   for label in host:gmatch "[^.]+" do labels[#labels + 1] = label end
   local owner = labels[#labels - 1] or labels[1] or ""
   return owner:find "^%a" and owner or nil
end

-- Makes a name of letters from the path, or else from the host, because decision models refer to it.
local function name_of(url)
   local host, path = url:match "^%a[%w+.-]*://([^/?#:]*)([^?#]*)"
   local found
   for part in (path or ""):gmatch "[^/]+" do
      if is_word(part) then found = part:gsub("%.%a*$", "") end
   end
   found = found or host and owner_in(host)
   local label = found and samples.label(found:sub(1, 40)):gsub("[^%w ]", "") or ""
   return label ~= "" and label or "From curl"
end

local function timeouts(definition, call)
   definition.connectionTimeout = call.connect_ms
   if not call.total_ms then return end
   local left = call.total_ms - (call.connect_ms or 0)
   definition.socketTimeout = left > 0 and left or call.total_ms
end

local function definition_of(call, auth)
   local is_reading = letters.upper(call.method) == "GET" or letters.upper(call.method) == "HEAD"
   local definition = {
      -- a path may be a secret, and names are shown
      name = name_of(redaction.text(call.url)), auth = auth, systemType = is_reading and "DATA_SYSTEM" or "DESTINATION",
      request = { requestType = letters.upper(call.method), connectionUrl = call.url, requestBody = call.body },
      customHeaders = json.array(call.headers),
   }
   timeouts(definition, call)
   definition.inputMappings = samples.inputs(definition)
   return definition
end

-- ------------------------------------------------------------------ warnings

-- Calls `visit(path, key)` for each input that a text of `auth` refers to, in the order of paths.
local function each_input(value, path, visit)
   if type(value) == "string" then
      for _, key in ipairs(template.keys(value)) do visit(path, key) end
   elseif type(value) == "table" then
      local names = {}
      for name in pairs(value) do names[#names + 1] = name end
      table.sort(names)
      for _, name in ipairs(names) do
         each_input(value[name], type(name) == "number" and ("%s[%d]"):format(path, name) or path .. "." .. name, visit)
      end
   end
end

local function warn_of_variables(definition, variables, warn)
   each_input(definition.auth, "auth", function(path, key)
      if variables[key] then
         warn("shell_variable", path, ("$%s is a variable of the shell, and auth is filled from no input: write the "
            .. "value; in a file keep it as a reference, such as {\"$env\": \"NAME\"}"):format(key))
      end
   end)
   for _, input in ipairs(definition.inputMappings) do
      if variables[input.key] then
         warn("shell_variable", "inputMappings", ("$%s is a variable of the shell: it became the input ${%s}"):format(
            input.key, input.key))
      end
   end
end

local of_browsers = { ["user-agent"] = true, origin = true, referer = true, priority = true, dnt = true,
   ["accept-language"] = true, ["upgrade-insecure-requests"] = true, pragma = true, ["cache-control"] = true,
   te = true }

local function warn_of_browser(headers, warn)
   local found, is_browser = {}, false
   for _, header in ipairs(headers) do
      local name = letters.lower(header.name)
      local is_own = name:find "^sec%-" ~= nil
      is_browser = is_browser or is_own
      if is_own or of_browsers[name] then found[#found + 1] = header.name end
   end
   if is_browser then
      warn("browser_headers", "customHeaders", ("these are a browser's own, and rarely needed: %s"):format(
         text.short(table.concat(found, ", "), 200)))
   end
end

--- Reads a command line.
-- @tparam string line
-- @treturn table definition
-- @treturn table array of warnings: `{ path =, message =, code = }`
-- @return `nil` and an error object
function read.line(line)
   -- some editors begin a file with a byte order mark
   line = line:gsub("^\239\187\191", "")
   local commands, err = words.read(line)
   if not commands then return nil, err end
   local fine
   fine, err = check_shell(line, commands)
   if not fine then return nil, err end
   local warnings = {}
   local function warn(code, path, message)
      warnings[#warnings + 1] = { path = path, message = message, code = code }
   end
   local argv, others = only_curl(commands)
   if not argv then return errors.fail(#commands > 1 and others:find "several" and "validation" or "decode", others) end
   local list, call, auth, wrong
   list, wrong = options.parse(argv, may_hold_output)
   if list then
      call, wrong = request.read(list, warnings, function(name, key)
         warn("placeholder_renamed", "inputMappings",
            ("{{%s}} became the input ${%s}"):format(text.short(name, 40), key))
      end)
   end
   if call then auth, wrong = auth_of(call, commands, warn, warnings) end
   if not auth then return errors.fail("validation", wrong) end
   if others > 0 then
      warn("left_out", "", "only the curl command is read: what the shell would do besides is left out")
   end
   local definition = definition_of(call, auth)
   warn_of_variables(definition, commands.variables, warn)
   warn_of_browser(definition.customHeaders, warn)
   credentials.warn(definition, function(path, message) warn("credential", path, message) end)
   return definition, warnings
end

return read
