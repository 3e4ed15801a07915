--- Asks a tenant the questions that the published documentation leaves open: `personalize.probe`.
-- @module personalize
-- @local

local client = require "personalize.client"
local native = require "personalize.native"
local options = require "personalize.options"
local reading = require "personalize.probe.reading"
local run = require "personalize.probe.run"
local testing = require "personalize.probe.testing"
local writing = require "personalize.probe.writing"

local known = { name = "string", write = "boolean", credentials = "boolean", timeout = "seconds",
   should_stop = "function" }

local function new_name()
   local letters = {}
   for index = 1, 8 do letters[index] = string.char(97 + math.floor(native.random() * 26)) end
   return "Personalize probe " .. table.concat(letters)
end

local function ask(self)
   reading.token(self)
   if self.options.write then writing.ask(self, self.options.name or new_name()) end
   reading.paging(self)
   reading.connections(self)
end

-- The implementation of `personalize.probe`.
return function(owner, opts)
   if not client.is(owner) then
      error(("bad argument #1 to 'personalize.probe' (expected a client, got %s)"):format(options.describe(owner)), 2)
   end
   local checked = options.check(opts, known, "personalize.probe", 2)
   local fine, err = owner:request { path = "/v2/connections", query = { limit = 1 }, timeout = checked.timeout }
   if fine == nil then return nil, err end
   local self = run.new(owner, checked)
   local done, problem = pcall(run.guard, self, ask)
   -- whatever happened before, clean up
   self.is_cleaning = true
   testing.forget(self)
   self:clean_up()
   if checked.write then self:tell_made() end
   if not done then error(problem, 0) end
   return self.report
end
