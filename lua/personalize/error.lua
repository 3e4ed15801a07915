--- Error objects: what every function returns as second value when it fails.
--
-- A table with these members, where known: `kind`, `message`, `status`, `code`, `developer_message`,
-- `more_info_url`, `method`, `url`, `request_id`, `attempts`, `retry_after` (seconds), `retryable`,
-- `problems` (array of `{path=, message=}`), `body` (the start of the answer, secrets masked), `cause`
-- (another error object), `outcome` and `connection` (of kind `ambiguous`).
--
-- Kinds: `config`, `validation`, `encode`, `not_found`, `auth`, `forbidden`, `conflict`, `rate_limited`,
-- `http`, `server`, `connect`, `tls`, `timeout`, `network`, `protocol`, `decode`, `too_large`,
-- `ambiguous`, `cannot_wait`, `cancelled`, `closed`.
-- @module personalize.error
-- @local

local text = require "personalize.text"

local errors = {}

local metatable = { __name = "personalize.error" }

function metatable:__tostring()
   local status = rawget(self, "status")
   local head = text.line(rawget(self, "kind")) .. (status and (" (%s)"):format(text.line(status)) or "")
   return head .. ": " .. text.line(rawget(self, "message"))
end

function metatable.__concat(left, right)
   return tostring(left) .. tostring(right)
end

--- Makes an error object of a table of its members; `kind` and `message` are needed.
function errors.new(members)
   return setmetatable(members, metatable)
end

--- Whether a value is an error object of this library.
-- @function is_error
-- @param value anything
-- @treturn boolean
function errors.is(value)
   return type(value) == "table" and getmetatable(value) == metatable
end

--- `nil` and a new error object of a kind: what a failing function returns.
function errors.fail(kind, message, members)
   local members_of_error = members or {}
   members_of_error.kind = kind
   members_of_error.message = message
   return nil, errors.new(members_of_error)
end

--- One message for a list of problems: the first ones, with their paths.
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
