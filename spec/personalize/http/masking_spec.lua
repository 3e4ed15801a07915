-- Secrets that a server repeats, in each form in which they may come back.
local masking = require "personalize.http.masking"
local errors = require "personalize.error"

describe("masking", function()
   it("finds a secret in each form in which it travels", function()
      local secrets = masking.secrets { [[a"b/c d&<é]] }
      for _, text in ipairs { [[a"b/c d&<é]], "a%22b%2Fc%20d%26%3C%C3%A9", "a%22b%2fc%20d%26%3c%c3%a9",
         "a%22b%2Fc+d%26%3C%C3%A9", [[a\"b/c d&<é]], [[a\"b\/c d&<é]], [[a\\\"b/c d&<é]],
         "a&quot;b/c d&amp;&lt;é" } do
         assert.equal("say *** twice: ***", masking.hide(("say %s twice: %s"):format(text, text), secrets))
      end
   end)

   it("hides the longer of two before the shorter", function()
      assert.equal("*** ***", masking.hide("secretive secret", masking.secrets { "secret", "secretive" }))
   end)

   it("takes the secrets of a definition too", function()
      local secrets = masking.secrets({}, { auth = { clientSecret = "of-auth", clientId = "visible" },
         customHeaders = { { name = "X-Key", value = "of-header" }, { name = "Accept", value = "text/html" } } })
      assert.equal("*** visible *** text/html", masking.hide("of-auth visible of-header text/html", secrets))
   end)

   it("masks nothing for secrets too short to be any", function()
      assert.equal("abc", masking.hide("abc", masking.secrets { "a", "", "abc" }))
   end)

   it("takes pattern characters and zeros as they are", function()
      local secret = "%a+[^x].-$\0()"
      assert.equal("<***>", masking.hide("<" .. secret .. ">", masking.secrets { secret }))
   end)

   local function cleaned(members, secret)
      local _, err = errors.fail("http", members.message or "", members)
      return masking.clean(err, masking.secrets { secret })
   end

   it("cleans every text that may come from the server", function()
      local _, cause = errors.fail("server", "the token-x again")
      local err = cleaned({ message = "token-x", code = "token-x", developer_message = "token-x", url = "u/token-x",
         request_id = "token-x", body = "token-x", cause = cause, method = "GET",
         meta = { headers = { ["x-echo"] = "token-x", authorization = "of another kind", ["content-type"] = "x/y" } } },
         "token-x")
      for _, name in ipairs { "message", "code", "developer_message", "request_id", "body" } do
         assert.equal("***", err[name])
      end
      assert.equal("u/***", err.url)
      assert.equal("the *** again", cause.message)
      assert.same({ ["x-echo"] = "***", authorization = "***", ["content-type"] = "x/y" }, err.meta.headers)
      assert.equal("GET", err.method)
   end)

   it("cuts long texts, and never in the middle of a secret", function()
      local secret = ("s3cr3t-"):rep(10)
      for offset = 0, #secret do
         local err = cleaned({ body = ("x"):rep(offset) .. secret:rep(2000) }, secret)
         assert.is_nil(err.body:find("s3cr3t", 1, true))
         assert.is_true(#err.body <= 4099)
         err = cleaned({ body = ("x"):rep(4096 - offset) .. secret .. ("y"):rep(100000) }, secret)
         assert.is_nil(err.body:find("s3cr3t", 1, true))
      end
      assert.equal(("x"):rep(4096) .. "...", cleaned({ body = ("x"):rep(100000) }, secret).body)
   end)
end)
