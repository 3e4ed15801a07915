---@meta personalize

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---What a client is made with.
---@class personalize.client_options
---@field region? string `us`, `eu`, `ap` or `jpe`; or `base_url`
---@field base_url? string of the API; `https://`, and to loopback and `plain_http_hosts` also `http://`
---@field client_id? string of the organisation, with `client_secret`
---@field client_secret? string goes with `client_id`
---@field client_key? string of an older organisation, with `api_token`, in place of the two
---@field api_token? string goes with `client_key`
---@field access_token? string|fun(): string, number in place of both: a token, or a function that returns one and the seconds it lives
---@field token_url? string the complete token endpoint; default as published for the kind of credentials
---@field audience? string of the token call; default as published
---@field timeout? number seconds for a whole call: token, retries and waits included (default `30`)
---@field connect_timeout? number seconds until a connection stands (default `5`)
---@field stall_timeout? number seconds without a byte (default `10`)
---@field retry? personalize.retry_policy|false how calls are repeated; `false`: never
---@field max_response_bytes? integer of one answer (default `67108864`)
---@field max_response_headers? integer of one answer (default `256`)
---@field max_depth? integer levels of JSON in an answer or a body; at most 2000 (default `128`)
---@field max_list_items? integer connections of one whole list (default `1000000`)
---@field http2? boolean whether HTTP/2 is offered over TLS (default `true`)
---@field proxy? string URL; the environment's `http_proxy` and the like do not count. Loopback is never proxied, and with a proxy all other URLs have to be `https://`
---@field ca_file? string PEM file with the authorities to trust; default the system's
---@field ca_path? string folder of them
---@field client_cert? string PEM file with a client certificate
---@field client_cert_key? string PEM file with its key; `client_cert` may hold both
---@field client_cert_passphrase? string of that key, where it is encrypted; it is never asked for on a terminal
---@field plain_http_hosts? string[] names of hosts beside loopback to which `http://` may go
---@field missing_secrets? "refuse"|"send" what becomes of an update whose `auth` lacks its write-only secret, which the update may erase (default `"refuse"`)
---@field unknown_members? "refuse"|"send" what becomes of members that look like published ones, misspelt or at the wrong place (default `"refuse"`)
---@field secrets? fun(connection: personalize.members, path: string): string|nil supplies write-only secrets for updates
---@field user_agent_suffix? string added to the header `User-Agent`
---@field on_event? fun(event: personalize.event) is told what happens, secrets masked; without it warnings go to Lua's `warn` (5.4 and later) or to nginx's log
---@field nginx_driver? "wake"|"tick" how an nginx worker is told of work; its first client decides
---@field token_cache? personalize.token_cache|string shares access tokens beyond this Lua state; in nginx the name of a `lua_shared_dict`

---How calls are repeated that may be repeated without harm.
---@class personalize.retry_policy
---@field attempts? integer at most, the first included (default `4`)
---@field base_delay? number seconds; doubles with each attempt, and a part of it by chance is waited (default `0.25`)
---@field max_delay? number seconds; the server's `Retry-After` counts more, the call's `timeout` most (default `8`)

---Where access tokens are kept beyond one Lua state.
---@class personalize.token_cache
---@field get fun(key: string): string|nil, number|nil the token kept under a key, and the seconds it lives if known
---@field set fun(key: string, token: string, ttl: number) keeps one for so many seconds
---@field lock? fun(key: string): boolean true when this caller may renew the token, false while another does; it has to end by itself after some five seconds, for whoever took it may be gone
---@field unlock? fun(key: string) ends it

---How `map` goes about its items.
---@class personalize.map_options
---@field concurrency? integer items at a time; a 429 lowers it for a while (default `4`)
---@field on_progress? fun(done: integer, total: integer, item: any, result: any) called after each item; an error in it cancels
---@field stop_on_error? boolean the first error cancels the rest (default `false`)

