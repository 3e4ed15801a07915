---@meta personalize.connections

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---What every call on connections takes.
---@class personalize.connections.call_options
---@field timeout? number seconds for the whole call; default the client's
---@field retry? personalize.retry_policy|false default the client's
---@field missing_secrets? "refuse"|"send" of updates; default the client's
---@field secrets? fun(connection: personalize.members, path: string): string|nil of updates; default the client's

---What every call that writes takes: the same, and
---@class personalize.connections.write_options
---@field timeout? number seconds for the whole call; default the client's
---@field retry? personalize.retry_policy|false default the client's
---@field missing_secrets? "refuse"|"send" of updates; default the client's
---@field secrets? fun(connection: personalize.members, path: string): string|nil of updates; default the client's
---@field unknown_members? "refuse"|"send" what becomes of members that look like published ones, misspelt or at the wrong place; default the client's

---What `expect` is made of: what an earlier answer said.
---@class personalize.connections.expectation
---@field revision? integer|personalize.number absent from the answers to a create and to an update
---@field modifiedAt? string

---A warning: what is allowed and probably not meant. It never stops anything.
---@class personalize.connections.warning
---@field path string such as `inputMappings[2].key`
---@field message string
---@field code string stays the same from one version to the next: `name_hyphen`, `name_control_character`, `name_space`, `renamed`, `in_use`, `uses_unknown`, `input_missing`, `input_unused`, `input_twice`, `output_missing`, `body_not_json`, `example_not_json`, `unusual_case`, `auth_type_missing`, `auth_type_unknown`, `secret_missing`, `url_not_absolute`, `mask_sent`, `look_alike`, `list_may_lack`, `large_list`, `twin_unknown`

---A mention of a connection.
---@class personalize.connections.use
---@field kind "decision_model"|"flow" what mentions it
---@field ref string of that
---@field name string of that
---@field where string in it, such as `variant "A": definition, line 3`
---@field text string the line, secrets masked; of a long one the part around the mention

---The connections of one tenant: list, retrieve, create, change and test them.
---
---`client.connections` are those of a client, `require "personalize.connections"` those of the default client, which
---is made from the environment at the first call, or from the options given to `personalize.configure`.
---
---Every function takes a last table of options. Where one takes `ref`, a reference (string) and a connection do; where
---one takes a definition, a table, a `personalize.builder` and a connection do. Every call may fail with the kinds of
---`personalize.error.kind`; named are those that a function has for reasons of its own.
---@class personalize.connections
local connections = {}

---Options of `list`.
---@class personalize.connections.list_opts: personalize.connections.call_options
---@field limit? integer how many at most
---@field offset? integer how many to leave out before

---Lists connections, archived ones too: all of them without `limit` and `offset`, whatever the service's paging; else
---that page. (`personalize list`, the command, leaves archived ones out unless `--archived`.) A list of a length that
---pages usually have (a multiple of 10 or 25) takes one more call, which asks for what follows. A client does without
---it where an earlier list was longer and came at once, and for a minute where the service ignored or refused to page.
---
---Published as `GET /v2/connections` (no parameter of it is published)
---@param opts? personalize.connections.list_opts what every call takes, and
---@return personalize.list|nil list
---@return personalize.error|nil err
function connections.list(opts) end

---Options of `each`.
---@class personalize.connections.each_opts: personalize.connections.call_options
---@field page_size? integer how many to ask for at a time

---Iterates over all connections, archived ones too, page by page, as they are needed. Raises an error object when a
---page cannot be had.
---
---Published as `GET /v2/connections`
---@param opts? personalize.connections.each_opts what every call takes (`timeout` is for each page), and
---@return fun(): personalize.connection|nil iterator for `for`
function connections.each(opts) end

---Retrieves a connection.
---
---Published as `GET /v2/connections/<ref>`
---@param ref string|personalize.connection reference or connection
---@param opts? personalize.connections.call_options
---@return personalize.connection|nil connection
---@return personalize.error|nil err of kind `not_found` when there is none
function connections.get(ref, opts) end

