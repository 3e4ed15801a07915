--- All published members of a connection, in one list that validation, builder, masking, display, canonical order and
-- the reference use.
--
-- A member has `name`, `type` (`string`, `integer`, `boolean`, `object`, `array`), and optionally:
-- `required`; `server` (the server owns it, it is never sent); `secret` (write-only: it is sent and never returned);
-- `unit`; `format` (content of a string: `url`, `https_url`, `json`, `uuid`, `time`, `method`); `members` (of an
-- object); `items` (the members of an array's objects); `credential` (values may be credentials: `header`, `form`,
-- `example`); `only` (the `auth.authType` that has it); `lacking` (the code of the warning when an `auth` of that type
-- lacks it); `known` (the published values; there are others); `unconfirmed` (values that no source has, but that
-- similar ones suggest); `any_case` (its values are usual in any case); `mistaken` (wrong spellings of a known value,
-- without blanks and signs -> that value); `option` (the builder's name for it, if another); `sent` (how a test call of
-- the emulator sends a member of `auth`: `{ header = NAME, before = TEXT }`, `{ query = NAME }`, or its part in a
-- scheme: `basic_user`, `basic_password`, `token_url`, `client_id`, `client_secret`, `token_headers`, `token_form`,
-- `certificate`); `templated` (its texts refer to inputs as `${key}`); `example`; `about`; `published` (where the
-- documentation has it: `table` is the attribute table, `example` the published bodies, `none` neither) and
-- `certainty` (`documented`, `inferred`, `guessed`).
-- @module personalize.schema

local json = require "personalize.json"
local redaction = require "personalize.redaction"

local pair = {
   { name = "name", type = "string", published = "example", certainty = "documented",
      about = "The name." },
   { name = "value", type = "string", published = "example", certainty = "documented",
      about = "The value." },
}

local auth = {
   { name = "authType", type = "string", example = "OAUTH", known = { "NONE", "OAUTH" },
      mistaken = { NOAUTH = "NONE", NOAUTHENTICATION = "NONE" },
      published = "table, example", certainty = "documented",
      about = "`NONE` and `OAUTH` are published; others exist and pass untouched." },
   { name = "clientId", type = "string", only = "OAUTH", lacking = "client_id_missing", sent = "client_id",
      published = "table, example", certainty = "documented", about = "OAuth client id." },
   { name = "clientSecret", type = "string", only = "OAUTH", secret = true, lacking = "secret_missing",
      sent = "client_secret",
      published = "none", certainty = "inferred",
      about = "OAuth client secret: goes in and never comes back." },
   { name = "accessTokenUrl", type = "string", only = "OAUTH", format = "https_url", lacking = "token_url_missing",
      sent = "token_url", published = "table, example", certainty = "documented",
      about = "Token endpoint; must be an `https://` URL." },
   { name = "useMutualTls", type = "boolean", only = "OAUTH", sent = "certificate", published = "example",
      certainty = "documented", about = "Whether the service presents a client certificate." },
   { name = "oauthCustomHeaders", type = "array", only = "OAUTH", items = pair, credential = "header",
      option = "headers", sent = "token_headers", published = "example", certainty = "inferred",
      about = "Headers of the token call." },
   { name = "formUrlEncodedItems", type = "array", only = "OAUTH", items = pair, credential = "form",
      option = "form", sent = "token_form", published = "example", certainty = "inferred",
      about = "Form items of the token call." },
}

local request = {
   { name = "requestType", type = "string", format = "method", example = "GET",
      known = { "GET", "POST", "PUT" }, unconfirmed = { "PATCH", "DELETE" }, published = "table, example",
      certainty = "documented", about = "HTTP method. Examples have GET and POST, the UI's page POST and PUT." },
   { name = "connectionUrl", type = "string", format = "url", example = "https://api.example.com/v1?city=${city}",
      published = "table, example", certainty = "documented",
      about = "URL; `${key}` marks an input, anything else in `${...}` is FreeMarker." },
   { name = "requestBody", type = "string", format = "json", published = "example",
      certainty = "documented", about = "Body as text, often JSON; a template as the URL is." },
}

local mapping_types = { "string", "number", "boolean", "object" }

local input = {
   { name = "label", type = "string", published = "example", certainty = "documented",
      about = "What people see." },
   { name = "key", type = "string", published = "example", certainty = "documented",
      about = "What `${key}` refers to." },
   { name = "type", type = "string", published = "example", certainty = "documented",
      known = mapping_types, any_case = true,
      about = "`string`, `number`, `boolean` or `object`; seen with capitals as often." },
   { name = "exampleValue", type = "string", published = "example", certainty = "documented",
      credential = "example", about = "Value of the input in a test call, as it is: a string without quotes." },
   { name = "mapping", type = "string", published = "example", certainty = "documented",
      about = "Where the value comes from; empty when nothing is mapped." },
}

local output = {
   { name = "label", type = "string", published = "example", certainty = "documented",
      about = "What people see." },
   { name = "outputReference", type = "string", published = "example", certainty = "documented",
      about = "Path into the answer, or the name of one of its members." },
   { name = "type", type = "string", published = "example", certainty = "documented",
      known = mapping_types, any_case = true,
      about = "`string`, `number`, `boolean` or `object`; seen with capitals as often." },
}

