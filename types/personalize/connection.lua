---@meta _

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---A connection: a plain table with the members that the service sent (`personalize.members`), and a metatable with a
---few methods that never hide a member.
---
---`tostring` and the REPL show it with secrets masked; the members and `to_json` have the data itself.
---@class personalize.connection: personalize.members
local connection = {}

---Options of `save`.
---@class personalize.connection.save_opts: personalize.connections.write_options
---@field expect? personalize.connections.expectation|false as of `connections.update`

---Sends the connection as it is now, and takes over the service's answer in place. It is an update, or a create if the
---connection has no `ref` yet (a copy). An update retrieves the connection first, and is refused if someone changed it
---since this one was retrieved or saved.
---
---Published as `GET` and `PUT /v2/connections/<ref>`, or `POST /v2/connections`
---@param opts? personalize.connection.save_opts what every call that writes takes, and
---@return personalize.connection|nil connection itself
---@return personalize.error|nil err as `connections.update` and `connections.create`; then the connection does not change
function connection:save(opts) end

---Retrieves the connection again, in place. Unsaved changes are lost.
---
---Published as `GET /v2/connections/<ref>`
---@param opts? personalize.connections.call_options
---@return personalize.connection|nil connection itself
---@return personalize.error|nil err of kind `not_found`; then the connection does not change
function connection:reload(opts) end

---Asks the service to make the call that the connection now describes. Never repeated: it calls a third party.
---
---Published as `POST /v2/connections/testConnection`
---@param opts? personalize.connections.call_options
---@return any answer the service's JSON, unchanged; `personalize.null` when it is empty
---@return personalize.error|nil err
function connection:test(opts) end

---A copy under another name, without the members that the server owns. It does not exist in the tenant until `save`
---creates it. It lacks write-only secrets, because the service never returned them.
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
---@field pretty? boolean indent by two spaces (default `false`)
---@field mask? boolean mask secrets (default `false`)
---@field canonical? boolean members in the order of the published bodies (default `true`)

---The connection as JSON.
---@param opts? personalize.connection.to_json_opts
---@return string|nil text
---@return personalize.error|nil err of kind `encode`
function connection:to_json(opts) end

---Options of `to_curl`.
---@class personalize.connection.to_curl_opts
---@field secrets? boolean show secrets (default `false`)
---@field inputs? "fill"|"keep" whether inputs are filled in with their examples, or stay as `${key}` (default `"fill"`)

---The call that a test of the connection makes, as a curl command to paste into a shell (sh, bash, dash). With OAuth a
---first command fetches the token. A secret that the service did not return is `***`.
---@param opts? personalize.connection.to_curl_opts
---@return string|nil line
---@return personalize.error|nil err of kind `validation` when curl cannot make such a call; `encode`
function connection:to_curl(opts) end
