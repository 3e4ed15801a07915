-- A script as people write them: every connection that calls one host calls another one from now on.
-- spec/move_host_spec.lua beside it tests it against the emulator.
local move_host = {}

local function escaped(text) return (text:gsub("%p", "%%%0")) end

-- Gives the names of the connections that were changed, or nil, what went wrong, and the names so far.
function move_host.run(connections, from, to)
   local list, err = connections.list()
   if not list then return nil, err, {} end
   local moved = {}
   for _, connection in ipairs(list) do
      local url, changes = (connection.request.connectionUrl or ""):gsub("^(https?://)" .. escaped(from) .. "%f[/:?%z]",
         "%1" .. to)
      if changes > 0 and not connection.archived then
         local updated
         updated, err = connections.patch(connection, { request = { connectionUrl = url } })
         if not updated then return nil, err, moved end
         moved[#moved + 1] = connection.name
      end
   end
   return moved
end

return move_host
