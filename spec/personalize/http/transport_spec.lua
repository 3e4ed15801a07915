-- One attempt over the engine, without retries and tokens.
local native = require "personalize.native"
local server = require "spec.support.server"
local errors = require "personalize.error"
local transport = require "personalize.http.transport"
local waiting = require "personalize.http.waiting"

describe("transport.perform", function()
   local function perform(url, more)
      local spec = { method = "GET", url = url, timeout_ms = 2000 }
      for name, value in pairs(more or {}) do spec[name] = value end
      return transport.perform(spec)
   end

   it("hands on an answer, headers by lower-case name", function()
      local s = server.start [[ return function(connection)
         connection:request()
         connection:respond(418, { "X-Twice: 1", "x-TWICE: 2", "X-Empty:", "Content-Length: 2" }, "ok")
      end ]]
      local answer = assert(perform(s.url))
      assert.equal(418, answer.status)
      assert.equal("ok", answer.body)
      assert.same({ ["x-twice"] = "1, 2", ["x-empty"] = "", ["content-length"] = "2" }, answer.headers)
      s:stop()
   end)

   it("says of a failure whether anything was sent", function()
      local answer, err = perform "http://127.0.0.1:1/?token=abcdefgh"
      assert.is_nil(answer)
      assert.equal("connect", err.kind)
      assert.equal("http://127.0.0.1:1/?token=***", err.url)
      assert.matches("is the server up", err.message)
      assert.is_false(errors.facts(err).sent)
      assert.equal(7, errors.facts(err).curl_code)
      assert.same({}, errors.facts(err).headers)

      local s = server.start [[ return function(connection)
         connection:request()
         connection:send "HTTP/1.1 200 OK\r\nX-Half: 1\r\nContent-Length: 10\r\n\r\nhalf"
      end ]]
      answer, err = perform(s.url)
      assert.is_nil(answer)
      assert.equal("network", err.kind)
      assert.equal(200, err.status)
      assert.is_true(errors.facts(err).sent)
      assert.equal("1", errors.facts(err).headers["x-half"])
      s:stop()
   end)

   it("hands on what the engine refuses", function()
      for _, case in ipairs { { "config", "ftp://127.0.0.1/" }, { "config", "http://127.0.0.1/", { proxy = "a b" } },
         { "validation", "http://127.0.0.1/", { headers = { { "X", "a\r\nY: b" } } } } } do
         local answer, err = perform(case[2], case[3])
         assert.is_nil(answer)
         assert.equal(case[1], err.kind)
         assert.is_false(errors.facts(err).sent)
         assert.same({}, errors.facts(err).headers)
      end
   end)

   it("returns an error when no engine can be made", function()
      local make = native.http.engine
      waiting.engine():close() -- so another one is needed
      native.http.engine = function() return nil, { kind = "config", message = "no descriptors", sent = false } end
      local answer, err = perform "http://127.0.0.1:1/"
      waiting.sleep(0.01) -- does not hang either
      native.http.engine = make
      assert.is_nil(answer)
      assert.equal("config", err.kind)
      assert.is_false(errors.facts(err).sent)
   end)
end)
