---@meta personalize.emulator

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---One behaviour of the emulator.
---@class personalize.emulator.behaviour
---@field name string sent in the header `X-Emulator-Behaviour`
---@field when string
---@field what string
---@field status? integer of the reply
---@field evidence "documented"|"inferred"|"guessed"|"own" sent in the header `X-Emulator-Evidence`

---What an emulator can be started with.
---@class personalize.emulator.options
---@field port? integer TCP port; 0: a free one (default `0`)
---@field database? string a file, made if need be, which several emulators may share; `:memory:` is none (default `":memory:"`)
---@field seed? boolean an empty database starts with the published example connections (default `false`)
---@field strict? boolean refuse unknown members and query parameters (default `false`)
---@field page_limit? integer most connections in one list; it does not say so
---@field honour_offset? boolean false: `offset` is ignored (default `true`)
---@field missing_secret? "clear"|"keep" what an update that lacks a stored secret does to it (default `"clear"`)
---@field update_revision? boolean the answer to an update has the `revision` (default `false`)
---@field put_creates? boolean an update of a `ref` that no connection has creates it (default `false`)
---@field unique_names? boolean refuse a second connection of a name (default `false`)
---@field mask_unknown_auth? boolean what an `auth` of an unpublished `authType` has never comes out (default `false`)
---@field token_ttl? number seconds that access tokens live (default `900`)
---@field outbound? string|table where test calls may go beside this machine: `any`, or a host (in Lua also an array of them) (default `"loopback"`)
---@field journal_secrets? boolean the journal has secrets in clear (default `false`)
---@field journal_limit? integer requests remembered; never more than 64 MiB of them (default `10000`)
---@field access_log? string a file that gets a line per call, or "stderr"
---@field address? string IP address to listen on, or localhost (default `"127.0.0.1"`)
---@field public_url? string under which others reach it, where that is not address and port
---@field remote_control? boolean take calls below `/_emulator/` from other machines too (default `false`)
---@field request_timeout? number seconds within which a request must have arrived as a whole (default `60`)
---@field tls_cert? string PEM file with the certificate to serve https with
---@field tls_key? string PEM file with its key
---@field ca_file? string PEM file with the authorities that testConnection trusts, and that clients get to trust
---@field client_cert? string PEM file with the certificate that testConnection presents for `useMutualTls`
---@field client_cert_key? string PEM file with its key
---@field client_id? string for `POST /oauth/token` (default `"emulator-client-id"`)
---@field client_secret? string likewise (default `"emulator-client-secret"`)
---@field client_key? string for `POST /v2/oauth/token`, and in every connection (default `"pqsPERS3lw12v5a9rrHPW1c4hET73GxQ"`)
---@field api_token? string likewise (default `"emulator-api-token"`)

---How calls go wrong. Calls below `/_emulator/` never do.
---@class personalize.emulator.fault
---@field method? string the calls' method; without: any
---@field path? string their path, exactly, or with `*` at its end as far as that; without: any
---@field times? number how many of those calls; without: one, or with `probability` all
---@field probability? number of each of those calls, above 0 and at most 1
---@field after? boolean true: the call is carried out first, and what follows befalls its answer
---@field status? number from 200 to 599, with the API's error body; without `after` the call is not carried out
---@field delay? number seconds; other calls do not wait
---@field reset? boolean true: the connection is reset without an answer; without `after` the call is not carried out
---@field truncate? number the connection is closed after so many bytes of the answer's body
---@field retry_after? string|number the answer's `Retry-After`: seconds or a date
---@field body? string the answer's body, instead of what it would be
---@field content_type? string of that; without: `application/json`

---An emulator of the Connection REST API. It runs in this process on its own threads:
---`require "personalize.emulator"`.
---
---It emulates the published behaviour. Where that leaves questions open, its options choose; `behaviours` lists what it
---does and the evidence for it.
---@class personalize.emulator
---@field _VERSION string The version of the library.
local emulator = {}

---Starts an emulator. Without options it uses a free port, keeps its data in memory and is empty.
---@param given? personalize.emulator.options
---@return personalize.emulator.running|nil emulator
---@return personalize.error|nil err of kind `config` when the system refuses: the port is taken, the file is not an emulator's, ...
function emulator.start(given) end

