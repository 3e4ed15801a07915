-- How curl authenticates, and what a connection has of it.
local command = require "spec.support.command"
local personalize = require "personalize"
local server = require "spec.support.server"

local connections = personalize.connections

local function read(line)
   local builder, warnings = connections.from_curl(line)
   assert.is_truthy(builder, tostring(warnings))
   local list = {}
   for index, warning in ipairs(warnings) do list[index] = warning.code .. " " .. warning.path end
   return builder:table(), list, tostring(warnings)
end

describe("authentication in a curl command", function()
   it("is warned of where a variable of the shell stands in it, which nothing fills", function()
      local definition, codes, shown = read [[curl -u "$USER:${PASS}" https://e.example/$USER]]
      assert.same({ authType = "BASIC", username = "${USER}", password = "${PASS}" }, definition.auth)
      assert.same({ "shell_variable auth.password", "shell_variable auth.username", "shell_variable inputMappings" },
         codes)
      assert.matches("$PASS is a variable of the shell, and auth is filled from no input", shown, 1, true)
      assert.equal(1, #definition.inputMappings)
      definition, codes = read([[curl https://e.example -H "Authorization: Bearer $(curl https://a.example/$T ]]
         .. [[-H "X-A: $K" -d grant_type=client_credentials -d client_id=me -d client_secret=$SEC -d "s=a $S")"]])
      assert.equal("${SEC}", definition.auth.clientSecret)
      assert.same({ "shell_variable auth.accessTokenUrl", "shell_variable auth.clientSecret",
         "shell_variable auth.formUrlEncodedItems[1].value", "shell_variable auth.oauthCustomHeaders[1].value" }, codes)
      assert.same({}, definition.inputMappings)
   end)

   it("has the values that the line gives variables", function()
      local definition, codes = read "PASS=hush\ncurl -u \"me:$PASS\" https://e.example/"
      assert.equal("hush", definition.auth.password)
      assert.same({ "credential auth.password" }, codes)
   end)

   -- With each, what curl sends as Authorization; checked below.
   local users = {
      ["-u a:hush -H 'Authorization: Bearer x'"] = "Bearer x",
      ["-u a:hush -H 'authorization: Bearer x'"] = "Bearer x",
      ["--oauth2-bearer x -u a:hush"] = "Bearer x",
      ["-u a:hush -H 'Authorization:'"] = "",
      ["-u a:hush -H 'Authorization: '"] = "",
      ["-u a:hush -H 'Authorization;'"] = "",
      ["-u a:hush -H 'Authorization:' -H 'Authorization: Bearer x'"] = "Bearer x",
   }

   it("is no user where curl sends another header Authorization, or none", function()
      for options, sent in pairs(users) do
         local in_url = options:gsub("%-u a:hush", "")
         for _, line in ipairs { "curl https://e.example/ " .. options, "curl https://a:hush@e.example/ " .. in_url } do
            local definition, codes, shown = read(line)
            assert.same({ authType = "NONE" }, definition.auth, line)
            assert.equal("https://e.example/", definition.request.connectionUrl)
            local header = definition.customHeaders[1]
            assert.equal(sent, header and header.value or "", line)
            assert.equal("option_left_out auth", codes[1], line)
            assert.matches("the user and its password are left out: ", shown, 1, true)
            assert.is_nil(shown:find "hush")
         end
      end
   end)

   it("is sent by curl as these say", function()
      local target = server.start(server.ECHO)
      for options, sent in pairs(users) do
         local out = command.foreign("curl -s " .. options .. " " .. target.url .. "/x")
         assert.equal(sent, out:match "[Aa]uthorization:[ \t]*([^\r\n]*)" or "", options)
      end
      target:stop()
   end)

   it("of a token call is its header where it has one beside the user", function()
      local definition, codes = read([[curl https://e.example -u me:hush -H "Authorization: Bearer $(]]
         .. [[curl https://a.example/t -d grant_type=client_credentials -u a:hush -H 'Authorization: Basic eDp5')"]])
      assert.same({ authType = "OAUTH", accessTokenUrl = "https://a.example/t", useMutualTls = false,
         oauthCustomHeaders = { { name = "Authorization", value = "Basic eDp5" } }, formUrlEncodedItems = {} },
         definition.auth)
      assert.same({ "option_left_out auth", "option_left_out auth" }, codes)
   end)
end)
