-- The questions that test calls answer: what each answer of the service leads to, and where the secret goes.
local errors = require "personalize.error"
local json = require "personalize.json"
local testing = require "personalize.probe.testing"

local LOST = errors.new { kind = "network", message = "gone" }

describe("a probe that tests", function()
   local self, found, calls, stored, context

   -- How the service answers a test with the right secret, with a wrong one, and with none when the right one is
   -- stored and when it is not.
   local answers

   before_each(function()
      found, calls, stored = {}, {}, nil
      answers = { right = { status = 200, body = "x" }, wrong = { status = 401, body = "y" } }
      self = { settings = { client_id = "id", client_secret = "hush", token_url = "https://a.example/token",
         base_url = "https://a.example" }, options = {}, facts = { left = {} } }
      function self.definition(_, name, auth, more)
         local definition = { name = name, auth = auth, more = more and true }
         for member, value in pairs(more or {}) do definition[member] = value end
         return definition
      end
      function self.answer(_, about, answer, evidence, agrees)
         found[about.id] = { answer, agrees, evidence, about.assumed }
      end
      function self.open(_, about, why)
         found[about.id] = { "open", why }
      end
      function self.call(_, method, below, body)
         calls[#calls + 1] = { method, below, body }
         local connection = body.connection
         local secret = connection.auth.clientSecret
         local answer
         if secret == "hush" then
            answer = answers.right
         elseif secret == "no-secret" then
            answer = answers.wrong
         elseif stored == "hush" then
            answer = answers.stored or answers.right
         else
            answer = answers.erased or answers.wrong
         end
         if errors.is(answer) then return nil, answer end
         return answer
      end
      context = { ref = "r1", name = "N", is_clear = false, invented = { authType = "OAUTH",
         clientSecret = "no-secret" }, put = function(_, ref, definition)
         assert.equal("r1", ref)
         calls[#calls + 1] = { "PUT", definition }
         if context.fails == #calls then return nil, LOST end
         stored = definition.auth.clientSecret or (context.keeps and stored or nil)
         return {}
      end }
   end)

   local function ask()
      testing.ask(self, context)
      return found.secret_kept, found.test_answer
   end

   it("finds that a secret is erased", function()
      local kept, answer = ask()
      assert.same({ "it is erased", true, "a test after a PUT without the secret lacks it", "it is erased" }, kept)
      assert.same({ "an object", true, "members: body, status", "an object" }, answer)
      assert.same({ 6, "POST", "/testConnection", "r1", "PUT", "hush", "PUT" }, { #calls, calls[1][1], calls[1][2],
         calls[1][3].connection.ref, calls[3][1], calls[3][2].auth.clientSecret, calls[5][1] })
      assert.is_nil(calls[5][2].auth.clientSecret)
      assert.same({ ref = "r1", name = "N", auth = context.invented }, self.restore_auth)
   end)

   it("finds that it is kept", function()
      context.keeps = true
      assert.same({ "it is kept", false, "a test after a PUT without the secret has it", "it is erased" }, (ask()))
   end)

   it("takes any other answer after the update for one without the secret", function()
      answers.erased = { status = 500, other = true }
      assert.equal("it is erased", ask()[1])
   end)

   it("calls the service itself with the client's own credentials", function()
      ask()
      assert.same({}, calls[1][3].connection.auth.formUrlEncodedItems)
      self.settings.audience, calls = "all", {}
      ask()
      local connection = calls[1][3].connection
      assert.same({ name = "N", more = true, ref = "r1", request = { requestType = "GET",
         connectionUrl = "https://a.example/v2/connections?limit=1" }, auth = { authType = "OAUTH", clientId = "id",
         clientSecret = "hush", accessTokenUrl = "https://a.example/token", useMutualTls = false,
         oauthCustomHeaders = {}, formUrlEncodedItems = { { name = "audience", value = "all" } } } }, connection)
      self.settings = { client_key = "key", api_token = "hush", token_url = "t", base_url = "b" }
      calls = {}
      ask()
      local auth = calls[1][3].connection.auth
      assert.same({ "key", "hush", { { name = "clientKey", value = "key" } } }, { auth.clientId, auth.clientSecret,
         auth.formUrlEncodedItems })
      assert.equal("[]", json.encode(auth.oauthCustomHeaders))
   end)

   it("cannot tell where a wrong secret makes no difference, by status or by members", function()
      for _, case in ipairs {
         { { status = 200, body = "x" }, { status = 200, body = "other" }, true },
         { { code = 1 }, { code = 2 }, false }, { { HTTPStatusCode = 1 }, { HTTPStatusCode = 2 }, false },
         { { time = 1 }, { time = 2 }, true }, { { a = 1 }, { a = "1" }, false }, { { a = 1 }, { b = 1 }, false },
         { { status = "200" }, { status = "401" }, true },
         { json.null, {}, false }, { "text", "other", true }, { json.null, json.null, true },
      } do
         answers = { right = case[1], wrong = case[2] }
         local kept = ask()
         assert.equal(case[3], kept[2] == "a test with a wrong secret answers as one with the right one")
      end
   end)

   it("cannot tell where a test does not use the stored secret, or answers in a third way", function()
      answers.stored = answers.wrong
      assert.same({ "open", "a test does not use the secret that is stored" }, (ask()))
      answers.stored = { status = 400 }
      assert.same({ "open", "a test without the secret answers in another way" }, (ask()))
   end)

   it("cannot tell where a call fails, and says why", function()
      for _, name in ipairs { "right", "wrong", "stored", "erased" } do
         local kept = answers[name]
         answers[name], found = LOST, {}
         assert.same({ "open", LOST }, (ask()), name)
         assert.equal(name ~= "right", found.test_answer ~= nil)
         answers[name] = kept
      end
      for _, number in ipairs { 3, 5 } do
         calls, context.fails = {}, number
         assert.same({ "open", LOST }, (ask()))
         assert.equal(number, #calls)
      end
   end)

   it("tells what answers a test", function()
      for _, case in ipairs { { json.null, "nothing", false }, { "text", "a string", false }, { 5, "a number", false },
         { json.decode "1e400", "a number", false }, { json.array { 1 }, "an array", false },
         { { b = 1, a = 2 }, "an object", true, "members: a, b" } } do
         answers.right = case[1]
         local _, answer = ask()
         assert.same({ case[2], case[3], case[4] or "members: none", "an object" }, answer)
      end
   end)

   it("does not use the client's credentials where it may not, and tests a call that leads nowhere", function()
      local settings = self.settings
      for _, case in ipairs {
         { function() self.options.credentials = false end, "the client's credentials were not to be used" },
         { function() self.settings = { access_token = "t" } end,
            "the client has a token alone, and no credentials that a connection could have" },
         { function() context.is_clear = true end,
            "the service may show secrets, so that none of the client's is stored" },
         { function() context.is_clear = nil end,
            "the service may show secrets, so that none of the client's is stored" },
      } do
         self.options, self.settings, context.is_clear, calls, found = {}, settings, false, {}, {}
         case[1]()
         local kept, answer = ask()
         assert.same({ "open", case[2] }, kept)
         assert.equal("an object", answer[1])
         assert.same({ { "POST", "/testConnection", { connection = { name = "N", auth = { authType = "NONE" } } } } },
            calls)
         assert.is_nil(self.restore_auth)
         answers.erased = LOST
         assert.same({ "open", LOST }, select(2, ask()))
         answers.erased = nil
      end
      self.settings = { client_secret = function() end, api_token = function() end }
      context.is_clear = false
      assert.equal("open", ask()[1])
      self.settings, self.options = settings, { credentials = true }
      assert.equal("it is erased", ask()[1])
   end)

   it("replaces the credentials, twice if need be, and says what may be left", function()
      local left = 0
      function self.call(_, method, below, body)
         calls[#calls + 1] = { method, below, body }
         left = left - 1
         if left >= 0 then return nil, LOST end
         return {}
      end
      testing.forget(self)
      assert.same({}, calls)
      self.restore_auth = { ref = "r1", name = "N", auth = context.invented }
      local sent = { "PUT", "/r1", { name = "N", auth = context.invented } }
      testing.forget(self)
      assert.same({ { sent }, {} }, { calls, self.facts.left })
      calls, left = {}, 1
      testing.forget(self)
      assert.same({ { sent, sent }, {} }, { calls, self.facts.left })
      calls, left = {}, 2
      testing.forget(self)
      assert.same({ { sent, sent }, { { ref = "r1", name = "N", why = "it may have the client's own secret: "
         .. tostring(LOST) } } }, { calls, self.facts.left })
   end)
end)
