--- Questions that need a connection of the probe's own: about creates, updates, secrets and tests.
-- @module personalize.probe.writing
-- @local

local json = require "personalize.json"
local order = require "personalize.order"
local raw = require "personalize.raw"
local run = require "personalize.probe.run"
local test = require "personalize.probe.testing"

local writing = {}

-- An `auth` that works nowhere.
local function invented_auth()
   return { authType = "OAUTH", clientId = "probe", clientSecret = "no-secret-of-anything",
      accessTokenUrl = "https://probe.invalid/token", useMutualTls = false, oauthCustomHeaders = json.array {},
      formUrlEncodedItems = json.array {} }
end

local function shown_value(value)
   if value == nil then return "absent" end
   if type(value) == "table" then return raw.is_array(value) and "an array" or "an object" end
   return tostring(value)
end

local function number_of(value) return json.is_number(value) and tonumber(tostring(value)) or value end

-- ------------------------------------------------------------------ questions

local created = { id = "create_answer", question = "What answers a create?", assumed = "201, no revision" }
local archived = { id = "create_archived", question = "Is `archived` of a create obeyed?", assumed = "yes" }
local secret_shown = { id = "secret_shown", question = "Does a GET show a client secret?", assumed = "no" }
local updated = { id = "update_answer", question = "What answers an update?", assumed = "200 or 201, no revision" }
local counted = { id = "revision_counts", question = "Does an update count `revision`?", assumed = "yes" }
local replaced = { id = "update_replaces", question = "What becomes of members that an update leaves out?",
   assumed = "they are gone" }
local put_creates = { id = "put_creates", question = "Does an update of an unknown ref create?", assumed = "no" }
local unique = { id = "unique_names", question = "Must names be unique?", assumed = "no" }
local unknown_auth = { id = "unknown_auth", question = "What does a GET show of an authType that is not published?",
   assumed = "its members but passwords" }

local all = { created, archived, secret_shown, updated, counted, replaced, put_creates, unique, unknown_auth, test.kept,
   test.answer }

local function open_all(self, why)
   local told = {}
   for _, each in ipairs(self.report) do told[each.id] = true end
   for _, about in ipairs(all) do
      if not told[about.id] then self:open(about, why) end
   end
end

-- ------------------------------------------------------------------ one connection

local function revision_words(value)
   local revision = raw.get(value, "revision")
   return revision == nil and "no revision" or "revision " .. shown_value(revision)
end

local function ask_create(self, name)
   local value, err, found = self:create("POST", "", self:definition(name, invented_auth()))
   local connection = value or found
   if not connection then return nil, err end
   if value then
      local status, words = run.status(value), revision_words(value)
      self:answer(created, ("%d, %s"):format(status, words), "POST /v2/connections",
         status == 201 and words == "no revision")
   else
      self:open(created, err)
   end
   local is_archived = raw.is_archived(connection)
   self:answer(archived, is_archived and "yes" or "no", "archived: " .. shown_value(raw.get(connection, "archived")),
      is_archived)
   return raw.string(connection, "ref")
end

-- Updates a connection and notes the answer, which shows whether it is still archived.
local function put(self, ref, definition)
   local value, err = self:call("PUT", "/" .. ref, definition)
   if raw.string(value, "ref") then self:note(value, definition.name) end
   return value, err
end

local function get(self, ref)
   local value, err = self:call("GET", "/" .. ref)
   if type(value) == "table" then return value end
   return nil, err
end

local function ask_secret(self, connection)
   local value = raw.get(raw.object(connection, "auth"), "clientSecret")
   local is_absent = value == nil or value == ""
   local is_clear = value == invented_auth().clientSecret
   self:answer(secret_shown, is_absent and "no" or is_clear and "yes, in clear" or "a mask",
      "auth.clientSecret of a GET after a create that had one: " .. (is_absent and "absent" or is_clear
         and "what was sent" or "something else"), is_absent)
   return is_clear
end

local function ask_update(self, ref, name, before)
   local definition = self:definition(name, invented_auth())
   definition.description = nil
   local value, err = put(self, ref, definition)
   local after, problem = get(self, ref)
   if value then
      local status, words = run.status(value), revision_words(value)
      self:answer(updated, ("%d, %s"):format(status, words), "PUT /v2/connections/<ref>",
         (status == 200 or status == 201) and words == "no revision")
   else
      self:open(updated, err)
   end
   -- whatever the update answered, the next GET shows whether it was carried out
   local old, new = number_of(raw.get(before, "revision")), number_of(after and raw.get(after, "revision"))
   if not value or not after then
      self:open(counted, err or problem)
      return self:open(replaced, err or problem)
   end
   local is_counted = type(old) == "number" and type(new) == "number" and new == old + 1
   self:answer(counted, is_counted and "yes" or "no", ("GET: %s before, %s after"):format(shown_value(old),
      shown_value(new)), is_counted)
   local description = raw.get(after, "description")
   local is_gone = description == nil or description == ""
   self:answer(replaced, is_gone and "they are gone" or "they stay", "description of a GET after a PUT without: "
      .. (is_gone and "absent" or "as before"), is_gone)
