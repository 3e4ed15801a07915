-- What a command line of curl hides where no secrets were asked for, and what becomes of it when it is read back.
local tenant = require "spec.support.tenant"

describe("a masked command line of curl", function()
   local made, count

   setup(function() made, count = tenant.start(), 0 end)
   teardown(function() made:stop() end)

   local function connection_of(definition)
      count = count + 1
      definition.name = "N" .. count
      return assert(made.connections.create(tenant.definition(definition)))
   end

   local function posting(url, body, secret, media_type)
      return connection_of {
         request = { requestType = "POST", connectionUrl = url, requestBody = body },
         customHeaders = media_type and { { name = "Content-Type", value = media_type } } or nil,
         inputMappings = { { key = "p", exampleValue = secret }, { key = "q", exampleValue = "Rome" } },
      }
   end

   it("hides a secret that an input inserts into the URL or the body", function()
      for _, secret in ipairs { "HUSH1234", "ab", "a&b=\"c'd e%f" } do
         for body, shown in pairs {
            ['{"password":"${p}","to":"${q}"}'] = [['{"password":"***","to":"Rome"}']],
            ['{"deep":[{"api_key":"${p}"}]}'] = [['{"deep":[{"api_key":"***"}]}']],
            ["<a password='${p}'>${q}</a>"] = [['<a password='\''***'\''>Rome</a>']],
         } do
            local line = posting("https://e.example/x?access_token=${p}&q=${q}", body, secret):to_curl()
            assert.matches("--url 'https://e.example/x?access_token=***&q=Rome'", line, 1, true)
            assert.matches("--data-raw " .. shown, line, 1, true)
         end
         local line = posting("https://e.example/x", "password=${p}&to=${q}", secret,
            "application/x-www-form-urlencoded"):to_curl()
         assert.matches("--data-raw 'password=***&to=Rome'", line, 1, true)
      end
   end)

   it("hides such a secret at other places, too", function()
      local line = posting("https://e.example/${p}/${q}?access_token=${p}", '{"a":"${p}","b":"${q}"}', "HUSH 1234")
         :to_curl()
      assert.matches("--url 'https://e.example/***/Rome?access_token=***'", line, 1, true)
      assert.matches([[--data-raw '{"a":"***","b":"Rome"}']], line, 1, true)
      line = posting("https://e.example/${p}", '{"token":"${p}"}', "HUSH 1234"):to_curl()
      assert.matches("--url 'https://e.example/***'", line, 1, true)
   end)

   it("shows it where secrets are asked for", function()
      local connection = posting("https://e.example/x?access_token=${p}", '{"password":"${p}"}', "HUSH1234")
      local line = connection:to_curl { secrets = true }
      assert.matches("access_token=HUSH1234", line, 1, true)
      assert.matches('{"password":"HUSH1234"}', line, 1, true)
      assert.matches("access_token=${p}", connection:to_curl { inputs = "keep" }, 1, true)
   end)

   it("is read back with a warning of each mask, and none of credentials", function()
      for line, paths in pairs {
         ["curl 'https://e.example/x?key=***' -H 'Authorization: Bearer ***'"] =
            "customHeaders[1].value request.connectionUrl",
         ["curl 'https://***@e.example/x?a=b'"] = "auth.username",
         ["curl 'https://e.example/x?a=***&b=c'"] = "request.connectionUrl",
         ["curl 'https://hooks.slack.com/***'"] = "request.connectionUrl",
         ["curl https://e.example/x -u 'a:***' -H 'Cookie: ***'"] = "auth.password customHeaders[1].value",
         ["curl https://e.example/x --json '{\"a\": 1, \"password\": \"***\"}'"] = "request.requestBody",
         ["curl https://e.example/x -d 'password=***&to=x'"] = "request.requestBody",
         ["curl https://e.example/x --data-raw '<a key=\"***\"/>' -H 'Content-Type: text/xml'"] = "request.requestBody",
      } do
         local builder, told = assert(made.connections.from_curl(line))
         for _, warning in ipairs(told) do assert.not_equal("credential", warning.code, line) end
         local found = {}
         for _, warning in ipairs(select(2, assert(made.connections.validate(builder)))) do
            assert.is_nil(warning.code:find "^credential", line)
            if warning.code == "mask_sent" then found[#found + 1] = warning.path end
         end
         assert.equal(paths, table.concat(found, " "), line)
      end
   end)

   it("is read back as what it is where asterisks are no mask, or a credential is beside one", function()
      for _, line in ipairs {
         "curl 'https://e.example/*** /x'", "curl https://e.example/x -d 'note: *** new *** a=***b'",
         "curl https://e.example/x -H 'X-Note: see ***'",
      } do
         local _, told = assert(made.connections.validate((assert(made.connections.from_curl(line)))))
         assert.is_nil(tostring(told):find("hidden secret", 1, true), line)
      end
      for _, line in ipairs {
         [[curl https://e.example/x --json '{"password":"***","token":"hush-hush-1"}']],
         "curl 'https://e.example/x?key=***&access_token=hush-hush-1'",
         [[curl https://e.example/x --json '{"password":123456}']],
      } do
         local _, told = assert(made.connections.from_curl(line))
         assert.equal("credential", told[1].code, line)
         assert.is_nil(told[1].message:find("key", 1, true))
      end
   end)

   it("is no part of the name that a definition gets", function()
      for url, name in pairs {
         ["https://hooks.slack.com/services/TABCDEFGH/BABCDEFGH/AbCdEfGhIjKlMnOpQrStUvWx"] = "Slack",
         ["https://discord.com/api/webhooks/123456789012345678/AbCdEfGhIjKlMnOpQrStUvWx"] = "Webhooks",
         ["https://api.telegram.org/botABCDEF:AbCdEfGhIjKl/sendMessage"] = "Telegram",
         ["https://e.example/orders?access_token=hush"] = "Orders",
      } do
         assert.equal(name, assert(made.connections.from_curl("curl '" .. url .. "'")):table().name, url)
      end
   end)

   it("shows a mask as one where values are percent-encoded", function()
      local definition = tenant.oauth { name = "Token",
         request = { requestType = "GET", connectionUrl = "https://e.example/x?q=${q}" },
         inputMappings = { { key = "q", exampleValue = '{"password":"hush-hush-1"}' } } }
      definition.auth.formUrlEncodedItems = { { name = "password", value = "hush hush" },
         { name = "scope", value = "a*b" }, { name = "audience", value = "https://me:hush-hush-2@e.example" } }
      local connection = assert(made.connections.create(definition))
      local line = connection:to_curl()
      assert.matches("-d 'password=***'", line, 1, true)
      assert.matches("-d 'scope=a%2Ab'", line, 1, true)
      assert.matches("-d 'audience=https%3A%2F%2F***%40e.example'", line, 1, true)
      assert.matches("x?q=%7B%22password%22%3A%22***%22%7D'", line, 1, true)
      assert.is_nil(line:find "hush")
      assert.matches("-d 'password=hush%20hush'", connection:to_curl { secrets = true }, 1, true)
   end)
end)
