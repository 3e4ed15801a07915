-- What an answer holds, and what it makes when it is asked.
local http = require "spec.support.http"
local server = require "spec.support.server"

describe("an answer", function()
   local s, engine

   setup(function()
      s = server.start [[ return function(connection)
         for request in function() return connection:request() end do
            connection:answer(request.path == "/empty" and "" or request.path == "/broken" and "[1," or '{"a":[1,2]}')
         end
      end ]]
      engine = http.core.http.engine()
   end)

   teardown(function()
      engine:close()
      s:stop()
   end)

   local function ask(path) return assert(http.run(engine, { url = s.url .. path })) end

   it("makes its body and its headers when they are asked for", function()
      local answer = ask "/"
      assert.is_nil(rawget(answer, "body"))
      assert.is_nil(rawget(answer, "headers"))
      assert.equal('{"a":[1,2]}', answer.body)
      assert.equal("11", answer.headers["content-length"])
      assert.equal('{"a":[1,2]}', rawget(answer, "body"))
      assert.equal(answer.headers, answer.headers)
      assert.is_nil(answer.other)
   end)

   it("has an empty body from the start", function()
      assert.equal("", rawget(ask "/empty", "body"))
   end)

   it("decodes its body where it lies, and keeps it until it is dropped", function()
      local answer = ask "/"
      assert.same({ a = { 1, 2 } }, (http.core.http.decode_body(answer, 10)))
      local value, message = http.core.http.decode_body(answer, 1)
      assert.is_nil(value)
      assert.equal("nested too deeply", message)
      assert.equal('{"a":[1,2]}', answer.body)
      http.core.http.drop_body(answer)
      assert.is_nil(answer.body)
      assert.equal(200, answer.status)
      assert.equal("11", answer.headers["content-length"])
   end)

   it("says what is wrong with its JSON, and has the text for it", function()
      local answer = ask "/broken"
      local value, message, offset = http.core.http.decode_body(answer, 10)
      assert.is_nil(value)
      assert.equal("the text ends too early", message)
      assert.equal(3, offset)
      assert.equal("[1,", answer.body)
   end)

   it("outlives its transfer and its engine", function()
      local own = http.core.http.engine()
      local answer = assert(http.run(own, { url = s.url .. "/" }))
      own:close()
      own = nil -- luacheck: ignore 311
      http.collect()
      assert.same({ a = { 1, 2 } }, (http.core.http.decode_body(answer, 10)))
   end)

   it("refuses to decode what is not there", function()
      local answer = ask "/"
      http.core.http.drop_body(answer)
      for _, wrong in ipairs { answer, {}, ask "/empty" } do
         assert.error_matches(function() http.core.http.decode_body(wrong, 10) end, "has its body expected")
      end
      local plain = { body = "text" }
      http.core.http.drop_body(plain)
      assert.same({}, plain)
      assert.error_matches(function() http.core.http.drop_body(nil) end, "table expected")
   end)
end)
