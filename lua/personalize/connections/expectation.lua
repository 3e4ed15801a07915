--- The expectation of a write: the connection must not have changed since it was retrieved.
-- @module personalize.connections.expectation
-- @local

local dates = require "personalize.http.dates"
local errors = require "personalize.error"
local json = require "personalize.json"
local options = require "personalize.options"
local raw = require "personalize.raw"
local text = require "personalize.text"

local expectation = {}

--- The rule of the option `expect`.
expectation.rule = {
   text = "a table or false",
   fits = function(value) return type(value) == "table" or value == false end,
}

local members = {
   revision = { text = "a number", fits = function(value)
      return type(value) == "number" or json.is_number(value)
   end },
   modifiedAt = "string",
}

--- Checks the option; misuse is raised at `level`, as for `error`.
-- @tparam ?table|boolean given
-- @return the option: a table, false, or nil
function expectation.check(given, where, level)
   if not given then return given end
   local checked = options.check(given, members, where .. ": expect", level + 1)
   if next(checked) == nil then
      error(where .. ": expect: is empty: give revision or modifiedAt (the answers to a create and to an update have "
         .. "no revision), or false to expect nothing", level + 1)
   end
   return checked
end

--- The state of a retrieved connection.
-- @treturn ?table nil if it has no such members
function expectation.of(connection)
   local expected = { is_remembered = true, revision = raw.get(connection, "revision"),
      modifiedAt = raw.string(connection, "modifiedAt") }
   return (expected.revision ~= nil or expected.modifiedAt) and expected or nil
end

local function is_same(name, expected, present)
   if raw.equal(present, expected) then return true end
   if name ~= "modifiedAt" or type(present) ~= "string" then return false end
   local time = dates.iso(present)
   return time ~= nil and time == dates.iso(expected)
end

local function shown(value)
   if type(value) == "number" then return text.number("%s", tostring(value)) end
   return type(value) == "table" and not json.is_number(value) and "a table" or tostring(value)
end

--- Compares with the connection retrieved just now. Of a remembered state only members that both sides have count.
-- @return true; or nil and an error object of kind `conflict`
function expectation.meets(expected, retrieved)
   for _, name in ipairs { "revision", "modifiedAt" } do
      local wanted, present = expected[name], raw.get(retrieved, name)
      local is_compared = wanted ~= nil and (present ~= nil or not expected.is_remembered)
      if is_compared and not is_same(name, wanted, present) then
         return errors.fail("conflict", ("%s: expected %s, but the connection has %s: it was changed meanwhile%s")
            :format(name, shown(wanted), shown(present),
               expected.is_remembered and "; expect = false overwrites it" or ""), { connection = retrieved })
      end
   end
   return true
end

return expectation
