---@meta personalize.connections

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---The options of every call on connections.
---@class personalize.connections.call_options
---@field timeout? number seconds for the whole call; default the client's
---@field retry? personalize.retry_policy|false default the client's
---@field missing_secrets? "refuse"|"send" of updates; default the client's
---@field secrets? fun(connection: personalize.members, path: string): string|nil of updates; default the client's

---The options of every call that writes: those above, and
---@class personalize.connections.write_options
---@field timeout? number seconds for the whole call; default the client's
---@field retry? personalize.retry_policy|false default the client's
---@field missing_secrets? "refuse"|"send" of updates; default the client's
---@field secrets? fun(connection: personalize.members, path: string): string|nil of updates; default the client's
---@field unknown_members? "refuse"|"send" whether members that look like published ones, misspelt or at the wrong place, are refused or sent; default the client's

---The state that `expect` compares with: that of an earlier answer.
---@class personalize.connections.expectation
---@field revision? integer|personalize.number absent from the answers to a create and to an update
---@field modifiedAt? string

---A warning about something that is allowed but probably a mistake. Warnings never stop a call.
---@class personalize.connections.warning
---@field path string such as `inputMappings[2].key`
---@field message string
---@field code string does not change between versions: `name_hyphen`, `name_control_character`, `name_space`, `renamed`, `in_use`, `uses_unknown`, `input_missing`, `input_unused`, `input_twice`, `output_missing`, `body_not_json`, `example_not_json`, `unusual_case`, `auth_type_missing`, `auth_type_unknown`, `secret_missing`, `url_not_absolute`, `mask_sent`, `look_alike`, `list_may_lack`, `large_list`, `twin_unknown`

---A mention of a connection.
---@class personalize.connections.use
---@field kind "decision_model"|"flow" of the item that mentions it
---@field ref string of that item
---@field name string of that item
---@field where string place in the item, such as `variant "A": definition, line 3`
---@field text string the line with secrets masked; of a long line, the part around the mention

---The connections of one tenant: list, retrieve, create, change and test them.
---
---`client.connections` are those of a client. `require "personalize.connections"` are those of the default client,
---which is made at the first call, from the environment or from the options given to `personalize.configure`.
---
---Every function takes a table of options as its last argument. Where a function takes `ref`, give a ref (string) or a
---connection; where it takes a definition, give a table, a `personalize.builder` or a connection. Every call may fail
---with the kinds of `personalize.error.kind`; a function's page names only those with reasons of its own.
---@class personalize.connections
local connections = {}

---Options of `list`.
---@class personalize.connections.list_opts: personalize.connections.call_options
---@field limit? integer the most connections to return
---@field offset? integer how many connections to skip

---Lists connections, including archived ones. Without `limit` and `offset`: all of them, whatever the service's
---paging; with them: that page. (The command `personalize list` leaves archived ones out unless `--archived` is given.)
---If the length of a list is a usual page length (a multiple of 10 or 25), one more call asks for what follows. A
---client skips this call for a minute after a longer list of other connections came at once, and, with a warning, after
---the service ignored or refused paging.
---
---Published as `GET /v2/connections` (no parameter of it is published)
---@param opts? personalize.connections.list_opts what every call takes, and
---@return personalize.list|nil list
---@return personalize.error|nil err
function connections.list(opts) end

---Options of `each`.
---@class personalize.connections.each_opts: personalize.connections.call_options
---@field page_size? integer how many to ask for at a time

---Iterates over all connections, including archived ones, and fetches pages as needed. Raises an error object when a
---page cannot be had. Unlike `list` it does not ask for what follows where a longer list with the same connections came
---at once within the last minute: it warns of that, and asks the next time.
---
---Published as `GET /v2/connections`
---@param opts? personalize.connections.each_opts what every call takes (`timeout` is for each page), and
---@return fun(): personalize.connection|nil iterator for `for`
function connections.each(opts) end

---Retrieves a connection.
---
---Published as `GET /v2/connections/<ref>`
---@param ref string|personalize.connection a ref or a connection
---@param opts? personalize.connections.call_options
---@return personalize.connection|nil connection
---@return personalize.error|nil err of kind `not_found` when it does not exist
function connections.get(ref, opts) end

---Finds the first connection that matches, including archived ones. `find { name = "Weather", archived = false }`
---leaves those out.
---
---Published as `GET /v2/connections`
---@param wanted string|table|fun(connection: personalize.connection): any a name; or a table of members that it must have; or a function of a connection
---@param opts? personalize.connections.call_options
---@return personalize.connection|nil connection
---@return personalize.error|nil err of kind `not_found` when none matches
function connections.find(wanted, opts) end

