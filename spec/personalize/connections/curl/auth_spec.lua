-- How curl authenticates, and what a connection has of it.
local personalize = require "personalize"

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
end)
