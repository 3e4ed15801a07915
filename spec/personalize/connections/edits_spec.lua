-- Random edits of random connections, on every way that writes: what is sent is what was asked for, or nothing was sent
-- and the error names the member.
local generator = require "spec.personalize.sync.generator"
local personalize = require "personalize"
local schema = require "personalize.schema"
local tenant = require "spec.support.tenant"

local json = personalize.json

local rounds = 400

-- Places of a connection that have members, and how one gets there.
local top = schema.by_name(schema.members)
local places = {
   { path = "", members = schema.members, of = function(c) return c end },
   { path = "request.", members = top.request.members, of = function(c) return c.request end },
   { path = "auth.", members = top.auth.members,
      of = function(c) return c.auth.authType == "OAUTH" and c.auth or nil end },
   { path = "customHeaders[1].", members = top.customHeaders.items,
      of = function(c) return c.customHeaders and c.customHeaders[1] end },
   { path = "inputMappings[1].", members = top.inputMappings.items,
      of = function(c) return c.inputMappings and c.inputMappings[1] end },
}

local letters = "abcdefghijklmnopqrstuvwxyz"

local function misspell(dice, name)
   local at, letter = 1 + dice:below(#name), 1 + dice:below(26)
   return name:sub(1, at - 1) .. letters:sub(letter, letter) .. name:sub(at + dice:below(2))
end

local right = {
   string = function(dice) return "text " .. dice:below(1000) end,
   integer = function(dice) return dice:below(9000) end,
   boolean = function(dice) return dice:below(2) == 0 end,
}

-- Of another type than it should be; whole numbers in either form are none.
local wrong = {
   string = { 5, true, { "a" } }, integer = { "5", 1500.5, true, { 1 } }, boolean = { "true", 0, { "a" } },
   array = { "a", 5, false }, object = { "a", 5, false },
}

local function leaves(members)
   local found = {}
   for _, member in ipairs(members) do
      if right[member.type] and not member.server_owned and member.name ~= "name" and member.name ~= "archived" then
         found[#found + 1] = member
      end
   end
   return found
end

local kinds = {}

function kinds.right(dice, place)
   local member = dice:one_of(leaves(place.members))
   if member.known or member.name:find "[uU]rl" then return member.name, nil end
   return member.name, right[member.type](dice)
end

function kinds.misspelt(dice, place)
   local name = misspell(dice, dice:one_of(place.members).name)
   return name, "value " .. dice:below(1000)
end

function kinds.misplaced(dice)
   return dice:one_of(dice:one_of(places).members).name, "value " .. dice:below(1000)
end

kinds["of a wrong type"] = function(dice, place)
   local member = dice:one_of(place.members)
   if not wrong[member.type] then return member.name, nil end
   return member.name, dice:one_of(wrong[member.type])
end

function kinds.unknown(dice)
   local value = dice:value(1)
   -- null is what an absent member is, too
   if value == json.null then value = nil end
   return "somethingElse" .. dice:below(5), value
end

-- Sends a connection with a member set at a place.
local ways = {
   save = function(_, c, edit)
      edit(c)
      return c:save()
   end,
   update = function(connections, c, edit)
      edit(c)
      return connections.update(c)
   end,
   ["update of a definition"] = function(connections, c, edit)
      local plain = assert(json.decode(c:to_json()))
      edit(plain)
      return connections.update(c.ref, plain)
   end,
   patch = function(connections, c, edit)
      local plain = assert(json.decode(c:to_json()))
      edit(plain)
      return connections.patch(c, plain)
   end,
   ["patch by a function"] = function(connections, c, edit)
      return connections.patch(c, function(retrieved) edit(retrieved) end)
   end,
   ensure = function(connections, c, edit)
      edit(c)
      return connections.ensure(c)
   end,
}
local names_of_ways, names_of_kinds = {}, {}
for name in pairs(ways) do names_of_ways[#names_of_ways + 1] = name end
for name in pairs(kinds) do names_of_kinds[#names_of_kinds + 1] = name end
table.sort(names_of_ways)
table.sort(names_of_kinds)

local function without_server_owned(definition)
   for name in pairs(schema.server_owned) do definition[name] = nil end
   return definition
end

local function text_of(definition)
   return assert(json.encode(definition, { canonical = true }))
end

describe("a random edit", function()
   local made, connections

   setup(function()
      made = tenant.start({ journal_secrets = true, missing_secret = "keep" }, { missing_secrets = "send" })
      connections = made.connections
   end)

   teardown(function() made:stop() end)

   local function writes()
      return made.emulator:counts().creates + made.emulator:counts().updates
   end

   local function names_path(err, path)
      for _, problem in ipairs(err.problems or {}) do
         if problem.path:sub(1, #path) == path then return true end
      end
      return false
   end

   local function sent_body()
      local requests = made.emulator:requests()
      for index = #requests, 1, -1 do
         local request = requests[index]
         if request.method == "PUT" then return without_server_owned(assert(json.decode(request.body))) end
      end
   end

   it("is sent as it is, or not at all and the member is named", function()
      local dice, seen = generator.new(11), {}
      for round = 1, rounds do
         local definition = dice:connection("Round " .. round)
         definition.archived = nil
         definition.request.requestBody = nil
         for _, name in ipairs { "unknown0", "unknown1" } do definition[name] = nil end
         local created = assert(connections.create(definition))
         local c = assert(connections.get(created))
         local way, kind, place = dice:one_of(names_of_ways), dice:one_of(names_of_kinds), dice:one_of(places)
         local name, value = kinds[kind](dice, place)
         local is_kept = schema.server_owned[name] or name == "name" or name == "archived"
         if place.of(c) and value ~= nil and not is_kept then
            local where = ("round %d: %s%s = %s (%s, %s)"):format(round, place.path, name, text_of { value }, kind, way)
            local expected = assert(json.decode(c:to_json()))
            local was = text_of(expected)
            place.of(expected)[name] = value
            local before = writes()
            local result, err = ways[way](connections, c, function(it_is) place.of(it_is)[name] = value end)
            if result then
               seen[kind .. " sent"] = (seen[kind .. " sent"] or 0) + 1
               -- whole numbers leave as integers; a write of what is there already is none
               expected = without_server_owned(expected)
               local sent = writes() > before and sent_body() or without_server_owned(assert(json.decode(was)))
               assert.equal(text_of(expected), text_of(sent), where)
            else
               seen[kind .. " refused"] = (seen[kind .. " refused"] or 0) + 1
               assert.equal("validation", err.kind, where .. ": " .. tostring(err))
               assert.is_true(names_path(err, place.path .. name), where .. ": " .. tostring(err))
               assert.equal(before, writes(), where)
               assert.equal(was, text_of(assert(json.decode(assert(connections.get(created)):to_json()))), where)
            end
         end
      end
      for _, outcome in ipairs { "right sent", "unknown sent", "misspelt refused", "misplaced refused",
         "of a wrong type refused" } do
         assert.is_true((seen[outcome] or 0) >= 5, outcome)
      end
      assert.same({ nil, nil }, { seen["right refused"], seen["unknown refused"] })
      assert.is_nil(seen["of a wrong type sent"])
   end)
end)
