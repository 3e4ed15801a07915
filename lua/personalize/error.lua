--- An error object: the second value of every function that failed. A plain table with the members that are known.
--
-- `tostring(err)` is one line for people: kind, status and message, of a call also its method, its URL and how often
-- it was made; no secret; `..` works too. nginx prints only errors that are strings: test for `nil` there, do not
-- `assert`.
-- @classmod personalize.error
-- @usage
-- local connection, err = client.connections.get "00000000-0000-4000-8000-000000000000"
-- if not connection and err.kind == "not_found" then print(err.status) end  --> 404

local text = require "personalize.text"

local errors = {}

--- What an error is about. Any call may fail with those from `auth` on.
-- @table kind
-- @field config options or the environment make no sense, or a file is missing
-- @field validation the definition is refused: before it is sent, or by the service (then with `status` 400)
-- @field encode a value is not JSON; `problems` says where
-- @field not_found there is no such thing (404)
-- @field conflict somebody else was faster, or it cannot be told which connection is meant (409 too)
-- @field incomplete a list says that there is more, and what is more cannot be had
-- @field ambiguous the answer to a call that must not be repeated was lost; `outcome` says what is known
-- @field auth the credentials or the token are refused (401)
-- @field forbidden the credentials may not do this (403)
-- @field rate_limited too many requests (429), and waiting did not help; `retry_after`
-- @field server the service failed (5xx)
-- @field http any other status
-- @field connect no connection was made: the name, the network, or nobody listens
-- @field tls the connection cannot be trusted
-- @field timeout the time was over; `phase` says where
-- @field network the connection broke
-- @field protocol what came is no HTTP
-- @field decode the answer, or a text, is not the JSON that it should be
-- @field too_large an answer is larger than the client's limits
-- @field cannot_wait nginx is in a phase in which nothing can wait; use `ngx.timer.at(0, ...)`
-- @field cancelled the call was not made, or broken off, because its `map` was stopped
-- @field closed the client or the emulator was closed

--- The members. Others than `kind` and `message` are there where they are known.
-- @table members
-- @tfield personalize.error.kind kind
-- @tfield string message for people, without secrets
-- @tfield[opt] integer status of the answer
-- @tfield[opt] integer|string code that the service's error body gives
-- @tfield[opt] string developer_message of the service
-- @tfield[opt] string more_info_url of the service
-- @tfield[opt] string method of the call
-- @tfield[opt] string url of the call, without secrets; cut after 4,096 bytes
-- @tfield[opt] string request_id under which the service knows the call
-- @tfield[opt] integer attempts that were made
-- @tfield[opt] number retry_after seconds that the server asked to wait
-- @tfield[opt] boolean retryable whether the same call may go well later
-- @tfield[opt] {personalize.error.problem,...} problems what is wrong with a definition, a value, files
-- @tfield[opt] string body the start of the answer, secrets masked
-- @tfield[opt] personalize.error cause the error that led to this one
-- @tfield[opt] string phase of kind `timeout`: `connect`, `stall` (nothing came for `stall_timeout`) or `total`
-- @tfield[opt] personalize.error.outcome outcome of kind `ambiguous`
-- @tfield[opt] personalize.connection connection of kinds `ambiguous` and `conflict`: as it is now
-- @tfield[opt] {string,...} refs of kind `conflict`: the connections of one name
-- @tfield[opt] table result of `plan:apply` and `sync.export`: what was done nevertheless
-- @tfield[opt] personalize.call_facts meta of the call, as `personalize.meta(err)`
-- @tfield[opt] integer offset of kind `decode`, of a text: in bytes
-- @tfield[opt] integer line of kind `decode`, of a text
-- @tfield[opt] integer column of kind `decode`, of a text
-- @tfield string traceback where it was made, as `debug.traceback` has it; not among what `pairs` gives

--- One thing that is wrong.
-- @table problem
-- @tfield string path such as `auth.accessTokenUrl` or `inputMappings[2].key`
-- @tfield string message
-- @tfield[opt] string file of connections as code
-- @tfield[opt] integer line in that file
-- @tfield[opt] string code of a warning, which stays the same when its message does not

--- What is known of a create whose answer was lost.
-- @table outcome
-- @field created it is there; `connection` is it
-- @field not_created it is not there: it may be repeated
-- @field unknown look before repeating it

local metatable = { __name = "personalize.error" }

-- error -> where it was made; beside the error, because it is for people and none of its data
local traceback_of = setmetatable({}, { __mode = "k" })

-- The stack, without the text of chunks that were loaded from strings: it may hold anything.
local function stack(level)
   return (debug.traceback("", level + 1):gsub("^\n", ""):gsub('%[string "[^\n]-"%]', '[string "..."]'))
end

function metatable.__index(self, name)
   return name == "traceback" and traceback_of[self] or nil
end

-- What was called, for a log in which the error is all there is.
local function called(self)
   local method, url, attempts = rawget(self, "method"), rawget(self, "url"), rawget(self, "attempts")
   if not method or not url then return "" end
   local times = type(attempts) == "number" and attempts > 1 and (", %d attempts"):format(attempts) or ""
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

--- Makes an error object of a table of its members; `kind` and `message` are needed.
-- @local
-- @tparam table members
-- @tparam[opt=1] integer level of the stack on which it is made
function errors.new(members, level)
   traceback_of[members] = stack((level or 1) + 1)
   return setmetatable(members, metatable)
end

--- True if a value is an error object of this library.
-- @local
function errors.is(value)
   return type(value) == "table" and getmetatable(value) == metatable
end

--- `nil` and a new error object of a kind: what a failing function returns.
-- @local
function errors.fail(kind, message, members)
   local members_of_error = members or {}
   members_of_error.kind = kind
   members_of_error.message = message
   return nil, errors.new(members_of_error, 2)
end

-- error -> what the transport knows of the failure; beside the error, because it is none of its members
local facts_of = setmetatable({}, { __mode = "k" })

--- Notes with an error that no complete answer came, and what is known of that.
-- @local
-- @tparam table err
-- @tparam table facts `sent` (false: no byte of the request can have reached the server), `curl_code`, `headers`
function errors.note(err, facts)
   facts_of[err] = facts
   return err
end

--- What was noted with an error; nil when a complete answer came.
-- @local
function errors.facts(err)
   return facts_of[err]
end

--- What a message handler makes of an error: see `personalize.traceback`.
-- @local
function errors.traceback(err)
   if errors.is(err) then return tostring(err) .. "\n" .. (traceback_of[err] or "") end
   local mt = type(err) == "table" and debug.getmetatable(err)
   if type(err) ~= "string" and type(err) ~= "number" and not (mt and mt.__tostring) then return err end
   return debug.traceback(tostring(err), 2)
end

--- One message for a list of problems: the first ones, with their paths.
-- @local
function errors.summary(problems)
   local lines = {}
   for index, problem in ipairs(problems) do
      if index > 5 then
         lines[#lines + 1] = ("and %d more"):format(#problems - 5)
         break
      end
      lines[#lines + 1] = problem.path ~= "" and (problem.path .. ": " .. problem.message) or problem.message
   end
   return table.concat(lines, "; ")
end

return errors
