-- In a Turkish locale the capitals and small letters of an I are not what they are elsewhere, and
-- in a locale with a decimal comma a fraction in a query was written with that comma, and so not as it was given.
local child = require "spec.faults.child"
local nginx = require "spec.support.nginx"

local SCRIPT = [[
local personalize = require "personalize"
local request = require "personalize.http.request"
assert(os.setlocale(%q), "no such locale")
print(request.query { a = 0.5, b = 10.0, c = -1.5, d = 3.141592653589793, i = 2 ^ 40 })
print(personalize.json.encode { 0.5, 1.5e-7 }, personalize.json.decode "0.5" == 1 / 2)
print(tostring(select(2, personalize.new { region = "ISTANBUL", access_token = "x" })))
print(personalize.json.encode(personalize.connections.build("IDLE TIME ID"):oauth { client_id = "i",
   client_secret = "s", access_token_url = "https://example.com/" }
   :outputs_from '{"isIdle":1}':get("https://example.com/i"):table(),
   { canonical = true }))
local emulator = assert(require "personalize.emulator".start { seed = true })
local client = assert(personalize.new(emulator:options()))
local connection = client.connections.find "First web service"
print(connection.name)
local list = require "personalize.resource.list"
print(list.number(0.5), list.number(2.0), list.show(-1.25))
connection.revision = 1.5
print(select(2, client.connections.update(connection, { expect = connection })))
print(require "personalize.cli.trace".line { type = "token", expires_in = 1.5 })
]]

describe("the locale", function()
   local folder

   setup(function()
      folder = nginx.folder()
      for _, name in ipairs { "de_DE", "tr_TR" } do
         local made = os.execute(("localedef -i %s -f UTF-8 %s/%s.UTF-8 >/dev/null 2>&1"):format(name, folder, name))
         assert(made == true or made == 0, "localedef is missing: make test installs it (Debian: locales)")
      end
   end)
   teardown(function() os.execute("rm -rf " .. folder) end)

   it("changes nothing of what is sent or said", function()
      local expected
      for _, locale in ipairs { "C", "de_DE.UTF-8", "tr_TR.UTF-8" } do
         local output, status = child.run(SCRIPT:format(locale), { LOCPATH = folder })
         assert.equal(0, status, output)
         expected = expected or output
         assert.equal(expected, output)
      end
      assert.matches("^a=0.5&b=10&c=%-1.5&d=3.141592653589793&i=1099511627776\n%[0.5,1.5e%-7%]\ttrue\n", expected)
   end)
end)
