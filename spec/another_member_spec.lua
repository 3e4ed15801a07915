-- What the recipes for another member and another kind of authentication promise: lines in the schema are all that the
-- library and the emulator need. The programs below run in a copy of the tree whose schema has such lines, and whose
-- emulator is built with the table that is made of it.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local library_copy = require "spec.support.library_copy"
local read = require "spec.support.read"

local variant = command.interpreter
local root = os.getenv "PWD"
local build = library_copy.build(variant):sub(#root + 2, -#variant - 2)

local facts = 'published = "table", certainty = "guessed", about = "X.",'
local insertions = {
   { 'known = { "NONE", "OAUTH"', ', "API_KEY", "LOGIN", "TICKET"' },
   { "local auth = {", [[
      { name = "apiKey", type = "string", only = "API_KEY", secret = true,
         sent = { header = "X-Api-Key", before = "Key " }, ]] .. facts .. [[ },
      { name = "tenantId", type = "string", only = "API_KEY", sent = { query = "tenant" }, ]] .. facts .. [[ },
      { name = "keyUrl", type = "string", only = "API_KEY", format = "https_url", ]] .. facts .. [[ },
      { name = "login", type = "string", only = "LOGIN", sent = "basic_user", ]] .. facts .. [[ },
      { name = "pin", type = "string", only = "LOGIN", secret = true, sent = "basic_password", ]] .. facts .. [[ },
      { name = "app", type = "string", only = "TICKET", sent = "client_id", ]] .. facts .. [[ },
      { name = "appKey", type = "string", only = "TICKET", secret = true, sent = "client_secret", ]] .. facts .. [[ },
      { name = "ticketUrl", type = "string", only = "TICKET", format = "https_url",
         sent = "token_url", ]] .. facts .. [[ },
   ]] },
   { "local members = {", '{ name = "retries", type = "integer", ' .. facts .. " }," },
}

local function with_insertions(text)
   for _, insertion in ipairs(insertions) do
      local count
      text, count = text:gsub(insertion[1]:gsub("%p", "%%%0"), function(found) return found .. insertion[2] end)
      assert(count == 1, "the schema reads otherwise now")
   end
   return text
end

local function succeed(line)
   local out, err, code = command.shell(line)
   assert(code == 0, out .. err)
   return out
end

local prelude = [[
   local personalize = require "personalize"
   local emulator = require "personalize.emulator"
   local service = assert(emulator.start { journal_secrets = true })
   local client = assert(personalize.new(service:options()))
   local function definition(members)
      local made = { name = "Keyed", systemType = "DATA_SYSTEM",
         auth = { authType = "API_KEY", apiKey = "hush-hush", keyUrl = "https://example.com/key" },
         request = { requestType = "GET", connectionUrl = service.url .. "/nothing?a=b" } }
      for name, value in pairs(members or {}) do made[name] = value end
      return made
   end
]]

local environment = "cd %s && LUA_PATH='./lua/?.lua;./lua/?/init.lua;;' LUA_CPATH='./%s/%s/?.so;;'"

describe("a schema with another member and other kinds of authentication", function()
   local tree

   setup(function()
      tree = folder.new()
      -- a sanitizer that is preloaded would find fault with cp and make
      succeed(("unset LD_PRELOAD; mkdir -p %s/%s && cp -a Makefile src lua packaging %s && cp -a %s/obj %s/%s %s/%s")
         :format(tree, build, tree, build, build, variant, tree, build))
      folder.write(tree .. "/lua/personalize", "schema.lua", with_insertions(read "lua/personalize/schema.lua"))
      local made = succeed(environment:format(tree, build, variant) .. " " .. variant .. " src/emulator/members.lua")
      folder.write(tree .. "/src/emulator", "members.inc", made)
      succeed(("unset LD_PRELOAD; make -s -C %s BUILD=%s %s"):format(tree, build, variant))
   end)

   teardown(function() folder.remove(tree) end)

   local function run(program)
      folder.write(tree, "program.lua", prelude .. program .. "\nservice:stop()\n")
      return succeed(environment:format(tree, build, variant) .. " " .. variant .. " program.lua")
   end

   it("has an emulator that knows them", function()
      assert.equal("true\n", (run [[
         local made = assert(client.connections.create(definition { retries = 3 }))
         print(personalize.json.encode(made):find('"retries":3', 1, true) ~= nil)
      ]]))
   end)

   it("has its types checked, and its look-alikes refused", function()
      assert.equal("retries: expected an integer, got a string\n"
         .. 'auth.keyUrl: must be an https:// URL, got "http://example.com/key"\n'
         .. "auth.apiKye\nretires\n", (run [[
         local function problem(members)
            local _, err = client.connections.create(definition(members))
            return err.problems[1]
         end
         local found = problem { retries = "3" }
         print(found.path .. ": " .. found.message)
         found = problem { auth = { authType = "API_KEY", apiKey = "hush-hush", keyUrl = "http://example.com/key" } }
         print(found.path .. ": " .. found.message)
         print(problem { auth = { authType = "API_KEY", apiKye = "hush-hush" } }.path)
         print(problem({ retires = 3 }).path)
      ]]))
   end)

   it("has its secret masked, guarded and looked for", function()
      assert.equal("validation\ttrue\nnil\nno apiKey comes back, of 1\nnil\n", (run [[
         local made = assert(client.connections.create(definition()))
         made.description = "changed"
         local fine, err = made:save()
         print(err.kind, err.message:find("auth.apiKey", 1, true) ~= nil)
         made.auth.apiKey = "hush-hush"
         print((tostring(made):find("hush", 1, true)))
         require("personalize.cli.questions").ask(client, assert(client.connections.list()), function(each)
            if each.name == "secrets" then print(each.message) end
         end)
         print((personalize.json.encode(client.connections.list()):find("hush", 1, true)))
      ]]))
   end)

   it("has its members sent by test calls, stored secrets too, in headers and parameters", function()
      assert.equal("Key hush-hush\ta=b&tenant=one%26two\nnil\ttrue\n", (run [[
         local made = assert(client.connections.create(definition { auth = { authType = "API_KEY",
            apiKey = "hush-hush", tenantId = "one&two" } }))
         local result = assert(client.connections.test(made))
         local sent = service:requests()
         sent = sent[#sent - 1].path == "/nothing" and sent[#sent - 1] or sent[#sent]
         print(sent.headers["x-api-key"], sent.query)
         print(personalize.json.encode(result):find("hush", 1, true),
            result.request.url:find("nothing?a=b", 1, true) ~= nil)
      ]]))
   end)

   it("has them sent by the schemes that the emulator knows", function()
      assert.equal("200\n200\n", (run [[
         local options, old = service:options(), service:options "api_token"
         local form = { { name = "Content-Type", value = "application/x-www-form-urlencoded" } }
         local made = assert(client.connections.create(definition { customHeaders = form,
            auth = { authType = "LOGIN", login = old.client_key, pin = old.api_token },
            request = { requestType = "POST", connectionUrl = service.url .. "/v2/oauth/token",
               requestBody = "grant_type=client_credentials" } }))
         print(assert(client.connections.test(made)).status)
         made = assert(client.connections.test(definition {
            auth = { authType = "TICKET", app = options.client_id, appKey = options.client_secret,
               ticketUrl = service.url .. "/oauth/token" },
            request = { requestType = "GET", connectionUrl = service.url .. "/v2/connections" } }))
         print(made.status)
      ]]))
   end)
end)
