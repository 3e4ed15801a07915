-- `personalize create` from what people have: a command line of curl, a sample of an answer.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local tenant = require "spec.support.tenant"

describe("personalize create", function()
   local made, path, environment

   before_each(function()
      made, path = tenant.start(), folder.new()
      environment = command.environment(made.emulator)
      folder.write(path, "line.txt", "curl 'https://api.example.com/weather?q={{city}}' \\\r\n"
         .. "  -H 'X-Api-Key: hush-hush' -H 'Accept: application/json' | jq .\n")
      folder.write(path, "answer.json", '{"temp":{"max":1},"city":"Rome"}')
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function create(arguments, input)
      table.insert(arguments, 1, "create")
      return command.run(environment, arguments, input)
   end

   it("--from-curl makes a connection of a file's line, or of the standard input's", function()
      local out, err, code = create({ "--from-curl", path .. "/line.txt", "--outputs-from", path .. "/answer.json" })
      assert.equal(0, code, err)
      assert.matches('connection "Weather"', out, 1, true)
      assert.matches("warning: only the curl command is read", err, 1, true)
      assert.matches("warning: customHeaders[1].value: has a credential in clear", err, 1, true)
      assert.is_nil((out .. err):find "hush")
      local created = assert(made.connections.find "Weather")
      assert.equal("https://api.example.com/weather?q=${city}", created.request.connectionUrl)
      assert.equal("hush-hush", created.customHeaders[1].value)
      assert.equal("city", created.inputMappings[1].key)
      assert.equal("temp", created.outputMappings[1].outputReference)
      assert.equal("City", created.outputMappings[2].label)
      out, err, code = create({ "--from-curl", "-" }, path .. "/line.txt")
      assert.equal("", out)
      assert.equal(1, code)
      assert.matches('there is a connection named "Weather" already', err, 1, true)
      out, err, code = create({ "--from-curl", "-", "--name", "Other", "--json" }, path .. "/line.txt")
      assert.equal(0, code)
      assert.matches("^warning: only the curl command is read", err)
      assert.equal("Other", dkjson.decode(out).name)
      assert.is_nil(err:find "hush")
   end)

   it("--outputs-from adds outputs to a definition", function()
      folder.write(path, "it.json", '{"name":"It","auth":{"authType":"NONE"},"systemType":"DATA_SYSTEM",'
         .. '"request":{"requestType":"GET","connectionUrl":"https://x.example.com"},'
         .. '"outputMappings":[{"label":"Town","outputReference":"city","type":"string"}]}')
      local _, err, code = create({ path .. "/it.json", "--outputs-from", "-" }, path .. "/answer.json")
      assert.equal(0, code, err)
      local list = assert(made.connections.find "It").outputMappings
      assert.same({ "Town", "Temp" }, { list[1].label, list[2].label })
   end)

   it("says what is wrong, and creates nothing", function()
      folder.write(path, "cmd.txt", 'curl ^"https://x.example.com/hush^" ^\r\n  -H ^"a: b^"')
      folder.write(path, "form.txt", "curl https://x.example.com -F a=@hush")
      folder.write(path, "list.json", "[1, 2]")
      for _, case in ipairs {
         { { "--from-curl", path .. "/cmd.txt" }, 1, "decode: line 1, column 6: this is the form for Windows' cmd" },
         { { "--from-curl", path .. "/form.txt" }, 1, "validation: --form: a form with files or parts" },
         { { "--from-curl", path .. "/none.txt" }, 1, "none.txt" },
         { { "--from-curl", path .. "/line.txt", "--outputs-from", path .. "/list.json" }, 1, "expected a sample" },
         { { "--from-curl", path .. "/line.txt", "--outputs-from", path .. "/line.txt" }, 1, "decode: " },
         { {}, 64, "give either a definition or --from-curl" },
         { { "x.json", "--from-curl", "-" }, 64, "give either a definition or --from-curl" },
         { { "x.json", "--name", "y" }, 64, "--name goes with --from-curl" },
         { { "--from-curl", "-", "--outputs-from", "-" }, 64, "only one can be read from the standard input" },
      } do
         local out, err, code = create(case[1])
         assert.equal(case[2], code, err)
         assert.equal("", out)
         assert.matches(case[3], err, 1, true)
         assert.is_nil(err:find "hush")
      end
      assert.equal(0, made.emulator:counts().creates)
   end)
end)