local members = {
   { name = "clientKey", type = "string", server = true, published = "example", certainty = "documented",
      about = "The organisation's client key." },
   { name = "href", type = "string", server = true, published = "example", certainty = "documented",
      about = "URL of the connection." },
   { name = "ref", type = "string", server = true, format = "uuid", published = "example",
      certainty = "documented", about = "UUID that addresses the connection." },
   { name = "name", type = "string", required = true, example = "Weather", published = "table, example",
      certainty = "documented", about = "Name, which decision models and FreeMarker refer to; need not be unique. A "
         .. "hyphen breaks references from programmable decisions." },
   { name = "description", type = "string", published = "table, example", certainty = "documented",
      about = "What it is for." },
   { name = "modifiedByRef", type = "string", server = true, published = "example", certainty = "documented",
      about = "Who changed it last." },
   { name = "modifiedByUserRef", type = "string", server = true, published = "table", certainty = "documented",
      about = "Another name of `modifiedByRef`, used by the attribute table alone." },
   { name = "modifiedAt", type = "string", server = true, format = "time", published = "example",
      certainty = "documented", about = "When it was changed last: `2025-07-02T14:04:58.347Z`." },
   { name = "revision", type = "integer", server = true, published = "table, example", certainty = "documented",
      about = "Counts changes; absent from the published answers to a create and an update." },
   { name = "archived", type = "boolean", published = "table, example", certainty = "documented",
      about = "Whether it is retired; there is no delete." },
   { name = "auth", type = "object", required = true, members = auth, templated = true, published = "table, example",
      certainty = "documented",
      about = "Authentication. The attribute table calls it an array; every published body has one "
         .. "object." },
   { name = "request", type = "object", required = true, members = request, templated = true,
      published = "table, example",
      certainty = "documented",
      about = "The call that it makes. The attribute table calls it an array; every published body has "
         .. "one object." },
   { name = "exampleValue", type = "string", format = "json", published = "example",
      certainty = "documented", about = "Example of a request: its body with the inputs filled in, as JSON text; may "
         .. "be empty." },
   { name = "inputMappings", type = "array", items = input, published = "table, example",
      certainty = "documented", about = "Inputs, each named by its `key`." },
   { name = "outputMappings", type = "array", items = output, published = "table, example",
      certainty = "documented", about = "Members of the answer that are handed on." },
   { name = "customHeaders", type = "array", items = pair, credential = "header", templated = true,
      published = "table, example",
      certainty = "documented", about = "Headers of the call." },
   { name = "urlParameters", type = "array", templated = true, published = "example", certainty = "inferred",
      about = "Its items' format is not published." },
   { name = "systemType", type = "string", required = true, example = "DATA_SYSTEM",
      known = { "DATA_SYSTEM", "DESTINATION" }, published = "table, example", certainty = "documented",
      about = "`DATA_SYSTEM` and `DESTINATION` are published; others exist and pass untouched." },
   { name = "connectionTimeout", type = "integer", unit = "milliseconds", published = "table, example",
      certainty = "documented", about = "Limit for connecting; the server's default is 1000." },
   { name = "socketTimeout", type = "integer", unit = "milliseconds", published = "table, example",
      certainty = "documented", about = "Limit for waiting on data; the server's default is 1000." },
   { name = "icon", type = "string", published = "table, example", certainty = "documented",
      about = "The server's default is `assets/images/icons/connections/plug.svg`." },
}

local schema = { members = members }

--- name -> member, for one list of members.
function schema.by_name(list)
   local names = {}
   for _, member in ipairs(list) do names[member.name] = member end
   return names
end

-- Walks every member at any depth, parents first, as `visit(member, path)`.
local function walk(list, prefix, visit)
   for _, member in ipairs(list) do
      local path = prefix .. member.name
      visit(member, path)
      if member.members then walk(member.members, path .. ".", visit) end
      if member.items then walk(member.items, path .. "[].", visit) end
   end
end

--- Calls `visit(member, path)` for each member at any depth (`auth.clientSecret`, `inputMappings[].key`), parents
-- first.
-- @tparam function visit
function schema.each(visit)
   walk(members, "", visit)
end

local function array_tree(list)
   local tree
   for _, member in ipairs(list) do
      local node
      if member.type == "array" then
         node = true
      elseif member.members then
         node = array_tree(member.members)
      end
      if node then
         tree = tree or {}
         tree[member.name] = node
      end
   end
   return tree
end

--- Which paths are arrays, as the encoder takes it: `{ inputMappings = true, auth = { oauthCustomHeaders = true } }`.
schema.arrays = array_tree(members)

--- Canonical order: name -> place. There is one order for every depth, so it applies wherever a member occurs.
schema.rank = {}

-- `$schema`, with which a file names its JSON Schema, comes first.
schema.rank["$schema"] = 0

--- The paths of the write-only secrets: `auth.clientSecret`.
schema.secrets = {}

--- The names of the members that the server owns: they are never sent.
schema.server_owned = {}

--- The published types of authentication, as a set.
schema.auth_types = {}

-- Ranks a list so that its own order holds, whatever names an earlier list ranked.
local function rank_list(list, spacing)
   local rank = schema.rank
   for index = #list - 1, 1, -1 do
      local name, following = list[index].name, rank[list[index + 1].name]
      if following and not rank[name] then rank[name] = following - 1 end
   end
   local last = 0
   for _, member in ipairs(list) do
      rank[member.name] = rank[member.name] or last + spacing
      last = rank[member.name]
   end
end

rank_list(members, 1000)
schema.each(function(member, path)
   if member.secret then schema.secrets[path] = true end
   if path == "auth.authType" then
      for _, kind in ipairs(member.known) do schema.auth_types[kind] = true end
   end
   if member.members or member.items then rank_list(member.members or member.items, 1) end
end)
for _, member in ipairs(members) do
   if member.server then schema.server_owned[member.name] = true end
end

-- The encoder and the masking have no schema of their own.
json.rank_names(schema.rank)
redaction.know(members)

return schema
