--- Warnings about definitions: what is allowed but probably a mistake. Each rule is a file in `warnings/`;
-- `doc/warnings.md` lists them by code.
-- @module personalize.connections.warnings
-- @local

local facts_of = require "personalize.connections.warnings.facts"
local look_alikes = require "personalize.connections.look_alikes"
local placeholders = require "personalize.connections.warnings.placeholders"
local redaction = require "personalize.redaction"
local text = require "personalize.text"

local warnings = {}

-- `rule(report, facts)`, in the order of their warnings.
local rules = {
   require "personalize.connections.warnings.names",
   require "personalize.connections.warnings.auth",
   require "personalize.connections.warnings.urls",
   require "personalize.connections.warnings.headers",
   placeholders.check,
   require "personalize.connections.warnings.inputs",
   require "personalize.connections.warnings.bodies",
   require "personalize.connections.warnings.outputs",
   require "personalize.connections.warnings.values",
   (require "personalize.connections.warnings.credentials"),
}

local metatable = { __jsontype = "array" }

function metatable:__tostring()
   if #self == 0 then return "no warnings" end
   local lines = {}
   for index, warning in ipairs(self) do lines[index] = text.line(warning.path .. ": " .. warning.message) end
   return table.concat(lines, "\n")
end

--- The warnings about a definition that has no problems.
-- @local
-- @tparam table connection a plain definition
-- @tparam[opt] table checks as for `validation.problems`: warns of look-alikes that are sent nevertheless
-- @tparam[opt] table references as for `validation.report`
-- @treturn table array of `{ path=, message=, code= }`; `tostring` shows one in each line
function warnings.of(connection, checks, references)
   local found, referred = {}, {}
   for _, reference in ipairs(references or {}) do referred[reference.path] = true end
   local function report(path, code, message)
      if referred[path] and code:find "^credential_" then return end
      found[#found + 1] = { path = path, message = message, code = code }
   end
   if checks and checks.unknown_members == "send" then
      look_alikes.check(connection, checks, function(path, message, code) report(path, code, message) end)
   end
   local facts = facts_of.of(connection)
   for _, masked in ipairs(facts.masked) do
      report(masked.path, "mask_sent", ("%s %s, which stands for a hidden secret and is none"):format(
         masked.is_whole and "is" or "has", redaction.mask))
   end
   for _, rule in ipairs(rules) do rule(report, facts) end
   return setmetatable(found, metatable)
end

return warnings