---How a probe goes about it.
---@class personalize.probe_options
---@field name? string of the connection that it makes; default one that says what it is
---@field write? boolean make a connection, archived from the beginning, and see what becomes of it (default `false`)
---@field credentials? boolean whether the client's own credentials may stand in that connection for a moment, without which it cannot be told what becomes of a secret that an update leaves out (default `true`)
---@field timeout? number seconds for each call; default the client's
---@field should_stop? fun(): any asked before each call; when it returns true, the probe cleans up and returns

---One answer of a probe.
---@class personalize.probe_answer
---@field id string stays the same from one version to the next, such as `unique_names`
---@field question string
---@field assumed string what this library and its emulator assume
---@field answer string what the tenant does
---@field evidence string by what that shows
---@field agrees? boolean nil where it could not be told

---How calls wait in an event loop of the program's own: see the guide about event loops. The functions have no `self`.
---@class personalize.loop
---@field runs_here fun(): boolean true when a call that is made here waits by this loop; else it blocks
---@field ready fun(): boolean|nil, personalize.error|nil true; or nil and an error object when a call cannot wait here
---@field wait fun(engine: any, things: table, deadline: number): boolean|nil suspends the caller until one of the things is done, or until the deadline (as `now` counts); it may return sooner. `false` when waiting is no longer possible
---@field begin fun(engine: any) sends what was enqueued, without waiting: `engine:run_due()`
---@field transfer? fun(engine: any, transfer: any) waits until one transfer is done; without it `wait` is called

---The call behind a result.
---@class personalize.call_facts
---@field status integer of the answer
---@field headers table of the answer: names in lower case; in errors with secrets masked
---@field attempts integer how many it took
---@field elapsed number seconds, of the last attempt
---@field reused boolean whether the connection was kept alive from before
---@field http_version string such as `1.1`
---@field request_id? string under which the service knows the call
---@field warnings personalize.connections.warning[] of a write, or of a list that may lack connections

---What happens, as `on_event` is told of it.
---@alias personalize.event_type
---| "request" # an attempt is sent
---| "response" # an attempt was answered, or failed
---| "retry" # an attempt will be repeated
---| "token" # an access token was had, or not
---| "warning" # nothing failed, but somebody should know

---One event; a hook that raises changes nothing. The hook may make calls itself; of those there are no events.
---@class personalize.event
---@field type personalize.event_type
---@field time number monotonic seconds, as `now` gives
---@field method? string of the call
---@field url? string of the call
---@field attempt? integer of a `request`, a `response` or a `retry` (the one that failed), from 1 on
---@field elapsed? number seconds until the `response`
---@field status? integer of the `response`
---@field request_id? string of the `response`, under which the service knows the call
---@field reused? boolean whether the `response` came over a connection that was kept alive
---@field bytes_sent? integer for a `response`
---@field bytes_received? integer of a `response`
---@field delay? number seconds until the `retry`
---@field expires_in? number seconds that the `token` lives
---@field message? string of a `warning`
---@field code? string of a `warning`: see @{personalize.connections.warning}
---@field path? string of a `warning`: the member that it is about
---@field error? personalize.error why a `response`, a `retry` or a `token` is none

---Automates the connections of Sitecore Personalize: `require "personalize"`.
---
---What the network, the server, the data or the configuration can do comes back as `nil` and a `personalize.error`;
---mistakes in the script (wrong types, unknown options) raise. Durations are seconds unless a name ends in `_ms`.
---@class personalize
---@field _VERSION string The version of the library. such as `1.0.0`
---@field null lightuserdata JSON's null, the same value as `cjson.null`. also what an empty answer is
---@field connections personalize.connections The connections of a default client, made from the environment at first use, or by `configure`.
---@field json personalize.json JSON without loss.
---@field sync personalize.sync Connections as code; loaded when it is first asked for, so that who makes a call or two need not wait for it.
local personalize = {}

---Makes a client. Opens nothing: the first call does.
---@param opts personalize.client_options
---@return personalize.client|nil client
---@return personalize.error|nil err of kind `config`
function personalize.new(opts) end

---Options of `from_env`.
---@class personalize.from_env_overrides: personalize.client_options
---@field prefix? string reads other variables: `STAGING` reads `STAGING_REGION` and so on (default `"PERSONALIZE"`)
---@field variables? table name -> text: read in place of the environment's

