---@meta personalize

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---The options of a client.
---@class personalize.client_options
---@field region? string `us`, `eu`, `ap` or `jpe`; or `base_url`
---@field base_url? string of the API; `https://`, and to loopback and `plain_http_hosts` also `http://`
---@field client_id? string of the organisation, with `client_secret`
---@field client_secret? string goes with `client_id`
---@field client_key? string of an older organisation, with `api_token`, in place of the two
---@field api_token? string goes with `client_key`
---@field access_token? string|fun(): string, number in place of both: a token, or a function that returns one and its lifetime in seconds
---@field token_url? string the complete token endpoint; default as published for the kind of credentials
---@field audience? string of the token call; default as published
---@field timeout? number seconds for a whole call, including token, retries and waits (default `30`)
---@field connect_timeout? number seconds until a connection is made (default `5`)
---@field stall_timeout? number seconds without a byte (default `10`)
---@field retry? personalize.retry_policy|false how calls are repeated; `false`: never
---@field max_response_bytes? integer of one answer (default `67108864`)
---@field max_response_headers? integer of one answer (default `256`)
---@field max_depth? integer levels of JSON in an answer or a body; at most 2000 (default `128`)
---@field max_list_items? integer connections of one whole list (default `1000000`)
---@field http2? boolean whether HTTP/2 is offered over TLS (default `true`)
---@field proxy? string URL; the environment's `http_proxy` and the like are ignored. Loopback is never proxied, and with a proxy all other URLs must be `https://`
---@field ca_file? string PEM file with the certificate authorities to trust; default the system's
---@field ca_path? string folder of such files; one that is rewritten counts at the next call (where there are more than 32, within a second)
---@field client_cert? string PEM file with a client certificate
---@field client_cert_key? string PEM file with its key; `client_cert` may hold both
---@field client_cert_passphrase? string of that key, if it is encrypted; the library never asks on a terminal
---@field plain_http_hosts? string[] names of hosts besides loopback for which `http://` is allowed
---@field missing_secrets? "refuse"|"send" whether an update without the write-only secret of its `auth` is refused or sent; such an update may erase the secret (default `"refuse"`)
---@field unknown_members? "refuse"|"send" whether members that look like published ones, misspelt or at the wrong place, are refused or sent (default `"refuse"`)
---@field secrets? fun(connection: personalize.members, path: string): string|nil supplies write-only secrets for updates
---@field user_agent_suffix? string added to the header `User-Agent`
---@field on_event? fun(event: personalize.event) is called for each event, secrets masked; without it warnings go to nginx's log, or else to Lua's `warn` (5.4 and later), which shows nothing without `lua -W` or `warn "@on"`
---@field nginx_driver? "wake"|"tick" how an nginx worker learns of work; its first client decides
---@field token_cache? personalize.token_cache|string shares access tokens beyond this Lua state; in nginx the name of a `lua_shared_dict`

---How calls that are safe to repeat are repeated.
---@class personalize.retry_policy
---@field attempts? integer the most attempts, including the first (default `4`)
---@field base_delay? number seconds; doubles with each attempt. The pause is a random part of it (default `0.25`)
---@field max_delay? number seconds; the server's `Retry-After` overrides it, the call's `timeout` limits both (default `8`)

---A cache of access tokens beyond one Lua state.
---@class personalize.token_cache
---@field get fun(key: string): string|nil, number|nil returns the token of a key, and its remaining seconds if known
---@field set fun(key: string, token: string, ttl: number) stores a token for `ttl` seconds
---@field lock? fun(key: string): boolean true when this caller may renew the token, false while another does; the lock must expire after some five seconds, because its owner may be gone
---@field unlock? fun(key: string) releases the lock

---The options of `map`.
---@class personalize.map_options
---@field concurrency? integer items at a time; a 429 lowers it for a while (default `4`)
---@field on_progress? fun(done: integer, total: integer, item: any, result: any) called after each item, but not for the one whose error stops the map, nor for those that end after it; an error in it cancels the rest
---@field stop_on_error? boolean the first error cancels the rest (default `false`)

