--- Which tenant a command is about, and which of its connections.
-- @module personalize.cli.tenant
-- @local

local errors = require "personalize.error"
local options = require "personalize.options"
local output = require "personalize.cli.output"
local personalize = require "personalize"
local shape = require "personalize.raw"

local tenant = {}

--- Adds the options that commands with one tenant have.
function tenant.add(own)
   own:option("--prefix", "Read PREFIX_REGION, PREFIX_CLIENT_ID and so on: another tenant.", "PERSONALIZE")
      :argname "<prefix>"
   tenant.add_timeout(own)
end

function tenant.add_timeout(own)
   own:option("--timeout", "Seconds for each call.")
      :argname "<seconds>":convert(function(value)
         local seconds = tonumber(value)
         if seconds and seconds > 0 and seconds < 2 ^ 31 then return seconds end
         return nil, "--timeout: expected a positive number of seconds"
      end)
end

--- Makes the client of a tenant.
-- @tparam table arguments
-- @tparam[opt] string prefix
-- @return client; or nil and an error object
function tenant.client(arguments, prefix)
   prefix = prefix or arguments.prefix
   if not prefix:find "^[%a_][%w_]*$" then
      return errors.fail("config", ("%s is no prefix of environment variables: letters, digits and _")
         :format(options.describe(prefix)))
   end
   return personalize.from_env { prefix = prefix, timeout = arguments.timeout }
end

--- Runs the work of a command with the client of its tenant, and says what goes wrong.
-- @tparam table arguments
-- @tparam table streams
-- @tparam function work `work(client, out)`: the exit code; or nil and an error object
-- @treturn number the exit code
function tenant.run(arguments, streams, work)
   local out = output.new(streams, arguments)
   local client, err = tenant.client(arguments)
   if not client then return out:fail(err) end
   local code
   code, err = work(client, out)
   return code or out:fail(err)
end

local uuid = "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$"

-- The connections in use of a name, or where there are none the archived ones.
local function of_name(list, name)
   local live, archived = {}, {}
   for _, connection in ipairs(list) do
      if shape.string(connection, "name") == name then
         table.insert(shape.get(connection, "archived") == true and archived or live, connection)
      end
   end
   return #live > 0 and live or archived
end

--- Finds a connection by its ref, or by its name.
-- @return connection; or nil and an error object
function tenant.find(client, name)
   if name:find(uuid) then
      local connection, err = client.connections.get(name)
      if connection or err.kind ~= "not_found" then return connection, err end
   end
   local list, err = client.connections.list()
   if not list then return nil, err end
   local found = of_name(list, name)
   if #found == 1 then return found[1] end
   if #found == 0 then
      return errors.fail("not_found", ("no connection is named %s, nor is it a ref"):format(options.describe(name)))
   end
   local refs = {}
   for index, connection in ipairs(found) do refs[index] = tostring(connection.ref) end
   return errors.fail("conflict", ("%d connections are named %s; give the ref: %s"):format(#found,
      options.describe(name), table.concat(refs, ", ")))
end

return tenant
