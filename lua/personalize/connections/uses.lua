--- Finds what uses a connection: `uses`. The service does not tell, so decision models and flows are searched for it.
-- @module personalize.connections

local call = require "personalize.resource.call"
local call_options = require "personalize.connections.call_options"
local decision_models = require "personalize.decision_models"
local errors = require "personalize.error"
local flows = require "personalize.flows"
local json = require "personalize.json"
local map = require "personalize.http.loops.map"
local mentions = require "personalize.connections.mentions"
local options = require "personalize.options"
local raw = require "personalize.raw"
local reading = require "personalize.connections.reading"
local text = require "personalize.text"

local uses = {}

--- A mention of a connection.
-- @table use
-- @tfield "decision_model"|"flow" kind of the item that mentions it
-- @tfield string ref of that item
-- @tfield string name of that item
-- @tfield string where place in the item, such as `variant "A": definition, line 3`
-- @tfield string text the line with secrets masked; of a long line, the part around the mention

local heads = { { "KIND", 14 }, { "NAME", 40 }, { "WHERE", 60 }, { "TEXT", 160, elastic = 30 } }

-- An array that prints as a table, and knows how many items were searched.
local function list_of(found, looked_at)
   return setmetatable(found, { __name = "personalize.uses", __jsontype = "array", __index = { looked_at = looked_at },
      __tostring = function(self)
         local rows = {}
         for index, use in ipairs(self) do
            rows[index] = { use.kind:gsub("_", " "), use.name, use.where, use.text }
         end
         local looked = ("looked at %s and %s"):format(
            text.count(looked_at.decision_models, "decision model", "decision models"),
            text.count(looked_at.flows, "flow", "flows"))
         if #rows == 0 then return "nothing mentions it; " .. looked end
         return ("%s\nmentions: %d; %s"):format(text.aligned(heads, rows), #rows, looked)
      end })
end

local function add(found, kind, item, where, line)
   found[#found + 1] = { kind = kind, ref = raw.string(item, "ref"), name = raw.string(item, "name") or "",
      where = where, text = line }
end

-- If an item cannot be searched, the whole call fails: an incomplete answer would look complete.
local function blame(what, err)
   err.message = ("%s cannot be read, and may use it: %s"):format(what, err.message)
   return nil, err
end

-- The error that stopped a map. The errors of the other items only say that they were cancelled.
local function cause_of(failed, count)
   local first
   for index = 1, count do
      local err = failed[index]
      if err and err.kind ~= "cancelled" then return err end
      first = first or err
   end
   return first
end

local function look_at_models(self, needles, of_call)
   local bound = decision_models:bind(self.client)
   local models, err = bound.list(of_call)
   if not models then return blame("decision models", err) end
   local all, failed = map.run(models, function(model) return bound.variants(model, of_call) end,
      { stop_on_error = true })
   err = cause_of(failed, #models)
   if err then return blame("decision models", err) end
   local found = {}
   for index, model in ipairs(models) do
      for _, variant in ipairs(all[index]) do
         mentions.find(variant, needles, function(path, line)
            add(found, "decision_model", model, ("variant %s: %s"):format(
               options.describe(raw.string(variant, "name") or raw.string(variant, "ref")), path), line)
         end)
      end
   end
   return found, #models
end

-- A list may show less of a flow than a retrieval.
local function whole_flow(bound, flow, of_call)
   if raw.get(flow, "variants") ~= nil then return flow end
   return bound.get(flow, of_call)
end

local function look_at_flows(self, needles, of_call, found)
   local bound = flows:bind(self.client)
   local list, err = bound.list(of_call)
   if not list then return blame("flows", err) end
   local all, failed = map.run(list, function(flow) return whole_flow(bound, flow, of_call) end,
      { stop_on_error = true })
   err = cause_of(failed, #list)
   if err then return blame("flows", err) end
   for _, flow in ipairs(all) do
      mentions.find(flow, needles, function(path, line) add(found, "flow", flow, path, line) end)
   end
   return #list
end

-- Searches for mentions of a name and of refs.
-- @tparam table self the resource
-- @tparam string name
-- @tparam table refs array
-- @tparam table of_call `timeout` and `retry` of each call
-- @return uses; or nil and an error object
function uses.of(self, name, refs, of_call)
   local needles = mentions.needles(name, refs)
   local found, models = look_at_models(self, needles, of_call)
   if not found then return nil, models end
   local count, err = look_at_flows(self, needles, of_call, found)
   if not count then return nil, err end
   return list_of(json.array(found), { decision_models = models, flows = count })
end

local uuid = "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$"

-- The name and the refs to search for. A name may still be mentioned although no connection has it.
local function identify(self, begun, wanted)
   if type(wanted) == "string" and not wanted:find(uuid) then
      local found, err = reading.of_name(begun, wanted)
      if not found then return nil, err end
      local refs = {}
      for _, each in ipairs(found) do refs[#refs + 1] = raw.string(each, "ref") end
      return wanted, refs
   end
   local target, err = call.target(self, wanted, "uses")
   if not target then return nil, err end
   local connection = wanted
   if type(wanted) == "string" then
      connection, err = call.retrieve(self, begun, target)
      if not connection then return nil, err end
   end
   return raw.string(connection, "name") or "", { raw.string(connection, "ref") }
end

--- Finds what uses a connection: searches decision models' variants and flows for its name, for the variable that
-- decision models have for it ("Loyalty Tier" is `loyaltyTier`), and for its ref. A mention is not always a use, and
-- uses in tests or other systems are not found.
-- @api `GET /v2/connections`, `GET /v2/decisionModelDefinitions` and the `variants` of each, `GET /v3/flowDefinitions`
-- @function uses
-- @tparam string|personalize.connection wanted a name (also one that no connection has any more), a ref, or a
-- connection
-- @tparam[opt] personalize.connections.call_options opts `timeout` is for each call
-- @treturn {personalize.connections.use,...} uses `tostring` shows a table; `uses.looked_at` counts the searched
-- `decision_models` and `flows`
-- @fails when an item cannot be read; of kind `not_found` when no connection has that ref
-- @usage
-- local uses = assert(connections.uses "Weather Data System")
-- print(#uses, uses[1].kind, uses[1].name)  --> 2	decision_model	Offer for the weather
function uses.uses(self, wanted, opts)
   if type(wanted) ~= "string" and (type(wanted) ~= "table" or errors.is(wanted)) then
      error(("bad argument #1 to 'connections.uses' (expected a name, a ref or a connection, got %s)")
         :format(options.describe(wanted)), 2)
   end
   local begun, err = call.begin(self, opts, call_options {}, "uses")
   if not begun then return nil, err end
   local name, refs = identify(self, begun, wanted)
   if not name then return nil, refs end
   return uses.of(self, name, refs, { timeout = opts and opts.timeout, retry = opts and opts.retry })
end

return uses
