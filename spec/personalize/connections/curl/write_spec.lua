-- What a connection's command line of curl does in a real shell: the call that a test of the connection makes.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local lfs = require "lfs"
local personalize = require "personalize"
local read = require "spec.support.read"
local seed = require "spec.support.seed"
local server = require "spec.support.server"
local tenant = require "spec.support.tenant"

-- Answers with the request that it got, in hexadecimal digits: the emulator would mask it. A token is such a text, too.
local ECHO_WITH_TOKENS = [[
   return function(connection)
      for request in function() return connection:request() end do
         local text = request.method .. " " .. request.path .. "\n" .. request.head .. "\n" .. request.body
         local hex = text:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end)
         text = hex
         if request.path:find "^/token" then
            text = '{\n  "token_type": "Bearer",\n "access_token" : "' .. hex .. '", "scope": "a" }'
         end
         connection:answer(text)
      end
   end]]

local function decode_hex(text)
   return (text:gsub("%x%x", function(digits) return string.char(tonumber(digits, 16)) end))
end

-- A call as its first line, its headers in order of the alphabet, and its body. Who calls differs.
local function parts_of(hex)
   local text = decode_hex(hex)
   local first, head, body = text:match "^([^\n]*)\n[^\n]*\n(.-)\n\n(.*)$"
   if not first then first, head, body = text:match "^([^\n]*)\n[^\n]*\n(.-\r\n)\n(.*)$" end
   local headers, token_call = {}, nil
   for name, value in (head or ""):gmatch "([^:\r\n]+):[ \t]*([^\r\n]*)" do
      local token = name == "Authorization" and value:match "^Bearer (%x+)$"
      if token and #token > 40 then
         token_call = parts_of(token)
      elseif not (name:lower() == "user-agent" and value:find "^[cp]%a+[-/%a]*%d") then
         headers[#headers + 1] = name .. ": " .. value
      end
   end
   table.sort(headers)
   return { first = first, headers = headers, body = body, token_call = token_call }
end

describe("connection:to_curl", function()
   local made, target, place

   setup(function()
      made, target, place = tenant.start(), server.start(ECHO_WITH_TOKENS), folder.new()
   end)

   teardown(function()
      made:stop()
      target:stop()
      folder.remove(place)
   end)

   local function connection_of(definition)
      local created = assert(made.connections.create(definition))
      for _, name in ipairs { "clientSecret", "password" } do created.auth[name] = definition.auth[name] end
      return created
   end

   -- What the target got; nil where no call was made.
   local function pasted(line, shell)
      local path = place .. "/line.sh"
      local file = assert(io.open(path, "wb"))
      file:write(line, "\n")
      file:close()
      local out, err = command.foreign(("%s %s"):format(shell, command.quote(path)))
      return out ~= "" and parts_of(out) or nil, err
   end

   local function tested(definition)
      local answer = assert(made.connections.test(definition, { timeout = 20 }))
      return answer.body and parts_of(answer.body) or nil, answer.error
   end

   local shells = { "sh", "bash", "dash" }

   local function compare(definition, where, only)
      local made_it, refusal = tested(definition)
      local line, err = connection_of(definition):to_curl { secrets = true }
      if not line then
         -- what curl cannot say the emulator refuses as well
         assert.is_nil(made_it, tostring(err) .. where)
         assert.equal("configuration", refusal.stage, where)
         return nil
      end
      for _, shell in ipairs(only or shells) do
         local got, complaint = pasted(line, shell)
         assert.same(made_it, got, ("%s: %s\n%s\n%s"):format(shell, complaint, line, where))
      end
      return line
   end

   local function moved(definition)
      definition.request.connectionUrl = definition.request.connectionUrl:gsub("^https://[^/]+", target.url)
      if definition.auth.accessTokenUrl then definition.auth.accessTokenUrl = target.url .. "/token" end
      return definition
   end

   it("makes the call of each real connection", function()
      local count = 0
      for name in lfs.dir "spec/fixtures/connections" do
         if name:find "%.json$" then
            count = count + 1
            local definition = moved(personalize.json.decode(read("spec/fixtures/connections/" .. name)))
            assert.is_string(compare(definition, name))
         end
      end
      assert.is_true(count >= 12)
   end)

   it("makes the call of a connection that authenticates by OAuth, and that for its token", function()
      local definition = tenant.definition {
         auth = { authType = "OAUTH", clientId = "it's", clientSecret = "a:b 'c' \"d\" $e `f` \\g!",
            accessTokenUrl = target.url .. "/token?x=1&y='", useMutualTls = false,
            oauthCustomHeaders = { { name = "X-Tenant", value = "it's $HOME" }, { name = "X-Empty", value = "" } },
            formUrlEncodedItems = { { name = "scope", value = "a b&c=d+é" }, { name = "n a", value = "" } } },
         request = { requestType = "POST", connectionUrl = target.url .. "/call", requestBody = "{}" },
      }
      local line = compare(definition, "oauth")
      local got = pasted(line, "sh")
      assert.equal("POST /token?x=1&y='", got.token_call.first)
      assert.equal("grant_type=client_credentials&scope=a%20b%26c%3Dd%2B%C3%A9&n%20a=", got.token_call.body)
   end)

   it("ends without a call where no token is given", function()
      local refusing = server.start [[
         return function(connection)
            for request in function() return connection:request() end do
               connection:answer(request.path == "/token" and "{}" or "called")
            end
         end]]
      local definition = tenant.oauth { request = { requestType = "GET", connectionUrl = refusing.url .. "/call" } }
      definition.auth.accessTokenUrl = refusing.url .. "/token"
      local line = assert(connection_of(definition):to_curl { secrets = true })
      for _, shell in ipairs { "sh", "bash" } do
         local got, err = pasted(line, shell)
         assert.is_nil(got)
         assert.matches("token: .*was not given", err)
      end
      assert.equal(2, #refusing:requests())
      refusing:stop()
   end)

   -- ------------------------------------------------------------------ nasty values

   local pieces = { "a", "Z", "0", " ", "'", "''", '"', "\\", "\\\\", "$", "$HOME", "$(id)", "`id`", "!", "!!", "#",
      "&", "|", ";", "<", ">", "(", ")", "*", "?", "[1-3]", "{a,b}", "~", "=", "%", "%41", "%zz", "^", ",", ":", "/",
      "..", "-", "--", "_", "@", "+", "é", "日本", "😀", "\t", "${shop}", "${day}", "\\n", "\127" }
   local more_in_bodies = { "\n", "\r\n", "\1", "\n\n", "\\\n" }

   local function random_text(list, most)
      local parts = {}
      for index = 1, math.random(0, most) do parts[index] = list[math.random(#list)] end
      return table.concat(parts)
   end

   it("makes the call whatever the values are", function()
      math.randomseed(seed)
      local in_bodies, in_headers = {}, {}
      for _, list in ipairs { pieces, more_in_bodies } do
         for _, piece in ipairs(list) do in_bodies[#in_bodies + 1] = piece end
      end
      for _, piece in ipairs(pieces) do
         if piece ~= "\127" then in_headers[#in_headers + 1] = piece end
      end
      local media_types = { "application/json", "application/x-www-form-urlencoded", "text/plain", false }
      local methods = { "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD" }
      local lines = 0
      for round = 1, 60 do
         local media_type = media_types[math.random(#media_types)]
         local definition = tenant.definition {
            name = "N" .. round,
            request = { requestType = methods[math.random(#methods)],
               connectionUrl = target.url .. "/a?q=" .. random_text(pieces, 5),
               requestBody = random_text(in_bodies, 10) },
            customHeaders = { { name = "X-It", value = random_text(in_headers, 6) }, { name = "X-Two", value = "b" },
               media_type and { name = "content-type", value = media_type } or nil },
            inputMappings = {
               { key = "shop", exampleValue = random_text(in_bodies, 5) },
               { key = "day", exampleValue = random_text(in_headers, 5) },
            },
            auth = math.random(3) == 1 and { authType = "BASIC", username = random_text(in_headers, 3),
               password = random_text(in_headers, 4) } or nil,
         }
         local where = ("\nseed %d, round %d"):format(seed, round)
         if compare(definition, where, { shells[round % 2 + 1] }) then lines = lines + 1 end
      end
      assert.is_true(lines > 20, lines)
   end)

   it("fills inputs into names of headers, too, and they are read back", function()
      local definition = tenant.definition {
         request = { requestType = "GET", connectionUrl = target.url .. "/" },
         customHeaders = { { name = "X-${part}-It", value = "${part}" } },
         inputMappings = { { key = "part", exampleValue = "Shop" } },
      }
      assert.matches("-H 'X-Shop-It: Shop'", compare(definition, "name", { "sh" }), 1, true)
      local line = assert(connection_of(definition):to_curl { inputs = "keep" })
      local builder = assert(made.connections.from_curl(line)):table()
      assert.equal("X-${part}-It", builder.customHeaders[1].name)
      assert.equal("part", builder.inputMappings[1].key)
   end)

   it("sends no body where its inputs leave none", function()
      compare(tenant.definition {
         request = { requestType = "POST", connectionUrl = target.url .. "/", requestBody = "${shop}" },
         inputMappings = { { key = "shop", exampleValue = "" } },
      }, "empty", { "sh" })
   end)

   it("has FreeMarker in the URL as the test sends it", function()
      local line = compare(tenant.definition {
         request = { requestType = "GET", connectionUrl = target.url
            .. '/?q=${getDecisionModelResultNode("Loyalty Tier").outputs[0].t!}&<#if a == "b">k=${shop}</#if>' },
         inputMappings = { { key = "shop", exampleValue = "Dublin 2" } },
      }, "freemarker", { "sh" })
      assert.truthy(line:find([[/?q=${getDecisionModelResultNode("Loyalty%20Tier").outputs[0].t!}&]]
         .. [[<%23if%20a%20==%20"b">k=Dublin%202</%23if>']], 1, true))
   end)

   it("begins values with what curl would take for a file or an option", function()
      for _, value in ipairs { "@/etc/passwd", "-d", "--", "<@x", "@-", "=@x" } do
         compare(tenant.definition {
            request = { requestType = "POST", connectionUrl = target.url .. "/" .. value, requestBody = value },
            customHeaders = { { name = "X-It", value = value }, { name = "Content-Type", value = "text/plain" } },
            auth = { authType = "BASIC", username = value:gsub(":", ""), password = value },
         }, value, { "sh" })
      end
   end)

   -- ------------------------------------------------------------------ what is shown

   local secret_definition = function()
      return tenant.definition {
         auth = { authType = "BASIC", username = "who", password = "hush-hush-pass" },
         request = { requestType = "POST", connectionUrl = "https://x.example.com/${part}?appid=hush-hush-url&q=1",
            requestBody = '{"password":"hush-hush-body","to":"${sessionToken}","plain":"${city}"}' },
         customHeaders = { { name = "X-Api-Key", value = "hush-hush-header" },
            { name = "X-Plain", value = "${apiKey}" }, { name = "Accept", value = "text/${city}" } },
         inputMappings = { { key = "sessionToken", exampleValue = "hush-hush-input" },
            { key = "city", exampleValue = "Rome" }, { key = "apiKey", exampleValue = "hush-hush-key" },
            { key = "part", exampleValue = "hush-hush-header" } },
      }
   end

   it("masks secrets unless told to show them", function()
      local connection = connection_of(secret_definition())
      local masked, clear = assert(connection:to_curl()), assert(connection:to_curl { secrets = true })
      assert.is_nil(masked:find "hush")
      assert.equal(masked, connection:to_curl { secrets = false })
      assert.matches("'Accept: text/Rome'", masked, 1, true)
      assert.matches('"plain":"Rome"', masked, 1, true)
      assert.matches("-u 'who:***'", masked, 1, true)
      for _, name in ipairs { "pass", "url", "body", "header", "input", "key" } do
         assert.matches("hush-hush-" .. name, clear, 1, true)
      end
      assert.is_nil(assert(connection:to_curl { inputs = "keep" }):find "hush")
      local oauth = connection_of(tenant.oauth())
      assert.is_nil(oauth:to_curl():find "hush")
      assert.matches("-u 'id:hush-hush'", oauth:to_curl { secrets = true }, 1, true)
      oauth.auth.clientSecret = nil
      assert.matches("-u 'id:***'", oauth:to_curl { secrets = true }, 1, true)
   end)

   it("is a line of a shell though secrets hold quotes", function()
      local connection = connection_of(secret_definition())
      connection.auth.password = "it's 'so' secret"
      connection.customHeaders[1].value = "'"
      connection.request.connectionUrl = target.url .. "/?q='&token=it's"
      local line = connection:to_curl()
      local got, err = pasted(line, "sh")
      assert.is_table(got, line .. err)
   end)

   it("refuses what curl cannot say, naming the member and not the value", function()
      local function refusal(change)
         local connection = connection_of(secret_definition())
         change(connection)
         local line, err = connection:to_curl { secrets = true }
         assert.is_nil(line)
         assert.equal("validation", err.kind)
         assert.is_nil(tostring(err):find "hush")
         return err.problems[1].path
      end
      assert.equal("auth.authType", refusal(function(c) c.auth.authType = "APIKEY" end))
      assert.equal("request.connectionUrl", refusal(function(c) c.request.connectionUrl = "x.example.com" end))
      assert.equal("request.connectionUrl", refusal(function(c) c.request = {} end))
      assert.equal("request.connectionUrl", refusal(function(c) c.request.connectionUrl = "-K/etc/passwd" end))
      assert.equal("request.requestType", refusal(function(c) c.request.requestType = "G ET" end))
      assert.equal("request.requestBody", refusal(function(c) c.request.requestBody = "hush\0" end))
      assert.equal("request.requestBody", refusal(function(c) c.request.requestBody = ("x"):rep(131072) end))
      assert.equal("customHeaders[1].value", refusal(function(c) c.customHeaders[1].value = "hush\r\nX: y" end))
      assert.equal("customHeaders[2].name", refusal(function(c) c.customHeaders[2].name = "@/etc/passwd" end))
      assert.equal("auth.password", refusal(function(c) c.auth.password = "hush\0" end))
      for _, time in ipairs { 1e300, 2 ^ 60 } do
         assert.equal("connectionTimeout", refusal(function(c) c.connectionTimeout = time end))
         assert.equal("socketTimeout", refusal(function(c) c.socketTimeout = time end))
      end
   end)

   it("takes the longest body that a shell hands on", function()
      compare(tenant.definition { request = { requestType = "POST", connectionUrl = target.url .. "/",
         requestBody = '"' .. ("x"):rep(131069) .. '"' } }, "long", { "bash" })
   end)

   it("raises misuse", function()
      local connection = connection_of(tenant.definition())
      assert.has_error(function() connection.to_curl {} end)
      local fine, message = pcall(connection.to_curl, connection, { secret = true })
      assert.is_false(fine)
      assert.matches('did you mean "secrets"', message, 1, true)
      assert.has_error(function() connection:to_curl { inputs = "none" } end)
   end)

   -- ------------------------------------------------------------------ and back

   -- What curl can say of a definition, in one form: arrays that are empty or absent are the same.
   local function sayable(definition)
      local auth, call = definition.auth, definition.request
      local has_body = call.requestType ~= "GET" and call.requestBody ~= ""
      local inputs = {}
      for _, input in ipairs(definition.inputMappings or {}) do inputs[#inputs + 1] = input.key end
      table.sort(inputs)
      if auth.authType == "OAUTH" then
         auth.oauthCustomHeaders = auth.oauthCustomHeaders or {}
         auth.formUrlEncodedItems = auth.formUrlEncodedItems or {}
         auth.useMutualTls = auth.useMutualTls or false
      end
      return dkjson.decode(personalize.json.encode {
         auth = auth, inputs = inputs, headers = definition.customHeaders,
         method = call.requestType, url = call.connectionUrl, body = has_body and call.requestBody or nil,
         connectionTimeout = definition.connectionTimeout, socketTimeout = definition.socketTimeout,
      })
   end

   it("is read back as the connection that it is of", function()
      for name in lfs.dir "spec/fixtures/connections" do
         if name:find "%.json$" then
            local definition = personalize.json.decode(read("spec/fixtures/connections/" .. name))
            local line = assert(connection_of(definition):to_curl { secrets = true, inputs = "keep" })
            local builder, warnings = made.connections.from_curl(line)
            assert.is_truthy(builder, tostring(warnings))
            assert.same(sayable(definition), sayable(builder:table()), name)
            -- with the inputs filled it is the same but for those
            line = connection_of(definition):to_curl { secrets = true }
            local filled = assert(made.connections.from_curl(line)):table()
            assert.equal(definition.request.requestType, filled.request.requestType)
            assert.same(sayable(definition).auth, sayable(filled).auth)
            assert.is_table(assert(made.connections.create(builder, { missing_secrets = "send" })))
         end
      end
   end)

   it("is read back whatever the values are", function()
      math.randomseed(seed)
      for round = 1, 150 do
         local definition = tenant.definition {
            request = { requestType = "POST", connectionUrl = "https://x.example.com/" .. round,
               requestBody = "x" .. random_text(pieces, 12) },
            customHeaders = { { name = "X-It", value = "a" .. random_text(pieces, 6):gsub("\127", "") .. "b" },
               { name = "Content-Type", value = "text/plain" } },
            auth = { authType = "BASIC", username = "u", password = random_text(pieces, 6) },
         }
         local line = assert(connection_of(definition):to_curl { secrets = true, inputs = "keep" })
         local read_back = assert(made.connections.from_curl(line)):table()
         assert.equal(definition.request.requestBody, read_back.request.requestBody, line)
         assert.equal(definition.customHeaders[1].value, read_back.customHeaders[1].value, line)
         assert.equal(definition.auth.password, read_back.auth.password, line)
      end
   end)
end)
