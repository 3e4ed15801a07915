-- The REPL's help, which is read from the sources.
local client = require "spec.support.tenant"
local manual = require "personalize.cli.manual"
local personalize = require "personalize"

describe("the reference in the REPL", function()
   it("tells of every public function", function()
      for prefix, namespace in pairs {
         ["connections."] = personalize.connections, ["personalize."] = personalize, ["sync."] = personalize.sync,
         ["personalize.json."] = personalize.json,
      } do
         for name, value in pairs(namespace) do
            if type(value) == "function" then assert.is_string(manual.about(prefix .. name), prefix .. name) end
         end
      end
      local made = client.start()
      local connection = made:create()
      for _, name in ipairs { "save", "reload", "test", "copy", "diff", "to_json" } do
         assert.is_function(connection[name])
         assert.is_string(manual.about("connection:" .. name), name)
      end
      made:stop()
   end)

   it("is the text of the comments", function()
      assert.equal([[
connections.get(ref, [opts])

Retrieves a connection.

Published as:
  `GET /v2/connections/<ref>`

Takes:
  ref (string|personalize.connection)  a ref or a connection
  opts (table with missing_secrets, retry, secrets, timeout, optional)

Gives:
  connection (personalize.connection)
  nil, err (personalize.error)  of kind `not_found` when it does not exist

Example:
  print(assert(connections.get(ref)).ref == ref)  --> true]], manual.about "connections.get")
      assert.matches("\n  opts.pretty %(boolean, default false%)  indent by two spaces\n",
         manual.about "connection:to_json")
      assert.matches("^personalize.map%(items, fn, %[opts%]%)\n", manual.about "personalize.map")
      assert.is_nil(manual.about "connections.nothing")
   end)

   it("lists what there is with one sentence each", function()
      local names = manual.names()
      local seen = {}
      for _, name in ipairs(names) do
         assert.is_nil(seen[name])
         seen[name] = true
         assert.matches("%.$", manual.summary(name))
         assert.is_true(#manual.summary(name) < 160, name)
      end
      assert.is_true(seen["plan:apply"] and seen["client:request"] and seen["builder:oauth"])
      assert.equal("Retrieves a connection.", manual.summary "connections.get")
   end)
end)