---The options of a probe.
---@class personalize.probe_options
---@field name? string of the connection that it creates; the default says that a probe made it
---@field write? boolean create a connection, archived from the beginning, to see how the service treats it (default `false`)
---@field credentials? boolean whether that connection may hold the client's own credentials for a moment. Without them the probe cannot tell whether an update without a secret erases it (default `true`)
---@field timeout? number seconds for each call; default the client's
---@field should_stop? fun(): any asked before each call; when it returns true, the probe cleans up and returns

---One answer of a probe.
---@class personalize.probe_answer
---@field id string does not change between versions, such as `unique_names`
---@field question string
---@field assumed string what this library and its emulator assume
---@field answer string what the tenant does
---@field evidence string the observation behind the answer
---@field agrees? boolean whether the answer is as assumed; nil if that could not be found out

---How calls wait in the program's event loop: see the guide on event loops. The functions have no `self`.
---@class personalize.loop
---@field runs_here fun(): boolean true when a call from here waits by this loop; otherwise it blocks
---@field ready fun(): boolean|nil, personalize.error|nil true; or nil and an error object when a call cannot wait here
---@field wait fun(engine: any, things: table, deadline: number): boolean|nil suspends the caller until one of the things is done, or until the deadline (as `now` counts); it may return sooner. `false` when waiting is no longer possible
---@field begin fun(engine: any) sends what was enqueued, without waiting: `engine:run_due()`
---@field transfer? fun(engine: any, transfer: any) waits until one transfer is done; without it `wait` is called

---The call behind a result.
---@class personalize.call_facts
---@field status integer of the answer
---@field headers table of the answer: names in lower case; in errors with secrets masked
---@field attempts integer number of attempts
---@field elapsed number seconds, of the last attempt
---@field reused boolean whether a kept-alive connection was used
---@field http_version string such as `1.1`
---@field request_id? string the service's id of the call
---@field warnings personalize.connections.warning[] of a write, or of a list that may lack connections

---The type of an event.
---@alias personalize.event_type
---| "request" # an attempt is sent
---| "response" # an attempt was answered, or failed
---| "retry" # an attempt will be repeated
---| "token" # an access token was fetched, or could not be
---| "warning" # nothing failed, but a person should know

---One event. An error in the hook has no effect. The hook may make calls itself; these cause no events.
---@class personalize.event
---@field type personalize.event_type
---@field time number monotonic seconds, as `now` gives
---@field method? string of the call
---@field url? string of the call
---@field attempt? integer of a `request`, a `response` or a `retry` (the one that failed), from 1 on
---@field elapsed? number seconds until the `response`
---@field status? integer of the `response`
---@field request_id? string of the `response`: the service's id of the call
---@field reused? boolean whether the `response` came over a connection that was kept alive
---@field bytes_sent? integer for a `response`
---@field bytes_received? integer of a `response`
---@field delay? number seconds until the `retry`
---@field expires_in? number seconds until the `token` expires
---@field message? string of a `warning`
---@field code? string of a `warning`: see @{personalize.connections.warning}
---@field path? string of a `warning`: the member that it is about
---@field error? personalize.error why a `response`, a `retry` or a `token` failed

---Automates the connections of Sitecore Personalize: `require "personalize"`.
---
---Failures of the network, the server, the data or the configuration return `nil` and a `personalize.error`; mistakes
---in the script (wrong types, unknown options) raise. Durations are seconds unless a name ends in `_ms`.
---@class personalize
---@field _VERSION string The version of the library. such as `1.0.0`
---@field null lightuserdata JSON's null, the same value as `cjson.null`. also the value of an empty answer
---@field connections personalize.connections The connections of a default client, made from the environment at first use, or by `configure`.
---@field json personalize.json JSON without loss.
---@field sync personalize.sync Connections as code. The module is loaded at first use, so that small scripts need not wait for it.
local personalize = {}

---Makes a client. No connection is opened before its first call.
---@param opts personalize.client_options
---@return personalize.client|nil client
---@return personalize.error|nil err of kind `config`
function personalize.new(opts) end

---Options of `from_env`.
---@class personalize.from_env_overrides: personalize.client_options
---@field prefix? string reads other variables: `STAGING` reads `STAGING_REGION` and so on (default `"PERSONALIZE"`)
---@field variables? table name -> text: read instead of the environment