---Finds the first connection that fits, archived ones too: `find { name = "Weather", archived = false }` leaves these
---out.
---
---Published as `GET /v2/connections`
---@param wanted string|table|fun(connection: personalize.connection): any a name; or a table of members that it must have; or a function of a connection
---@param opts? personalize.connections.call_options
---@return personalize.connection|nil connection
---@return personalize.error|nil err of kind `not_found` when none fits
function connections.find(wanted, opts) end

---Creates a connection. The definition is validated first; the members that the server owns are left out. Called twice
---it makes two connections of one name: `ensure` makes one.
---
---Published as `POST /v2/connections`
---@param given personalize.members|personalize.builder definition: a table, a builder, or a connection
---@param opts? personalize.connections.write_options
---@return personalize.connection|nil connection as the server answered; `personalize.meta` of it has `warnings`
---@return personalize.error|nil err of kind `validation`; of kind `ambiguous` when the answer was lost: then `outcome` is `created` (the connection is `err.connection`), `not_created` or `unknown`
function connections.create(given, opts) end

---Options of `update`.
---@class personalize.connections.update_opts: personalize.connections.write_options
---@field expect? personalize.connections.expectation|false what the connection must still be like; default what `given`, or else `ref`, was when it was retrieved; `false` overwrites whatever is there

---Replaces a connection. What the definition leaves out is gone afterwards, as the API has it. An OAuth connection
---without its client secret is refused unless `secrets` or `missing_secrets` say otherwise.
---
---A connection that was retrieved is checked first, which costs one more call: when it was changed since, as far as
---`modifiedAt` and `revision` tell, nothing is sent. Between that look and the write somebody may still change it.
---
---Published as `GET /v2/connections/<ref>` (of what was retrieved), `PUT /v2/connections/<ref>`
---@param ref string|personalize.connection reference or connection
---@param given? personalize.members|personalize.builder definition: a table, a builder, or a connection; default: `ref` itself, if that is a connection
---@param opts? personalize.connections.update_opts what every call that writes takes, and
---@return personalize.connection|nil connection as the server answered
---@return personalize.error|nil err of kind `validation` (`problems` names the secret that is missing, or the member that looks like another one), `conflict` when it was changed meanwhile (`err.connection` is it now), `not_found`
function connections.update(ref, given, opts) end

---Options of `patch`.
---@class personalize.connections.patch_opts: personalize.connections.write_options
---@field expect? personalize.connections.expectation|false what the retrieved connection must be like; default nothing: only the changes that are given are made to what is there
---@field check_uses? boolean warn of who uses it, when its name changes or it is archived (`uses`) (default `false`)

---Changes some members: retrieves the connection, merges the changes deeply, and sends it if anything changed.
---Arrays replace; `personalize.null` sets null.
---
---Published as `GET /v2/connections/<ref>`, `PUT /v2/connections/<ref>`
---@param ref string|personalize.connection reference or connection
---@param changes table|fun(connection: personalize.connection): any, any members; or a function that changes the connection it is given (it may return `nil, err` to leave off)
---@param opts? personalize.connections.patch_opts what every call that writes takes, and
---@return personalize.connection|nil connection
---@return boolean|personalize.error changed whether anything was sent
function connections.patch(ref, changes, opts) end

---Options of `archive`.
---@class personalize.connections.archive_opts: personalize.connections.write_options
---@field expect? personalize.connections.expectation|false as of `update`
---@field check_uses? boolean warn of who uses it (`uses`) (default `false`)

---Retires a connection: sets `archived`. There is no delete. One that was retrieved is checked: when it was changed
---since, nothing is sent.
---
---Published as `GET /v2/connections/<ref>`, `PUT /v2/connections/<ref>`
---@param ref string|personalize.connection reference or connection
---@param opts? personalize.connections.archive_opts what every call that writes takes, and
---@return personalize.connection|nil connection
---@return personalize.error|nil err as `update`
function connections.archive(ref, opts) end

