---@meta _

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---How a connection authenticates.
---@class personalize.members.auth
---@field authType? "NONE"|"OAUTH"|string `NONE` and `OAUTH` are published; others exist and pass untouched. Such as `OAUTH`. Documented, by the attribute table and examples.
---@field clientId? string OAuth client id. Of `OAUTH`. Documented, by the attribute table and examples.
---@field clientSecret? string OAuth client secret: goes in and never comes back. Write-only secret. Of `OAUTH`. Inferred: no published page has it.
---@field accessTokenUrl? string Token endpoint; must be an `https://` URL. Of `OAUTH`. Documented, by the attribute table and examples.
---@field useMutualTls? boolean Whether the service presents a client certificate. Of `OAUTH`. Documented, by examples.
---@field oauthCustomHeaders? personalize.members.pair[] Headers of the token call. Of `OAUTH`. Inferred, by examples.
---@field formUrlEncodedItems? personalize.members.pair[] Form items of the token call. Of `OAUTH`. Inferred, by examples.

---A name with a value: of a header, or of a form.
---@class personalize.members.pair
---@field name? string The name. Documented, by examples.
---@field value? string The value. Documented, by examples.

---The call that a connection makes.
---@class personalize.members.request
---@field requestType? "GET"|"POST"|"PUT"|string HTTP method. Examples have GET and POST, the UI's page POST and PUT. Such as `GET`. Documented, by the attribute table and examples.
---@field connectionUrl? string URL; `${key}` marks an input, anything else in `${...}` is FreeMarker. Such as `https://api.example.com/v1?city=${city}`. Documented, by the attribute table and examples.
---@field requestBody? string Body as text, often JSON; a template as the URL is. Documented, by examples.

---An input.
---@class personalize.members.inputMapping
---@field label? string What people see. Documented, by examples.
---@field key? string What `${key}` refers to. Documented, by examples.
---@field type? "string"|"number"|"boolean"|"object"|string `string`, `number`, `boolean` or `object`; seen with capitals as often. Documented, by examples.
---@field exampleValue? string Value of the input in a test call, as it is: a string without quotes. Documented, by examples.
---@field mapping? string Where the value comes from; empty when nothing is mapped. Documented, by examples.

---An output.
---@class personalize.members.outputMapping
---@field label? string What people see. Documented, by examples.
---@field outputReference? string Path into the answer, or the name of one of its members. Documented, by examples.
---@field type? "string"|"number"|"boolean"|"object"|string `string`, `number`, `boolean` or `object`; seen with capitals as often. Documented, by examples.

---The members of a connection, under their names on the wire. Members that are not listed survive what is
---retrieved, changed and sent.
---@class personalize.members
---@field clientKey? string The organisation's client key. Owned by the server: never sent. Documented, by examples.
---@field href? string URL of the connection. Owned by the server: never sent. Documented, by examples.
---@field ref? string UUID that addresses the connection. Owned by the server: never sent. Documented, by examples.
---@field name string Name, which decision models and FreeMarker refer to; need not be unique. A hyphen breaks references from programmable decisions. Required. Such as `Weather`. Documented, by the attribute table and examples.
---@field description? string What it is for. Documented, by the attribute table and examples.
---@field modifiedByRef? string Who changed it last. Owned by the server: never sent. Documented, by examples.
---@field modifiedByUserRef? string Another name of `modifiedByRef`, used by the attribute table alone. Owned by the server: never sent. Documented, by the attribute table.
---@field modifiedAt? string When it was changed last: `2025-07-02T14:04:58.347Z`. Owned by the server: never sent. Documented, by examples.
---@field revision? integer Counts changes; absent from the published answers to a create and an update. Owned by the server: never sent. Documented, by the attribute table and examples.
---@field archived? boolean Whether it is retired; there is no delete. Documented, by the attribute table and examples.
---@field auth personalize.members.auth Authentication. The attribute table calls it an array; every published body has one object. Required. Documented, by the attribute table and examples.
---@field request personalize.members.request The call that it makes. The attribute table calls it an array; every published body has one object. Required. Documented, by the attribute table and examples.
---@field exampleValue? string Example of a request: its body with the inputs filled in, as JSON text; may be empty. Documented, by examples.
---@field inputMappings? personalize.members.inputMapping[] Inputs, each named by its `key`. Documented, by the attribute table and examples.
---@field outputMappings? personalize.members.outputMapping[] Members of the answer that are handed on. Documented, by the attribute table and examples.
---@field customHeaders? personalize.members.pair[] Headers of the call. Documented, by the attribute table and examples.
---@field urlParameters? table Its items' format is not published. Inferred, by examples.
---@field systemType "DATA_SYSTEM"|"DESTINATION"|string `DATA_SYSTEM` and `DESTINATION` are published; others exist and pass untouched. Required. Such as `DATA_SYSTEM`. Documented, by the attribute table and examples.
---@field connectionTimeout? integer Limit for connecting; the server's default is 1000. In milliseconds. Documented, by the attribute table and examples.
---@field socketTimeout? integer Limit for waiting on data; the server's default is 1000. In milliseconds. Documented, by the attribute table and examples.
---@field icon? string The server's default is `assets/images/icons/connections/plug.svg`. Documented, by the attribute table and examples.
local members = {}
