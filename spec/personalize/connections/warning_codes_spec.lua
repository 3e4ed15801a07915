-- Each code of a warning: what it is told of, and what it is not told of.
local json = require "personalize.json"
local personalize = require "personalize"
local read = require "spec.support.read"
local connections = personalize.connections

-- A definition without a warning; `changes` are members, those of `request` and `auth` by a dot.
local function definition(changes)
   local it = {
      name = "Weather", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
      request = { requestType = "POST", connectionUrl = "https://api.example.com/v1" },
   }
   for name, value in pairs(changes) do
      local part, member = name:match "^(%a+)%.(%a+)$"
      if part then
         it[part][member] = value
      else
         it[name] = value
      end
   end
   for _, part in ipairs { it, it.request, it.auth } do
      for name, value in pairs(part) do
         if value == personalize.null then part[name] = nil end
      end
   end
   return it
end

local absent = personalize.null

local function codes(changes, opts)
   local fine, found = connections.validate(definition(changes), opts)
   assert.is_true(fine, tostring(found))
   local list = {}
   for index, warning in ipairs(found) do
      assert.is_true(#warning.message > 10)
      list[index] = warning.code .. " " .. warning.path
   end
   table.sort(list)
   return list
end

local oauth = { authType = "OAUTH", clientId = "a", clientSecret = "b", accessTokenUrl = "https://x.example.com/t" }

local function with_oauth(changes)
   local auth = {}
   for name, value in pairs(oauth) do auth[name] = value end
   for name, value in pairs(changes) do auth[name] = value ~= absent and value or nil end
   return { auth = auth }
end

local function url(text, inputs) return { ["request.connectionUrl"] = text, inputMappings = inputs } end
local function body(text, inputs, headers)
   return { ["request.requestBody"] = text, inputMappings = inputs, customHeaders = headers }
end
local function header(name, value) return { customHeaders = { { name = name, value = value } } } end
local function input(key, kind, example) return { key = key, type = kind or "string", exampleValue = example } end
local function outputs(...)
   local list = {}
   for index, reference in ipairs { ... } do
      list[index] = { label = "x", outputReference = reference, type = "string" }
   end
   return { outputMappings = list }
end
local form = { { name = "Content-Type", value = "application/x-www-form-urlencoded" } }
local xml = { { name = "Content-Type", value = "text/xml" } }
local as_json = { { name = "content-type", value = "application/json; charset=utf-8" } }

-- code -> array of { definition's changes, path }
local told = {
   name_hyphen = { { { name = "a-b" }, "name" } },
   name_character = { { { name = "a/b" }, "name" }, { { name = "a.b" }, "name" }, { { name = "Tier (old)" }, "name" },
      { { name = 'say "x"' }, "name" }, { { name = "Zürich ✓" }, "name" }, { { name = "a – b" }, "name" } },
   name_control_character = { { { name = "a\tb" }, "name" }, { { name = "a\194\133b" }, "name" } },
   name_space = { { { name = " a" }, "name" }, { { name = "a " }, "name" } },
   name_digit = { { { name = "1st tier" }, "name" }, { { name = "2" }, "name" } },
   name_reserved = { { { name = "New" }, "name" }, { { name = "class" }, "name" }, { { name = "DEFAULT" }, "name" } },
   auth_type_missing = { { { auth = {} }, "auth.authType" },
      { { auth = { { clientId = "x" } } }, "auth[1].authType" } },
   client_id_missing = { { with_oauth { clientId = absent }, "auth.clientId" },
      { with_oauth { clientId = "" }, "auth.clientId" } },
   token_url_missing = { { with_oauth { accessTokenUrl = absent }, "auth.accessTokenUrl" } },
   secret_missing = { { with_oauth { clientSecret = absent }, "auth.clientSecret" } },
   url_missing = { { url(absent), "request.connectionUrl" }, { url "", "request.connectionUrl" } },
   method_missing = { { { ["request.requestType"] = absent }, "request.requestType" } },
   url_not_absolute = { { url "/v1", "request.connectionUrl" }, { url "api.example.com/v1", "request.connectionUrl" },
      { url "//api.example.com", "request.connectionUrl" }, { url "https://", "request.connectionUrl" },
      { url "<host>/v1", "request.connectionUrl" } },
   url_http = { { url "http://api.example.com", "request.connectionUrl" },
      { url("HTTP://${host}/", { input "host" }), "request.connectionUrl" } },
   url_scheme = { { url "ftp://api.example.com", "request.connectionUrl" },
      { url "htps://api.example.com", "request.connectionUrl" } },
   url_blank = { { url "https://api.example.com/a b", "request.connectionUrl" },
      { url " https://api.example.com/", "request.connectionUrl" },
      { url "https://api.example.com/\n", "request.connectionUrl" },
      { url "https://api.example.com/a\194\160b", "request.connectionUrl" },
      { with_oauth { accessTokenUrl = "https://x.example.com/t " }, "auth.accessTokenUrl" } },
   header_name = { { header("Accept:", "x"), "customHeaders[1].name" }, { header("X Y", "x"), "customHeaders[1].name" },
      { header("", "x"), "customHeaders[1].name" }, { header("Größe", "x"), "customHeaders[1].name" },
      { with_oauth { oauthCustomHeaders = { { name = "A:", value = "b" } } }, "auth.oauthCustomHeaders[1].name" } },
   header_value = { { header("X-A", "a\nb"), "customHeaders[1].value" },
      { header("X-A", "a\r\n"), "customHeaders[1].value" } },
   header_twice = { { { customHeaders = { { name = "Accept", value = "a" }, { name = "ACCEPT", value = "b" } } },
      "customHeaders[2].name" } },
   placeholder_without_dollar = {
      { url "https://x.example.com/{city}", "request.connectionUrl" },
      { url "https://x.example.com/{{city}}/y", "request.connectionUrl" },
      { url "https://x.example.com/?q={{ city }}", "request.connectionUrl" },
      { url "https://x.example.com/{first-name}", "request.connectionUrl" },
      { url "https://x.example.com/%7Bcity%7D?a=1", "request.connectionUrl" },
      { url "https://x.example.com/?query={term}", "request.connectionUrl" },
      { url "https://x.example.com/tiers/:city", "request.connectionUrl" },
      { url "https://x.example.com/:city/y?z=1", "request.connectionUrl" },
      { url "https://x.example.com/?q=:city&r=1", "request.connectionUrl" },
      { url("https://x.example.com/${a}/{b}", { input "a" }), "request.connectionUrl" },
      { header("X-Token", "{{token}}"), "customHeaders[1].value" },
      { header("Authorization", "Bearer {token}"), "customHeaders[1].value" },
      { header("X-{a}", "x"), "customHeaders[1].name" },
      { body '{"phone":"{sms}"}', "request.requestBody" }, { body '{"phone":"{{sms}}"}', "request.requestBody" },
      { body '{"phone": ":sms"}', "request.requestBody" }, { body '["{a}"]', "request.requestBody" },
      { body "{{all}}", "request.requestBody" },
      { body('a={b}&c=1', nil, form), "request.requestBody" }, { body('a={{b}}', nil, form), "request.requestBody" },
      { body('<a><b>{c}</b></a>', nil, xml), "request.requestBody" }, { body '{"a": {b}}', "request.requestBody" },
      { body '{"query":"{ a { b } }","variables":{"n":"{city}"}}', "request.requestBody" },
      { body('{"text":"Hello {name}!"}', { input "name" }), "request.requestBody" }, -- an input, and nothing uses it
      { url("https://x.example.com/?q=$city", { input "city" }), "request.connectionUrl" },
      { with_oauth { formUrlEncodedItems = { { name = "scope", value = "{scope}" } } },
         "auth.formUrlEncodedItems[1].value" },
   },
   placeholder_unclosed = {
      { body('{"a":"${a","b":"${b}"}', { input "a", input "b" }), "request.requestBody" },
      { url "https://x.example.com/${city", "request.connectionUrl" },
      { body '{"a":"${city"}', "request.requestBody" }, { header("X-A", "${a"), "customHeaders[1].value" },
      { body '<#if a>"${b"</#if>', "request.requestBody" } }, -- the one note of FreeMarker
   placeholder_invalid = { { url "https://x.example.com/${}", "request.connectionUrl" },
      { body '{"a":"${{city}}"}', "request.requestBody" } },
   input_missing = { { url "https://x.example.com/${a}?b=${a}", "request.connectionUrl" },
      { header("X-${a}", "x"), "customHeaders[1].name" }, { header("X", "${a}"), "customHeaders[1].value" },
      { { ["request.connectionUrl"] = "https://x.example.com/${a}", ["request.requestBody"] = "${b!}" },
         "request.connectionUrl" } },
   input_key_missing = { { { inputMappings = { { type = "string" } } }, "inputMappings[1].key" },
      { { inputMappings = { { key = "" } } }, "inputMappings[1].key" } },
   input_twice = { { url("https://x.example.com/${a}", { input "a", input "a" }), "inputMappings[2].key" } },
   input_unused = { { { inputMappings = { input "a" } }, "inputMappings[1]" } },
   input_key_expression = {
      { url("https://x.example.com/${first-name}", { input "first-name" }), "inputMappings[1].key" },
      { url("https://x.example.com/${a.b}", { input "a.b" }), "inputMappings[1].key" },
      { url("https://x.example.com/${2nd}", { input "2nd" }), "inputMappings[1].key" },
      { url("https://x.example.com/${true}", { input "true" }), "inputMappings[1].key" },
      { { inputMappings = { input "größe" } }, "inputMappings[1].key" } },
   input_without_quotes = { { body('{"a":${a}}', { input("a", "string", '"x"') }), "request.requestBody" },
      { body('{"a":"${a}","b":[${b}]}', { input "a", input("b", "String") }), "request.requestBody" } },
   body_not_json = { { body '{"a":}', "request.requestBody" }, { body '{"a":1,}', "request.requestBody" },
      { body("{'a':1}", nil, as_json), "request.requestBody" }, { body("a=b", nil, as_json), "request.requestBody" },
      { body("{a: 1}", nil, as_json), "request.requestBody" },
      { body('{"a":"${a}" "b":1}', { input "a" }), "request.requestBody" } },
   example_not_json = { { { exampleValue = "nonsense" }, "exampleValue" },
      { body('{"a":${a}}', { input("a", "object", "{a}") }), "inputMappings[1].exampleValue" },
      { body('{"a":${a}}', { input("a", "number", "12,5") }), "inputMappings[1].exampleValue" },
      { body('{"a":${a}}', { input("a", "boolean", "yes") }), "inputMappings[1].exampleValue" } },
   output_reference_missing = { { outputs "", "outputMappings[1].outputReference" },
      { { outputMappings = { { label = "x" } } }, "outputMappings[1].outputReference" } },
   output_twice = { { outputs("a", "b", "a"), "outputMappings[3].outputReference" } },
   output_missing = { { { outputMappings = outputs("a", "b").outputMappings, exampleValue = '{"a":1}' },
      "outputMappings[2].outputReference" } },
   unusual_case = { { { systemType = "Data_System" }, "systemType" },
      { { auth = { authType = "none" } }, "auth.authType" },
      { { ["request.requestType"] = "post" }, "request.requestType" },
      { { ["request.requestType"] = "Delete" }, "request.requestType" } },
   unusual_value = { { { systemType = "DATASYSTEM" }, "systemType" }, { { systemType = "Data System" }, "systemType" },
      { { systemType = "DESTINATON" }, "systemType" }, { { auth = { authType = "OAUTH2" } }, "auth.authType" },
      { { auth = { authType = "OAuth 2.0" } }, "auth.authType" },
      { { auth = { authType = "NO_AUTH" } }, "auth.authType" },
      { { ["request.requestType"] = "POTS" }, "request.requestType" },
      { { ["request.requestType"] = "GET " }, "request.requestType" },
      { url("https://x.example.com/${a}", { input("a", "strnig") }), "inputMappings[1].type" },
      { url("https://x.example.com/${a}", { input("a", "bool") }), "inputMappings[1].type" },
      { { outputMappings = { { outputReference = "a", type = "numbr" } } }, "outputMappings[1].type" } },
   timeout_zero = { { { connectionTimeout = 0 }, "connectionTimeout" } },
   timeout_seconds = { { { socketTimeout = 5 }, "socketTimeout" },
      { { connectionTimeout = 60 }, "connectionTimeout" } },
   timeout_long = { { { socketTimeout = 120000 }, "socketTimeout" }, { { socketTimeout = 60000 }, "socketTimeout" } },
   credential_in_url = {
      { url "https://x.example.com/?appid=0123456789abcdef0123456789abcdef", "request.connectionUrl" },
      { url "https://me:s3cret@x.example.com/", "request.connectionUrl" } },
   credential_in_header = { { header("Authorization", "Bearer abcdef"), "customHeaders[1].value" },
      { header("X-Api-Key", "0123456789abcdef"), "customHeaders[1].value" } },
   credential_in_body = { { body '{"password":"hunter2"}', "request.requestBody" },
      { body '{"api_key":"letmein"}', "request.requestBody" }, { body("client_secret=s3cr3t9", nil, form),
         "request.requestBody" } },
   mask_sent = { { header("X", "***"), "customHeaders[1].value" }, { { description = "***" }, "description" } },
}

-- What looks like a mistake, and is none.
local right = {
   { name = "Zürich 東京" }, { name = "Tier 2" }, { name = "New Offer" }, { name = "OpenWeather" }, { name = "a_b" },
   { auth = { authType = "BASIC", username = "u", password = "p4ssw0rd" } }, { auth = { authType = "API_KEY" } },
   with_oauth {},
   with_oauth { formUrlEncodedItems = { { name = "scope", value = "a b" }, { name = "scope", value = "c" } } },
   url "http://127.0.0.1:8080/x", url "http://localhost/", url "<baseURL>/v2/decisionModelDefinitions",
   url("${base}/v1", { input "base" }), url "<#if x>https://a.example.com<#else>https://b.example.com</#if>",
   url "https://x.example.com/api:Ab12/tiers", url "https://x.example.com:8443/v1/models/gemini:generate",
   url "https://x.example.com/items/{110D559F-DEA5-42EA-9C1C-8A5DF7E70EF9}", url "https://x.example.com/?t=12:30",
   url "https://x.example.com/?$filter=x&$top=1",
   url("https://x.example.com/$${price}", { input "price" }), url "https://x.example.com/${x?string('a b')}",
   url("https://x.example.com/?access_token=${accessToken}", { input "accessToken" }),
   header("X-A", "a: b, c"), header("Accept", "text/html;q=0.9, */*"), header("X-Token", "${guest.token!}"),
   { customHeaders = { { name = "X-${a}", value = "1" } }, inputMappings = { input "a" } },
   { customHeaders = { { name = "Authorization", value = "Bearer ${a}" } }, inputMappings = { input "a" } },
   header("Authorization", "${token!}"), header("X-Auth-Type", "basic"),
   body '{"query":"{ viewer { login } }"}', body '{"query":"{me}"}',
   body '{"query":"query($n: String) { a(n: $n) { b } }","variables":{"n":"x"}}',
   url "https://x.example.com/?query={a{b}}", url "https://x.example.com/graphql?query={me}&v=1",
   url 'https://x.example.com/?filter={"a":1}', url "https://x.example.com/?f[a]=1&ids[]=2",
   body("# hi\n{ a { b } }", nil, as_json), body '{"n":"{0}"}', body('{"text":"<@U12> hi ${x}"}', nil, as_json),
   body("{ a { b } }", nil, as_json), body("{ me }", nil, as_json), body("{ a: b { c } }", nil, as_json),
   body("query Q($n: Int!) {\n  a(n: $n) { b, c }\n}", nil, as_json), body("mutation { a(id: 1) { b } }", nil, as_json),
   body("{ ...F } fragment F on Q { a }", nil, { { name = "Content-Type", value = "application/graphql" } }),
   body('{ a(id: "${id}") { b } }', { input "id" }, as_json),
   body '{"html":"<p>Dear {{first_name}}, {name}</p>"}', body '{"text":"at 10:30 :smile:"}',
   body '{"a":"x","b":{"c":{}},"d":[]}', body '{"key":"default"}', body '{"tokenType":"bearer","authorization":"none"}',
   body('{"a":1}\n{"a":2}', nil, { { name = "Content-Type", value = "application/x-ndjson" } }),
   body("plain {text}", nil, { { name = "Content-Type", value = "text/plain" } }),
   body("<a><b>1</b></a>", nil, xml), body("a=1&b=c", nil, form), body "",
   body('{"a":${a},"b":${b},"c":${c},"d":${d}}', { input("a", "number", "1"), input("b", "Boolean", "true"),
      input("c", "object", '{"a":1}'), input("d", "array") }),
   body('{"a":"${a}"}', { input("a", "object", '{"a":1}') }), -- as a published body has it
   body('{${o}}', { input("o", "string", '"b":1') }), body('{"a":"${n}"}', { input("n", "number", "12,5") }),
   body "<#assign x = 1>{ not JSON ${y} ${x.z!} }", body '{"a":"${guest.email!}","b":"${b}"}',
   body "<#-- { ${a -->{", body('{"a":"$${price}"}', { input "price" }),
   { ["request.requestBody"] = "${a.b}", inputMappings = { input "isVip" } }, -- FreeMarker may use it: <#if isVip>
   { exampleValue = '{"city":"Dublin"}', outputMappings = outputs("temp").outputMappings, -- of a request, as published
      ["request.requestBody"] = '{"city":"${city}"}', inputMappings = { input "city" } },
   { exampleValue = "<a/>", ["request.requestBody"] = "<a/>", customHeaders = xml },
   outputs("a", "a.b", "a.c"), { outputMappings = { { label = "x", outputReference = "x", type = "Array" } } },
   { systemType = "AI" }, { ["request.requestType"] = "PATCH" }, { ["request.requestType"] = "DELETE" },
   { ["request.requestType"] = "HEAD" }, { outputMappings = { { outputReference = "a", type = "OBJECT" } } },
   { connectionTimeout = 1000, socketTimeout = 30000 }, { connectionTimeout = 100 },
   { urlParameters = { { key = "a", value = "{b}" } } }, { unknown = { { text = "{a} ${b} ${c" } } },
}

-- The codes that a table of the guide has, as a set.
local function codes_in(doc)
   local found = {}
   for code in doc:gmatch "\n| `([a-z_]+)` |" do
      assert(not found[code], code)
      found[code] = true
   end
   return found
end

-- Where sources state a code; in the folders of warnings about definitions they quote no other words with underscores.
local anywhere = { '%f[%w_]code = "([a-z_]+)"', '%f[%w_]warn%("([a-z_]+)",', '%f[%w_]lacking = "([a-z_]+)"',
   'add_warning%(self, entry, "[a-z]+", "([a-z_]+)"', 'warn_of_name%(result, entry, "([a-z_]+)"' }
local of_definitions = { '"([a-z]+_[a-z_]+)"' }

describe("the code of a warning", function()
   local documented = codes_in(read "doc/warnings.md":match "\n## Codes\n.-\n## ")

   for code, cases in pairs(told) do
      it(code .. " is told", function()
         for index, case in ipairs(cases) do
            assert.same({ code .. " " .. case[2] }, codes(case[1]), code .. " " .. index)
         end
      end)
   end

   it("is not told of what is right", function()
      for index, changes in ipairs(right) do assert.same({}, codes(changes), tostring(index)) end
   end)

   it("of members that look like published ones is told when these are sent", function()
      local header_by_key = { customHeaders = { { key = "Accept", value = "x" } }, descripton = "x" }
      local fine, err = connections.validate(definition(header_by_key))
      assert.is_nil(fine)
      assert.same({ { path = "customHeaders[1].key", code = "pair_key",
         message = "probably name is meant: a header or form item is { name, value }" },
         { path = "descripton", code = "look_alike", message = "probably description is meant" } }, err.problems)
      assert.same({ "look_alike descripton", "pair_key customHeaders[1].key" },
         codes(header_by_key, { unknown_members = "send" }))
   end)

   it("stands in the guide, and each of the guide is told", function()
      local expected = { look_alike = true, pair_key = true, name_twice = true,
         name_variable_twice = true }
      for code in pairs(told) do expected[code] = true end
      assert.same(expected, documented)
   end)

   it("is one of the guide, whichever the sources have", function()
      local pipe = io.popen "ls lua/personalize/connections/warnings/*.lua"
      for path in pipe:lines() do
         local text = read(path)
         for _, pattern in ipairs { '%), "([a-z]+_[a-z_]+)"', 'path, "([a-z]+_[a-z_]+)"', 'name, "([a-z]+_[a-z_]+)"',
            'report%("name", "([a-z_]+)"', 'code, problem = "([a-z_]+)"', '\n   [a-z]+ = { "([a-z]+_[a-z_]+)"' } do
            for code in text:gmatch(pattern) do assert.is_true(documented[code], path .. ": " .. code) end
         end
      end
      pipe:close()
   end)

   it("is one of the guide in all sources, and each of the guide is in these", function()
      local found = {}
      local pipe = io.popen "find lua -name '*.lua'"
      for path in pipe:lines() do
         local is_rule = path:find "/connections/warnings[./]" or path:find "/look_alikes.lua$"
         local text = read(path):gsub("%s+", " ")
         for _, pattern in ipairs(is_rule and of_definitions or anywhere) do
            for code in text:gmatch(pattern) do found[code] = true end
         end
      end
      pipe:close()
      local in_guide, differing = codes_in(read "doc/warnings.md"), {}
      for code in pairs(found) do differing[code] = not in_guide[code] and "not in the guide" or nil end
      for code in pairs(in_guide) do differing[code] = differing[code] or not found[code] and "in no source" or nil end
      assert.same({}, differing)
   end)
end)

describe("connections as people make them", function()
   -- file -> what is warned of
   local mistakes = {
      ["placeholder-without-dollar"] = { "placeholder_without_dollar request.requestBody" },
      ["webhook-unquoted-input"] = { "input_without_quotes request.requestBody" },
      -- keys in clear: there is no other way in the first but an input
      ["ai-key-in-header"] = { "credential_in_header customHeaders[4].value" },
      ["weather-key-in-url"] = { "credential_in_url request.connectionUrl" },
   }

   it("have the warnings of their mistakes, and none else", function()
      local pipe = assert(io.popen "ls spec/fixtures/connections/*.json")
      local count = 0
      for path in pipe:lines() do
         local fine, found = connections.validate((json.decode(read(path))))
         assert.is_true(fine, path .. tostring(found))
         local list = {}
         for index, warning in ipairs(found) do list[index] = warning.code .. " " .. warning.path end
         assert.same(mistakes[path:match "([^/]*)%.json$"] or {}, list, path)
         count = count + 1
      end
      pipe:close()
      assert.equal(12, count)
   end)

   it("are not warned of in the published bodies, but for inputs that these lack", function()
      for _, name in ipairs { "list", "retrieve", "create-request", "create-response" } do
         local decoded = json.decode(read("spec/fixtures/" .. name .. ".json"))
         for _, body_of in ipairs(decoded.items or { decoded }) do
            local fine, found = connections.validate(body_of)
            assert.is_true(fine, name .. tostring(found))
            for _, warning in ipairs(found) do assert.equal("input_missing", warning.code, name) end
            assert.equal(name:find "^create" and 2 or 0, #found, name)
         end
      end
   end)
end)
