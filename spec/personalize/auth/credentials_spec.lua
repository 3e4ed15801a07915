-- The encoding that Basic authentication needs.
local credentials = require "personalize.auth.credentials"

describe("credentials", function()
   it("are encoded as RFC 4648 has it", function()
      for text, encoded in pairs { [""] = "", f = "Zg==", fo = "Zm8=", foo = "Zm9v", foob = "Zm9vYg==",
         fooba = "Zm9vYmE=", foobar = "Zm9vYmFy", ["\0\255\254"] = "AP/+" } do
         assert.equal(encoded, credentials.base64(text))
      end
   end)
end)
