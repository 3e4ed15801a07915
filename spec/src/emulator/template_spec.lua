-- What becomes of `${key}` and of FreeMarker in a tested connection.
local socket = require "socket"
local support = require "spec.support.emulator"

describe("a tested connection's", function()
   local session, target
   setup(function() session, target = support.start(), support.start() end)
   teardown(function()
      session:stop()
      target:stop()
   end)

   local function test(members)
      return support.test(session, members)
   end

   local function request(body)
      return { requestType = "POST", connectionUrl = target.url .. "/x", requestBody = body }
   end

   local function seen()
      local all = target.e:requests()
      return all[#all]
   end

   it("headers are filled, and the first of two inputs of one key counts", function()
      local body = test { request = request "{}",
         customHeaders = { { name = "X-Key", value = "a ${key} b ${other}${key}" } },
         inputMappings = { { key = "key", exampleValue = "1" }, { key = "key", exampleValue = "2" },
            { key = "other" } } }
      assert.equal("a 1 b 1", seen().headers["x-key"])
      assert.is_nil(body.notes)
      test { request = request "{}", customHeaders = { { name = "X-${key}", value = "2" } },
         inputMappings = { { key = "key", exampleValue = "Some" } } }
      assert.equal("2", seen().headers["x-some"])
   end)

   it("headers never hold the end of a line, whatever an input holds", function()
      local before = #target.e:requests()
      local body = test { request = request "{}", customHeaders = { { name = "X-Key", value = "${key}" } },
         inputMappings = { { key = "key", exampleValue = "1\r\nX-Other: 2" } } }
      assert.equal("configuration", body.error.stage)
      assert.equal("this can't be the name or the value of a header: X-Key", body.error.message)
      assert.equal(before, #target.e:requests())
   end)

   it("headers name the input that is missing", function()
      local body = test { request = request "{}", customHeaders = { { name = "X-Key", value = "${nothing}" } } }
      assert.equal("no input mapping has the key nothing", body.error.message)
   end)

   it("FreeMarker goes out as it is, its inputs filled, and the answer says so", function()
      for _, case in ipairs {
         { '{"a":"${guest.email!}","b":"${key}"}', '{"a":"${guest.email!}","b":"v"}' },
         { '{"a":"${x?string("dd-MMM-yy")}","b":"${key}"}', '{"a":"${x?string("dd-MMM-yy")}","b":"v"}' },
         { '<#assign x = 1>{"a":${x},"b":"${key}"}', '<#assign x = 1>{"a":${x},"b":"v"}' },
         { '<#if key??>{"b":"${key}"}</#if>', '<#if key??>{"b":"v"}</#if>' },
         { '${getDecisionModelResultNode("A b").outputs[0].c!"d"} ${key}',
            '${getDecisionModelResultNode("A b").outputs[0].c!"d"} v' },
         { "[#list x as y]${y}[/#list]#{key}", "[#list x as y]${y}[/#list]#{key}" },
      } do
         local body = test { request = request(case[1]), inputMappings = { { key = "key", exampleValue = "v" } } }
         assert.equal(404, body.status, case[1])
         assert.equal(case[2], seen().body)
         assert.equal(1, #body.notes)
         assert.equal("request.requestBody holds FreeMarker, which the emulator does not evaluate: it went out "
            .. "as it is", body.notes[1])
      end
      local body = test { request = request "{}", customHeaders = { { name = "X-Key", value = "${a.b!}" } } }
      assert.equal("${a.b!}", seen().headers["x-key"])
      assert.matches("^customHeaders hold FreeMarker", body.notes[1])
   end)

   it("body is encoded as the header that is sent says", function()
      local form, value = "application/x-www-form-urlencoded", { key = "key", exampleValue = 'a&b "c"' }
      for _, case in ipairs {
         { "Content-Type", "${type}", form, "p=a%26b%20%22c%22" },
         { "${name}", form, form, "p=a%26b%20%22c%22" },
         { "${name}", "${type}", "text/plain", 'p=a&b "c"' },
         { "Content-Type", "${type}", "application/json", 'p=a&b "c"' },
      } do
         local body = test { request = request "p=${key}", customHeaders = { { name = case[1], value = case[2] } },
            inputMappings = { value, { key = "name", exampleValue = "content-TYPE" },
               { key = "type", exampleValue = case[3] } } }
         assert.is_nil(body.error)
         assert.equal(case[3], seen().headers["content-type"])
         assert.equal(case[4], seen().body)
      end
      test { request = request '{"p":"${key}"}', inputMappings = { value } }
      assert.equal("application/json", seen().headers["content-type"])
      assert.equal('{"p":"a&b \\"c\\""}', seen().body)
   end)

   it("text that only looks like a reference goes out as it is, without a note", function()
      for _, text in ipairs { "$", "${", "$ {a}", "a$b{c}", "${a", "{a}" } do
         local body = test { request = request(text),
            customHeaders = { { name = "Content-Type", value = "text/plain" } } }
         assert.equal(text, seen().body)
         assert.is_nil(body.notes)
      end
   end)

   it("body takes time in proportion to its length, whatever it is made of #timed", function()
      local function seconds(text, inputs)
         local began = socket.gettime()
         test { request = request(text), inputMappings = inputs }
         return socket.gettime() - began
      end
      local inputs = {}
      for i = 1, 1000 do inputs[i] = { key = "k" .. i, exampleValue = "v" } end
      assert.is_true(seconds(("${"):rep(500000)) < 2)
      assert.is_true(seconds(("${k1000}"):rep(125000), inputs) < 2)
      assert.is_true(seconds(("${" .. ("x"):rep(1000)):rep(1000), inputs) < 2)
   end)
end)
