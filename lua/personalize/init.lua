--- Automates the connections of Sitecore Personalize: `require "personalize"`.
--
-- Failures of the network, the server, the data or the configuration return `nil` and a @{personalize.error}; mistakes
-- in the script (wrong types, unknown options) raise. Durations are seconds unless a name ends in `_ms`.
-- @module personalize
-- @usage
-- for _, connection in ipairs(assert(client.connections.list())) do print(connection.name) end

local bind_connections = require "personalize.connections.bind"
local choice = require "personalize.http.loops.choice"
local client = require "personalize.client"
local default = require "personalize.default"
local errors = require "personalize.error"
local json = require "personalize.json"
local map = require "personalize.http.loops.map"
local meta = require "personalize.http.meta"
local native = require "personalize.native"
local options = require "personalize.options"
local settings = require "personalize.settings"

-- The resources of a client besides connections, by the names of its members.
local resources = {
   decision_models = require "personalize.decision_models",
   flows = require "personalize.flows",
   templates = require "personalize.templates",
}

local personalize = {
   --- The version of the library.
   -- @tfield string _VERSION such as `1.0.0`
   _VERSION = native.version,
   --- JSON's null, the same value as `cjson.null`.
   -- @tfield lightuserdata null also the value of an empty answer
   null = json.null,
   --- The connections of a default client, made from the environment at first use, or by `configure`.
   -- @tfield personalize.connections connections
   connections = require "personalize.connections",
   --- JSON without loss.
   -- @tfield personalize.json json
   json = {},
}

--- Connections as code. The module is loaded at first use, so that small scripts need not wait for it.
-- @tfield personalize.sync sync
setmetatable(personalize, { __index = function(self, name)
   if name ~= "sync" then return nil end
   self.sync = require "personalize.sync"
   return self.sync
end })

-- Functions of a module are called with a dot; with a colon by mistake they work too. The wrapper leaves no level on
-- the stack: misuse is raised at level 2 of the implementation, which is the caller's line.
local function public_of(module, name, implementation)
   module[name] = function(first, ...)
      if rawequal(first, module) then return implementation(...) end
      return implementation(first, ...)
   end
end

local function public(name, implementation)
   public_of(personalize, name, implementation)
end

public_of(personalize.json, "decode", json.decode)
public_of(personalize.json, "encode", json.encode)

local function with_resources(made)
   local function get_client() return made end
   made.connections = bind_connections(get_client)
   for name, resource in pairs(resources) do made[name] = resource:bind(get_client) end
   return made
end

--- The options of a client.
-- @table client_options
-- @tfield[opt] string region `us`, `eu`, `ap` or `jpe`; or `base_url`
-- @tfield[opt] string base_url of the API; `https://`, and to loopback and `plain_http_hosts` also `http://`
-- @tfield[opt] string client_id of the organisation, with `client_secret`
-- @tfield[opt] string client_secret goes with `client_id`
-- @tfield[opt] string client_key of an older organisation, with `api_token`, in place of the two
-- @tfield[opt] string api_token goes with `client_key`
-- @tfield[opt] string|fun():string,number access_token in place of both: a token, or a function that returns one and
-- its lifetime in seconds
-- @tfield[opt] string token_url the complete token endpoint; default as published for the kind of credentials
-- @tfield[opt] string audience of the token call; default as published
-- @tfield[opt=30] number timeout seconds for a whole call, including token, retries and waits
-- @tfield[opt=5] number connect_timeout seconds until a connection is made
-- @tfield[opt=10] number stall_timeout seconds without a byte
-- @tfield[opt] personalize.retry_policy|false retry how calls are repeated; `false`: never
-- @tfield[opt=67108864] integer max_response_bytes of one answer
-- @tfield[opt=256] integer max_response_headers of one answer
-- @tfield[opt=128] integer max_depth levels of JSON in an answer or a body; at most 2000
-- @tfield[opt=1000000] integer max_list_items connections of one whole list
-- @tfield[opt=true] boolean http2 whether HTTP/2 is offered over TLS
-- @tfield[opt] string proxy URL; the environment's `http_proxy` and the like are ignored. Loopback is never proxied,
-- and with a proxy all other URLs must be `https://`
-- @tfield[opt] string ca_file PEM file with the certificate authorities to trust; default the system's
-- @tfield[opt] string ca_path folder of such files; one that is rewritten counts at the next call (where there are
-- more than 32, within a second)
-- @tfield[opt] string client_cert PEM file with a client certificate
-- @tfield[opt] string client_cert_key PEM file with its key; `client_cert` may hold both
-- @tfield[opt] string client_cert_passphrase of that key, if it is encrypted; the library never asks on a terminal
-- @tfield[opt] {string,...} plain_http_hosts names of hosts besides loopback for which `http://` is allowed
-- @tfield[opt="refuse"] "refuse"|"send" missing_secrets whether an update without the write-only secret of its `auth`
-- is refused or sent; such an update may erase the secret
-- @tfield[opt="refuse"] "refuse"|"send" unknown_members whether members that look like published ones, misspelt or at
-- the wrong place, are refused or sent
-- @tfield[opt] fun(connection:personalize.members,path:string):string|nil secrets supplies write-only secrets for
-- updates
-- @tfield[opt] string user_agent_suffix added to the header `User-Agent`
-- @tfield[opt] fun(event:personalize.event) on_event is called for each event, secrets masked; without it warnings go
-- to nginx's log, or else to Lua's `warn` (5.4 and later), which shows nothing without `lua -W` or `warn "@on"`
-- @tfield[opt] "wake"|"tick" nginx_driver how an nginx worker learns of work; its first client decides
-- @tfield[opt] personalize.token_cache|string token_cache shares access tokens beyond this Lua state; in nginx the name
-- of a `lua_shared_dict`