---Makes a client from environment variables: `PERSONALIZE_REGION`, `_BASE_URL`, `_CLIENT_ID`, `_CLIENT_SECRET`,
---`_CLIENT_KEY`, `_API_TOKEN`, `_ACCESS_TOKEN`, `_TOKEN_URL`, `_AUDIENCE`, `_PROXY`, `_CA_FILE`. Of each, `..._FILE`
---names a file that holds the value.
---@param overrides? personalize.from_env_overrides options of `new` that override the environment, and
---@return personalize.client|nil client
---@return personalize.error|nil err of kind `config`
function personalize.from_env(overrides) end

---Sets the default client, which `personalize.connections` uses.
---@param opts personalize.client_options|personalize.client options as for `new`, or a client
---@return personalize.client|nil client
---@return personalize.error|nil err of kind `config`; then the default client does not change
function personalize.configure(opts) end

---Marks a table as a JSON array, also if it is empty. An unmarked empty table is sent as `{}`, but as `[]` where the
---schema has an array.
---@param items? table default a new table
---@return table items the same table
function personalize.array(items) end

---A number that a Lua number cannot hold exactly. Two such numbers compare by value. Convert a Lua number before you
---compare it with one: for mixed values `==` is always false, and LuaJIT raises for `<` and `<=`.
---@param value string|number|personalize.number the text of a JSON number, or a number
---@return personalize.number number
function personalize.number(value) end

---True if a value is an error object of this library.
---@param value any
---@return boolean is_error
function personalize.is_error(value) end

---A message handler for `xpcall`: shows where an error was made, for the library's errors and others.
---`debug.traceback` cannot, because an error object is not a string; nor can the interpreter when `assert` raises one.
---@param err any the raised value
---@return any text with the stack: for an error object `tostring(err)` and `err.traceback`; a value that is not text and has no `__tostring` is returned as it is
function personalize.traceback(err) end

---Seconds of a monotonic clock, which events use. Differences are meaningful; the value is not a date.
---@return number seconds
function personalize.now() end

---Calls a function for many items, several at a time. The function is straight-line code and may use any call of the
---library. It works in scripts, in `map` within `map`, and in OpenResty.
---@param items table array
---@param fn fun(item: any, index: integer): any, any its first result is the item's result; an error that it raises, or returns as `nil, err`, is the item's error. Wrap calls of the library as below: they would take the index as options
---@param opts? personalize.map_options
---@return table results by index, with `n`
---@return table errors by index; empty if all succeeded. Cancelled items have an error of kind `cancelled`
function personalize.map(items, fn, opts) end

---Asks a tenant the questions that the published documentation leaves open. By reading alone it finds out about lists
---and paging, unpublished members and types, and the token's lifetime and scope. With `write` it creates a connection,
---archived from the beginning, and finds out about creates, updates, secrets, names and tests. It creates a second one
---if an update of an unknown `ref` creates, or names need not be unique. Nothing else is changed. It archives what it
---created and names it in the last answer. It may be interrupted at any time.
---@param owner personalize.client
---@param opts? personalize.probe_options
---@return personalize.probe_answer[]|nil answers `tostring` shows a table. `answers.made` are the connections that it created, as `{ ref =, name =, archived = }`; `answers.left` those that could not be archived, as `{ ref =, name =, why = }`, without `ref` where it is unknown whether one was created; `answers.stopped` is true if `should_stop` ended it
---@return personalize.error|nil err when not even the list of connections can be had
function personalize.probe(owner, opts) end

---Makes calls wait by an event loop of the program. Calls in a coroutine of that loop suspend the coroutine while the
---loop continues; elsewhere they block, as in a script. It applies to all clients. In OpenResty it is not needed: calls
---suspend the request.
---@param loop "copas"|"cqueues"|"luv"|personalize.loop|false its name (`luv` is also Neovim's own), your own table, or `false` for none, as at the beginning
---@return boolean|nil done
---@return personalize.error|nil err of kind `config` when the loop's package is missing, in nginx, and while calls are in flight
function personalize.use_loop(loop) end

---The facts of the call behind a result; of several calls, the last one.
---@param result any a connection, a list, an answer of `client:request`, or an error object
---@return personalize.call_facts|nil facts nil for anything else
function personalize.meta(result) end

return personalize
