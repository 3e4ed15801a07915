-- Credentials in text of no known format.
local redaction = require "personalize.redaction"

describe("redaction.text", function()
   local function becomes(expected, text)
      assert.equal(expected, redaction.text(text))
   end

   it("masks user information and credentials of URLs", function()
      becomes("https://***@example.com/a", "https://jane:s3cr3t@example.com/a")
      becomes("see https://example.com/?a=b&api_key=*** now", "see https://example.com/?a=b&api_key=s3cr3t now")
      becomes("https://example.com/?a=b#access_token=***&c=d", "https://example.com/?a=b#access_token=s3cr3t&c=d")
   end)

   it("masks those that have quotes in them", function()
      for _, quote in ipairs { "'", '"', "<", ">", "`" } do
         becomes("see https://***@example.com/ now", "see https://jane:s3" .. quote .. "cr3t@example.com/ now")
         becomes("https://example.com/?token=***&a=b", "https://example.com/?token=s3" .. quote .. "cr3t&a=b")
      end
      becomes('{"a":"https://***@a/?key=***","b":"c"}', '{"a":"https://u:p@a/?key=1","b":"c"}')
   end)

   it("cuts nothing, however long a text is", function()
      local long = ("a=b "):rep(5000)
      becomes(long, long)
      local url = "https://example.com/?q=" .. ("x"):rep(9000)
      becomes(url, url)
      becomes(url .. "&token=***&b=c", url .. "&token=s3cr3t&b=c")
      becomes("https://***@example.com/?q=" .. ("x"):rep(9000), "https://u:s3cr3t@example.com/?q=" .. ("x"):rep(9000))
   end)

   it("masks forms", function()
      becomes("grant_type=client_credentials&client_secret=***&client_id=me",
         "grant_type=client_credentials&client_secret=s3cr3t&client_id=me")
   end)

   it("masks what follows the name of a scheme, and leaves prose", function()
      becomes("Authorization: Bearer ***", "Authorization: Bearer abc123.x-y_z")
      becomes("basic ***", "basic YWRtaW46c2VjcmV0")
      becomes("Bearer ${token}", "Bearer ${token}")
      becomes("uses Bearer authentication, or Basic.", "uses Bearer authentication, or Basic.")
   end)

   it("masks members of what is not quite JSON", function()
      becomes('{"password": "***", "n": ${n}}', '{"password": "s3c\\"r3t", "n": ${n}}')
      becomes('{"n": ${n}, "pin":"***"}', '{"n": ${n}, "pin":12345}')
      becomes('{"n": ${n}, "token":"***', '{"n": ${n}, "token":"s3cr3t and no en')
      becomes('said {"token":"***","a":"b"}', 'said {"token":"ends in a backslash \\\\","a":"b"}')
      becomes('cut: {\\"token\\":\\"***\\",\\"a\\":1', 'cut: {\\"token\\":\\"s3\\\\\\"cr3t\\",\\"a\\":1')
      becomes('{"token":"${token}", ${x}}', '{"token":"${token}", ${x}}')
      becomes('{"tokens": {"a": ${x}, "key":"***"}}', '{"tokens": {"a": ${x}, "key":"s3cr3t"}}')
   end)

   it("masks XML elements", function()
      becomes("<a><ns:Password type='x'>***</ns:Password><b>c</b></a>",
         "<a><ns:Password type='x'>s3cr3t</ns:Password><b>c</b></a>")
      becomes("<Password>${password}</Password>", "<Password>${password}</Password>")
      becomes("<Password> \n </Password>", "<Password> \n </Password>")
   end)

   it("is quick for any text", function()
      local n = 200000
      for _, text in ipairs {
         ("\\"):rep(n) .. '":', '"token":"' .. ("\\"):rep(n), "a=" .. ("x"):rep(n), "<" .. ("a"):rep(n) .. "</",
         ("<a"):rep(n) .. "</", ("eyJ"):rep(n), ("?"):rep(n) .. "://", '":' .. (" "):rep(n), ('"'):rep(n) .. '":',
         ("a:"):rep(n) .. '":"', "Bearer" .. (" "):rep(n), ("Bearer "):rep(n), "=${" .. ("{"):rep(n),
         ("%5B"):rep(n) .. "=",
         ('"a"'):rep(n) .. '":', ("\\\""):rep(n) .. '":', '"a"' .. (" "):rep(n) .. '":', ("[{"):rep(n), ("</"):rep(n),
      } do
         assert.is_string(redaction.text(text))
      end
   end)

   it("masks tokens of three dotted parts", function()
      becomes("\\n***, eyJ no token, ***", "\\neyJhbGci.eyJzdWIi.c2ln, eyJ no token, eyJhbGci.eyJzdWIi.c2ln")
      becomes("got *** back", "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl back")
   end)

   it("takes any bytes", function()
      for _, text in ipairs { "", "\0", "a=\0", "\255=\254", "://", "?=", '":"', '\\"', "${", "=${", "<a></a>", "<>",
         "https://\254${x}=${y}", ("\\"):rep(5000) .. '"a":', ('"a":'):rep(5000) } do
         assert.is_string(redaction.text(text))
      end
   end)
end)
