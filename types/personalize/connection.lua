---@meta _

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---A connection: a plain table with the members of the wire (`personalize.members`), and a metatable with few methods
---that never shadow a member.
---
---`tostring` and the REPL show secrets masked; the members and `to_json` are the data.
---@class personalize.connection: personalize.members
local connection = {}

---Options of `save`.
---@class personalize.connection.save_opts: personalize.connections.write_options
---@field expect? personalize.connections.expectation|false as of `connections.update`

---Sends the connection as it is now and takes over the server's answer, in place: an update, or a create where it
---has no `ref` yet (a copy). An update retrieves the connection first, and is refused when somebody changed it since
---this one was retrieved or saved.
---
---Published as `GET` and `PUT /v2/connections/<ref>`, or `POST /v2/connections`
---@param opts? personalize.connection.save_opts what every call that writes takes, and
---@return personalize.connection|nil connection itself
---@return personalize.error|nil err as `connections.update` and `connections.create`; then the connection is as it was
function connection:save(opts) end

---Retrieves the connection again, in place. Changes that were not saved are gone.
---
---Published as `GET /v2/connections/<ref>`
---@param opts? personalize.connections.call_options
---@return personalize.connection|nil connection itself
---@return personalize.error|nil err of kind `not_found`; then the connection is as it was
function connection:reload(opts) end

---Has the service make the call that the connection describes, as it is now. Never repeated: it calls a third party.
---
---Published as `POST /v2/connections/testConnection`
---@param opts? personalize.connections.call_options
---@return any answer the server's JSON as it came, `personalize.null` when it is empty
---@return personalize.error|nil err
function connection:test(opts) end

---A copy under another name that is not on the server yet: without the members that the server owns. `save` creates
---it. A write-only secret is not in it, for the service never returned it.
---@param name string
---@return personalize.connection|nil copy
---@return personalize.error|nil err of kind `encode`
function connection:copy(name) end

---The differences to another connection or definition: from this one to that one.
---@param other personalize.members|personalize.builder
---@return personalize.differences|nil differences
---@return personalize.error|nil err of kind `encode` when one of the two is not JSON
function connection:diff(other) end

---Options of `to_json`.
---@class personalize.connection.to_json_opts
---@field pretty? boolean indented by two spaces (default `false`)
---@field mask? boolean secrets hidden (default `false`)
---@field canonical? boolean members in the order of the published bodies (default `true`)

---The connection as JSON.
---@param opts? personalize.connection.to_json_opts
---@return string|nil text
---@return personalize.error|nil err of kind `encode`
function connection:to_json(opts) end

---Options of `to_curl`.
---@class personalize.connection.to_curl_opts
---@field secrets? boolean show secrets (default `false`)
---@field inputs? "fill"|"keep" whether the examples of the inputs stand in it, or `${key}` (default `"fill"`)

---The call that a test of the connection makes, as a command line of curl to paste into a shell (sh, bash, dash). With
---OAuth a first command fetches the token. A secret that the service did not return is `***`.
---@param opts? personalize.connection.to_curl_opts
---@return string|nil line
---@return personalize.error|nil err of kind `validation` when curl cannot make such a call; `encode`
function connection:to_curl(opts) end
