--- Chooses the tenant of a command, and a connection in it.
-- @module personalize.cli.tenant
-- @local

local client_of = require "personalize.client"
local colour = require "personalize.cli.colour"
local errors = require "personalize.error"
local options = require "personalize.options"
local output = require "personalize.cli.output"
local personalize = require "personalize"
local profile = require "personalize.cli.profile"
local progress = require "personalize.cli.progress"
local raw = require "personalize.raw"
local suggestion = require "personalize.resource.suggestion"
local trace = require "personalize.cli.trace"

local tenant = {}

local usual_prefix = "PERSONALIZE"

--- Adds the options of commands with one tenant.
function tenant.add(own)
   tenant.add_source(own)
   tenant.add_calling(own)
end

--- Adds the options that choose the tenant.
function tenant.add_source(own)
   own:option("--profile", "Read the variables from ~/.config/personalize/NAME.env, and none from the environment.")
      :argname "<name>"
   own:option("--prefix", ("Read PREFIX_REGION, PREFIX_CLIENT_ID and so on: another tenant. (default: %s)")
      :format(usual_prefix)):argname "<prefix>"
end

--- Adds the options of all commands that call the service.
function tenant.add_calling(own)
   own:option("--timeout", "Seconds for each call.")
      :argname "<seconds>":convert(function(value)
         local seconds = tonumber(value)
         if seconds and seconds > 0 and seconds < 2 ^ 31 then return seconds end
         return nil, ("--timeout: expected a positive number of seconds, such as 30, got %q"):format(value)
      end)
   own:flag("--verbose", "Show each attempt on stderr, secrets masked; also with PERSONALIZE_DEBUG=1.")
   colour.add(own)
end

--- Where the variables of a tenant are read from.
-- @tparam ?string profile_name
-- @tparam ?string prefix
-- @treturn table `prefix`, and `variables`, which are read instead of the environment; or nil and an error object
function tenant.source(profile_name, prefix)
   if profile_name and prefix then return errors.fail("config", "give --profile or --prefix, not both") end
   if profile_name then
      local variables, err = profile.read(profile_name)
      if not variables then return nil, err end
      return { prefix = usual_prefix, variables = variables, profile = profile_name }
   end
   prefix = prefix or usual_prefix
   if prefix:find "^[%a_][%w_]*$" then return { prefix = prefix } end
   return errors.fail("config", ("%s is no prefix of environment variables: letters, digits and _")
      :format(options.describe(prefix)))
end

-- The hook for events: shows them if wanted, and prints warnings; warnings of definitions only if `says_all`.
local function listener(out, says_all)
   return function(event)
      if event.type == "warning" and (says_all or not event.path or event.path == "") then out:warn(event) end
      local line = out.is_verbose and trace.line(event)
      if line then out:trace(line) end
   end
end

--- Makes the client of a tenant.
-- @tparam table arguments
-- @tparam table out
-- @tparam[opt] table of the tenant: `profile`, `prefix`; default the command's own. `is_planned`: the plan itself shows
-- the warnings of definitions.
-- @return client; or nil and an error object
function tenant.client(arguments, out, of)
   of = of or arguments
   local source, err = tenant.source(of.profile, of.prefix)
   if not source then return nil, err end
   local client
   client, err = personalize.from_env { prefix = source.prefix, variables = source.variables,
      timeout = arguments.timeout, on_event = listener(out, not of.is_planned) }
   if not client then return nil, err end
   client_of.watch(client, progress.of_list(out))
   return client
end

--- Runs the work of a command with the client of its tenant, and reports errors.
-- @tparam table arguments
-- @tparam table streams
-- @tparam function work `work(client, out)` returns the exit code; or nil and an error object
-- @treturn number the exit code
function tenant.run(arguments, streams, work)
   local out = output.new(streams, arguments)
   local client, err = tenant.client(arguments, out)
   if not client then return out:fail(err) end
   local code
   code, err = work(client, out)
   return code or out:fail(err)
end

--- A tenant as text: its address, and its organisation if known.
-- @tparam personalize.client client
-- @tparam[opt] table connection any connection of the tenant
function tenant.title(client, connection)
   local settings = client_of.settings(client)
   local organisation = settings.client_key or connection and raw.string(connection, "clientKey")
   return settings.base_url .. (organisation and (" (organisation %s)"):format(organisation) or "")
end

local uuid = "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$"

-- The connections with a name: those in use, or if there are none the archived ones; with `prefers_archived` the other
-- way round.
local function of_name(list, name, prefers_archived)
   local live, archived = {}, {}
   for _, connection in ipairs(list) do
      if raw.string(connection, "name") == name then
         table.insert(raw.is_archived(connection) and archived or live, connection)
      end
   end
   if prefers_archived then return #archived > 0 and archived or live end
   return #live > 0 and live or archived
end

--- Finds a connection by its ref or its name.
-- @tparam personalize.client client
-- @tparam string name
-- @tparam[opt] table opts `prefers_archived`: choose archived connections if several have the name
-- @return connection; or nil and an error object
function tenant.find(client, name, opts)
   if name == "" then return errors.fail("validation", "the name is empty: is a variable of the shell not set?") end
   if name:find(uuid) then
      local connection, err = client.connections.get(name)
      if connection or err.kind ~= "not_found" then return connection, err end
   end
   local list, err = client.connections.list()
   if not list then return nil, err end
   local found = of_name(list, name, opts and opts.prefers_archived)
   if #found == 1 then return found[1] end
   if #found == 0 then
      -- JSON may hold secrets, so it is not quoted
      if name:find '^[^%w]*"[%w_]+"%s*:' then
         return errors.fail("not_found", "JSON was given in place of a name or a ref")
      end
      local names = {}
      for _, connection in ipairs(list) do names[#names + 1] = raw.string(connection, "name") end
      local near = suggestion.of(name, names)
      if near == "" then near = " (`personalize list --archived` shows what there is)" end
      return errors.fail("not_found", ("no connection is named %s, nor is it the ref of one%s"):format(
         options.describe(name), near))
   end
   local refs = {}
   for index, connection in ipairs(found) do refs[index] = tostring(connection.ref) end
   return errors.fail("conflict", ("%d connections are named %s; give the ref: %s"):format(#found,
      options.describe(name), table.concat(refs, ", ")))
end

return tenant