--- How calls that are safe to repeat are repeated.
-- @table retry_policy
-- @tfield[opt=4] integer attempts the most attempts, including the first
-- @tfield[opt=0.25] number base_delay seconds; doubles with each attempt. The pause is a random part of it
-- @tfield[opt=8] number max_delay seconds; the server's `Retry-After` overrides it, the call's `timeout` limits both

--- A cache of access tokens beyond one Lua state.
-- @table token_cache
-- @tfield fun(key:string):string|nil,number|nil get returns the token of a key, and its remaining seconds if known
-- @tfield fun(key:string,token:string,ttl:number) set stores a token for `ttl` seconds
-- @tfield[opt] fun(key:string):boolean lock true when this caller may renew the token, false while another does; the
-- lock must expire after some five seconds, because its owner may be gone
-- @tfield[opt] fun(key:string) unlock releases the lock

--- Makes a client. No connection is opened before its first call.
-- @function new
-- @tparam personalize.client_options opts
-- @treturn personalize.client client
-- @fails of kind `config`
-- @usage
-- local own = assert(personalize.new {
--    region = "eu", client_id = "my-id", client_secret = "my-secret",
--    timeout = 10, retry = { attempts = 2 },
--    on_event = function(event) io.stderr:write(event.type, "\n") end,
-- })
-- own:close()
public("new", function(opts)
   options.argument(1, opts, "table", "personalize.new", 2)
   local resolved, err = settings.resolve(opts, "personalize.new", 2)
   if not resolved then return nil, err end
   return with_resources(client.new(resolved))
end)

--- Makes a client from environment variables: `PERSONALIZE_REGION`, `_BASE_URL`, `_CLIENT_ID`, `_CLIENT_SECRET`,
-- `_CLIENT_KEY`, `_API_TOKEN`, `_ACCESS_TOKEN`, `_TOKEN_URL`, `_AUDIENCE`, `_PROXY`, `_CA_FILE`. Of each, `..._FILE`
-- names a file that holds the value.
-- @function from_env
-- @tparam[opt] personalize.client_options overrides options of `new` that override the environment, and
-- @tparam[opt="PERSONALIZE"] string overrides.prefix reads other variables: `STAGING` reads `STAGING_REGION` and so on
-- @tparam[opt] table overrides.variables name -> text: read instead of the environment
-- @treturn personalize.client client
-- @fails of kind `config`
-- @usage
-- local staging, err = personalize.from_env { prefix = "STAGING", timeout = 10 }
-- if not staging then print(err.kind) end  --> config
public("from_env", function(overrides)
   if overrides ~= nil then options.argument(1, overrides, "table", "personalize.from_env", 2) end
   local resolved, err = default.from_environment(overrides, "personalize.from_env", 2)
   if not resolved then return nil, err end
   return with_resources(client.new(resolved))
end)

