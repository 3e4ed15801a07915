-- What is repeated after which failure, and after how long.
local errors = require "personalize.error"
local retry = require "personalize.http.retry"

describe("retry.verdict", function()
   local NO_ANSWER = { sent = true }
   local NOT_SENT = { sent = false }

   local function check(class, expected)
      for _, case in ipairs(expected) do
         local verdict, err = case[1], errors.note(case[2], case[3])
         assert.equal(verdict, retry.verdict(class, err),
            ("%s %s %s"):format(class, err.kind or "", err.status or ""))
      end
   end

   it("repeats what may be repeated after failures that pass", function()
      local cases = {
         { "fail", { kind = "tls" }, { sent = false, curl_code = 60 } },
         { "repeat", { kind = "tls" }, { sent = false, curl_code = 35 } },
         { "fail", { kind = "config" }, NOT_SENT }, { "fail", { kind = "validation" }, NOT_SENT },
         { "fail", { kind = "too_large" }, NO_ANSWER }, { "fail", { kind = "cancelled" }, NO_ANSWER },
         { "fail", { kind = "cannot_wait" }, NOT_SENT }, { "fail", { kind = "decode", status = 200 } },
      }
      for _, kind in ipairs { "connect", "timeout", "network", "protocol" } do
         cases[#cases + 1] = { "repeat", { kind = kind }, NO_ANSWER }
         cases[#cases + 1] = { "repeat", { kind = kind }, NOT_SENT }
      end
      for _, status in ipairs { 408, 429, 500, 502, 503, 504 } do
         cases[#cases + 1] = { "repeat", { status = status } }
      end
      for _, status in ipairs { 200, 301, 400, 401, 403, 404, 409, 413, 415, 418, 501, 505 } do
         cases[#cases + 1] = { "fail", { status = status } }
      end
      check("idempotent", cases)
   end)

   it("repeats a create only when it surely was not processed", function()
      check("create", {
         { "repeat", { kind = "connect" }, NOT_SENT }, { "repeat", { kind = "timeout" }, NOT_SENT },
         { "fail", { kind = "config" }, NOT_SENT }, { "fail", { kind = "tls" }, { sent = false, curl_code = 60 } },
         { "repeat", { status = 429 } }, { "repeat", { status = 503 } },
         { "ambiguous", { kind = "network" }, NO_ANSWER }, { "ambiguous", { kind = "timeout" }, NO_ANSWER },
         { "ambiguous", { kind = "too_large" }, NO_ANSWER }, { "ambiguous", { kind = "cancelled" }, NO_ANSWER },
         { "ambiguous", { status = 408 } }, { "ambiguous", { status = 500 } }, { "ambiguous", { status = 502 } },
         { "ambiguous", { status = 504 } }, { "ambiguous", { kind = "decode", status = 201 } },
         { "fail", { status = 400 } }, { "fail", { status = 404 } }, { "fail", { status = 307 } },
         { "fail", { status = 501 } },
      })
   end)

   it("believes a create's status although what came behind it broke", function()
      check("create", {
         { "fail", { kind = "network", status = 400 }, NO_ANSWER },
         { "repeat", { kind = "network", status = 503 }, NO_ANSWER },
         { "ambiguous", { kind = "network", status = 201 }, NO_ANSWER },
         { "ambiguous", { kind = "network", status = 100 }, NO_ANSWER },
         { "ambiguous", { kind = "network", status = 500 }, NO_ANSWER },
      })
   end)

   it("never repeats a test, yet says when the caller may", function()
      check("never", { { "fail", { status = 503 } }, { "fail", { kind = "connect" }, NOT_SENT } })
      assert.is_true(retry.retryable("never", { status = 503 }))
      assert.is_true(retry.retryable("never", errors.note({ kind = "connect" }, NOT_SENT)))
      assert.is_false(retry.retryable("never", errors.note({ kind = "network" }, NO_ANSWER)))
      assert.is_false(retry.retryable("create", { status = 500 }))
      assert.is_true(retry.retryable("idempotent", { status = 500 }))
   end)
end)

describe("retry.delay", function()
   local POLICY = { base_delay = 1, max_delay = 5 }

   local function delay(attempt, err, random)
      return retry.delay(POLICY, attempt, err, function() return random or 1 end)
   end

   it("doubles up to its bound, and takes any part of that", function()
      local server_error = { status = 500 }
      for attempt, ceiling in ipairs { 1, 2, 4, 5, 5 } do
         assert.equal(ceiling, delay(attempt, server_error))
         assert.equal(ceiling / 4, delay(attempt, server_error, 0.25))
         assert.equal(0, delay(attempt, server_error, 0))
      end
      assert.equal(5, delay(5000, server_error))
   end)

   it("is none after the first 503", function()
      assert.equal(0, delay(1, { status = 503 }))
      assert.equal(2, delay(2, { status = 503 }))
   end)

   it("is what the server asks for", function()
      assert.equal(70, delay(1, { status = 429, retry_after = 70 }))
      assert.equal(70, delay(1, { status = 503, retry_after = 70 }))
      assert.equal(1, delay(1, { status = 429, retry_after = 0 }))
   end)
end)
