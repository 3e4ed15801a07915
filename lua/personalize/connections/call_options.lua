--- The options that every call on connections takes.
-- @module personalize.connections

local call = require "personalize.resource.call"
local settings = require "personalize.settings"

--- The options of every call on connections.
-- @table call_options
-- @tfield[opt] number timeout seconds for the whole call; default the client's
-- @tfield[opt] personalize.retry_policy|false retry default the client's
-- @tfield[opt] "refuse"|"send" missing_secrets of updates; default the client's
-- @tfield[opt] fun(connection:personalize.members,path:string):string|nil secrets of updates; default the client's

--- The options of every call that writes: those above, and
-- @table write_options
-- @tfield[opt] number timeout seconds for the whole call; default the client's
-- @tfield[opt] personalize.retry_policy|false retry default the client's
-- @tfield[opt] "refuse"|"send" missing_secrets of updates; default the client's
-- @tfield[opt] fun(connection:personalize.members,path:string):string|nil secrets of updates; default the client's
-- @tfield[opt] "refuse"|"send" unknown_members whether members that look like published ones, misspelt or at the wrong
-- place, are refused or sent; default the client's

--- The state that `expect` compares with: that of an earlier answer.
-- @table expectation
-- @tfield[opt] integer|personalize.number revision absent from the answers to a create and to an update
-- @tfield[opt] string modifiedAt

--- A warning about something that is allowed but probably a mistake. Warnings never stop a call.
-- @table warning
-- @tfield string path such as `inputMappings[2].key`
-- @tfield string message
-- @tfield string code does not change between versions: `name_hyphen`, `name_control_character`,
-- `name_space`, `renamed`, `in_use`, `uses_unknown`, `input_missing`, `input_unused`, `input_twice`,
-- `output_missing`, `body_not_json`, `example_not_json`,
-- `unusual_case`, `auth_type_missing`, `auth_type_unknown`, `secret_missing`, `url_not_absolute`, `mask_sent`,
-- `look_alike`, `list_may_lack`, `large_list`, `twin_unknown`

local call_options = {}

local of_connections = { missing_secrets = settings.known.missing_secrets, secrets = "function" }

-- Adds these options to the options of one function, in the form of `options.check`; returns the same table.
local function add(_, known)
   return call.options(known or {}, of_connections)
end

-- The same for a call that writes.
function call_options.of_writing(known)
   known = add(nil, known)
   known.unknown_members = settings.known.unknown_members
   return known
end

return setmetatable(call_options, { __call = add })
