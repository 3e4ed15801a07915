--- The guard of commands by which a connection in use gets a name: by a create, a rename, or when it leaves the
-- archive. There is no delete, so two in use of one name are most likely a mistake.
-- @module personalize.cli.twins
-- @local

local errors = require "personalize.error"
local options = require "personalize.options"
local raw = require "personalize.raw"

local twins = {}

--- Adds the option that allows a second connection of the name.
function twins.add(own, summary)
   own:flag("--another", summary)
end

-- The refs of connections in use with a name, but for one of them.
local function in_use(client, name, except)
   local list, err = client.connections.list()
   if not list then return nil, err end
   local refs = {}
   for _, each in ipairs(list) do
      if raw.string(each, "name") == name and not raw.is_archived(each) and each.ref ~= except then
         refs[#refs + 1] = each.ref
      end
   end
   return refs
end

-- Somebody else may have taken the name at the same time. At least the later of the two notices it.
local function look_again(client, out, sent, name)
   local refs, err = in_use(client, name)
   if not refs then
      out:warn { message = ("whether another connection got the name %s meanwhile cannot be told: %s"):format(
         options.describe(name), tostring(err)) }
      return true
   end
   if #refs < 2 then return true end
   return errors.fail("conflict", ("%s was written, and another connection got its name meanwhile: %d in use are named "
      .. "%s now (%s); `personalize archive REF` retires those that are too many"):format(
      raw.string(sent, "ref") or "the connection", #refs, options.describe(name), table.concat(refs, ", ")),
      { refs = refs })
end

-- Sends, unless another connection in use has the name, and looks for others once more afterwards.
-- @tparam ?string ref of the connection that gets the name, if it exists already
-- @tparam string refusal its message, for the name and the refs of the others
local function guard(client, out, name, ref, refusal, send)
   local refs, err = in_use(client, name, ref)
   if not refs then return nil, err end
   if #refs > 0 then
      local message = refusal:format(options.describe(name), table.concat(refs, ", "))
      refs[#refs + 1] = ref
      return errors.fail("conflict", message, { refs = refs })
   end
   local sent, reason = send()
   if not sent then return nil, reason end
   local fine
   fine, err = look_again(client, out, sent, name)
   if not fine then return nil, err end
   return sent
end

--- Sends a create, guarded.
-- @tparam string name
-- @tparam function send `send()` returns the connection; or nil and an error object
-- @return the connection; or nil and an error object
function twins.create(client, out, name, send)
   return guard(client, out, name, nil, "there is a connection named %s already (%s): `personalize ensure` brings it "
      .. "up to date, --another creates a second one", send)
end

--- Sends a change of a connection, guarded if it gets another name or leaves the archive.
-- @tparam table connection as it is
-- @tparam ?string name that it will have; nil if it keeps its name
-- @tparam boolean archived whether it will be archived
-- @tparam function send as for `create`
-- @return as for `create`
function twins.change(client, out, connection, name, archived, send)
   local is_renamed = name ~= nil and name ~= connection.name
   if archived or not is_renamed and not raw.is_archived(connection) then return send() end
   return guard(client, out, name or connection.name, connection.ref, is_renamed
      and "there is a connection named %s in use (%s): --another gives this one the name too"
      or "there is a connection named %s in use (%s): --another restores this one too", send)
end

return twins
