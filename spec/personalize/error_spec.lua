-- Errors as values: their text, and how they are told from others.
local errors = require "personalize.error"
local personalize = require "personalize"

describe("an error object", function()
   it("is one line of text: kind, status, message", function()
      local _, err = errors.fail("not_found", "no such\nthing", { status = 404 })
      assert.equal("not_found (404): no such\\nthing", tostring(err))
      assert.equal("config: x", tostring(select(2, errors.fail("config", "x"))))
   end)

   it("lets nothing through that a terminal would obey", function()
      local _, err = errors.fail("server", "a\27[31m\194\155b\226\128\174\255", { status = "\7" })
      assert.equal("server (\\007): a\\027[31m?b??", tostring(err))
   end)

   it("can be concatenated", function()
      local _, err = errors.fail("config", "x")
      assert.equal("failed: config: x!", "failed: " .. err .. "!")
      assert.equal("config: x" .. "config: x", err .. err)
   end)

   it("is told from other values", function()
      local _, err = errors.fail("config", "x")
      assert.is_true(personalize.is_error(err))
      assert.is_true(personalize:is_error(err))
      for _, value in ipairs { {}, "x", 1, true, setmetatable({}, { __metatable = "x" }) } do
         assert.is_false(personalize.is_error(value))
      end
      assert.is_false(personalize.is_error(nil))
   end)

   it("is shown whatever its members are", function()
      for _, value in ipairs { {}, print, setmetatable({}, { __tostring = error }), 5, true } do
         assert.is_string(tostring(errors.new { kind = value, message = value, status = value }))
      end
      assert.equal("nil: nil", tostring(errors.new {}))
   end)

   it("says what was called", function()
      local _, err = errors.fail("server", "down", { status = 502, method = "GET", url = "https://x/y", attempts = 4 })
      assert.equal("server (502): down [GET https://x/y, 4 attempts]", tostring(err))
      err.attempts = 1
      assert.equal("server (502): down [GET https://x/y]", tostring(err))
      for _, attempts in ipairs { 2.5, 1 / 0 } do
         err.attempts = attempts
         assert.is_string(tostring(err))
      end
      err.method, err.attempts = {}, {}
      assert.is_string(tostring(err))
   end)

   it("keeps where it was made, beside its members", function()
      local function here() return (select(2, errors.fail("config", "x"))) end
      local err = here()
      assert.matches("^stack traceback:\n%s+.*error_spec.lua:%d+: in ", err.traceback)
      assert.not_matches("personalize/error.lua", err.traceback)
      for name in pairs(err) do assert.is_true(name == "kind" or name == "message", name) end
      assert.is_nil(err.nothing)
      local loader = loadstring or load -- luacheck: ignore
      err = loader("local errors = ... return select(2, (function() local n, e = errors.fail('config', 'x') "
         .. "return n, e end)()) -- secret", nil)(errors)
      assert.not_matches("secret", err.traceback)
      assert.matches('%[string "%.%.%."%]:1:', err.traceback)
   end)

   it("is listed and encoded as the data that it is", function()
      local _, err = errors.fail("server", "down", { status = 502, cause = errors.new { kind = "tls", message = "m" } })
      assert.equal('{"cause":{"kind":"tls","message":"m"},"kind":"server","message":"down","status":502}',
         personalize.json.encode(err, { canonical = true }))
      assert.equal('{"error":{"kind":"tls","message":"m"}}',
         personalize.json.encode({ error = err.cause }, { canonical = true }))
   end)

   it("is shown with its stack by personalize.traceback", function()
      local _, err = errors.fail("config", "x")
      local fine, text = xpcall(function() error(err, 0) end, personalize.traceback)
      assert.is_false(fine)
      assert.equal("config: x\n" .. err.traceback, text)
      text = select(2, xpcall(function() error "plain" end, personalize.traceback))
      assert.matches("error_spec.lua:%d+: plain\nstack traceback:\n", text)
      text = select(2, xpcall(function() error(setmetatable({}, { __tostring = function() return "own" end })) end,
         personalize.traceback))
      assert.matches("^own\nstack traceback:\n", text)
      local value = {}
      assert.equal(value, select(2, xpcall(function() error(value) end, personalize.traceback)))
   end)

   it("tells its advice apart from the rest of its message", function()
      local function apart(message, advice)
         local _, err = errors.fail("connect", message)
         assert.equal(err, errors.advise(err, advice))
         assert.equal("connect: " .. message, tostring(err))
         return { errors.advice(err) }
      end
      assert.same({ "is it up?", "no way" }, apart("no way (is it up?)", "is it up?"))
      assert.same({ "is it up?", "no way (4 times)" }, apart("no way (is it up?) (4 times)", "is it up?"))
      assert.same({ "check [it]", "moved" }, apart("moved; check [it]", "check [it]"))
      -- what is not there, such as in a message that was masked
      assert.same({ nil, "no way (is ***)" }, apart("no way (is ***)", "is it up?"))
      assert.same({ nil, "no way (is it up?)" }, apart("no way (is it up?)", nil))
   end)

   it("sums up problems, the first five", function()
      local problems = {}
      for index = 1, 7 do problems[index] = { path = "p" .. index, message = "is wrong" } end
      problems[2].path, problems[3].path = "", nil
      assert.equal("p1: is wrong; is wrong; is wrong; p4: is wrong; p5: is wrong; and 2 more",
         errors.summary(problems))
   end)
end)