--- Sets the default client, which `personalize.connections` uses.
-- @function configure
-- @tparam personalize.client_options|personalize.client opts options as for `new`, or a client
-- @treturn personalize.client client
-- @fails of kind `config`; then the default client does not change
-- @usage
-- personalize.configure(client)
-- print(#personalize.connections.list() > 0)  --> true
public("configure", function(opts)
   if client.is(opts) then
      default.set(opts)
      return opts
   end
   options.argument(1, opts, "table", "personalize.configure", 2)
   local resolved, err = settings.resolve(opts, "personalize.configure", 2)
   if not resolved then return nil, err end
   local made = with_resources(client.new(resolved))
   default.set(made)
   return made
end)

--- Marks a table as a JSON array, also if it is empty. An unmarked empty table is sent as `{}`, but as `[]` where the
-- schema has an array.
-- @function array
-- @tparam[opt] table items default a new table
-- @treturn table items the same table
-- @usage print(personalize.json.encode { tags = personalize.array {} })  --> {"tags":[]}
public("array", json.array)

--- A number that a Lua number cannot hold exactly. Two such numbers compare by value. Convert a Lua number before you
-- compare it with one: for mixed values `==` is always false, and LuaJIT raises for `<` and `<=`.
-- @function number
-- @tparam string|number|personalize.number value the text of a JSON number, or a number
-- @treturn personalize.number number
-- @usage
-- local large = personalize.number "18446744073709551616"
-- print(large, large > personalize.number(1e15), large == 2^64)  --> 18446744073709551616	true	false
public("number", json.number)

--- True if a value is an error object of this library.
-- @function is_error
-- @tparam any value
-- @treturn boolean is_error
-- @usage
-- local _, err = client.connections.get "00000000-0000-4000-8000-000000000000"
-- print(personalize.is_error(err), err.kind)  --> true	not_found
public("is_error", errors.is)

--- A message handler for `xpcall`: shows where an error was made, for the library's errors and others.
-- `debug.traceback` cannot, because an error object is not a string; nor can the interpreter when `assert` raises one.
-- @function traceback
-- @tparam any err the raised value
-- @treturn any text with the stack: for an error object `tostring(err)` and `err.traceback`; a value that is not text
-- and has no `__tostring` is returned as it is
-- @usage
-- local function main() return assert(client.connections.find "Wether") end
-- local fine, text = xpcall(main, personalize.traceback)
-- print(fine, text:match "^[^\n]*", text:find "in function" ~= nil)
-- --> false	not_found: no connection is named "Wether" (did you mean "Weather Data System"?)	true
public("traceback", errors.traceback)

--- Seconds of a monotonic clock, which events use. Differences are meaningful; the value is not a date.
-- @function now
-- @treturn number seconds
-- @usage
-- local begun = personalize.now()
-- print(personalize.now() - begun < 60)  --> true
public("now", native.now)

--- The options of `map`.
-- @table map_options
-- @tfield[opt=4] integer concurrency items at a time; a 429 lowers it for a while
-- @tfield[opt] fun(done:integer,total:integer,item:any,result:any) on_progress called after each item, but not for
-- the one whose error stops the map, nor for those that end after it; an error in it cancels the rest
-- @tfield[opt=false] boolean stop_on_error the first error cancels the rest

--- Calls a function for many items, several at a time. The function is straight-line code and may use any call of the
-- library. It works in scripts, in `map` within `map`, and in OpenResty.
-- @function map
-- @tparam table items array
-- @tparam fun(item:any,index:integer):any,any fn its first result is the item's result; an error that it raises, or
-- returns as `nil, err`, is the item's error. Wrap calls of the library as below: they would take the index as options
-- @tparam[opt] personalize.map_options opts
-- @treturn table results by index, with `n`
-- @treturn table errors by index; empty if all succeeded. Cancelled items have an error of kind `cancelled`
-- @usage
-- local results, problems = personalize.map(refs, function(each)
--    local connection, err = client.connections.get(each)
--    return connection and connection.name, err
-- end, { concurrency = 8 })
-- print(results.n == #refs, next(problems))  --> true	nil
public("map", function(items, fn, opts) return map.run(items, fn, opts) end)

--- The options of a probe.
-- @table probe_options
-- @tfield[opt] string name of the connection that it creates; the default says that a probe made it
-- @tfield[opt=false] boolean write create a connection, archived from the beginning, to see how the service treats it
-- @tfield[opt=true] boolean credentials whether that connection may hold the client's own credentials for a moment.
-- Without them the probe cannot tell whether an update without a secret erases it
-- @tfield[opt] number timeout seconds for each call; default the client's
-- @tfield[opt] fun():any should_stop asked before each call; when it returns true, the probe cleans up and returns

--- One answer of a probe.
-- @table probe_answer
-- @tfield string id does not change between versions, such as `unique_names`
-- @tfield string question
-- @tfield string assumed what this library and its emulator assume
-- @tfield string answer what the tenant does
-- @tfield string evidence the observation behind the answer
-- @tfield[opt] boolean agrees whether the answer is as assumed; nil if that could not be found out

--- Asks a tenant the questions that the published documentation leaves open. By reading alone it finds out about lists
-- and paging, unpublished members and types, and the token's lifetime and scope. With `write` it creates a connection,
-- archived from the beginning, and finds out about creates, updates, secrets, names and tests. It creates a second one
-- if an update of an unknown `ref` creates, or names need not be unique. Nothing else is changed. It archives what it
-- created and names it in the last answer. It may be interrupted at any time.
-- @function probe
-- @tparam personalize.client owner
-- @tparam[opt] personalize.probe_options opts
-- @treturn {personalize.probe_answer,...} answers `tostring` shows a table. `answers.made` are the connections that it
-- created, as `{ ref =, name =, archived = }`; `answers.left` those that could not be archived, as
-- `{ ref =, name =, why = }`, without `ref` where it is unknown whether one was created; `answers.stopped` is true if
-- `should_stop` ended it
-- @fails when not even the list of connections can be had
-- @usage
-- local answers = assert(personalize.probe(client))
-- print(answers[1].question, answers[1].answer, answers[1].agrees)  --> How long does a token live?	900 s	true
public("probe", function(owner, opts)
   return require "personalize.probe"(owner, opts)
end)

--- How calls wait in the program's event loop: see the guide on event loops. The functions have no `self`.
-- @table loop
-- @tfield fun():boolean runs_here true when a call from here waits by this loop; otherwise it blocks
-- @tfield fun():boolean|nil,personalize.error|nil ready true; or nil and an error object when a call cannot wait here
-- @tfield fun(engine:any,things:table,deadline:number):boolean|nil wait suspends the caller until one of the things is
-- done, or until the deadline (as `now` counts); it may return sooner. `false` when waiting is no longer possible
-- @tfield fun(engine:any) begin sends what was enqueued, without waiting: `engine:run_due()`
-- @tfield[opt] fun(engine:any,transfer:any) transfer waits until one transfer is done; without it `wait` is called

--- Makes calls wait by an event loop of the program. Calls in a coroutine of that loop suspend the coroutine while the
-- loop continues; elsewhere they block, as in a script. It applies to all clients. In OpenResty it is not needed: calls
-- suspend the request.
-- @function use_loop
-- @tparam "copas"|"cqueues"|"luv"|personalize.loop|false loop its name (`luv` is also Neovim's own), your own table, or
-- `false` for none, as at the beginning
-- @treturn boolean done
-- @fails of kind `config` when the loop's package is missing, in nginx, and while calls are in flight
-- @usage
-- print(personalize.use_loop(false))  --> true
-- local fine, problem = pcall(personalize.use_loop, "cqueue")
-- print(problem:match "did you mean[^)]*")  --> did you mean "cqueues"?
public("use_loop", function(loop) return choice.use(loop, 1) end)

--- The call behind a result.
-- @table call_facts
-- @tfield integer status of the answer
-- @tfield table headers of the answer: names in lower case; in errors with secrets masked
-- @tfield integer attempts number of attempts
-- @tfield number elapsed seconds, of the last attempt
-- @tfield boolean reused whether a kept-alive connection was used
-- @tfield string http_version such as `1.1`
-- @tfield[opt] string request_id the service's id of the call
-- @tfield {personalize.connections.warning,...} warnings of a write, or of a list that may lack connections

--- The facts of the call behind a result; of several calls, the last one.
-- @function meta
-- @tparam any result a connection, a list, an answer of `client:request`, or an error object
-- @treturn personalize.call_facts|nil facts nil for anything else
-- @usage print(personalize.meta(assert(client.connections.get(ref))).status)  --> 200
public("meta", meta.of)

return personalize
