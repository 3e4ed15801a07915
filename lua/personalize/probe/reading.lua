--- Questions that reading answers: paging, members, types, the token.
-- @module personalize.probe.reading
-- @local

local names = require "personalize.redaction.names"
local number = require("personalize.text").number
local order = require "personalize.order"
local raw = require "personalize.raw"
local schema = require "personalize.schema"
local token = require "personalize.probe.token"

local reading = {}

-- ------------------------------------------------------------------ the token

local lifetime = { id = "token_lifetime", question = "How long does a token live?", assumed = "900 s" }
local lifetime_of_key = { id = "token_lifetime", question = lifetime.question, assumed = "600 s" }
local scope = { id = "token_scope", question = "Which scope has the token?", assumed = token.scope_of_connections }

--- Fetches another token.
function reading.token(self)
   local of_lifetime = self.settings.client_key and lifetime_of_key or lifetime
   local value, why = token.fetch(self.settings, self.timeout or self.settings.timeout)
   if not value then
      self:open(of_lifetime, why)
      return self:open(scope, why)
   end
   local seconds = tonumber(value.expires_in)
   if seconds then
      local answer = number("%.14g", seconds) .. " s"
      self:answer(of_lifetime, answer, "expires_in of the token endpoint's answer", answer == of_lifetime.assumed)
   else
      self:answer(of_lifetime, "not stated", "the token endpoint's answer has no expires_in", false)
   end
   local stated = type(value.scope) == "string" and value.scope ~= "" and value.scope or "not stated"
   self:answer(scope, stated, "scope of the token endpoint's answer", token.is_for_connections(value.scope) == true)
end

-- ------------------------------------------------------------------ paging

local whole = { id = "list_whole", question = "Does a list without parameters bring everything?", assumed = "yes" }
local limit = { id = "list_limit", question = "Is `limit` of a list obeyed?", assumed = "yes" }
local offset = { id = "list_offset", question = "Is `offset` of a list obeyed?", assumed = "yes" }
local beside = { id = "list_members", question = "What stands beside the items of a list?", assumed = "href" }

