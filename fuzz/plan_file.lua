-- Fuzzes saved plans: an input is a plan's file, or edits of fuzz/corpus/plan_file/plan.json. A plan is refused, or can
-- be shown without its secrets, applied as far as there is no tenant, and saved and loaded again as the same plan.

local edits = require "fuzz.support.edits"
local json = require "personalize.json"
local markdown = require "personalize.sync.markdown"
local native = require "personalize.native"
local personalize = require "personalize"
local plan_file = require "personalize.sync.plan_file"
local properties = require "fuzz.support.properties"
local raw = require "personalize.raw"
local sync = require "personalize.sync"

local whole = edits.read "fuzz/corpus/plan_file/plan.json"
local folder = properties.folder "plan_file"
local path, saved = folder .. "/plan.json", folder .. "/saved.json"

-- nobody listens there
local client = assert(personalize.new { base_url = "http://127.0.0.1:1", access_token = "a token", retry = false })

local form = { canonical = true, max_depth = 2000 }

local secrets = {
   ["a secret of a create"] = { "creates", 1, "definition", "auth", "password" },
   ["a secret of an update"] = { "updates", 1, "definition", "customHeaders", 1, "value" },
}

-- Whether a text stands in the document at its usual place alone.
local function is_hidden(text, secret, place)
   local value = json.decode_file(text)
   for _, name in ipairs(place) do value = type(value) == "table" and value[name] or nil end
   return value == secret and select(2, text:gsub(secret, "")) == 1
end

local function check_shown(plan, text)
   local shown = tostring(plan)
   properties.printable(shown, "tostring of a plan")
   local described = assert(json.encode(plan_file.describe(plan), form))
   local written = markdown.of(plan)
   for secret, place in pairs(secrets) do
      if is_hidden(text, secret, place) then properties.hides({ shown, described, written }, secret, "a plan") end
   end
   properties.same(plan:is_empty(), #plan.creates + #plan.updates + #plan.archives == 0, "is_empty")
   return described
end

local function check_applied(plan, text)
   local named = raw.get(json.decode_file(text), "folder")
   if type(named) == "string" and native.file.list(named) then return end
   local done, err = plan:apply { renames = true }
   if not done then properties.failure(err, { config = true, validation = true, connect = true, conflict = true }) end
   properties.printable(tostring(done or err), "tostring of a result")
end

return function(bytes)
   local text = edits.text(whole, bytes)
   properties.write(path, text)
   local plan, err = sync.load(client, path)
   if not plan then return properties.failure(err, { config = true, decode = true }) end
   local described = check_shown(plan, text)
   local fine
   fine, err = plan:save(saved)
   if not fine then return properties.failure(err, { encode = true, config = true }) end
   local again = assert(sync.load(client, saved))
   properties.same(assert(json.encode(plan_file.describe(again), form)), described, "a saved plan")
   check_applied(plan, text)
end
