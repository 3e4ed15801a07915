-- What is sent all the same, with a warning.
local personalize = require "personalize"
local tenant = require "spec.support.tenant"
local connections = personalize.connections

-- The warnings for a definition: path -> message.
local function warnings(changes)
   local definition = {
      name = "Weather", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
      request = { requestType = "GET", connectionUrl = "https://api.example.com/v1" },
   }
   for name, value in pairs(changes) do definition[name] = value end
   local fine, found = connections.validate(definition)
   assert.is_true(fine, tostring(found))
   local by_path = {}
   for _, warning in ipairs(found) do
      assert.is_nil(by_path[warning.path], warning.path .. " stands twice")
      by_path[warning.path] = warning.message
   end
   return by_path, found
end

local function input(key, changes)
   local it = { key = key, label = key, type = "string", exampleValue = "", mapping = "" }
   for name, value in pairs(changes or {}) do it[name] = value end
   return it
end

describe("warnings", function()
   it("are none for a definition that is as it should be", function()
      local found, list = warnings {}
      assert.same({}, found)
      assert.equal("no warnings", tostring(list))
   end)

   it("compare values of up to 32 characters with published ones", function()
      local known = "DATA_SYSTEM"
      for length, message in pairs { [32] = 'probably "DATA_SYSTEM" is meant', [33] = false } do
         local value = known .. ("1"):rep(length - #known)
         local found = warnings({ systemType = value }).systemType
         assert.equal(message or nil, found and found:match "probably .*")
      end
   end)

   it("are shown in lines", function()
      local _, list = warnings { name = "a-b", auth = {} }
      assert.equal("name: holds a hyphen, which breaks references from programmable decisions; write a space\n"
         .. "auth.authType: is missing; NONE means no authentication", tostring(list))
   end)

   it("look at a body as often whatever the number of its inputs is", function()
      local template = require "personalize.connections.template"
      local native = require "personalize.native"
      local count, replace, decode = 0, template.replace, native.json.decode
      local function counted(original)
         return function(...)
            count = count + 1
            return original(...)
         end
      end
      template.replace, native.json.decode = counted(replace), counted(decode)
      finally(function() template.replace, native.json.decode = replace, decode end)
      local function looks_at(total)
         local members, inputs = {}, {}
         for index = 1, total do
            members[index] = ('"m%d":${k%d},"n%d":"${k%d}"'):format(index, index, index, index)
            inputs[index] = input("k" .. index)
         end
         count = 0
         local _, found = connections.validate(tenant.definition { inputMappings = inputs,
            request = { requestType = "POST", connectionUrl = "https://api.example.com/",
               requestBody = "{" .. table.concat(members, ",") .. "}" } })
         assert.equal(total, #found)
         assert.equal("input_without_quotes", found[total].code)
         return count
      end
      assert.equal(looks_at(2), looks_at(50))
   end)

   it("tell of each input without quotes, in order, and of examples that do not fit", function()
      local body = '{"in":"${s} ${n}","a":${s},"${b}":[${b},${b}],"n":-1${n},"o":${o},"u":${u}}'
      local _, list = connections.validate(tenant.definition {
         request = { requestType = "POST", connectionUrl = "https://api.example.com/", requestBody = body },
         inputMappings = { input "s", input("n", { type = "number", exampleValue = "x" }),
            input("b", { type = "boolean", exampleValue = "1" }), input("o", { type = "number", exampleValue = "5" }),
            input "u" },
      })
      local lines = {}
      for index, warning in ipairs(list) do lines[index] = warning.path .. ": " .. warning.message end
      assert.same({
         'request.requestBody: ${s} is a string and has no quotes around it; write "${s}"',
         'request.requestBody: ${u} is a string and has no quotes around it; write "${u}"',
         "inputMappings[2].exampleValue: is no number, as the body needs one",
         "inputMappings[3].exampleValue: is no boolean, as the body needs one",
      }, lines)
   end)

   it("tell of names that break or deceive", function()
      assert.same({ name = "holds a hyphen, which breaks references from programmable decisions; write a space" },
         warnings { name = "a-b" })
      assert.same({ name = "begins with a digit, which no variable does; begin it with a letter" },
         warnings { name = "2nd thing" })
      assert.same({ name = "holds a control character; write a space" }, warnings { name = "a\tb" })
      assert.same({ name = "holds a control character; write a space" }, warnings { name = "a\194\133b" })
      assert.same({ name = "begins or ends with a space; leave it out" }, warnings { name = " a" })
      assert.same({}, warnings { name = "Zürich 東京" })
   end)

   it("take time in proportion to the texts and to the inputs #timed", function()
      local function time(changes)
         local started = os.clock()
         local found = warnings(changes)
         assert.is_true(os.clock() - started < 3)
         return found
      end
      local function request(body, url)
         return { requestType = "POST", connectionUrl = url or "https://x/", requestBody = body }
      end
      local id = '"{110D559F-DEA5-42EA-9C1C-8A5DF7E70EF9}"'
      time { request = request("[" .. (id .. ","):rep(20000) .. '"{city}"]') }
      time { request = request("[" .. ('{"query":"{viewer}"},'):rep(20000) .. "1]") }
      time { request = request("#" .. ("\n"):rep(100000)) }
      time { request = request("{}", "https://x/" .. ("{"):rep(100000)) }
      time { request = request("{}", "https://x/?a" .. ("&query={a"):rep(20000)) }
      local blanks = { name = "Content-Type", value = "a" .. (" "):rep(200000) .. "b" }
      time { request = request("{}"), customHeaders = { blanks } }
      local inputs, members = {}, {}
      for index = 1, 5000 do
         inputs[index] = input("key" .. index)
         members[index] = ('"key%d":"key%d"'):format(index, index)
      end
      local found = time { inputMappings = inputs, request = request("{" .. table.concat(members, ",") .. "}") }
      assert.matches("^nothing uses", found["inputMappings[5000]"])
   end)

   it("tell of references without input", function()
      assert.same({
         ["request.connectionUrl"] = "${a} has no input mapping; add one with this key",
         ["request.requestBody"] = "${b} has no input mapping; add one with this key",
         ["customHeaders[1].value"] = "${c} has no input mapping; add one with this key",
         ["auth.formUrlEncodedItems[1].value"] = "${d} has no input mapping; add one with this key",
      }, warnings {
         auth = { authType = "NONE", formUrlEncodedItems = { { name = "d", value = "${d}" } } },
         request = { requestType = "POST", connectionUrl = "https://x/${a}", requestBody = "${b}" },
         customHeaders = { { name = "X", value = "${c}" } },
      })
      assert.same({ ["request[1].connectionUrl"] = "${a} has no input mapping; add one with this key" },
         warnings { request = { { requestType = "GET", connectionUrl = "https://x/${a}" } } })
   end)

   it("tell of inputs that nothing uses, and of keys that stand twice", function()
      assert.same({ ["inputMappings[2]"] = "nothing uses ${b}: not the URL, the body nor a header; "
         .. "refer to it, or leave it out" }, warnings {
         request = { requestType = "GET", connectionUrl = "https://x/${a}" },
         inputMappings = { input "a", input "b" },
      })
      assert.same({
         ["inputMappings[2].key"] = '"a" is the key of another input mapping too; leave one of them',
      }, warnings {
         request = { requestType = "GET", connectionUrl = "https://x/${a}" },
         inputMappings = { input "a", input "a" },
      })
   end)

   it("take a reference anywhere for the use of an input", function()
      assert.same({}, warnings { inputMappings = { input "a" }, urlParameters = { { name = "q", value = "${a}" } } })
      assert.same({}, warnings { inputMappings = { input "a" }, unknown = { { { text = "${a}" } } } })
      assert.same({}, warnings { unknown = "${a}" })
   end)

   it("tell of JSON that is none", function()
      local found = warnings { request = { requestType = "POST", connectionUrl = "https://x", requestBody = '{"a":}' } }
      assert.same({ ["request.requestBody"] = "is not valid JSON, even with its inputs filled in: invalid JSON "
         .. "at line 1, column 6: a value is missing" }, found)
      assert.same({ exampleValue = "is not valid JSON; give the body with its inputs filled in, or nothing" },
         warnings { exampleValue = "nonsense" })
      assert.same({}, warnings { exampleValue = "" })
      assert.same({ ["inputMappings[1].exampleValue"] = 'is not valid JSON, which an input of type "object" needs' },
         warnings { inputMappings = { input("a", { type = "object", exampleValue = "{" }) }, unknown = "${a}" })
   end)

   it("judge a body with its inputs filled in", function()
      local function body(text, headers)
         return warnings { customHeaders = headers,
            inputMappings = { input "a", input("o", { exampleValue = '"b":1' }) },
            unknown = "${a}${o}", request = { requestType = "POST", connectionUrl = "https://x", requestBody = text } }
      end
      assert.same({}, body '{"a":"${a}","b":"${a}"}')
      assert.same({}, body "{${o}}")
      assert.same({}, body "a=${a}")
      assert.same({}, body("<a/>", { { name = "Content-Type", value = "text/xml" } }))
      assert.same({}, body("{no JSON}", { { name = "content-type", value = "text/plain" } }))
      assert.is_string(body("a=b", { { name = "Content-Type", value = "application/json" } })["request.requestBody"])
   end)

   it("tell of output references that the example lacks", function()
      local function outputs(...)
         local list = {}
         for index, reference in ipairs { ... } do
            list[index] = { label = "x", outputReference = reference, type = "string" }
         end
         return warnings { outputMappings = list, exampleValue = '{"a":{"b":[{"c":null}],"d.e":1},"f.g":2}' }
      end
      assert.same({}, outputs("a", "a.b", "a.b[0].c", "$.a.b", "a.b.0", "a['b']", "f.g"))
      assert.same({ ["outputMappings[1].outputReference"] = 'exampleValue has no "a.x"',
         ["outputMappings[2].outputReference"] = 'exampleValue has no "a.b[1]"',
         ["outputMappings[3].outputReference"] = 'exampleValue has no "a.b.c"' }, outputs("a.x", "a.b[1]", "a.b.c"))
   end)

   it("tell of an odd case of a type", function()
      assert.same({
         systemType = '"data_system" is usually written "DATA_SYSTEM"',
         ["auth.authType"] = '"none" is usually written "NONE"',
         ["request.requestType"] = '"get" is usually written "GET"',
      }, warnings {
         systemType = "data_system", auth = { authType = "none" },
         request = { requestType = "get", connectionUrl = "https://x/${a}" },
         inputMappings = { input("a", { type = "String" }) },
         outputMappings = { { label = "x", outputReference = "x", type = "NUMBER" } },
      })
      assert.same({}, warnings { systemType = "AI", auth = { authType = "Basic" } })
   end)

   it("tell of members that look like a published one, when these are to be sent", function()
      local definition = {
         name = "Weather", systemType = "DATA_SYSTEM", descripton = "", note = "",
         auth = { authType = "NONE", clientID = "x", password = "x" },
         request = { requestType = "GET", connectionUrl = "https://x/${a}" },
         inputMappings = { { key = "a", exampelValue = "" } }, connectionUrl = "https://x",
      }
      local _, found = assert(connections.validate(definition, { unknown_members = "send" }))
      local by_path = {}
      for _, each in ipairs(found) do by_path[each.path] = each.code .. ": " .. each.message end
      assert.same({
         descripton = "look_alike: probably description is meant",
         connectionUrl = "look_alike: is a member of request",
         ["auth.clientID"] = "look_alike: probably clientId is meant",
         ["inputMappings[1].exampelValue"] = "look_alike: probably exampleValue is meant",
      }, by_path)
   end)

   it("tell of what is missing or masked", function()
      local found = warnings { auth = { authType = "OAUTH" }, request = { connectionUrl = "/v1" },
         customHeaders = { { name = "X", value = "***" } } }
      assert.same({
         ["auth.clientSecret"] = "is missing; the service never returns it, so it has to be given to be stored",
         ["auth.clientId"] = "is missing; OAUTH needs the client's id",
         ["auth.accessTokenUrl"] = "is missing; OAUTH needs the https:// URL that access tokens come from",
         ["request.connectionUrl"] = "is not an absolute URL; begin with https:// and the host",
         ["request.requestType"] = "is missing; give the HTTP method, such as GET or POST",
         ["customHeaders[1].value"] = "is ***, which stands for a hidden secret and is none",
      }, found)
      assert.same({}, warnings { request = { requestType = "GET", connectionUrl = "${base}/v1" },
         inputMappings = { input "base" } })
   end)

   it("take any shape of any member", function()
      for _, value in ipairs { {}, { {} }, { 1 }, { a = 1 }, "x", 1, true, personalize.null, personalize.array {} } do
         for _, name in ipairs { "name", "auth", "request", "exampleValue", "inputMappings", "outputMappings",
            "customHeaders", "urlParameters", "systemType", "unknown" } do
            local warning = require "personalize.connections.warnings".of { [name] = value }
            assert.is_table(warning)
         end
      end
   end)
end)

-- Only `validate` and the command's `create` told of them before.
describe("the warnings of a write", function()
   local made
   before_each(function() made = tenant.start() end)
   after_each(function() made:stop() end)

   local function questionable(members)
      local definition = tenant.definition(members)
      definition.name = "W-1"
      definition.request = { requestType = "GET", connectionUrl = "/relative?q=${q}" }
      return definition
   end

   local expected = { name = "name_hyphen", ["request.connectionUrl"] = "url_not_absolute" }

   local function check(result, events)
      local found, codes = {}, {}
      for _, each in ipairs(personalize.meta(result).warnings) do
         assert.is_string(each.message)
         found[each.path] = found[each.path] or each.code
         codes[each.code] = true
      end
      assert.same(expected, found)
      assert.is_true(codes.input_missing)
      local of_events = {}
      for _, event in ipairs(events) do
         -- some of the ways rename it
         if event.type == "warning" and event.code ~= "renamed" then of_events[event.code] = event.path end
      end
      assert.same({ name_hyphen = "name", url_not_absolute = "request.connectionUrl",
         input_missing = "request.connectionUrl" }, of_events)
   end

   it("are carried on every way in, and stop nothing", function()
      made:stop()
      made = tenant.start { unique_names = false }
      local ref = made:create { name = "There" }.ref
      for _, way in ipairs {
         function(it) return it.create(questionable()) end,
         function(it) return it.update(ref, questionable()) end,
         function(it) return it.ensure(questionable { description = "new" }) end,
         function(it) return it.patch(made:create { name = "P" }.ref, questionable()) end,
         function(it)
            local c = assert(it.get(made:create { name = "S" }.ref))
            c.name, c.request = "W-1", questionable().request
            return c:save()
         end,
         function(it) return it.create_all({ questionable() })[1] end,
      } do
         for _, each in ipairs(assert(made.connections.list())) do
            if each.name == "W-1" and each.ref ~= ref then assert(made.connections.archive(each)) end
         end
         assert(made.connections.update(ref, tenant.definition { name = "There" }))
         made.events = {}
         local client = made:new_client()
         check(assert(way(client.connections)), made.events)
      end
   end)

   it("of a patch are of what it changed", function()
      local c = assert(made.connections.create(questionable()))
      local patched = assert(made.connections.patch(c, { description = "x" }))
      assert.same({}, personalize.meta(patched).warnings)
      patched = assert(made.connections.patch(c, { request = { requestBody = "{", requestType = "POST" } }))
      assert.equal("url_not_absolute", personalize.meta(patched).warnings[1].code)
   end)

   it("go to Lua's warn where there is no hook, without secrets", function()
      local told, own = {}, rawget(_G, "warn")
      rawset(_G, "warn", function(message) told[#told + 1] = message end)
      finally(function() rawset(_G, "warn", own) end)
      local options = made.emulator:options()
      local client = assert(personalize.new(options))
      assert(client.connections.create(tenant.definition { name = "W-" .. options.client_secret,
         inputMappings = { input(options.client_secret) } }))
      assert.equal(2, #told)
      assert.matches("^personalize: name: holds a hyphen", told[1])
      assert.matches("^personalize: inputMappings%[1%]", told[2])
      for _, line in ipairs(told) do assert.is_nil(line:find(options.client_secret, 1, true)) end
   end)
end)
