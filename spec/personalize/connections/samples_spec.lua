-- Outputs from a sample, inputs from a request: what the builder adds.
local dkjson = require "dkjson"
local personalize = require "personalize"
local read = require "spec.support.read"
local samples = require "personalize.connections.samples"
local socket = require "socket"

local connections = personalize.connections

local function outputs(sample)
   local lines = {}
   for index, output in ipairs(connections.build("x"):outputs_from(sample):table().outputMappings or {}) do
      lines[index] = ("%s | %s | %s"):format(output.outputReference, output.label, output.type)
   end
   return lines
end

describe("builder:outputs_from", function()
   it("has one output for each member of a text, in its order", function()
      assert.same({ "status | Status | string", "modifiedByUserRef | Modified By User Ref | string",
         "count | Count | number", "isOpen | Is Open | boolean", "items | Items | object", "deep | Deep | object",
         "none | None | string", "big | Big | number", 'a"b\\c | A B C | string', "feels_like | Feels Like | number",
         "HTTPStatus | HTTP Status | number", "naïve | Naïve | string" }, outputs [[
         { "status": "{ \"not\": [\"a member\"] }", "modifiedByUserRef": "a: \\", "count": 1.5, "isOpen": false,
           "items": [{ "inner": 1 }], "deep": { "also": { "inner": 2 } }, "none": null, "big": 18446744073709551616,
           "a\"b\\c": "x", "feels_like": 1, "HTTPStatus": 2, "na\u00efve": "" }]])
   end)

   it("has those of a table by the alphabet, and of an array's first item", function()
      assert.same({ "a | A | number", "b | B | object", "c | C | string" },
         outputs { c = "x", a = 1, b = personalize.array {} })
      assert.same({ "[0].faceId | Face Id | string", "[0].at | At | object" },
         outputs '\239\187\191 [ {"faceId": "x", "at": {}}, {"other": 1} ]')
      assert.same({ "[0].a | A | boolean" }, outputs { { a = true }, { b = true } })
      assert.same({}, outputs "{}")
      assert.same({ "a | A | number" }, outputs '{"a":"x","":1,"a":2}')
   end)

   it("makes the labels of the published list", function()
      local list = dkjson.decode(read "spec/fixtures/list.json").items
      local count = 0
      for _, connection in ipairs(list) do
         for _, output in ipairs(connection.outputMappings or {}) do
            assert.equal(output.label, samples.label(output.outputReference))
            count = count + 1
         end
      end
      assert.is_true(count > 5)
   end)

   it("leaves what is there, and what it adds is found in the sample", function()
      local sample = '{"temp":1,"city":"Rome"}'
      local builder = connections.build("x"):data_system():no_auth():get("https://a.example.com/"):example(sample)
         :output("temp", { label = "Temperature", type = "string" }):outputs_from(sample):outputs_from(sample)
      local list = builder:table().outputMappings
      assert.equal(2, #list)
      assert.equal("Temperature", list[1].label)
      local fine, warnings = connections.validate(builder)
      assert.is_true(fine)
      assert.same({}, warnings)
   end)

   it("raises what is no sample at the caller's line", function()
      for _, sample in ipairs { "", "{", "1", '"x"', "[]", "[1]", "null", 5, true } do
         local fine, message = pcall(function() connections.build("x"):outputs_from(sample) end)
         assert.is_false(fine, tostring(sample))
         assert.matches("samples_spec.lua:%d+: .*outputs_from", message)
      end
   end)

   it("takes time in proportion to the sample", function()
      local function seconds(count)
         local parts = {}
         for index = 1, count do parts[index] = ('"k%d":[{"a":"\\\\\\"{"}]'):format(index) end
         local text = "{" .. table.concat(parts, ",") .. "}"
         local started = socket.gettime()
         outputs(text)
         return socket.gettime() - started
      end
      assert.is_true(seconds(20000) < 40 * math.max(seconds(2000), seconds(2000), 0.002))
   end)
end)

describe("builder:inputs_from_request", function()
   local function inputs(builder)
      local lines = {}
      for index, input in ipairs(builder:inputs_from_request():table().inputMappings or {}) do
         lines[index] = ("%s | %s | %s | %q"):format(input.key, input.label, input.type, input.exampleValue)
      end
      return lines
   end

   it("has one input for each key of URL, headers and body", function()
      assert.same({ 'shopId | Shop Id | string | ""', 'q | Q | string | ""', 'token | Token | string | ""',
         'a_b | A B | string | ""', 'data | Data | object | ""', 'both | Both | object | ""' },
         inputs(connections.build("x"):post("https://a.example.com/${shopId}?q=${q}&r=${q}",
            [[{"a": "${a_b} \" ${q}", "data": ${data}, "c": "${both}", "d": ${both}}]])
            :header("Authorization", "Bearer ${token}")))
      assert.same({ 'a | A | string | ""' }, inputs(connections.build("x"):post("https://a.example.com/", "x=${a}")))
      assert.same({}, inputs(connections.build "x"))
   end)

   it("takes none that is no input: FreeMarker, what is not closed", function()
      assert.same({ 'ok | Ok | string | ""' }, inputs(connections.build("x"):post("https://a.example.com/",
         '${guest.email!} ${x?c} ${"q"} ${} ${ok} ${(a)!b} {b} {{c}} $d ${open')))
   end)

   it("leaves the inputs that are there", function()
      assert.same({ 'city | Town | number | "5"', 'day | Day | string | ""' },
         inputs(connections.build("x"):input("city", { label = "Town", type = "number", example = "5" })
            :get("https://a.example.com/${city}/${day}")))
   end)
end)
