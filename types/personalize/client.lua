---@meta _

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---A client: one tenant, its credentials, and calls to it. `tostring` shows tenant and credentials without secrets.
---@class personalize.client
---@field connections personalize.connections
---@field decision_models personalize.decision_models to read
---@field flows personalize.flows to read
---@field templates personalize.templates to read
local client = {}

---Options of `request`.
---@class personalize.client.request_call
---@field method? string (default `"GET"`)
---@field path string below the base URL, such as `/v2/connections`
---@field query? table name -> value, or array of values
---@field body? any a value, sent as JSON
---@field timeout? number seconds; default the client's
---@field retry? personalize.retry_policy|false default the client's

---Makes any call to the service, for example one that has no function in this library.
---@param call personalize.client.request_call
---@return any answer the decoded JSON; `personalize.null` when it is empty
---@return personalize.error|nil err of kind `ambiguous` when a call that is not idempotent may have been carried out
function client:request(call) end

---Closes the client: later calls return an error of kind `closed`. It may be called again.
function client:close() end
