-- Fuzzes `connections.from_curl`: a line is read or refused with its place, a credential in it is not shown, and what
-- was read is the same again after it was written as a curl command.

local connections = require "personalize.connections"
local properties = require "fuzz.support.properties"
local write = require "personalize.connections.curl.write"

local secret = properties.secret
local kinds = { decode = true, validation = true }

-- Beginnings of a command with a secret in it; the input follows.
local beginnings = {
   ("curl -u 'me:%s' "):format(secret),
   ("curl -H 'Authorization: Bearer %s' "):format(secret),
   ("curl -H 'X-Api-Key: %s' "):format(secret),
   ("curl --oauth2-bearer %s "):format(secret),
   ("curl -b 'session=%s' "):format(secret),
   ("curl 'https://me:%s@example.com/' "):format(secret),
   ("curl 'https://example.com/?api_key=%s' "):format(secret),
   ("curl -d 'client_secret=%s' "):format(secret),
   ("curl --json '{\"password\":\"%s\"}' "):format(secret),
   ("curl -H \"Authorization: Bearer $(curl -u 'me:%s' -d grant_type=client_credentials https://example.com/)\" ")
      :format(secret),
}

local function check_failure(err, line)
   properties.failure(err, kinds)
   if err.offset then
      local _, breaks = line:sub(1, err.offset):gsub("\n", "")
      properties.same(err.line, breaks + 1, "the line of an error")
   end
end

-- The request as a line says it: a test sends no empty body, and none with GET and HEAD.
local function sayable(definition)
   local request = definition.request
   local has_body = request.requestBody ~= "" and request.requestType ~= "GET" and request.requestType ~= "HEAD"
   return { requestType = request.requestType, connectionUrl = request.connectionUrl,
      requestBody = has_body and request.requestBody or nil }
end

-- Writing takes what a shell and curl can do: it may refuse what was read.
local function check_written(builder)
   local definition = builder:table()
   local line, err = write.line(definition, { secrets = true, inputs = "keep" })
   if not line then return properties.failure(err, kinds) end
   local again, again_err = connections.from_curl(line)
   properties.that(again, "was written and cannot be read: %s: %s", tostring(again_err), line)
   local found = again:table()
   properties.same(sayable(found), sayable(definition), "the request that was written")
   properties.same(found.auth.authType, definition.auth.authType, "the kind of auth that was written")
end

local function check_secret(line)
   local builder, found = connections.from_curl(line)
   properties.hides(found, secret, builder and "warnings" or "an error")
   if not builder then return properties.failure(found, kinds) end
   properties.hides(tostring(builder), secret, "the builder")
   properties.hides(write.line(builder:table(), {}) or "", secret, "the line that was written")
   properties.hides({ select(2, connections.validate(builder)) }, secret, "the result of validate")
end

return function(bytes)
   local builder, found = connections.from_curl(bytes)
   if builder then
      properties.warnings(found)
      check_written(builder)
   else
      check_failure(found, bytes)
   end
   check_secret(beginnings[#bytes % #beginnings + 1] .. bytes:gsub("^curl ", ""))
end