---Blocks SIGINT and SIGTERM, for programs that run only an emulator.
---@return personalize.emulator.signals signals
function emulator.hold_signals() end

---Lists the emulator's behaviours and the evidence for each.
---@return personalize.emulator.behaviour[] behaviours
function emulator.behaviours() end

---A request that the emulator answered.
---@class personalize.emulator.running.request
---@field method string
---@field path string as sent
---@field query string as sent
---@field headers table names in lower case, credentials masked
---@field body string masked for token calls
---@field status integer of the reply; 0: the connection was reset

---Counts since the start, and the number of stored connections.
---@class personalize.emulator.running.counts
---@field requests integer
---@field errors integer replies of 4xx and 5xx, and faults
---@field tokens integer
---@field lists integer
---@field retrieves integer
---@field creates integer
---@field updates integer
---@field tests integer
---@field connections integer stored now

---A running emulator. It stops when it is collected, or when its `<close>` variable goes out of scope.
---@class personalize.emulator.running
---@field url string the URL on which it listens
local running = {}

---Makes a new table of options for `personalize.new`.
---@param kind? "client_id"|"api_token" of credentials; `api_token` are those of older organisations (default `"client_id"`)
---@return personalize.client_options options
function running:options(kind) end

---Makes the environment variables for `personalize.from_env()` in another process.
---@return table environment array of `{ name, value }`
function running:environment() end

---The last requests, in the order in which they were answered.
---@return personalize.emulator.running.request[]|nil requests
---@return personalize.error|nil err of kind `closed` when the emulator was stopped
function running:requests() end

---Returns the counts.
---@return personalize.emulator.running.counts|nil counts
---@return personalize.error|nil err of kind `closed` when the emulator was stopped
function running:counts() end

---The secret stored for a connection, for tests. The API never returns it.
---@param ref string
---@param name? string of the member of `auth` (default `"clientSecret"`)
---@return string|nil|nil secret nil if none is stored
---@return personalize.error|nil err of kind `closed` when the emulator was stopped
function running:stored_secret(ref, name) end

---Orders the emulator to fail calls. If several faults match a call, the oldest applies.
---@param fault personalize.emulator.fault
---@return personalize.emulator.running|nil emulator itself
---@return personalize.error|nil err of kind `closed` when the emulator was stopped; `config` when there are too many faults
function running:fail(fault) end

---Stores items that the API can then read: decision models, their variants, flows, templates. Items with an existing
---`ref` are replaced.
---@param path string of the collection, such as `/v3/flowDefinitions`
---@param items table[] each with a `ref`
---@return personalize.emulator.running|nil emulator itself
---@return personalize.error|nil err of kind `closed` when the emulator was stopped; `config` when path or items are invalid; `encode` when they cannot be written as a JSON array
function running:put(path, items) end

---Cancels all faults that have not happened yet.
---@return personalize.emulator.running|nil emulator itself
---@return personalize.error|nil err of kind `closed` when the emulator was stopped
function running:heal() end

---Moves its clock forward: tokens expire; `Date` and new `modifiedAt`s follow. It does not shorten any waiting.
---@param seconds number 0 or more
---@return personalize.emulator.running|nil emulator itself
---@return personalize.error|nil err of kind `closed` when the emulator was stopped; `config` when that is too far, about 6,000 years in all
function running:advance(seconds) end

---Stores the published example connections, even if they are stored already.
---@return personalize.emulator.running|nil emulator itself
---@return personalize.error|nil err of kind `closed` when the emulator was stopped; `config` when the database cannot be written
function running:seed() end

---Resets it to its state at the start: no connections (or the examples), no tokens, no faults, no journal, counts at
---0, the clock right.
---@return personalize.emulator.running|nil emulator itself
---@return personalize.error|nil err of kind `closed` when the emulator was stopped; `config` when the database cannot be written
function running:reset() end

---Stops the emulator; it may be called again. Calls in progress are answered first if that takes only a moment.
function running:stop() end

---Signals that are held back, until `close` or until this is collected.
---@class personalize.emulator.signals
local signals = {}

---Waits for one.
---@param seconds? number at most; without: for ever
---@return "SIGINT"|"SIGTERM"|nil signal nil: none came in time
function signals:wait(seconds) end

---Holds them back no longer: what came meanwhile is delivered. Also `__gc` and `__close`.
function signals:close() end

return emulator
