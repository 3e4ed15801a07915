-- Which texts look like credentials: what is masked, what is given back, and where a value ends.
local masking = require("personalize.core").masking

local function becomes(expected, text)
   assert.equal(expected, (masking.likely(text)), text)
end

local function stays(text) assert.same({ text }, { masking.likely(text) }) end

describe("core.masking.likely", function()
   it("gives back what it masked, in order", function()
      assert.same({ 'pin:"***" https://***@h/ <token>***</token>', { "42", "u:p", "x y" } },
         { masking.likely 'pin:"42" https://u:p@h/ <token>x y</token>' })
      assert.same({ "" }, { masking.likely "" })
   end)

   it("knows beginnings of keys, and how many characters follow at least", function()
      local least = { ghp_ = 20, gho_ = 20, ghu_ = 20, ghs_ = 20, ghr_ = 20, github_pat_ = 20, ["glpat-"] = 16,
         ["sk-"] = 20, sk_live_ = 8, sk_test_ = 8, rk_live_ = 8, whsec_ = 16, ["xoxb-"] = 8, ["xoxp-"] = 8,
         ["xoxa-"] = 8, ["xoxr-"] = 8, ["xoxs-"] = 8, ["xapp-"] = 8, AKIA = 16, ASIA = 16, AIza = 30, ["ya29."] = 16,
         ["SG."] = 20, npm_ = 30, ["pypi-"] = 30, dop_v1_ = 30, shpat_ = 20, hf_ = 30, ["xkeysib-"] = 20,
         ["key-"] = 32 }
      for prefix, count in pairs(least) do
         local key = prefix .. ("a"):rep(count - 1) .. "1"
         becomes("(***)", "(" .. key .. ")")
         becomes("***", key)
         stays((key:gsub("a1$", "1")))
         if not prefix:find "%d" then stays((key:gsub("1$", "a"))) end -- a digit is among them
      end
      becomes("*** b", "sk_live_1.a-b_c.d b")
      becomes("***. b", "sk_live_12345678. b")
      stays "SK_LIVE_12345678"
   end)

   it("knows tokens of two or three parts that begin as JSON does in base64", function()
      becomes("x=***.d", "x=eyJa.b.c.d")
      becomes("***/e", "eyJa.b/e")
      becomes("e***", "eeyJa.b")
      becomes("*** eyJ.", "eyJ.b eyJ.")
      becomes("***.", "eyJa.b..")
      stays "eyJa eyK.b ey.b eyJa. eyJ"
   end)

   it("knows the headers that carry credentials, with their schemes", function()
      becomes("Authorization: Token ***, x", "Authorization: Token abc, x")
      becomes("authorization: Digest *** \nx", "authorization: Digest a=b, c=d \nx")
      becomes("Authorization: Basic ***\"", "Authorization: Basic abc\"")
      becomes("Authorization: ***", "Authorization: abcdef")
      becomes("Cookie: ***\r\n", "Cookie: a=b; c=d\r\n")
      becomes("Set-Cookie: ***'x", "Set-Cookie: a=b'x")
      stays "Authorization: Token ${a}"
      stays "Authorization: missing Token"
      stays "Authorization: Basic words follow"
      stays "Authorization: Basic ,x"
      stays "Cookie: words"
   end)

   it("knows schemes within a text", function()
      for _, scheme in ipairs { "Bearer", "basic", "DIGEST", "Negotiate" } do
         becomes("a " .. scheme .. " ***, b", "a " .. scheme .. " abc123==, b")
      end
      becomes("Bearer\n***", "Bearer\nabcde6")
      becomes("Bearer ***", "Bearer " .. ("a"):rep(20))
      stays("Bearer " .. ("a"):rep(19))
      stays "Bearer abcd5"
      stays "Bearer realm=abc123"
      stays "Bearer-abc123 Other abc123"
   end)

   it("judges a value by its separator", function()
      becomes("token=***&a", "token=x&a")
      becomes("token = ***", "token = abc")
      becomes("token := ***", "token := abc")
      becomes("token => ***", "token => abc")
      becomes("key=***", "key=a123")
      stays "token == abc"
      stays "token::abc"
      stays "token:/abc"
      stays "token =="
      stays "token= "
      stays "token:12:"
      stays "token: abc def"
      stays "token =abc def"
      becomes("token=*** def", "token=abc def")
      stays "token=&a"
      stays "token: {abc"
      stays "token: invalid."
      stays "token=invalid"
      stays "key: abc"
      stays "key: a12"
      becomes("key: ***", "key: a123")
   end)

   it("ends a value where its quotes end, or at the first sign that none has", function()
      becomes("token='***' b", "token='a\"b' b")
      becomes('token="***"b', 'token="a\\"b"b')
      becomes('token="***"b', 'token="a\\\\"b')
      becomes("token=`***", "token=`a b")
      becomes('"token":"***"', '"token":"a"')
      becomes('{\\"token\\":\\"***\\",b}', '{\\"token\\":\\"a\\\\\\"c\\",b}')
      local slashes = ("\\"):rep(31)
      becomes(("{%s\"token%s\":%s\"***%s\"}"):gsub("%%s", slashes), ("{%s\"token%s\":%s\"a%s\"}"):gsub("%%s", slashes))
      for sign in ("&;#\"'<>` \t\n"):gmatch "." do becomes("token=***" .. sign .. "b", "token=x" .. sign .. "b") end
      for sign in ("&;,\"'<>`)]} \t\n"):gmatch "." do
         becomes("token: ***" .. sign .. "1", "token: xy" .. sign .. "1")
      end
      becomes("token=***#", "token=x,)]}#")
      becomes("token: ***;", "token: x#;")
      becomes("token=***#c", "token=a${b c}d#c")
   end)

   it("keeps JSON valid where a member is a number", function()
      becomes('"pin":"***","a"', '"pin":12345,"a"')
      becomes('"pin": "***"}', '"pin": -1.5e3}')
      becomes('\\"pin\\":\\"***\\",', '\\"pin\\":12,')
      becomes('"pin":***,', '"pin":-,') -- no number
      stays '"pin":[1]'
      stays '"pin":null'
   end)

   it("knows pairs of a name and a value", function()
      becomes('name="token" value="***"', 'name="token" value="abc"')
      becomes('"key":"token","exampleValue":"***"', '"key":"token","exampleValue":"abc"')
      becomes('{"name" : "token" , "value" : "***"}', '{"name" : "token" , "value" : "abc"}')
      stays '"name":"city","value":"abc"'
      stays '"name":"token","other":"abc"'
      stays "\"name\":\"token\",'value':'abc'"
      stays '"name":"token","value"'
      stays '"name":"token"'
   end)

   it("knows elements, with attributes and name spaces", function()
      becomes("<token>***</token>", "<token>abc</token>")
      becomes("<a:b:token c='d'>***</", "<a:b:token c='d'>abc</")
      stays "<token>abc<b>"
      stays "<token>abc"
      stays "<token/>abc</token>"
      stays "<token> \n</token>"
      stays "<token>${abc}</token>"
      stays "<city>abc</city>"
   end)

   it("knows private keys, also such as are cut", function()
      local function key(label, rest) return "-----BEGIN " .. label .. "-----" .. rest end
      becomes("a *** b", "a " .. key("RSA PRIVATE KEY", "\nabc\n-----END RSA PRIVATE KEY----- b"))
      becomes("***", key("PRIVATE KEY", "\nabc"))
      becomes("***", key("PRIVATE KEY", "\nabc\n-----END PRIVATE K"))
      becomes("***", key(("A"):rep(47) .. " PRIVATE KEY", "\nabc"))
      stays(key(("A"):rep(48) .. " PRIVATE KEY", "\nabc"))
      stays(key("CERTIFICATE", "\nabc"))
      stays "-----BEGIN PRIVATE KEY\nabc"
   end)

   it("knows the URLs of webhooks", function()
      for host, path in pairs { ["hooks.slack.com"] = "/", ["discord.com"] = "/api/webhooks/",
         ["discordapp.com"] = "/api/webhooks/", ["x.webhook.office.com"] = "/", ["outlook.office.com"] = "/webhook/",
         ["outlook.office365.com"] = "/webhook/", ["hooks.zapier.com"] = "/hooks/catch/",
         ["hook.integromat.com"] = "/", ["hook.eu1.make.com"] = "/", ["api.telegram.org"] = "/bot",
         ["maker.ifttt.com"] = "/trigger/", ["open.feishu.cn"] = "/open-apis/bot/" } do
         local url = "https://" .. host .. path
         becomes(url .. "***?a=b", url .. "abc/d?a=b")
         becomes(url:upper():gsub("^HTTPS", "https") .. "***", url:upper():gsub("^HTTPS", "https") .. "abc")
         stays(url)
         stays("https://" .. host .. ".example.com" .. path .. "abc")
         if path ~= "/" then stays("https://" .. host .. "/_" .. path .. "abc") end
      end
      becomes("https://hooks.slack.com:443/***#a", "https://hooks.slack.com:443/abc#a")
      becomes("https://***@hooks.slack.com/***", "https://u:p@hooks.slack.com/abc")
      stays "https://myhooks.slack.com/abc"
      stays "https://webhook.office.com.x/abc"
   end)

   it("knows parameters of URLs, of which more are credentials than elsewhere", function()
      for _, name in ipairs { "code", "client_key", "clientkey", "code_verifier" } do
         becomes("https://h/?" .. name .. "=***&a=b", "https://h/?" .. name .. "=abc&a=b")
         stays(name .. "=abc")
         stays("https://h/ " .. name .. "=abc")
      end
      becomes("https://h/?token=***#a", "https://h/?token=a'b#a")
      stays "a//u:p@h"
      becomes("'//***@h'", "'//u:p@h'")
   end)

   it("knows URLs within URLs", function()
      becomes("https://h/?next=https://***@h2/?a&b=c", "https://h/?next=https://u:p@h2/?a&b=c")
      becomes("https://***@h/https://***@h2", "https://u:p@h/https://u:p@h2")
      becomes("https://h/?a=https://hooks.slack.com/***", "https://h/?a=https://hooks.slack.com/abc")
      becomes("https://h/?a=//u:p@h2&b=http://***@h2", "https://h/?a=//u:p@h2&b=http://p@h2")
      stays "https://h/?a=https://h2/@b&c=d@e"
      stays "https://h/?a=https://h2&c=d@e"
      stays "https://h/?a=https://@h2"
   end)

   it("knows schemes after any name of a credential", function()
      becomes("authorization=Bearer *** x", "authorization=Bearer abc x")
      becomes("Authorization = Token ***", "Authorization = Token abc")
      becomes("token=ApiKey ***&a=b", "token=ApiKey abc&a=b")
      becomes("token: bearer ***, x", "token: bearer 9ab, x")
      becomes("authorization=Bearer '***' x", "authorization=Bearer 'a b' x")
      becomes("authorization=Digest ***\nx", "authorization=Digest a=b, c=d\nx")
      becomes("authorization=***", "authorization=Bearer")
      becomes("authorization=*** abc", "authorization=other abc") -- it may be a value as well
      becomes("authorization=***\nabc", "authorization=Bearer\nabc")
   end)

   it("knows pairs in either order, with attributes between", function()
      becomes('<a value="***" key="ApiKey"/>', '<a value="abc" key="ApiKey"/>')
      becomes('<a value="***" b="c" x:d="e" name="token">', '<a value="abc" b="c" x:d="e" name="token">')
      becomes('<a name="token" b="c" pin="***" value="***">', '<a name="token" b="c" pin="12" value="abc">')
      becomes('{"value":"***","a":"b","key":"token"}', '{"value":"abc","a":"b","key":"token"}')
      becomes("'name' => 'token', 'value' => '***'", "'name' => 'token', 'value' => 'abc'")
      becomes("'value' =>'***', 'name' =>'token'", "'value' =>'abc', 'name' =>'token'")
      becomes('"name":"city","value":"abc","name":"token","value":"***"',
         '"name":"city","value":"abc","name":"token","value":"x"')
      becomes('value="a" name="token" value="***"', 'value="a" name="token" value="x"')
      becomes('value="***" key="***"', 'value="abc" key="my-token-1"') -- which is the secret?
      becomes('key="***" a="b" value="***"', 'key="my-token-1" a="b" value="abc"')
      becomes('key="***" a="b" value="c"', 'key="abc" a="b" value="c"')
      becomes('value="c" key=***', 'value="c" key=a123')
      local seven = (' a="b"'):rep(7)
      becomes('name="token"' .. seven .. ' value="***"', 'name="token"' .. seven .. ' value="abc"')
      stays('name="token" a="b"' .. seven .. ' value="abc"')
      stays 'value="abc" name="city"'
      stays 'value="abc"/><b name="token"'
      stays 'value="abc" b=c name="token"'
      stays "\"value\":\"abc\",'name':'token'"
      becomes('value="***" name="token', 'value="abc" name="token')
   end)

   it("knows a name in brackets", function()
      becomes("a['token'] = '***'", "a['token'] = 'abc'")
      becomes('a["token"]="***"', 'a["token"]="abc"')
      becomes('a[\\"token\\"]: \\"***\\"', 'a[\\"token\\"]: \\"abc\\"')
      stays "a['city'] = 'abc'"
      stays "a['token'] == 'abc'"
      stays "'token'] = 'abc'"
   end)

   it("knows sections of elements", function()
      becomes("<token><![CDATA[***]]></token>", "<token><![CDATA[a<b>c]]></token>")
      becomes("<token> <![CDATA[***]]> </", "<token> <![CDATA[abc]]> </")
      becomes("<token><![CDATA[***", "<token><![CDATA[abc")
      stays "<token><![CDATA[ ]]></token>"
      stays "<token><![CDATA[${abc}]]></token>"
      stays "<token>abc<![CDATA[abc]]></token>"
      stays "<city><![CDATA[abc]]></city>"
   end)

   it("knows webhooks of subdomains and versions", function()
      for _, host in ipairs { "discord.com", "ptb.discord.com", "canary.discord.com", "canary.discordapp.com" } do
         becomes("https://" .. host .. "/api/v10/webhooks/***", "https://" .. host .. "/api/v10/webhooks/1/abc")
         becomes("https://" .. host .. "/api/webhooks/***", "https://" .. host .. "/api/webhooks/1/abc")
         stays("https://" .. host .. "/api/v/webhooks/1/abc")
         stays("https://" .. host .. "/api/v10webhooks/1/abc")
         stays("https://" .. host .. "/api/v10/channels/1")
         stays("https://" .. host .. "/api/v10")
      end
      stays "https://mydiscord.com/api/webhooks/1/abc"
   end)
end)