---Options of `restore`.
---@class personalize.connections.restore_opts: personalize.connections.write_options
---@field expect? personalize.connections.expectation|false as of `update`

---Takes a connection back from the archive. One that was retrieved is checked: when it was changed
---since, nothing is sent.
---
---Published as `GET /v2/connections/<ref>`, `PUT /v2/connections/<ref>`
---@param ref string|personalize.connection reference or connection
---@param opts? personalize.connections.restore_opts what every call that writes takes, and
---@return personalize.connection|nil connection
---@return personalize.error|nil err as `update`
function connections.restore(ref, opts) end

---Has the service make the call that a connection describes, and sends it the whole connection. Never repeated, for it
---calls a third party. Inputs have their example values: it shows neither what FreeMarker makes of the texts nor what a
---guest's data does to them.
---
---Published as `POST /v2/connections/testConnection`
---@param target string|personalize.members|personalize.builder a reference (the connection is retrieved first), a connection, or a definition
---@param opts? personalize.connections.call_options `retry` is for the retrieval
---@return any answer the server's JSON as it came (its format is not published); `personalize.null` when it is empty
---@return personalize.error|nil err
function connections.test(target, opts) end

---Options of `validate`.
---@class personalize.connections.validate_opts
---@field unknown_members? "refuse"|"send" what becomes of members that look like published ones, misspelt or at the wrong place: `send` makes warnings of them (default `"refuse"`)

---Checks a definition without sending it.
---@param given personalize.members|personalize.builder definition: a table, a builder, or a connection
---@param opts? personalize.connections.validate_opts
---@return boolean|nil valid `true`
---@return personalize.connections.warning[]|personalize.error warnings what is allowed and probably not meant
function connections.validate(given, opts) end

---Begins a definition.
---@param name string
---@return personalize.builder builder
function connections.build(name) end

---Options of `ensure`.
---@class personalize.connections.ensure_opts: personalize.connections.write_options
---@field force_secrets? boolean send secrets although nothing else differs (default `false`)
---@field expect? personalize.connections.expectation|false what the connection must be like before it is updated; default what `given` was when it was retrieved, if it is that connection

---Makes sure that a connection is there as defined: creates it, or updates the one of that name among the
---unarchived. Only the members given are compared. Secrets can't be, for the service never returns them.
---
---One at a time for a client and a name: others of the same process wait, in `personalize.map`, in nginx and in other
---loops. After a create the list is asked for once more: another process may have created one of that name meanwhile.
---
---Published as `GET /v2/connections`, then `POST` and `GET /v2/connections`, or `GET` and `PUT /v2/connections/<ref>`
---@param given personalize.members|personalize.builder definition: a table, a builder, or a connection
---@param opts? personalize.connections.ensure_opts what every call that writes takes, and
---@return personalize.connection|nil connection
---@return "created"|"updated"|"unchanged"|personalize.error what was done
function connections.ensure(given, opts) end

---Options of `ensure_all`.
---@class personalize.connections.ensure_all_opts: personalize.connections.write_options
---@field force_secrets? boolean send secrets although nothing else differs (default `false`)
---@field concurrency? integer as of `personalize.map` (default `4`)
---@field on_progress? fun(done: integer, total: integer, item: any, result: any) as of `personalize.map`
---@field stop_on_error? boolean as of `personalize.map` (default `false`)

---Makes sure of many connections: one list, the changes several at a time, and one list more when anything was
---created, for twins that somebody else made meanwhile. Definitions of one name have to be the same.
---
---Published as `GET /v2/connections`, `POST /v2/connections`, `GET` and `PUT /v2/connections/<ref>`
---@param list table array of definitions: tables, builders, or connections
---@param opts? personalize.connections.ensure_all_opts what every call that writes takes (`timeout` is for each), and
---@return table results connections by index, with `n`
---@return table errors by index; empty when all went well. When the list cannot be had each item has that error
---@return table outcomes `created`, `updated` or `unchanged` by index
function connections.ensure_all(list, opts) end

