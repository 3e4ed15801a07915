--- A tenant for plans: its identity, and all its connections.
-- @module personalize.sync.tenant
-- @local

local client_of = require "personalize.client"
local errors = require "personalize.error"
local letters = require "personalize.letters"
local map = require "personalize.http.loops.map"
local naming = require "personalize.sync.naming"
local options = require "personalize.options"
local raw = require "personalize.raw"

local tenant = {}

--- Raises an error unless an argument is a client.
function tenant.check(client, index, where, level)
   if client_of.is(client) then return end
   error(("bad argument #%d to '%s' (expected a client, got %s)"):format(index, where, options.describe(client)),
      (level or 1) + 1)
end

-- Identifies the credentials of a client; nil for a token function, which has none that last.
local function fingerprint_of(settings)
   local id, token = settings.client_id or settings.client_key, settings.access_token
   if id then return naming.fingerprint(id) end
   return type(token) == "string" and naming.digest(token) or nil
end

local default_ports = { http = ":80$", https = ":443$" }

--- An address as it is compared: scheme and host in lower case, without the port that is the scheme's own.
-- @tparam string url may be followed by `#` and more
function tenant.address(url)
   local scheme, host, rest = url:match "^(%a+)://([^/#@]*)(.*)$"
   if not scheme then return url end
   scheme = letters.lower(scheme)
   return scheme .. "://" .. letters.lower(host):gsub(default_ports[scheme] or "^$", "") .. rest
end

--- Identifies a tenant.
-- @tparam personalize.client client
-- @tparam table connections of the tenant; they show the organisation, unless the client's credentials do
-- @treturn table `base_url`, `client` (a fingerprint of its id or key) and `organisation`, as far as known
function tenant.identify(client, connections)
   local settings = client_of.settings(client)
   local organisation = settings.client_key
   for _, connection in ipairs(connections) do
      organisation = organisation or raw.string(connection, "clientKey")
   end
   return { base_url = tenant.address(settings.base_url), client = fingerprint_of(settings),
      organisation = organisation }
end

--- A tenant as text: its address, and its organisation if known.
function tenant.name(identity)
   return identity.base_url .. (identity.organisation and "#" .. identity.organisation or "")
end

--- Says why two identities may belong to different tenants; nil if they belong to one.
function tenant.difference(a, b)
   if a.base_url ~= b.base_url then return "another address" end
   for _, each in ipairs { { "organisation", "another organisation" }, { "client", "other credentials" } } do
      local one, other = a[each[1]], b[each[1]]
      if one and other then return one ~= other and each[2] or nil end
   end
   return "an organisation that the credentials do not tell"
end

-- A list may show less of each connection than a retrieval does.
local function is_whole(connection)
   return type(raw.get(connection, "auth")) == "table" and type(raw.get(connection, "request")) == "table"
end

local function complete(client, list)
   local partial = {}
   for index = 1, #list do
      if not is_whole(list[index]) and raw.string(list[index], "ref") then partial[#partial + 1] = index end
   end
   if #partial == 0 then return true end
   local whole, failed = map.run(partial, function(index) return client.connections.get(list[index].ref) end)
   for place, index in ipairs(partial) do
      if failed[place] then return nil, failed[place] end
      list[index] = whole[place]
   end
   return true
end

--- All connections of a tenant, sorted by name and ref.
-- @return array; or nil and an error object
function tenant.list(client)
   local list, err = client.connections.list()
   if not list then return nil, err end
   local found = {}
   for index = 1, #list do found[index] = list[index] end
   local fine
   fine, err = complete(client, found)
   if not fine then return nil, err end
   local keys = {}
   for index, connection in ipairs(found) do
      local name, ref = raw.string(connection, "name"), raw.string(connection, "ref")
      if not name or not ref then
         return errors.fail("protocol", ("items[%d] of the list has no name or no ref"):format(index))
      end
      keys[connection] = name .. "\0" .. ref
   end
   table.sort(found, function(a, b) return keys[a] < keys[b] end)
   return found
end

return tenant
