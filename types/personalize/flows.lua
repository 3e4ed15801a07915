---@meta personalize.flows

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---What every call takes.
---@class personalize.flows.call_options
---@field timeout? number seconds for the whole call; default the client's
---@field retry? personalize.retry_policy|false default the client's

---A flow: the members that are published.
---@class personalize.flows.item
---@field clientKey? string
---@field href? string
---@field ref? string
---@field name? string what people call it
---@field modifiedByRef? string
---@field modifiedAt? string
---@field revision? integer
---@field archived? boolean
---@field friendlyId? string its name in code
---@field type? string such as `INTERACTIVE_WEB_FLOW`
---@field subtype? string `EXPERIENCE` or `EXPERIMENT`
---@field channels? table such as `WEB`
---@field triggers? table
---@field tags? table
---@field businessProcess? string
---@field traffic? table who sees it
---@field variants? table what is shown; `tasks[].input.template` of each is FreeMarker
---@field status? string such as `DRAFT` or `PRODUCTION`
---@field schedule? table when it runs

---Flow definitions: experiences and experiments. Read-only, and a member of every client: `client.flows`.
---
---Items are plain tables that print readably, with every member that the service sends.
---@class personalize.flows
local flows = {}

---Options of `list`.
---@class personalize.flows.list_opts: personalize.flows.call_options
---@field limit? integer the most flows to return
---@field offset? integer how many flows to skip

---Lists flows: all of them without `limit` and `offset`, whatever the service's paging; else that page. `tostring` of
---the list is a table.
---
---Published as `GET /v3/flowDefinitions`
---@param opts? personalize.flows.list_opts what every call takes, and
---@return personalize.flows.item[]|nil list
---@return personalize.error|nil err of kind `incomplete` when there are more that cannot be had
function flows.list(opts) end

---Options of `each`.
---@class personalize.flows.each_opts: personalize.flows.call_options
---@field page_size? integer how many to ask for at a time

---Iterates over all flows, page by page, as they are needed. Raises an error object when a page cannot be had.
---
---Published as `GET /v3/flowDefinitions`
---@param opts? personalize.flows.each_opts what every call takes (`timeout` is for each page), and
---@return fun(): personalize.flows.item|nil iterator for `for`
function flows.each(opts) end

---Retrieves a flow.
---
---Published as `GET /v3/flowDefinitions/<ref>`
---@param ref string|personalize.flows.item a ref or an item
---@param opts? personalize.flows.call_options
---@return personalize.flows.item|nil item
---@return personalize.error|nil err of kind `not_found` when it does not exist
function flows.get(ref, opts) end

---Finds the first flow that matches.
---
---Published as `GET /v3/flowDefinitions`
---@param wanted string|table|fun(item: personalize.flows.item): any a name; or a table of members that it must have; or a function of an item
---@param opts? personalize.flows.call_options
---@return personalize.flows.item|nil item
---@return personalize.error|nil err of kind `not_found` when none matches
function flows.find(wanted, opts) end

return flows