local function refs_of(page)
   local refs = {}
   for _, item in ipairs(raw.get(page, "items") or {}) do
      local ref = raw.string(item, "ref")
      if ref then
         refs[#refs + 1] = ref
         refs[ref] = true
      end
   end
   return refs
end

-- The refs of a page; or nil and an error object.
local function page(self, query)
   local value, err = self:call("GET", "", nil, query)
   if value == nil then return nil, err end
   return refs_of(value), value
end

local function count_new(refs, known)
   local count = 0
   for _, ref in ipairs(refs) do count = count + (known[ref] and 0 or 1) end
   return count
end

-- Checks, in each way that may show it, whether there are more items than a list without parameters returned.
local function ask_whole(self, first)
   local many, is_ignored = math.max(100, 4 * #first), false
   for _, query in ipairs { { limit = many, offset = #first }, { limit = many } } do
      local refs = page(self, query)
      local more = refs and count_new(refs, first) or 0
      is_ignored = is_ignored or query.offset and (not refs or #refs > 0 and more == 0)
      if more > 0 then
         return self:answer(whole, "no", ("it brought %d; limit=%d%s brought %d more"):format(#first, query.limit,
            query.offset and "&offset=" .. query.offset or "", more), false)
      end
   end
   for _, each in ipairs(self.facts.made) do
      if not first[each.ref] then
         return self:answer(whole, "no", ("it brought %d, and not what was made just now (%s)"):format(#first,
            each.ref), false)
      end
   end
   if is_ignored and not self.facts.made[1] then
      return self:open(whole, ("it brought %d; offset is not obeyed, so what may be behind them cannot be asked for")
         :format(#first))
   end
   self:answer(whole, "yes", ("it brought %d, and nothing else is to be had"):format(#first), true)
end

local function ask_limit(self, first)
   local one, err = page(self, { limit = 1 })
   if not one then
      self:answer(limit, "refused", tostring(err), false)
      return nil
   end
   local evidence = ("limit=1 brought %d of at least %d"):format(#one, #first)
   self:answer(limit, #one == 1 and "yes" or "no", evidence, #one == 1)
   return one
end

local function ask_offset(self, one)
   local size = math.max(1, #one)
   local other, err = page(self, { limit = size, offset = size })
   if not other then return self:answer(offset, "refused", tostring(err), false) end
   local is_obeyed = count_new(other, one) == #other
   self:answer(offset, is_obeyed and "yes" or "no", ("limit=%d&offset=%d brought %s"):format(size, size,
      #other == 0 and "nothing" or is_obeyed and "others" or "the same"), is_obeyed)
end

--- Asks for lists in several ways.
function reading.paging(self)
   local first, value = page(self)
   if not first then
      for _, about in ipairs { whole, limit, offset, beside } do self:open(about, value) end
      return
   end
   ask_whole(self, first)
   local is_enough = #first >= 2 or count_new(page(self, { offset = #first }) or {}, first) > 0
   if is_enough then
      local one = ask_limit(self, first)
      if one then ask_offset(self, one) else self:open(offset, "limit is refused") end
   else
      self:open(limit, "there are fewer than two connections")
      self:open(offset, "there are fewer than two connections")
   end
   local members = {}
   for _, name in ipairs(order.names(value, nil)) do
      if name ~= "items" then members[#members + 1] = tostring(name) end
   end
   local found = #members > 0 and table.concat(members, ", ") or "nothing"
   self:answer(beside, found, "GET /v2/connections", found == "href")
end

-- ------------------------------------------------------------------ properties of connections

local members = schema.by_name(schema.members)

local function is_known(list, value)
   for _, each in ipairs(list) do
      if each == value then return true end
   end
   return false
end

-- Counts values: value -> number.
local function tally(all, value_of)
   local counts = {}
   for _, connection in ipairs(all) do
      for _, value in ipairs(value_of(connection)) do counts[value] = (counts[value] or 0) + 1 end
   end
   return counts
end

local function listed(counts)
   local parts = {}
   for _, name in ipairs(order.names(counts, nil)) do parts[#parts + 1] = ("%s (%d)"):format(name, counts[name]) end
   return table.concat(parts, ", ")
end

local function names_of(counts)
   return table.concat(order.names(counts, nil), ", ")
end

-- The paths of members that the schema does not know, except in an `auth` of an unpublished type.
local function unknown_in(connection)
   local found = {}
   local function look(object, list, prefix)
      local known = schema.by_name(list)
      for _, name in ipairs(order.names(object, nil)) do
         local member, value = known[name], rawget(object, name)
         if type(name) == "string" and not member then
            found[#found + 1] = prefix .. name
         elseif member and member.members and raw.is_object(value) then
            look(value, member.members, prefix .. name .. ".")
         elseif member and member.items and raw.is_array(value) then
            for index = 1, raw.length(value) do
               local item = rawget(value, index)
               if raw.is_object(item) then look(item, member.items, prefix .. name .. "[].") end
            end
         end
      end
   end
   look(connection, schema.members, "")
   return found
end

local function ask_types(self, all, about, known, value_of)
   local counts, agrees = tally(all, value_of), true
   for value in pairs(counts) do agrees = agrees and is_known(known, value) end
   if next(counts) == nil then return self:open(about, "there is no connection") end
   self:answer(about, names_of(counts), listed(counts), agrees)
end

local auth_types = { id = "auth_types", question = "Which types of authentication are there?",
   assumed = table.concat(schema.by_name(members.auth.members).authType.known, ", ") }
local system_types = { id = "system_types", question = "Which system types are there?",
   assumed = table.concat(members.systemType.known, ", ") }
local mapping_types = { id = "mapping_types", question = "Which types have inputs and outputs?",
   assumed = table.concat(schema.by_name(members.inputMappings.items).type.known, ", ") }
local unknown_members = { id = "unknown_members", question = "Which members are there that are not published?",
   assumed = "none" }
local objects = { id = "objects", question = "Are auth and request objects, or arrays?", assumed = "objects" }
local secrets = { id = "secrets_listed", question = "Do lists show a client secret?", assumed = "no" }

local function ask_unknown(self, all)
   local counts = tally(all, unknown_in)
   if #all == 0 then return self:open(unknown_members, "there is no connection") end
   local found, is_none = names_of(counts), next(counts) == nil
   self:answer(unknown_members, is_none and "none" or found, is_none and ("of %d connections"):format(#all)
      or listed(counts), is_none)
end

local function ask_objects(self, all)
   local counts = tally(all, function(connection)
      local kinds = {}
      for _, name in ipairs { "auth", "request" } do
         local value = raw.get(connection, name)
         kinds[#kinds + 1] = raw.is_array(value) and "arrays" or type(value) == "table" and "objects" or nil
      end
      return kinds
   end)
   if next(counts) == nil then return self:open(objects, "there is no connection") end
   self:answer(objects, names_of(counts), listed(counts), counts.arrays == nil)
end

-- Checks whether OAuth secrets are shown; a mask counts as shown.
local function ask_secrets(self, all)
   local count, shown = 0, 0
   for _, connection in ipairs(all) do
      for _, found in ipairs(raw.objects(connection, "auth")) do
         if raw.auth_type(found[1]) == "OAUTH" then
            count = count + 1
            local has_secret = false
            for name in next, found[1] do
               has_secret = has_secret or name == "clientSecret"
                  or (type(name) == "string" and names.is_credential(name) and type(found[1][name]) == "string")
            end
            shown = shown + (has_secret and 1 or 0)
         end
      end
   end
   if count == 0 then return self:open(secrets, "no connection authenticates by OAuth") end
   self:answer(secrets, shown > 0 and "yes" or "no", ("%d of %d connections with OAuth"):format(shown, count),
      shown == 0)
end

local function strings(connection, list, name)
   local found = {}
   for _, each in ipairs(raw.objects(connection, list)) do found[#found + 1] = raw.string(each[1], name) end
   return found
end

--- Examines the existing connections.
function reading.connections(self)
   if self.options.should_stop and self.options.should_stop() then self:call("GET", "") end
   local all, err = self.client.connections.list { timeout = self.timeout }
   local of_probe = {}
   for _, each in ipairs(self.facts.made) do of_probe[each.ref] = true end
   local others = {}
   for _, each in ipairs(all or {}) do
      if not of_probe[each.ref] then others[#others + 1] = each end
   end
   if not all then
      for _, about in ipairs { unknown_members, auth_types, system_types, mapping_types, objects, secrets } do
         self:open(about, err)
      end
      return
   end
   ask_unknown(self, others)
   ask_types(self, others, auth_types, schema.by_name(members.auth.members).authType.known, function(connection)
      return strings(connection, "auth", "authType")
   end)
   ask_types(self, others, system_types, members.systemType.known, function(connection)
      return { raw.string(connection, "systemType") }
   end)
   ask_types(self, others, mapping_types, schema.by_name(members.inputMappings.items).type.known, function(connection)
      local found = strings(connection, "inputMappings", "type")
      for _, kind in ipairs(strings(connection, "outputMappings", "type")) do found[#found + 1] = kind end
      return found
   end)
   ask_objects(self, others)
   ask_secrets(self, others)
end

return reading
