--- One run of a probe: its calls, the connections that it created, and its cleanup.
-- @module personalize.probe.run
-- @local

local client = require "personalize.client"
local errors = require "personalize.error"
local json = require "personalize.json"
local meta = require "personalize.http.meta"
local raw = require "personalize.raw"
local report = require "personalize.probe.report"

local run = {}

local Run = {}
Run.__index = Run

local path = "/v2/connections"

-- Raised when the caller wants the probe to stop; caught in `run.guard`.
local stop = {}

--- Begins a run.
-- @tparam table owner the client
-- @tparam table checked options
function run.new(owner, checked)
   local facts = { made = {}, left = {}, stopped = false }
   return setmetatable({ client = owner, settings = client.settings(owner), options = checked, facts = facts,
      report = report.new(facts), timeout = checked.timeout }, Run)
end

--- Makes a call, unless the probe must stop.
-- @tparam string method
-- @tparam string below path after the connections' path
-- @tparam[opt] table body
-- @tparam[opt] table query
-- @return the decoded answer; or nil and an error object
function Run:call(method, below, body, query)
   if not self.is_cleaning and self.options.should_stop and self.options.should_stop() then error(stop, 0) end
   return self.client:request { method = method, path = path .. below, body = body, query = query,
      timeout = self.timeout }
end

--- The status of a response or of an error.
function run.status(value, err)
   local facts = meta.of(value ~= nil and value or err)
   return facts and facts.status or err and err.status
end

--- True if the service refused the call, so that nothing was done.
function run.is_refused(err)
   return err.status ~= nil and err.status >= 400 and err.status < 500 and err.status ~= 408
end

--- Runs some work; true if it was not stopped.
function run.guard(self, work)
   local fine, problem = pcall(work, self)
   if fine then return true end
   if problem ~= stop then error(problem, 0) end
   self.facts.stopped = true
   return false
end

-- ------------------------------------------------------------------ answers

--- Adds an answer to the report.
function Run:answer(about, answer, evidence, agrees)
   report.add(self.report, about, { answer = answer, evidence = evidence, agrees = agrees })
end

--- Adds an open answer, with the reason.
function Run:open(about, why)
   self:answer(about, "cannot be told", errors.is(why) and tostring(why) or why, nil)
end

-- ------------------------------------------------------------------ connections that it created

--- The definition of a connection for the probe: archived from the beginning.
function Run.definition(_, name, auth, more)
   local definition = {
      name = name, description = "made by a probe, and archived", archived = true, systemType = "DATA_SYSTEM",
      auth = auth, request = { requestType = "GET", connectionUrl = "https://probe.invalid/" },
      inputMappings = json.array {}, outputMappings = json.array {}, customHeaders = json.array {},
   }
   for member, value in pairs(more or {}) do definition[member] = value end
   return definition
end

--- Notes a connection that the probe created, from an answer that shows it.
function Run:note(connection, name)
   local ref = raw.string(connection, "ref")
   for _, each in ipairs(self.facts.made) do
      if each.ref == ref then
         each.archived = raw.is_archived(connection)
         return each
      end
   end
   local each = { ref = ref, name = name, archived = raw.is_archived(connection) }
   table.insert(self.facts.made, each)
   return each
end

-- Looks for connections with a name whose create got no answer.
local function adopt(self, name)
   local list, err = self.client.connections.list { timeout = self.timeout }
   if not list then return nil, err end
   local found
   for _, each in ipairs(list) do
      if raw.string(each, "name") == name then
         self:note(each, name)
         found = each
      end
   end
   self.doubtful[name] = nil
   return found or false
end

--- Creates a connection with a call. If the answer is lost, it looks for the connection, now or at the end.
-- @return the answer; or nil and an error object, and the connection if it was found
function Run:create(method, below, body)
   self.doubtful = self.doubtful or {}
   self.doubtful[body.name] = true
   local value, err = self:call(method, below, body)
   if type(value) == "table" and raw.string(value, "ref") then
      self.doubtful[body.name] = nil
      self:note(value, body.name)
      return value
   end
   err = err or errors.new { kind = "decode", message = "the answer is no connection" }
   if run.is_refused(err) then
      self.doubtful[body.name] = nil
      return nil, err
   end
   return nil, err, adopt(self, body.name) or nil
end

-- True if a connection is archived; archives it if it is not.
local function ensure_archived(self, each, definition)
   local value = self:call("GET", "/" .. each.ref)
   if type(value) == "table" then each.archived = raw.is_archived(value) end
   if each.archived then return true end
   definition.name = each.name
   local err
   value, err = self:call("PUT", "/" .. each.ref, definition)
   if raw.is_archived(value) then
      each.archived = true
      return true
   end
   return nil, err or "the service does not archive it"
end

-- Tries something twice, because one failure may be an accident.
local function twice(try)
   local fine, err = try()
   if not fine then fine, err = try() end
   return fine, err
end

--- Archives what the probe created, or notes what could not be archived.
function Run:clean_up()
   self.is_cleaning = true
   for name in pairs(self.doubtful or {}) do
      local is_known, err = twice(function()
         local found, reason = adopt(self, name)
         return found ~= nil, reason
      end)
      if not is_known then
         table.insert(self.facts.left, { name = name, why = "whether it was made cannot be told: " .. tostring(err) })
      end
   end
   local definition = self:definition("", { authType = "NONE" })
   for _, each in ipairs(self.facts.made) do
      local fine, err = twice(function() return ensure_archived(self, each, definition) end)
      if not fine then
         table.insert(self.facts.left, { ref = each.ref, name = each.name, why = tostring(err) })
      end
   end
end

local made_question = { id = "made", question = "What did the probe make, and is it archived?", assumed = "archived" }

--- Adds the last answer: what was created, and what is left.
function Run:tell_made()
   local parts, left = {}, {}
   for _, each in ipairs(self.facts.made) do
      parts[#parts + 1] = ("%s (%s)%s"):format(each.ref, each.name, each.archived and "" or " NOT ARCHIVED")
   end
   for _, each in ipairs(self.facts.left) do
      left[#left + 1] = ("%s (%s): %s"):format(each.ref or "perhaps one", each.name, each.why)
   end
   local evidence = #parts > 0 and table.concat(parts, "; ") or "nothing was made"
   if #left > 0 then evidence = evidence .. "; left: " .. table.concat(left, "; ") end
   self:answer(made_question, #left > 0 and "something is left unarchived" or #parts == 0 and "nothing"
      or ("%d, archived"):format(#parts), evidence, #left == 0)
end

return run