---Creates a connection. The definition is validated first; the members that the server owns are left out. Two calls
---make two connections of one name; `ensure` makes only one.
---
---Published as `POST /v2/connections`
---@param given personalize.members|personalize.builder definition: a table, a builder, or a connection
---@param opts? personalize.connections.write_options
---@return personalize.connection|nil connection as the server answered; `personalize.meta` of it has `warnings`
---@return personalize.error|nil err of kind `validation`; of kind `ambiguous` when the answer was lost: then `outcome` is `created` (the connection is `err.connection`), `not_created` or `unknown`
function connections.create(given, opts) end

---Options of `update`.
---@class personalize.connections.update_opts: personalize.connections.write_options
---@field expect? personalize.connections.expectation|false the expected state of the connection; default the state of `given`, or else of `ref`, when it was retrieved; `false` overwrites without checking

---Replaces a connection. As the API defines it, members that the definition lacks are removed. An OAuth connection
---without its client secret is refused unless `secrets` or `missing_secrets` say otherwise.
---
---A retrieved connection is checked first, which costs one more call: if `modifiedAt` or `revision` show that it was
---changed since, nothing is sent. Between the check and the write someone may still change it.
---
---Published as `GET /v2/connections/<ref>` (for retrieved connections), `PUT /v2/connections/<ref>`
---@param ref string|personalize.connection a ref or a connection
---@param given? personalize.members|personalize.builder definition: a table, a builder, or a connection; default: `ref` itself, if that is a connection
---@param opts? personalize.connections.update_opts what every call that writes takes, and
---@return personalize.connection|nil connection as the server answered
---@return personalize.error|nil err of kind `validation` (`problems` names the missing secret, or the member that looks like another one), `conflict` when it was changed meanwhile (`err.connection` is its present state), `not_found`
function connections.update(ref, given, opts) end

---Options of `patch`.
---@class personalize.connections.patch_opts: personalize.connections.write_options
---@field expect? personalize.connections.expectation|false the expected state of the retrieved connection; default none: the changes are applied to the connection as it is now
---@field check_uses? boolean when it is renamed or archived, warn of what uses it (`uses`) (default `false`)

---Changes some members: retrieves the connection, merges the changes deeply, and sends it if anything changed.
---Arrays replace; `personalize.null` sets null.
---
---Published as `GET /v2/connections/<ref>`, `PUT /v2/connections/<ref>`
---@param ref string|personalize.connection a ref or a connection
---@param changes table|fun(connection: personalize.connection): any, any members; or a function that changes the connection that it gets (it may return `nil, err` to abort)
---@param opts? personalize.connections.patch_opts what every call that writes takes, and
---@return personalize.connection|nil connection
---@return boolean|personalize.error changed whether anything was sent
function connections.patch(ref, changes, opts) end

---Options of `archive`.
---@class personalize.connections.archive_opts: personalize.connections.write_options
---@field expect? personalize.connections.expectation|false as of `update`
---@field check_uses? boolean warn of what uses it (`uses`) (default `false`)

---Retires a connection: sets `archived`. There is no delete. If you pass a connection that was changed in the tenant
---since it was retrieved, nothing is sent.
---
---Published as `GET /v2/connections/<ref>`, `PUT /v2/connections/<ref>`
---@param ref string|personalize.connection a ref or a connection
---@param opts? personalize.connections.archive_opts what every call that writes takes, and
---@return personalize.connection|nil connection
---@return personalize.error|nil err as `update`
function connections.archive(ref, opts) end

---Options of `restore`.
---@class personalize.connections.restore_opts: personalize.connections.write_options
---@field expect? personalize.connections.expectation|false as of `update`

---Takes a connection back from the archive. If you pass a connection that was changed in the tenant since it was
---retrieved, nothing is sent.
---
---Published as `GET /v2/connections/<ref>`, `PUT /v2/connections/<ref>`
---@param ref string|personalize.connection a ref or a connection
---@param opts? personalize.connections.restore_opts what every call that writes takes, and
---@return personalize.connection|nil connection
---@return personalize.error|nil err as `update`
function connections.restore(ref, opts) end

