-- The scanner that hides credentials in URLs, however broken.
local url = require("personalize.core").url

describe("core.url.redact", function()
   local function becomes(expected, text)
      assert.equal(expected, url.redact(text))
   end

   it("masks user info", function()
      becomes("https://***@host/x", "https://user:s3cret@host/x")
      becomes("https://***@host", "https://user@host")
      becomes("socks5h://***@host:1080", "socks5h://u:p@host:1080")
      becomes("//***@host/", "//u:p@host/")
      becomes("***@proxy:3128", "u:p@proxy:3128")
      becomes("https://***@host/", "https://a@b:c@host/")
   end)

   it("masks it in broken URLs", function()
      becomes("https://***@host/", "https://user:pa/ss@host/")
      becomes("https://***@host/", "https://user:pa?ss#x@host/")
      becomes("https://***@", "https://user:s3cret@")
      becomes("https://***@[::1", "https://user:s3cret@[::1")
      becomes("https://***@h:port/", "https://user:s3cret@h:port/")
   end)

   it("masks credentials in parameters, however their names are written", function()
      becomes("https://h/?token=***&a=1", "https://h/?token=abc&a=1")
      becomes("https://h/#access_token=***", "https://h/#access_token=abc")
      becomes("?API%5FKEY=***;client-secret=***&sig=***", "?API%5FKEY=1;client-secret=2&sig=3")
      becomes("https://h/?X-Amz-Signature=***&X-Amz-Date=1", "https://h/?X-Amz-Signature=abc&X-Amz-Date=1")
      for _, name in ipairs { "token", "access_token", "refreshToken", "api_key", "apikey", "key", "secret",
         "client_secret", "password", "passwd", "sig", "signature", "code", "id_token", "x-api-key" } do
         becomes("/p?" .. name .. "=***&z=1", "/p?" .. name .. "=s3cret%20&z=1")
      end
   end)

   it("takes a quote within a URL for a part of it", function()
      for _, quote in ipairs { "'", '"', "<", ">", "`" } do
         becomes("https://***@host/", "https://user:pa" .. quote .. "ss@host/")
         becomes("https://***@host/", "https://us" .. quote .. "er@host/")
         becomes("***@proxy:3128", "user:pa" .. quote .. "ss@proxy:3128")
         becomes("https://h/?token=***&a=1", "https://h/?token=ab" .. quote .. "cd&a=1")
      end
      for _, quote in ipairs { "'", '"', "<", ">", "`" } do
         becomes("//***@host/", "//" .. quote .. "us:er@host/")
         becomes("a/b" .. quote .. "//***@host/", "a/b" .. quote .. "//us:er@host/")
      end
      becomes("'https://***@host/' <https://***@host/>", "'https://u:p\"p@host/' <https://u:p'p@host/>")
      becomes('{"a":"https://***@h/","b":"//***@h2/?key=***"}', '{"a":"https://u:p@h/","b":"//u:p@h2/?key=1"}')
      becomes("<a>https://***@h/?key=***</a><b>x</b>", "<a>https://u:p@h/?key=1</a><b>x</b>")
      becomes('url:"https://***@h/",next:"https://***@h2/"', 'url:"https://u:p@h/",next:"https://u:p@h2/"')
   end)

   it("masks URLs that are values within URLs", function()
      becomes("https://h/?next=https://***@h2/&a=1", "https://h/?next=https://u:p@h2/&a=1")
      becomes("https://h/https://***@h2/x?token=***", "https://h/https://u:p@h2/x?token=1")
      becomes("https://user://***@host/", "https://user://s3cret@host/")
   end)

   it("masks the values of names that are too long to be looked at", function()
      becomes("https://h/?" .. ("a"):rep(70) .. "_token=***", "https://h/?" .. ("a"):rep(70) .. "_token=1")
      becomes("https://h/?" .. ("a"):rep(65) .. "=***", "https://h/?" .. ("a"):rep(65) .. "=1")
      becomes("https://h/?" .. ("a"):rep(64) .. "=1", "https://h/?" .. ("a"):rep(64) .. "=1")
   end)

   it("leaves alone what is no secret", function()
      for _, text in ipairs {
         "", "plain text", "https://h:8080/v2/x?city=Dublin&sort=asc", "write to who@example.com", "http://h/a@b",
         "https://h/?a@b", "?key=&token", "http://[::1]:80/@x", "a=b", "monkey=1", "https://h/token=1",
         'to:"who@example.com"', "to:'who@example.com'", "http://[fe80::1%25lo]/@x",
      } do
         becomes(text, text)
      end
   end)

   it("finds every URL in a text", function()
      becomes("from 'https://***@a/' to \"http://***@b/?key=***\" (x)",
         "from 'https://u:p@a/' to \"http://u:p@b/?key=1\" (x)")
   end)

   it("is bounded, and cuts no character in two", function()
      local long = url.redact(("ü"):rep(5000))
      assert.is_true(#long < 4096)
      assert.equal("...", long:sub(-3))
      assert.equal("", (long:sub(1, -4):gsub("ü", "")))
      assert.is_true(#url.redact(("?key=1&"):rep(100000)) < 4096)
   end)

   it("survives anything", function()
      local seed = 42
      local function random(n)
         seed = (seed * 1103515245 + 12345) % 2 ^ 31
         return math.floor(seed / 65536) % n + 1
      end
      local pieces = { "http://", "u", ":", "@", "/", "?", "#", "&", "=", "key", "%", "%2",
         "\0", " ", "'", "[", "]", "\255" }
      for _ = 1, 20000 do
         local parts = {}
         for i = 1, random(12) do parts[i] = pieces[random(#pieces)] end
         local text = table.concat(parts)
         assert.is_true(#url.redact(text) <= #text * 3 + 3)
         url.parse(text)
         url.is_loopback(text)
      end
      becomes("https://***@h/", "https://s3cret:s3cret@h/")
   end)
end)
