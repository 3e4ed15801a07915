---@meta personalize.decision_models

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---What every call takes.
---@class personalize.decision_models.call_options
---@field timeout? number seconds for the whole call; default the client's
---@field retry? personalize.retry_policy|false default the client's

---A decision model: the members that are published.
---@class personalize.decision_models.item
---@field clientKey? string
---@field href? string
---@field ref? string
---@field name? string what people call it
---@field modifiedByUserRef? string
---@field modifiedAt? string
---@field revision? integer
---@field archived? boolean
---@field tags? table
---@field deploymentConfiguration? table `variants`: which ones are deployed, and their share of visitors

---A variant: the members that are published.
---@class personalize.decision_models.variants_item
---@field clientKey? string
---@field href? string
---@field ref? string
---@field name? string what people call it
---@field modifiedByUserRef? string
---@field modifiedAt? string
---@field revision? integer
---@field archived? boolean
---@field decisionModelDefinitionRef? string ref of the decision model
---@field definition? string DMN in XML; its JavaScript uses the variables of connections
---@field inProduction? boolean whether it is in use

---Decision models. Read-only, and a member of every client: `client.decision_models`.
---
---Items are plain tables that print readably, with every member that the service sends.
---@class personalize.decision_models
local decision_models = {}

---Options of `list`.
---@class personalize.decision_models.list_opts: personalize.decision_models.call_options
---@field limit? integer the most decision models to return
---@field offset? integer how many decision models to skip

---Lists decision models: all of them without `limit` and `offset`, whatever the service's paging; else that page. `tostring` of
---the list is a table.
---
---Published as `GET /v2/decisionModelDefinitions`
---@param opts? personalize.decision_models.list_opts what every call takes, and
---@return personalize.decision_models.item[]|nil list
---@return personalize.error|nil err of kind `incomplete` when there are more that cannot be had
function decision_models.list(opts) end

---Options of `each`.
---@class personalize.decision_models.each_opts: personalize.decision_models.call_options
---@field page_size? integer how many to ask for at a time

---Iterates over all decision models, page by page, as they are needed. Raises an error object when a page cannot be had.
---
---Published as `GET /v2/decisionModelDefinitions`
---@param opts? personalize.decision_models.each_opts what every call takes (`timeout` is for each page), and
---@return fun(): personalize.decision_models.item|nil iterator for `for`
function decision_models.each(opts) end

---Retrieves a decision model.
---
---Published as `GET /v2/decisionModelDefinitions/<ref>`
---@param ref string|personalize.decision_models.item a ref or an item
---@param opts? personalize.decision_models.call_options
---@return personalize.decision_models.item|nil item
---@return personalize.error|nil err of kind `not_found` when it does not exist
function decision_models.get(ref, opts) end

---Finds the first decision model that matches.
---
---Published as `GET /v2/decisionModelDefinitions`
---@param wanted string|table|fun(item: personalize.decision_models.item): any a name; or a table of members that it must have; or a function of an item
---@param opts? personalize.decision_models.call_options
---@return personalize.decision_models.item|nil item
---@return personalize.error|nil err of kind `not_found` when none matches
function decision_models.find(wanted, opts) end

---Lists the variants of a decision model.
---
---Published as `GET /v2/decisionModelDefinitions/<ref>/variants`
---@param ref string|personalize.decision_models.item a ref or an item
---@param opts? personalize.decision_models.call_options
---@return personalize.decision_models.variants_item[]|nil list
---@return personalize.error|nil err of kind `not_found` when there is no such decision model
function decision_models.variants(ref, opts) end

return decision_models
