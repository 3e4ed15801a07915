--- An error object: the second result of every function that failed. It is a plain table with the known members.
--
-- `tostring(err)` is one line for people: kind, status and message; for a call also its method, its URL and the number
-- of attempts. It contains no secret; `..` works too. nginx prints only errors that are strings: there test for `nil`,
-- and do not use `assert`.
-- @classmod personalize.error
-- @usage
-- local connection, err = client.connections.get "00000000-0000-4000-8000-000000000000"
-- if not connection and err.kind == "not_found" then print(err.status) end  --> 404

local text = require "personalize.text"

local errors = {}

--- The kind of an error. Any call may fail with those from `auth` on.
-- @table kind
-- @field config options or the environment are invalid, or a file is missing
-- @field validation the definition is refused: before it is sent, or by the service (then with `status` 400)
-- @field encode a value is not JSON; `problems` says where
-- @field not_found it does not exist (404)
-- @field conflict someone else changed it first, or the name does not tell which connection is meant (409 too)
-- @field incomplete a list says that it has more items, and they cannot be had
-- @field ambiguous the answer to a call that must not be repeated was lost; `outcome` says what is known
-- @field auth the credentials or the token are refused (401)
-- @field forbidden the credentials may not do this (403)
-- @field rate_limited too many requests (429), and waiting did not help; `retry_after`
-- @field server the service failed (5xx)
-- @field http any other status
-- @field connect no connection could be made: the name is unknown, the network fails, or nothing listens
-- @field tls the connection cannot be trusted, or no TLS is spoken there
-- @field timeout the time limit was reached; `phase` says which one
-- @field network the connection broke
-- @field protocol the answer is not HTTP, its gzip is broken, or the server reset its stream of HTTP/2
-- @field decode the answer, or a text, is not the JSON that it should be
-- @field too_large an answer, its headers or a whole list are larger than the client's limits
-- @field cannot_wait nginx is in a phase in which no call can wait; use `ngx.timer.at(0, ...)`
-- @field cancelled the call was not made, or was interrupted, because its `map` was stopped; or the function that
-- `patch` was given returned `nil` and a reason
-- @field closed the client or the emulator was closed

--- The members of an error. All except `kind` and `message` are present only if known.
-- @table members
-- @tfield personalize.error.kind kind
-- @tfield string message for people, without secrets
-- @tfield[opt] integer status of the answer
-- @tfield[opt] integer|string code that the service's error body gives
-- @tfield[opt] string developer_message of the service
-- @tfield[opt] string more_info_url of the service
-- @tfield[opt] string method of the call
-- @tfield[opt] string url of the call, without secrets; cut after 4,096 bytes
-- @tfield[opt] string request_id the service's id of the call
-- @tfield[opt] integer attempts that were made
-- @tfield[opt] number retry_after seconds that the server asked to wait
-- @tfield[opt] boolean retryable whether the same call may succeed later
-- @tfield[opt] {personalize.error.problem,...} problems of a definition, a value, or files
-- @tfield[opt] string body the start of the answer, secrets masked
-- @tfield[opt] personalize.error cause the error that led to this one
-- @tfield[opt] string phase of kind `timeout`: `connect`, `stall` (no byte came for `stall_timeout`) or `total`
-- @tfield[opt] personalize.error.outcome outcome of kind `ambiguous`
-- @tfield[opt] personalize.connection connection of kinds `ambiguous` and `conflict`: its present state
-- @tfield[opt] {string,...} refs of kind `conflict`: the connections with that name
-- @tfield[opt] table result of `plan:apply` and `sync.export`: the part that was done
-- @tfield[opt] personalize.call_facts meta of the call, as `personalize.meta(err)`
-- @tfield[opt] integer offset of kind `decode`, of a text: in bytes
-- @tfield[opt] integer line of kind `decode`, of a text
-- @tfield[opt] integer column of kind `decode`, of a text
-- @tfield string traceback where the error was made, as `debug.traceback` writes it, and who called the map that it was
-- made in; `pairs` does not show it

--- One problem.
-- @table problem
-- @tfield[opt] string path such as `auth.accessTokenUrl` or `inputMappings[2].key`; empty or missing where the whole
-- definition or file is meant
-- @tfield string message
-- @tfield[opt] string file of connections as code
-- @tfield[opt] integer line in that file
-- @tfield[opt] string code of a warning; it does not change when the message does

--- The outcome of a create whose answer was lost.
-- @table outcome
-- @field created it exists; it is `connection`
-- @field not_created it does not exist, so the create may be repeated
-- @field unknown check before you repeat the create

local metatable = { __name = "personalize.error" }

