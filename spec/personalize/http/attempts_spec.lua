-- The attempts of a call: what each is given of the time that there is.
local attempts = require "personalize.http.attempts"
local errors = require "personalize.error"
local native = require "personalize.native"
local settings = require "personalize.settings"
local transport = require "personalize.http.transport"

describe("attempts.perform", function()
   local perform, now = transport.perform, native.now
   local clock, sent

   before_each(function()
      clock, sent = 100, {}
      native.now = function() return clock end
   end)

   after_each(function() transport.perform, native.now = perform, now end)

   local function client(emit)
      return {
         settings = assert(settings.resolve({ base_url = "https://a.example", access_token = "t" }, "spec")),
         listens = emit ~= nil, emit = emit or function() end,
         secrets = function() return {} end,
         authorize = function() return { "Authorization", "Bearer t", alone = {} } end,
         tokens = { refused = function() return true end },
      }
   end

   local function call(members)
      local made = { method = "GET", url = "https://a.example/x", class = "idempotent", deadline = 110,
         retry = { attempts = 1, base_delay = 0, max_delay = 1 } }
      for name, value in pairs(members or {}) do made[name] = value end
      return made
   end

   -- Answers attempt after attempt with these; the last one again and again.
   local function answer_with(answers)
      transport.perform = function(exchange)
         sent[#sent + 1] = exchange
         local answer = answers[math.min(#sent, #answers)]
         clock = clock + (answer.takes or 0)
         if answer.kind then
            local _, err = errors.fail(answer.kind, "no")
            return nil, errors.note(err, { sent = true, headers = {} })
         end
         return { status = answer.status, headers = { ["content-type"] = "application/json" },
            body = answer.body or "{}", elapsed = 0 }
      end
   end

   it("gives an attempt the time that is left", function()
      answer_with { { status = 400, body = '{"message":"no"}' } }
      attempts.perform(client(), call())
      assert.equal(10000, sent[1].timeout_ms)
   end)

   it("shows no secret of the client in the URL of a call that had no time, or no token", function()
      answer_with { { status = 503 } }
      local url = "https://a.example/canary-secret/x"
      local own = client(function(kind)
         if kind == "retry" then clock = clock + 60 end
      end)
      own.secrets = function() return { "canary-secret" } end
      local value, err = attempts.perform(own, call { url = url,
         retry = { attempts = 2, base_delay = 0, max_delay = 1 } })
      assert.is_nil(value)
      assert.same({ "timeout", "https://a.example/***/x", 1 }, { err.kind, err.url, err.attempts })
      function own.authorize() return errors.fail("timeout", "no token for canary-secret") end
      value, err = attempts.perform(own, call { url = url, deadline = clock + 1 })
      assert.is_nil(value)
      assert.same({ "https://a.example/***/x", "no token for ***" }, { err.url, err.message })
   end)

   it("takes the time of hooks off the timeout", function()
      answer_with { { status = 400, body = '{"message":"no"}' } }
      attempts.perform(client(function(kind)
         if kind == "request" then clock = clock + 4 end
      end), call())
      assert.equal(6000, sent[1].timeout_ms)
   end)

   it("gives a second attempt what the first one left", function()
      answer_with { { kind = "network", takes = 3 }, { status = 400, body = '{"message":"no"}' } }
      local value, err = attempts.perform(client(), call { retry = { attempts = 2, base_delay = 0, max_delay = 1 } })
      assert.is_nil(value)
      assert.equal(2, err.attempts)
      assert.same({ 10000, 7000 }, { sent[1].timeout_ms, sent[2].timeout_ms })
   end)

   it("makes none when no time is left, and tells of the attempt before", function()
      local value, err = attempts.perform(client(), call { deadline = 100 })
      assert.same({ nil, "timeout", 0 }, { value, err.kind, err.attempts })
      answer_with { { kind = "network", takes = 10 } }
      value, err = attempts.perform(client(), call { retry = { attempts = 3, base_delay = 0, max_delay = 1 } })
      assert.same({ nil, "network", 1, 1 }, { value, err.kind, err.attempts, #sent })
   end)

   it("asks once again with a new token after a 401, but never for what is sent once", function()
      for class, count in pairs { idempotent = 2, create = 2, never = 1 } do
         sent = {}
         answer_with { { status = 401, body = '{"message":"no"}' } }
         local value, err = attempts.perform(client(), call { class = class })
         assert.same({ nil, 401, count }, { value, err.status, #sent }, class)
      end
      sent = {}
      local own = client()
      own.tokens.refused = function() return false end
      attempts.perform(own, call())
      assert.equal(1, #sent)
   end)

   it("does not count the attempt with a new token", function()
      answer_with { { status = 401, body = "{}" }, { kind = "network" }, { kind = "network" } }
      local _, err = attempts.perform(client(), call { retry = { attempts = 2, base_delay = 0, max_delay = 1 } })
      assert.same({ "network", 3 }, { err.kind, #sent })
   end)
end)
