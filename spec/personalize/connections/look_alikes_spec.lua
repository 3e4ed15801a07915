-- Members that look like published ones: which they are, and that no way in lets them through.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local look_alikes = require "personalize.connections.look_alikes"
local mistakes = require "spec.support.mistakes"
local personalize = require "personalize"
local schema = require "personalize.schema"
local tenant = require "spec.support.tenant"
local validation = require "personalize.connections.validation"

local json = personalize.json

-- path -> message of what is found in a definition.
local function found(definition, how)
   local by_path = {}
   look_alikes.check(definition, how or {}, function(path, message) by_path[path] = message end)
   return by_path
end

local with_mistake = mistakes.definition

describe("look-alikes", function()
   it("are names within two edits, of short ones within one, or that differ in case", function()
      for name, meant in pairs {
         descripton = "description", descriptions = "description", desciprtion = "description",
         Description = "description", DESCRIPTION = "description", system_type = "systemType", Name = "name",
         nam = "name", icons = "icon", NAME = "name", conectionTimeot = "connectionTimeout",
         customHeader = "customHeaders",
      } do
         assert.same({ [name] = ("probably %s is meant"):format(meant) }, found { [name] = 1 }, name)
      end
      for _, name in ipairs { "note", "desc", "x", "nm", "ions", "webhook", "settings", ("d"):rep(200) } do
         assert.same({}, found { [name] = 1 }, name)
      end
   end)

   it("are found beside items of an array that are no objects", function()
      assert.same({ ["inputMappings[2].kye"] = "probably key is meant" },
         found { inputMappings = { "x", { kye = 1 }, 5 } })
   end)

   it("are none where the published name is there too, unless it is an edit or differs in case alone", function()
      assert.same({}, found { description = "", descriptions = "" })
      assert.same({ Description = "probably description is meant" }, found { description = "", Description = "" })
      assert.same({ descriptions = "probably description is meant" },
         found({ description = "", descriptions = "" }, { is_edit = true }))
   end)

   it("are known names of another place", function()
      assert.same({
         ["request.clientSecret"] = "is a member of auth",
         ["request.name"] = "is a member of the connection itself, auth.oauthCustomHeaders[], "
            .. "auth.formUrlEncodedItems[], customHeaders[]",
         ["customHeaders[2].key"] = "probably name is meant: a header or form item is { name, value }",
         ["auth.oauthCustomHeaders[1].mapping"] = "is a member of inputMappings[]",
         requestBody = "is a member of request",
      }, found {
         requestBody = "", request = { clientSecret = "", name = "" }, customHeaders = { {}, { key = "" } },
         auth = { authType = "OAUTH", oauthCustomHeaders = { { mapping = "" } } },
      })
   end)

   it("are known names of another place, misspelt", function()
      local url, secret = "probably connectionUrl is meant, a member of request",
         "probably clientSecret is meant, a member of auth"
      assert.same({
         connectionURL = url, ConnectionUrl = url, connectonUrl = url, conectionUrll = url,
         clientSecert = secret, ["request.CLIENTSECRET"] = secret,
         ["request.customheaders"] = "probably customHeaders is meant, a member of the connection itself",
         ["customHeaders[1].Mapping"] = "probably mapping is meant, a member of inputMappings[]",
         Key = "probably key is meant, a member of inputMappings[]",
      }, found {
         connectionURL = "", ConnectionUrl = "", connectonUrl = "", conectionUrll = "", clientSecert = "", Key = "",
         request = { CLIENTSECRET = "", customheaders = {} }, customHeaders = { { Mapping = "" } },
      })
      -- a service may well have these: short names of other places, misspelt, and names that are not near enough
      assert.same({}, found {
         labels = {}, keys = {}, values = {}, types = {}, mapped = 1, headers = {}, url = "", settings = {},
         secret = "", clientName = "", body = "", request = { names = {}, hrefs = {}, icons = {}, descript = "" },
      })
   end)

   it("are paths of members", function()
      local url = "is a path: probably { request: { connectionUrl } } is meant"
      local item = "is a path: probably { auth: { oauthCustomHeaders: [ { value } ] } } is meant"
      assert.same({
         ["request.connectionUrl"] = url, ["Request.connectionURL"] = url, ["request.conectionUrl"] = url,
         ["customHeaders[1].name"] = "is a path: probably { customHeaders: [ { name } ] } is meant",
         ["inputMappings[0]"] = "is a path: probably { inputMappings: [ ... ] } is meant",
         ["auth.formUrlEncodedItems[1]"] = "is a path: probably { auth: { formUrlEncodedItems: [ ... ] } } is meant",
         ["auth.oauthCustomHeaders[0].value"] = item, ["auth.oauthCustomHeaders[].value"] = item,
      }, found {
         ["request.connectionUrl"] = "", ["Request.connectionURL"] = "", ["request.conectionUrl"] = "",
         ["inputMappings[0]"] = {}, ["auth.formUrlEncodedItems[1]"] = {},
         ["customHeaders[1].name"] = "", ["auth.oauthCustomHeaders[0].value"] = "",
         auth = { authType = "OAUTH", ["oauthCustomHeaders[].value"] = "" },
      })
      assert.same({}, found { ["request.timeout"] = 1, ["a.b"] = 1, ["x-y.z"] = 1, ["a[1]"] = 1, ["."] = 1,
         [("request."):rep(100)] = 1 })
   end)

   it("are none of what was retrieved, misspelt at another place or not", function()
      local retrieved = { connectionURL = "x", ["request.connectionUrl"] = "y" }
      assert.same({}, found(retrieved, { retrieved = retrieved }))
   end)

   it("are not looked for where the format is not published", function()
      assert.same({}, found {
         urlParameters = { { key = "a", nam = "b" } }, auth = { authType = "BASIC", clientID = "a", password = "b" },
         settings = { descripton = "", connectionUrl = "" },
      })
      assert.same({ ["auth.clientID"] = "probably clientId is meant" }, found { auth = { clientID = "" } })
      assert.same({ ["auth[2].clientID"] = "probably clientId is meant" },
         found { auth = { { authType = "BASIC", clientID = "" }, { authType = "oauth", clientID = "" } } })
   end)

   it("are not what was retrieved", function()
      local retrieved = { descripton = "", inputMappings = { { exampelValue = "" } }, request = { url = "" } }
      assert.same({}, found({ descripton = "new", inputMappings = { {}, { exampelValue = "" } } },
         { retrieved = retrieved }))
      assert.same({ ["request.name"] = true }, (function()
         local left = found({ descripton = "", request = { name = "" } }, { retrieved = retrieved })
         for path in pairs(left) do left[path] = true end
         return left
      end)())
   end)

   -- An edit or two of a published name is found, and nothing published is.
   it("are found for random edits of published names", function()
      local random = math.random
      local letters = "abcdefghijklmnopqrstuvwxyz"
      for _, member in ipairs(schema.members) do
         assert.same({}, found { [member.name] = 1 })
         for _ = 1, #member.name > 5 and 20 or 0 do
            local name = member.name
            for _ = 1, 2 do
               local at, letter = random(#name), random(#letters)
               name = name:sub(1, at - 1) .. letters:sub(letter, letter) .. name:sub(at + random(0, 1))
            end
            local is_known = false
            for _, other in ipairs(schema.members) do is_known = is_known or other.name == name end
            if not is_known then assert.is_string(found({ [name] = 1 })[name], name) end
         end
      end
   end)
end)

describe("a member that looks like another one", function()
   local made, connections, ref, path

   before_each(function()
      made, path = tenant.start(), folder.new()
      connections = made.connections
      ref = made:create { name = "There", description = "old" }.ref
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function writes()
      local count = 0
      for _, call in ipairs(made:calls()) do count = count + (call:find "^P" and 1 or 0) end
      return count
   end

   -- Every way in: what is given a mistake and the option to send it nevertheless.
   local ways = {
      create = function(mistake, opts) return connections.create(with_mistake(mistake), opts) end,
      update = function(mistake, opts) return connections.update(ref, with_mistake(mistake), opts) end,
      ["update of itself"] = function(mistake, opts)
         local c = assert(connections.get(ref))
         for name, value in pairs(with_mistake(mistake, c)) do c[name] = value end
         return connections.update(c, nil, opts)
      end,
      save = function(mistake, opts)
         local c = assert(connections.get(ref))
         for name, value in pairs(with_mistake(mistake, c)) do c[name] = value end
         return c:save(opts)
      end,
      ["save of a copy"] = function(mistake, opts)
         local c = assert(assert(connections.get(ref)):copy "Copy")
         for name, value in pairs(with_mistake(mistake, c)) do c[name] = value end
         return c:save(opts)
      end,
      patch = function(mistake, opts) return connections.patch(ref, mistake, opts) end,
      ["patch by a function"] = function(mistake, opts)
         return connections.patch(ref, function(c)
            for name, value in pairs(with_mistake(mistake, c)) do c[name] = value end
         end, opts)
      end,
      ["ensure of what is new"] = function(mistake, opts) return connections.ensure(with_mistake(mistake), opts) end,
      ["ensure of what is there"] = function(mistake, opts)
         return connections.ensure(with_mistake(mistake, { name = "There" }), opts)
      end,
      create_all = function(mistake, opts)
         local results, errors = connections.create_all({ with_mistake(mistake) }, opts)
         return results[1], errors[1]
      end,
      update_all = function(mistake, opts)
         local c = assert(connections.get(ref))
         for name, value in pairs(with_mistake(mistake, c)) do c[name] = value end
         local results, errors = connections.update_all({ c }, opts)
         return results[1], errors[1]
      end,
      ensure_all = function(mistake, opts)
         local results, errors = connections.ensure_all({ with_mistake(mistake) }, opts)
         return results[1], errors[1]
      end,
      validate = function(mistake, opts) return connections.validate(with_mistake(mistake), opts) end,
   }

   for name, way in pairs(ways) do
      it("is refused by " .. name .. ", and sent when told to", function()
         for _, mistake in ipairs(mistakes) do
            local before = writes()
            local none, err = way(mistake[1])
            assert.is_nil(none)
            assert.equal("validation: " .. mistake[2], tostring(err))
            assert.equal(mistake[2], err.problems[1].path .. ": " .. err.problems[1].message)
            assert.equal(before, writes())
         end
         local sent, what = way(mistakes[1][1], { unknown_members = "send" })
         if name == "validate" then
            assert.equal("look_alike", what[1].code)
         else
            assert.equal("x", sent.descripton)
            local list = personalize.meta(sent).warnings
            assert.same({ "descripton", "look_alike" }, { list[1].path, list[1].code })
         end
      end)
   end

   it("is refused in a builder's raw parts", function()
      local builder = connections.build("B"):data_system():get("https://x.example")
         :auth { authType = "OAUTH", clientID = "x" }
      local none, err = connections.create(builder)
      assert.is_nil(none)
      assert.equal("validation: auth.clientID: probably clientId is meant", tostring(err))
   end)

   it("is sent by a client that is told to", function()
      local client = made:new_client { unknown_members = "send" }
      assert.equal("x", assert(client.connections.create(with_mistake { descripton = "x" })).descripton)
      assert.is_nil((client.connections.create(with_mistake { descripton = "x" }, { unknown_members = "refuse" })))
   end)

   it("is refused by the command", function()
      local environment = command.environment(made.emulator)
      for _, mistake in ipairs(mistakes) do
         folder.write(path, "d.json", json.encode(with_mistake(mistake[1])))
         for _, arguments in ipairs {
            { "create", path .. "/d.json" }, { "ensure", path .. "/d.json" }, { "update", "There", path .. "/d.json" },
            { "patch", "There", json.encode(mistake[1]) },
         } do
            local before = writes()
            local out, err, code = command.run(environment, arguments)
            assert.same({ "", "personalize " .. arguments[1] .. ": validation: " .. mistake[2] .. "\n", 1 },
               { out, err, code })
            assert.equal(before, writes())
         end
      end
   end)

   it("goes back untouched when the service sent it", function()
      local with = assert(connections.create(with_mistake({ descripton = "of the service" },
         { name = "With", inputMappings = { { key = "a", label = "a", exampelValue = "1" } } }),
         { unknown_members = "send" }))
      local list = assert(connections.list())
      for _, each in ipairs { assert(connections.get(with)), assert(connections.find "With"), list[#list] } do
         each.socketTimeout = 3000
         each.inputMappings = { { key = "b" }, each.inputMappings[1] }
         assert.equal("of the service", assert(each:save { expect = false }).descripton)
      end
      assert.is_true(select(2, assert(connections.patch(with, { description = "new" }))))
      assert.equal("of the service", assert(connections.patch(with, { name = "With 2" })).descripton)
      local definition = with_mistake({ descripton = "again" }, { name = "With 2" })
      assert.equal("again", assert(connections.update(with.ref, definition)).descripton)
      assert.equal("again", assert(assert(connections.get(with)):copy "Third":save()).descripton)
      assert.is_true((connections.validate(assert(connections.get(with)))))
      definition.descripton = "once more"
      assert.equal("once more", assert(connections.ensure(definition)).descripton)
      -- another one is refused nevertheless
      local none, err = connections.patch(with, { inputMapping = {} })
      assert.is_nil(none)
      assert.equal("validation: inputMapping: probably inputMappings is meant", tostring(err))
   end)

   it("is judged by one function that takes what was retrieved", function()
      local definition = with_mistake { descripton = "x" }
      assert.is_nil((validation.check(definition)))
      assert.is_true((validation.check(definition, { retrieved = { descripton = "" } })))
      assert.is_true((validation.check(definition, { unknown_members = "send" })))
   end)

   it("is refused by patch where it is misspelt at another place, or a path", function()
      local before = writes()
      for mistake, message in pairs {
         connectionURL = "connectionURL: probably connectionUrl is meant, a member of request",
         ["request.connectionUrl"] =
            "request.connectionUrl: is a path: probably { request: { connectionUrl } } is meant",
      } do
         local none, err = connections.patch(ref, { [mistake] = "https://new.example" })
         assert.is_nil(none)
         assert.equal("validation: " .. message, tostring(err))
      end
      assert.equal(before, writes())
      assert(connections.patch(ref, { labels = { "a" } }))
   end)
end)
