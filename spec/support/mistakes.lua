-- Five mistakes that look like published members: what is added to a definition, and what has to be said of it.
local tenant = require "spec.support.tenant"

local mistakes = {
   { { descripton = "x" }, "descripton: probably description is meant" },
   { { connectionUrl = "https://new.example" }, "connectionUrl: is a member of request" },
   { { inputMapping = {} }, "inputMapping: probably inputMappings is meant" },
   { { request = { connectionURL = "https://x.example" } }, "request.connectionURL: probably connectionUrl is meant" },
   { { request = { clientSecret = "s" } }, "request.clientSecret: is a member of auth" },
}

-- A definition with a mistake's members added.
function mistakes.definition(mistake, members)
   local definition = tenant.definition(members)
   for name, value in pairs(mistake) do
      if type(value) == "table" and type(definition[name]) == "table" then
         for inner, inner_value in pairs(value) do definition[name][inner] = inner_value end
      else
         definition[name] = value
      end
   end
   return definition
end

return mistakes