end

-- ------------------------------------------------------------------ a second connection, if there is one

local function random_ref()
   local native = require "personalize.native"
   local function digits(count)
      local parts = {}
      for index = 1, count do parts[index] = ("%x"):format(math.floor(native.random() * 16)) end
      return table.concat(parts)
   end
   return ("%s-%s-4%s-8%s-%s"):format(digits(8), digits(4), digits(3), digits(3), digits(12))
end

-- Returns the ref of the connection that was created, if there is one.
local function ask_put_creates(self, name)
   local second = name .. " too"
   local value, err, found = self:create("PUT", "/" .. random_ref(), self:definition(second, { authType = "NONE" }))
   if value or found then
      local status = value and run.status(value)
      self:answer(put_creates, "yes", ("PUT to a new ref: %s"):format(status and ("%d"):format(status)
         or "no answer, and one was there"), false)
      return raw.string(value or found, "ref"), second
   end
   if not run.is_refused(err) then return nil, self:open(put_creates, err) end
   self:answer(put_creates, "no", ("PUT to a new ref: %d"):format(err.status), true)
   return nil
end

local function tell_unique(self, value, err, what)
   if value then return self:answer(unique, "no", what .. " was accepted", true) end
   if not run.is_refused(err) then return self:open(unique, err) end
   self:answer(unique, "yes", ("%s: %s"):format(what, tostring(err)), false)
end

local function ask_unique(self, name, second_ref)
   if second_ref then
      local value, err = put(self, second_ref, self:definition(name, { authType = "NONE" }))
      return tell_unique(self, value, err, "a PUT of a second connection of a name")
   end
   local value, err, found = self:create("POST", "", self:definition(name, { authType = "NONE" }))
   -- the answer to a create was lost: the connection that was found may be the first one
   if not value and found and #self.facts.made > 1 then value = found end
   tell_unique(self, value, err, "a create of a second connection of a name")
end

-- ------------------------------------------------------------------ other types of authentication

-- BASIC is not published, but exists. No service knows the unpublished mark, which a strict service refuses.
local function put_basic(self, ref, name)
   local auth = { authType = "BASIC", username = "probe", password = "no-secret-of-anything", probeMark = "probe" }
   local value, err = put(self, ref, self:definition(name, auth))
   if value or not run.is_refused(err) then return value, err, auth end
   auth.probeMark = nil
   value, err = put(self, ref, self:definition(name, auth))
   return value, err, auth
end

local function ask_unknown_auth(self, ref, name)
   local value, err, sent = put_basic(self, ref, name)
   if not value then
      if run.is_refused(err) then return self:answer(unknown_auth, "it is refused", tostring(err), false) end
      return self:open(unknown_auth, err)
   end
   local after, problem = get(self, ref)
   if not after then return self:open(unknown_auth, problem) end
   local auth, is_whole = raw.object(after, "auth"), true
   for member, given in pairs(sent) do
      is_whole = is_whole and (member == "password" or raw.get(auth, member) == given)
   end
   local is_hidden = raw.get(auth, "password") ~= sent.password
   local answer = is_whole and (is_hidden and "its members but passwords" or "all of it") or "not all of its members"
   local names = table.concat(order.names(auth, nil), ", ")
   self:answer(unknown_auth, answer, "auth of a GET after a PUT of BASIC: " .. names, answer == unknown_auth.assumed)
end

--- Asks its questions with a connection of the probe's own.
-- @tparam table self of `run.new`
-- @tparam string name
function writing.ask(self, name)
   local ref, err = ask_create(self, name)
   if not ref then return open_all(self, err) end
   if not self.facts.made[1].archived then put(self, ref, self:definition(name, invented_auth())) end
   local before, problem = get(self, ref)
   local is_clear = nil
   if before then
      is_clear = ask_secret(self, before)
      ask_update(self, ref, name, before)
   else
      self:open(secret_shown, problem)
   end
   local second_ref = ask_put_creates(self, name)
   ask_unique(self, name, second_ref)
   ask_unknown_auth(self, ref, name)
   test.ask(self, { ref = ref, name = name, is_clear = is_clear, invented = invented_auth(), put = put, get = get })
   open_all(self, problem or "it was not asked")
end

return writing
