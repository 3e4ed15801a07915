-- Secrets that a server repeats, in each form in which they may come back.
local masking = require "personalize.http.masking"
local errors = require "personalize.error"
local redaction = require "personalize.redaction"
require "personalize.schema"

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
      assert.equal("*** ***", masking.hide("secretive-one secretive",
         masking.secrets { "secretive", "secretive-one" }))
   end)

   it("takes the secrets of a definition too", function()
      local secrets = masking.secrets({}, redaction.secrets_of {
         auth = { clientSecret = "of-the-auth", clientId = "visible" },
         customHeaders = { { name = "X-Key", value = "of-the-header" }, { name = "Accept", value = "text/html" } } })
      assert.equal("*** visible *** text/html", masking.hide("of-the-auth visible of-the-header text/html", secrets))
   end)

   it("hides one of fewer than 8 bytes where it stands as a value alone", function()
      local secrets = masking.secrets { "wrong" }
      for text, expected in pairs {
         ["Unknown client_id or wrong client_secret"] = false, ["wrong client_secret"] = false,
         ["Error: wrong credentials"] = false, ["this is wrong."] = false, ["wrongly said"] = false,
         ["wrong"] = "***", ["client_secret=wrong&a=b"] = "client_secret=***&a=b", ['{"a":"wrong"}'] = '{"a":"***"}',
         ["{\\\"a\\\":\\\"wrong\\\"}"] = "{\\\"a\\\":\\\"***\\\"}", ["secret: wrong"] = "secret: ***",
         ["'wrong'"] = "'***'", ["<b>wrong</b>"] = "<b>***</b>", ["a%3Dwrong%26"] = "a%3D***%26",
         ["secret: wrong\nnext"] = "secret: ***\nnext",
      } do
         assert.equal(expected or text, masking.hide(text, secrets))
      end
   end)

   it("finds a secret in any mix of escapes, of escapes too", function()
      local secrets = masking.secrets { [[p+a/s=s&w<o>r"d'\ü]] }
      for _, text in ipairs {
         [[p\u002Ba\/s\u003ds\u0026w\u003Co\u003Er\"d\u0027\\\u00fc]], [[p%2ba%2fs%3ds%26w%3co%3er%22d%27%5c%c3%bc]],
         "p&#43;a&#x2F;s&#x3d;s&amp;w&lt;o&gt;r&quot;d&apos;&#92;&#252;",
         "p&plus;a&sol;s&equals;s&amp;w&LT;o&GT;r&quot;d&#039;&bsol;&#xFC;",
         [[%70%2B%61/s=s&w<o>r"d'\ü]], [[p\x2ba\u002fs%3Ds&amp;w\u{3c}o&gt;r&#34;d'\\ü]],
         [[p%252Ba%252Fs%253Ds%2526w%253Co%253Er%2522d%2527%255C%25C3%25BC]], [[p\\u002ba/s=s\\u0026w<o>r\\\"d'\\\\ü]],
         "p+a/s=s&amp;amp;w&amp;lt;o&amp;gt;r&amp;quot;d'\\ü",
      } do
         assert.equal("a *** b", masking.hide("a " .. text .. " b", secrets), text)
      end
   end)

   it("cleans what a server may have said in an error, and no words of the library's own", function()
      local secrets = masking.secrets { "not_found", "DELETE-me", "total-total", "unknown-to-us" }
      local err = masking.clean(errors.new { kind = "not_found", message = "no not_found here", method = "DELETE-me",
         phase = "total-total", outcome = "unknown-to-us", code = "not_found", body = "not_found",
         developer_message = "DELETE-me", cause = errors.new { kind = "timeout", message = "not_found" } }, secrets)
      assert.same({ "not_found", "DELETE-me", "total-total", "unknown-to-us" },
         { err.kind, err.method, err.phase, err.outcome })
      assert.same({ "no *** here", "***", "***", "***", "***" },
         { err.message, err.code, err.body, err.developer_message, err.cause.message })
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
      local _, cause = errors.fail("server", "the token-xyz again")
      local err = cleaned({ message = "token-xyz", code = "token-xyz", developer_message = "token-xyz",
         url = "u/token-xyz",
         request_id = "token-xyz", body = "token-xyz", cause = cause, method = "GET",
         meta = { headers = { ["x-echo"] = "token-xyz", authorization = "of another kind",
            ["content-type"] = "x/y" } } },
         "token-xyz")
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
