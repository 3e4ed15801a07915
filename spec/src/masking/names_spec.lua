-- Which names are those of credentials.
local masking = require("personalize.core").masking

local weak = "key auth pass sig signature session sid pin otp hmac jwt bearer assertion cookie sas"

local credentials = "proxy-authorization pwd session_id app.id secret password passwd passphrase token api-key "
   .. "access_key private.key accountkey credential auth-key signing-key shared-key Subscription-Key functions_key "
   .. "license-key encryption_key authorization webhook_key masterkey set-cookie X-Cookies mySecretX tokens "
   .. "X-Amz-Signature X-Auth client_assertion app_key appKey X-App-Key application_key DD-APPLICATION-KEY user_key"

local plain = "client_key accessTokenUrl token-url token_type token_endpoint tokenttl token_count token_limit "
   .. "expires_in max_tokens total_tokens prompt_tokens input_tokens completion_tokens output_tokens public_key "
   .. "token_expires authorizationUrl authorizationType password_policy tokenizer tokenization secretary "
   .. "cookie_policy cookieConsent password-reset "
   .. "client_assertion_type X-Author city keys author signatures sessions monkey "
   .. "userKeywords app_keyboard mapKey user application_keys user_key_id"

describe("core.masking.is_credential", function()
   it("knows names that are nothing else, and those that are ordinary words too", function()
      for name in credentials:gmatch "%S+" do
         assert.is_true(masking.is_credential(name), name)
         assert.equal(name .. ":***", (masking.likely(name .. ":Words")))
      end
      for name in weak:gmatch "%S+" do
         assert.is_true(masking.is_credential(name), name)
         assert.equal(name .. ":Words", (masking.likely(name .. ":Words")))
         assert.equal(name .. ":***", (masking.likely(name .. ":w0rds")))
      end
   end)

   it("knows names that sound like them and are none", function()
      for name in plain:gmatch "%S+" do
         assert.is_false(masking.is_credential(name), name)
         assert.equal(name .. ":w0rds", (masking.likely(name .. ":w0rds")))
      end
      assert.is_false(masking.is_credential "")
   end)

   it("ignores case, signs and percent escapes", function()
      for _, name in ipairs { "A P I - K.E:Y", "to%6Ben", "toke%6e", "%54oken", "tok%5Fen", "t%oken", "[token]",
         "X\0token", "%2token" } do
         assert.is_true(masking.is_credential(name), name)
      end
      for _, name in ipairs { "to%6ken", "to%6zken", "to%z6ken", "toke%6", "to%2fke" } do
         assert.is_false(masking.is_credential(name), name)
      end
   end)

   it("looks at 256 letters and digits", function()
      assert.is_true(masking.is_credential(("a-"):rep(251) .. "token"))
      assert.is_false(masking.is_credential(("a-"):rep(252) .. "token"))
   end)
end)
