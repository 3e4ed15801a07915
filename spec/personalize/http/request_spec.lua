-- Requests are made by pure functions: queries, paths, references, headers.
local request = require "personalize.http.request"
local json = require "personalize.json"

describe("request.query", function()
   it("encodes, sorted by name; an array repeats its name", function()
      assert.equal("", request.query {})
      assert.equal("a=1&b=x%20y%26%3D&c=1&c=2", request.query { b = "x y&=", a = 1, c = { 1, 2 } })
      assert.equal("limit=10&ok=true&x=1.5", request.query { limit = 10.0, ok = true, x = 1.5 })
      assert.equal("%0D%0A=%00", request.query { ["\r\n"] = "\0" })
      assert.equal("n=9007199254740991", request.query { n = 2 ^ 53 - 1 })
   end)

   it("refuses what no parameter can be", function()
      for _, parameters in ipairs { { [1] = "a" }, { a = json.null }, { a = print }, { a = { {} } },
         { a = 0 / 0 }, { a = math.huge } } do
         local query, err = request.query(parameters)
         assert.is_nil(query)
         assert.equal("validation", err.kind)
      end
   end)

   it("refuses an array with holes or names, which would lose values", function()
      for _, value in ipairs { { 1, nil, 3 }, { nil, 2 }, { 1, name = 2 }, { [0] = 1, 2 }, { [1.5] = 1 },
         { [1 / 0] = 1 }, json.number "18446744073709551616" } do
         local query, err = request.query { a = value }
         assert.is_nil(query)
         assert.equal("validation", err.kind)
         assert.matches("^query%.a: ", err.message)
      end
      assert.equal("", request.query { a = {}, b = json.array {} })
   end)

   it("reads tables through their metamethods", function()
      local function behind(value) return setmetatable({}, { __index = value }) end
      assert.equal("a=1&b=2&b=3", request.query(behind { a = 1, b = behind { 2, 3 } }))
      local query, err = request.query { a = setmetatable({}, { __index = function() end }) }
      assert.is_nil(query)
      assert.equal("validation", err.kind)
      assert.matches("^query%.a: ", err.message)
   end)
end)

describe("request.path", function()
   it("stays below the base URL and in its line", function()
      for _, path in ipairs { "/", "/v2/connections", "/v2/a%20b", "/v2/x?a=..", "/v2/..a" } do
         assert.equal(path, request.path(path))
      end
      for _, path in ipairs { "", "v2", "https://elsewhere.example/", "/a b", "/a\r\nX: y", "/a\0", "/a#b", "/a\\b",
         "/..", "/a/../b", "/a/%2e%2E/b", "/.", "/a/.%2e?x", "/\127" } do
         local checked, err = request.path(path)
         assert.is_nil(checked, path)
         assert.equal("validation", err.kind)
         assert.is_nil(err.message:find "[%c]")
      end
   end)
end)

describe("request.ref", function()
   it("is one segment", function()
      assert.equal("3a9e-1_2.~", request.ref "3a9e-1_2.~")
      for _, ref in ipairs { "", ".", "..", "a/b", "a?b", "a#b", "a b", "a%2Fb", "a\r\nb", "a\0", "\195\164",
         ("a"):rep(201) } do
         local checked, err = request.ref(ref, "connections")
         assert.is_nil(checked)
         assert.equal("validation", err.kind)
         assert.equal("ref", err.problems[1].path)
      end
   end)
end)

describe("request.exchange", function()
   local function of(call, authorization, seconds)
      call.method, call.url = call.method or "GET", "https://example.com/"
      return request.exchange(call, authorization, seconds or 1)
   end

   it("has the headers that the call needs", function()
      assert.same({ { "Accept", "application/json" } }, of({}).headers)
      local authorization = request.authorization "Bearer x"
      assert.same({ "Authorization", "Bearer x" }, { authorization[1], authorization[2] })
      assert.same({ { "Accept", "application/json" }, authorization }, of({}, authorization).headers)
      assert.same({ { "Accept", "application/json" }, authorization, { "Content-Type", "application/json" } },
         of({ body = "{}" }, authorization).headers)
      assert.is_nil(request.authorization(nil))
      assert.same({ "Content-Type", "text/plain" }, of({ body = "", content_type = "text/plain" }).headers[2])
   end)

   it("lets libcurl repeat by itself only what may be repeated", function()
      assert.is_nil(of({ class = "idempotent" }).replayable) -- the engine's default
      assert.is_false(of({ class = "create" }).replayable)
      assert.is_false(of({ class = "never" }).replayable)
   end)

   it("counts in milliseconds that the engine can count", function()
      assert.equal(1500, of({}, nil, 1.5).timeout_ms)
      assert.equal(1, of({}, nil, 0.0000001).timeout_ms)
      assert.equal(1, of({}, nil, -3).timeout_ms)
      assert.equal(2 ^ 31 - 1, of({}, nil, 2 ^ 31).timeout_ms)
   end)

   it("leaves to the profile what all requests of a client have in common", function()
      local profile = assert(request.profile { connect_timeout = 5, stall_timeout = 0.0001, http2 = true,
         user_agent = "agent", max_response_bytes = 10, max_response_headers = 20 })
      assert.equal("userdata", type(profile))
      assert.is_nil(of({}).connect_timeout_ms)
   end)
end)