---Asks the service to make the call that a connection describes, and sends it the whole connection. It is never
---repeated, because it calls a third party. Inputs have their example values, so a test does not show what FreeMarker
---makes of the texts, or how a guest's data changes them.
---
---Published as `POST /v2/connections/testConnection`
---@param target string|personalize.members|personalize.builder a ref (the connection is retrieved first), a connection, or a definition
---@param opts? personalize.connections.call_options `retry` is for the retrieval
---@return any answer the service's JSON, unchanged (its format is not published); `personalize.null` when it is empty
---@return personalize.error|nil err
function connections.test(target, opts) end

---Options of `validate`.
---@class personalize.connections.validate_opts
---@field unknown_members? "refuse"|"send" whether members that look like published ones, misspelt or at the wrong place, are refused or sent; `send` makes them warnings (default `"refuse"`)

---Checks a definition without sending it.
---@param given personalize.members|personalize.builder definition: a table, a builder, or a connection
---@param opts? personalize.connections.validate_opts
---@return boolean|nil valid `true`
---@return personalize.connections.warning[]|personalize.error warnings about what is allowed but probably a mistake
function connections.validate(given, opts) end

---Begins a definition.
---@param name string
---@return personalize.builder builder
function connections.build(name) end

---Options of `ensure`.
---@class personalize.connections.ensure_opts: personalize.connections.write_options
---@field force_secrets? boolean send secrets although nothing else differs (default `false`)
---@field expect? personalize.connections.expectation|false the expected state of the connection before the update; default the state of `given` when it was retrieved, if it is that connection

---Makes sure that a connection exists as defined: creates it, or updates the one of that name in use. Only the given
---members are compared. Secrets cannot be compared, because the service never returns them.
---
---One call at a time for each client and name: others of the same process wait, in `personalize.map`, in nginx and in
---other loops. After a create the list is read again: another process may have created one of that name meanwhile.
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

---Makes sure that many connections exist: reads one list, makes the changes several at a time, and, if anything was
---created, reads the list again to find twins that someone else made. Definitions of one name must be equal.
---
---Published as `GET /v2/connections`, `POST /v2/connections`, `GET` and `PUT /v2/connections/<ref>`
---@param list table array of definitions: tables, builders, or connections
---@param opts? personalize.connections.ensure_all_opts what every call that writes takes (`timeout` is for each), and
---@return table results connections by index, with `n`
---@return table errors by index; empty if all succeeded. If the list cannot be had, each item has that error
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
---@field expect? false overwrite changes that were made meanwhile, without checking
---@field concurrency? integer as of `personalize.map` (default `4`)
---@field on_progress? fun(done: integer, total: integer, item: any, result: any) as of `personalize.map`
---@field stop_on_error? boolean as of `personalize.map` (default `false`)

---Updates many connections, several at a time: each as it is now. Retrieved connections are checked first, as `update`
---does, which costs another call for each.
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
---@param list table array of refs, connections, or definitions
---@param opts? personalize.connections.test_all_opts what every call takes (`timeout` is for each), and
---@return table results answers by index, with `n`
---@return table errors by index; empty when all went well
function connections.test_all(list, opts) end

---Begins a definition with a curl command, as browsers ("Copy as cURL (bash)"), Postman and documentation write it. It
---reads method, URL, headers, body, basic authentication, time limits, and OAuth if another curl fetches the token.
---Nothing is run. `{{x}}` and the shell's `$x` become `${x}`; in URL, headers and body each `${x}` becomes an input.
---
---It refuses, with the reason: files (`@file`), multipart forms (`-F`), several URLs, authentication that a connection
---does not have, the form for Windows' cmd, and options on a line of their own, where the line before has no `\` at its
---end. The name is made from the URL; all of it can still be changed.
---@param line string
---@return personalize.builder|nil builder
---@return personalize.connections.warning[]|personalize.error warnings about what was left out, and about credentials in clear text, without showing them
function connections.from_curl(line) end

---Finds what uses a connection: searches decision models' variants and flows for its name, for the variable that
---decision models have for it ("Loyalty Tier" is `loyaltyTier`), and for its ref. A mention is not always a use, and
---uses in tests or other systems are not found.
---
---Published as `GET /v2/connections`, `GET /v2/decisionModelDefinitions` and the `variants` of each, `GET /v3/flowDefinitions`
---@param wanted string|personalize.connection a name (also one that no connection has any more), a ref, or a connection
---@param opts? personalize.connections.call_options `timeout` is for each call
---@return personalize.connections.use[]|nil uses `tostring` shows a table; `uses.looked_at` counts the searched `decision_models` and `flows`
---@return personalize.error|nil err when an item cannot be read; of kind `not_found` when no connection has that ref
function connections.uses(wanted, opts) end

return connections