-- error -> its traceback; outside of the error, because it is for people and not part of its data
local traceback_of = setmetatable({}, { __mode = "k" })

-- The stack, without the text of chunks that were loaded from strings, which may contain secrets.
local function stack(level)
   return (debug.traceback("", level + 1):gsub("^\n", ""):gsub('%[string "[^\n]-"%]', '[string "..."]'))
end

function metatable.__index(self, name)
   return name == "traceback" and traceback_of[self] or nil
end

-- For encoders and others that list what is behind metamethods: the members are all in the table itself.
function metatable.__pairs(self)
   return next, self, nil
end

-- The call that failed, for a log that contains only the error.
local function called(self)
   local method, url, attempts = rawget(self, "method"), rawget(self, "url"), rawget(self, "attempts")
   if not method or not url then return "" end
   local times = type(attempts) == "number" and attempts > 1 and (", %s attempts"):format(text.line(attempts)) or ""
   return (" [%s %s%s]"):format(text.line(method), text.line(url), times)
end

function metatable:__tostring()
   local status = rawget(self, "status")
   local head = text.line(rawget(self, "kind")) .. (status and (" (%s)"):format(text.line(status)) or "")
   return head .. ": " .. text.line(rawget(self, "message")) .. called(self)
end

function metatable.__concat(left, right)
   return tostring(left) .. tostring(right)
end

--- Makes an error object from a table of its members; `kind` and `message` are required.
-- @local
-- @tparam table members
-- @tparam[opt=1] integer level of the stack on which it is made
function errors.new(members, level)
   traceback_of[members] = stack((level or 1) + 1)
   return setmetatable(members, metatable)
end

--- Adds the present stack to where an error was made, which was in a coroutine of its own.
-- @local
-- @tparam personalize.error err
-- @tparam string how what it says before that stack, such as `called by`
-- @tparam[opt=1] integer level of the stack, as for `error`
function errors.add_stack(err, how, level)
   traceback_of[err] = ("%s\n%s: %s"):format(traceback_of[err] or "", how, stack((level or 1) + 1))
end

--- True if a value is an error object of this library.
-- @local
function errors.is(value)
   return type(value) == "table" and getmetatable(value) == metatable
end

--- Returns `nil` and a new error object, as a failing function does.
-- @local
function errors.fail(kind, message, members)
   local members_of_error = members or {}
   members_of_error.kind = kind
   members_of_error.message = message
   return nil, errors.new(members_of_error, 2)
end

-- error -> the transport's facts about the failure; outside of the error, because they are not its members
local facts_of = setmetatable({}, { __mode = "k" })

--- Notes that no complete answer came, and the facts about the failure.
-- @local
-- @tparam table err
-- @tparam table facts `sent` (false: no byte of the request can have reached the server), `curl_code`, `headers`
function errors.note(err, facts)
   facts_of[err] = facts
   return err
end

--- The facts that `errors.note` stored; nil if a complete answer came.
-- @local
function errors.facts(err)
   return facts_of[err]
end

-- error -> the advice in its message; outside of the error, because it is no data
local advice_of = setmetatable({}, { __mode = "k" })

--- Notes the advice that stands in an error's message, if there is one.
-- @local
function errors.advise(err, advice)
   advice_of[err] = advice
   return err
end

--- The advice that `errors.advise` noted, and the message without it.
-- @local
function errors.advice(err)
   local advice, message = advice_of[err], rawget(err, "message")
   if not advice then return nil, message end
   for _, form in ipairs { " (" .. advice .. ")", "; " .. advice } do
      local first, last = message:find(form, 1, true)
      if first then return advice, message:sub(1, first - 1) .. message:sub(last + 1) end
   end
   return nil, message
end

--- The text of an error for a message handler: see `personalize.traceback`.
-- @local
function errors.traceback(err)
   if errors.is(err) then return tostring(err) .. "\n" .. (traceback_of[err] or "") end
   local mt = type(err) == "table" and debug.getmetatable(err)
   if type(err) ~= "string" and type(err) ~= "number" and not (mt and mt.__tostring) then return err end
   return debug.traceback(tostring(err), 2)
end

--- One message for several problems: the first ones with their paths.
-- @local
function errors.summary(problems)
   local lines = {}
   for index, problem in ipairs(problems) do
      if index > 5 then
         lines[#lines + 1] = ("and %d more"):format(#problems - 5)
         break
      end
      local has_path = problem.path ~= nil and problem.path ~= ""
      lines[#lines + 1] = has_path and (problem.path .. ": " .. problem.message) or problem.message
   end
   return table.concat(lines, "; ")
end

return errors
