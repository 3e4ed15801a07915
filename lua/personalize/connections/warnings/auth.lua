--- Authentication: members that an `auth` of a published type lacks.
-- @module personalize.connections.warnings.auth
-- @local

local raw = require "personalize.raw"
local schema = require "personalize.schema"

local missing = {
   secret_missing = "is missing; the service never returns it, so it has to be given to be stored",
   client_id_missing = "is missing; OAUTH needs the client's id",
   token_url_missing = "is missing; OAUTH needs the https:// URL that access tokens come from",
}

-- Members that cause a warning if they are missing.
local lackable = {}
for _, member in ipairs(schema.by_name(schema.members).auth.members) do
   if member.lacking then lackable[#lackable + 1] = member end
end

--- Checks the authentication.
return function(report, facts)
   -- a connection that the service returned never has its secret
   local is_returned = raw.string(facts.connection, "ref") ~= nil
   for _, found in ipairs(facts.auths) do
      local auth, kind = found[1], raw.auth_type(found[1])
      if not kind then
         report(found[2] .. ".authType", "auth_type_missing", "is missing; NONE means no authentication")
      end
      for _, member in ipairs(kind and kind ~= "NONE" and lackable or {}) do
         local value = raw.get(auth, member.name)
         if kind == member.only and (value == nil or value == "") and not (member.secret and is_returned) then
            report(found[2] .. "." .. member.name, member.lacking, missing[member.lacking])
         end
      end
   end
end
