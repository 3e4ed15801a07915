---@meta personalize.templates

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---What every call takes.
---@class personalize.templates.call_options
---@field timeout? number seconds for the whole call; default the client's
---@field retry? personalize.retry_policy|false default the client's

---A template: the members that are published.
---@class personalize.templates.item
---@field clientKey? string
---@field href? string
---@field ref? string
---@field name? string what people call it
---@field description? string
---@field modifiedByRef? string
---@field modifiedAt? string
---@field revision? integer
---@field archived? boolean
---@field friendlyId? string its name in code
---@field type? string such as `WEB` or `DECISION`
---@field status? string `DRAFT` or `PUBLISHED`
---@field templateElements? table the code: each has `id` (`html`, `css`, `js`, `freemarker`) and `template`

---Templates of web experiences and of decisions. Read-only, and a member of every client: `client.templates`.
---
---Items are plain tables that print readably, with every member that the service sends.
---@class personalize.templates
local templates = {}

---Options of `list`.
---@class personalize.templates.list_opts: personalize.templates.call_options
---@field limit? integer the most templates to return
---@field offset? integer how many templates to skip

---Lists templates: all of them without `limit` and `offset`, whatever the service's paging; else that page. `tostring` of
---the list is a table.
---
---Published as `GET /v3/templates`
---@param opts? personalize.templates.list_opts what every call takes, and
---@return personalize.templates.item[]|nil list
---@return personalize.error|nil err of kind `incomplete` when there are more that cannot be had
function templates.list(opts) end

---Options of `each`.
---@class personalize.templates.each_opts: personalize.templates.call_options
---@field page_size? integer how many to ask for at a time

---Iterates over all templates, page by page, as they are needed. Raises an error object when a page cannot be had.
---
---Published as `GET /v3/templates`
---@param opts? personalize.templates.each_opts what every call takes (`timeout` is for each page), and
---@return fun(): personalize.templates.item|nil iterator for `for`
function templates.each(opts) end

---Retrieves a template.
---
---Published as `GET /v3/templates/<ref>`
---@param ref string|personalize.templates.item a ref or an item
---@param opts? personalize.templates.call_options
---@return personalize.templates.item|nil item
---@return personalize.error|nil err of kind `not_found` when it does not exist
function templates.get(ref, opts) end

---Finds the first template that matches.
---
---Published as `GET /v3/templates`
---@param wanted string|table|fun(item: personalize.templates.item): any a name; or a table of members that it must have; or a function of an item
---@param opts? personalize.templates.call_options
---@return personalize.templates.item|nil item
---@return personalize.error|nil err of kind `not_found` when none matches
function templates.find(wanted, opts) end

return templates
