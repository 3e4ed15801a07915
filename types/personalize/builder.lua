---@meta _

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---Builds a definition step by step, in any order; `connections.build(name)` begins one. A contradiction (two
---authentications, two requests) raises an error at the second call.
---@class personalize.builder
local builder = {}

---Changes the name.
---@param text string
---@return personalize.builder builder itself
function builder:name(text) end

---Sets the description.
---@param text string
---@return personalize.builder builder itself
function builder:description(text) end

---Sets the system type; `data_system()` and `destination()` are the published ones.
---@param name string
---@return personalize.builder builder itself
function builder:system_type(name) end

---Makes it a data system: the service reads from it.
---@return personalize.builder builder itself
function builder:data_system() end

---Makes it a destination: the service sends to it.
---@return personalize.builder builder itself
function builder:destination() end

---Sets the icon.
---@param path string such as `assets/images/icons/connections/plug.svg`
---@return personalize.builder builder itself
function builder:icon(path) end

---Sets the call that the connection makes: any method.
---@param method string HTTP method
---@param url string `${key}` marks an input
---@param body? any text, or a value that is written as JSON
---@return personalize.builder builder itself
function builder:request(method, url, body) end

---Sets the call that the connection makes: GET.
---@param url string `${key}` marks an input
---@param body? any text, or a value that is written as JSON
---@return personalize.builder builder itself
function builder:get(url, body) end

---Sets the call that the connection makes: POST.
---@param url string `${key}` marks an input
---@param body? any text, or a value that is written as JSON
---@return personalize.builder builder itself
function builder:post(url, body) end

---Sets the call that the connection makes: PUT.
---@param url string `${key}` marks an input
---@param body? any text, or a value that is written as JSON
---@return personalize.builder builder itself
function builder:put(url, body) end

---Sets the call that the connection makes: PATCH.
---@param url string `${key}` marks an input
---@param body? any text, or a value that is written as JSON
---@return personalize.builder builder itself
function builder:patch(url, body) end

---Sets the call that the connection makes: DELETE.
---@param url string `${key}` marks an input
---@param body? any text, or a value that is written as JSON
---@return personalize.builder builder itself
function builder:delete(url, body) end

---Options of `oauth`.
---@class personalize.builder.oauth_given
---@field client_id? string
---@field client_secret? string is sent and never returned
---@field access_token_url? string token endpoint, `https://`
---@field use_mutual_tls? boolean whether the service presents a client certificate
---@field headers? table headers of the token call: name -> value, or an array of `{ name =, value = }`
---@field form? table form items of the token call, in the same way

---Authenticates with OAuth client credentials.
---@param given personalize.builder.oauth_given
---@return personalize.builder builder itself
function builder:oauth(given) end

---Makes the call without authentication.
---@return personalize.builder builder itself
function builder:no_auth() end

---Authenticates in any other way that the service supports.
---@param given personalize.members.auth the members of `auth` as on the wire
---@return personalize.builder builder itself
function builder:auth(given) end

---Adds a header to the call.
---@param name string
---@param value string
---@return personalize.builder builder itself
function builder:header(name, value) end

---Options of `input`.
---@class personalize.builder.input_given
---@field type? string `string`, `number`, `boolean` or `object` (default `"string"`)
---@field example? any text, or a value that is written as JSON
---@field label? string the label for people; default the key
---@field mapping? string where the value comes from (default `""`)

---Adds an input, which texts refer to as `${key}`.
---@param key string
---@param given? personalize.builder.input_given
---@return personalize.builder builder itself
function builder:input(key, given) end

---Options of `output`.
---@class personalize.builder.output_given
---@field label? string the label for people; default the reference
---@field type? string `string`, `number`, `boolean` or `object` (default `"string"`)

---Adds an output: a member of the answer that the service passes on.
---@param reference string path into the answer, such as `current.temp`
---@param given? personalize.builder.output_given
---@return personalize.builder builder itself
function builder:output(reference, given) end

---Adds one output, with label and type, for each member of a sample answer; of an array, for each member of its first
---item. Existing outputs do not change.
---@param sample string|table JSON text, whose order is kept; or a table
---@return personalize.builder builder itself
function builder:outputs_from(sample) end

---Adds one input for each `${key}` in URL, headers and body that has none yet.
---@return personalize.builder builder itself
function builder:inputs_from_request() end

---Sets the example answer.
---@param value any text, or a value that is written as JSON
---@return personalize.builder builder itself
function builder:example(value) end

---Options of `timeouts`.
---@class personalize.builder.timeouts_given
---@field connect_ms? integer milliseconds for connecting (default `1000`)
---@field socket_ms? integer milliseconds for waiting on data (default `1000`)

---Sets the time limits of the call.
---@param given personalize.builder.timeouts_given
---@return personalize.builder builder itself
function builder:timeouts(given) end

---The definition so far, as a new table.
---@return personalize.members definition
function builder:table() end