---Makes a client from environment variables: `PERSONALIZE_REGION`, `_BASE_URL`, `_CLIENT_ID`, `_CLIENT_SECRET`,
---`_CLIENT_KEY`, `_API_TOKEN`, `_ACCESS_TOKEN`, `_TOKEN_URL`, `_AUDIENCE`, `_PROXY`, `_CA_FILE`. Of each, `..._FILE`
---names a file that holds the value.
---@param overrides? personalize.from_env_overrides options of `new` that go before the environment, and
---@return personalize.client|nil client
---@return personalize.error|nil err of kind `config`
function personalize.from_env(overrides) end

---Sets the client that `personalize.connections` works on.
---@param opts personalize.client_options|personalize.client options as for `new`, or a client
---@return personalize.client|nil client
---@return personalize.error|nil err of kind `config`; then the default client stays as it was
function personalize.configure(opts) end

---Marks a table as a JSON array, also when it is empty. An unmarked empty table is sent as `{}`, but as `[]` where the
---schema has an array.
---@param items? table default a new table
---@return table items the same table
function personalize.array(items) end

---A number that a Lua number cannot hold exactly. Two of them compare by value. With a Lua number, make one of it
---first: as Lua compares, `==` is false for the two whatever their values, and LuaJIT raises for `<` and `<=`.
---@param value string|number|personalize.number the text of a JSON number, or a number
---@return personalize.number number
function personalize.number(value) end

---True if a value is an error object of this library.
---@param value any
---@return boolean is_error
function personalize.is_error(value) end

---A message handler for `xpcall`: says where an error was made, of the library's errors and of others.
---`debug.traceback` cannot, for an error object is no string; nor can the interpreter when `assert` raises one.
---@param err any what was raised
---@return any text with the stack: of an error object `tostring(err)` and `err.traceback`; what is neither text nor has a text of its own comes back as it is
function personalize.traceback(err) end

---Monotonic seconds: the clock of events. Differences are meaningful, the value is not a date.
---@return number seconds
function personalize.now() end

---Calls a function for many items at a time: straight-line code with any call of the library inside. In a script, in
---`map` within `map`, and in OpenResty.
---@param items table array
---@param fn fun(item: any, index: integer): any, any what it returns first is the item's result; what it raises, or returns as `nil, err`, its error. A call of the library has to be wrapped, as below: it would take the index for its options
---@param opts? personalize.map_options
---@return table results by index, with `n`
---@return table errors by index; empty when all went well. What was cancelled has an error of kind `cancelled`
function personalize.map(items, fn, opts) end

---Asks a tenant what no published page answers. Reading alone it sees lists and paging, members and types that are not
---published, and the token's lifetime and scope. With `write` it makes a connection, archived from the beginning, and
---sees what creates, updates, secrets, names and tests are like; where an update of an unknown `ref` creates, or names
---need not be unique, a second one comes of that. Nothing else is touched. What it made is archived, and named in the
---last answer. It may be interrupted at any time.
---@param owner personalize.client
---@param opts? personalize.probe_options
---@return personalize.probe_answer[]|nil answers `tostring` is a table. `answers.made` are the connections that it made, `answers.left` those of them that could not be archived; both arrays of `{ ref =, name = }`
---@return personalize.error|nil err when connections cannot even be listed
function personalize.probe(owner, opts) end

---Has calls wait by an event loop of the program. Calls that are made in a coroutine of that loop suspend it while the
---loop goes on; elsewhere they block, as in a script. It holds for all clients. In OpenResty calls suspend the request
---without it.
---@param loop "copas"|"cqueues"|"luv"|personalize.loop|false its name (`luv` is also Neovim's own), a table of one's own, or `false`: none, as at the beginning
---@return boolean|nil done
---@return personalize.error|nil err of kind `config` when the loop's package is missing, in nginx, and while calls are in flight
function personalize.use_loop(loop) end

---The call behind a result, the last one where there were several.
---@param result any a connection, a list, an answer of `client:request`, or an error object
---@return personalize.call_facts|nil facts nil for anything else
function personalize.meta(result) end

return personalize