---Options of `create_all`.
---@class personalize.connections.create_all_opts: personalize.connections.write_options
---@field concurrency? integer as of `personalize.map` (default `4`)
---@field on_progress? fun(done: integer, total: integer, item: any, result: any) as of `personalize.map`
---@field stop_on_error? boolean as of `personalize.map` (default `false`)

---Creates many connections, several at a time. Each has its own result; a create whose answer was lost has an error of
---kind `ambiguous`.
---
---Published as `POST /v2/connections`
---@param list table array of definitions: tables, builders, or connections
---@param opts? personalize.connections.create_all_opts what every call that writes takes (`timeout` is for each), and
---@return table results connections by index, with `n`
---@return table errors by index; empty when all went well
function connections.create_all(list, opts) end

---Options of `update_all`.
---@class personalize.connections.update_all_opts: personalize.connections.write_options
---@field expect? false overwrite what was changed meanwhile, without looking
---@field concurrency? integer as of `personalize.map` (default `4`)
---@field on_progress? fun(done: integer, total: integer, item: any, result: any) as of `personalize.map`
---@field stop_on_error? boolean as of `personalize.map` (default `false`)

---Updates many connections, several at a time: each as it is now. Each that was retrieved is checked first, as
---`update` does, which costs a call for each.
---
---Published as `GET` and `PUT /v2/connections/<ref>`
---@param list personalize.connection[]
---@param opts? personalize.connections.update_all_opts what every call that writes takes (`timeout` is for each), and
---@return table results connections by index, with `n`
---@return table errors by index; empty when all went well
function connections.update_all(list, opts) end

---Options of `test_all`.
---@class personalize.connections.test_all_opts: personalize.connections.call_options
---@field concurrency? integer as of `personalize.map` (default `4`)
---@field on_progress? fun(done: integer, total: integer, item: any, result: any) as of `personalize.map`
---@field stop_on_error? boolean as of `personalize.map` (default `false`)

---Tests many connections, several at a time.
---
---Published as `POST /v2/connections/testConnection`
---@param list table array of references, connections, or definitions
---@param opts? personalize.connections.test_all_opts what every call takes (`timeout` is for each), and
---@return table results answers by index, with `n`
---@return table errors by index; empty when all went well
function connections.test_all(list, opts) end

---Begins a definition with a command line of curl, as browsers ("Copy as cURL (bash)"), Postman and documentation have
---it: method, URL, headers, body, basic authentication, OAuth where the token is fetched by another curl, time limits.
---Nothing is run. `{{x}}` and the shell's `$x` become `${x}`, and each `${x}` an input.
---
---Refused, with the reason: files (`@file`), multipart forms (`-F`), several URLs, ways to authenticate that a
---connection has not, and the form for Windows' cmd. The name is made of the URL; it and the rest may still be set.
---@param line string
---@return personalize.builder|nil builder
---@return personalize.connections.warning[]|personalize.error warnings what is left out, and which credentials stand in it, without showing them
function connections.from_curl(line) end

---Looks who uses a connection: where decision models' variants and flows mention its name, the variable that decision
---models have for it ("Loyalty Tier" is `loyaltyTier`), or its ref. A mention need not be a use, and what a test or
---another system uses is not seen.
---
---Published as `GET /v2/connections`, `GET /v2/decisionModelDefinitions` and the `variants` of each, `GET /v3/flowDefinitions`
---@param wanted string|personalize.connection a name (also one that no connection has any more), a reference, or a connection
---@param opts? personalize.connections.call_options `timeout` is for each call
---@return personalize.connections.use[]|nil uses `tostring` is a table; `uses.looked_at` counts `decision_models` and `flows`
---@return personalize.error|nil err when something that may use it cannot be read; of kind `not_found` when no connection has that reference
function connections.uses(wanted, opts) end

return connections
