-- Reads a unit of systemd: section -> name -> array of values, in their order.
local read = require "spec.support.read"

local unit_file = {}

function unit_file.read(path)
   local sections, section = {}, nil
   for line in read(path):gmatch "[^\n]+" do
      local heading, name, value = line:match "^%[(.+)%]$", line:match "^([%w]+)=(.*)$"
      if heading then
         section = {}
         sections[heading] = section
      elseif name then
         section[name] = section[name] or {}
         table.insert(section[name], value)
      end
   end
   return sections
end

--- The variables of a service, in their order of precedence: name -> value.
function unit_file.environment(service)
   local environment = {}
   for _, assignment in ipairs(service.Environment or {}) do
      local name, value = assignment:match "^([%w_]+)=(.*)$"
      environment[name] = value
   end
   return environment
end

return unit_file
