-- Secrets that are known, found in a text however they are escaped, and short ones only as whole values.
local masking = require("personalize.core").masking

local function hide(secrets, text, most)
   return masking.known(type(secrets) == "table" and secrets or { secrets }):hide(text, most)
end

local function hides(secret, text)
   assert.equal("***", (hide(secret, text)), text)
end

local function shows(secret, text)
   assert.same({ text, true }, { hide(secret, text) }, text)
end

describe("core.masking.known", function()
   it("finds secrets anywhere in a text", function()
      assert.same({ "a***b", true }, { hide("s3cr3t-9", "as3cr3t-9b") })
      assert.equal("***x***", (hide("s3cr3t-9", "s3cr3t-9xs3cr3t-9")))
      assert.equal("****** s3cr3t-", (hide("s3cr3t-9", "s3cr3t-9s3cr3t-9 s3cr3t-")))
      assert.equal("***", (hide("\0\1\2\255\254abc", "\0\1\2\255\254abc")))
      shows("s3cr3t-9", "s3cr3t-8 s3cr3t9")
      assert.equal("*** *** ***", (hide({ "ab345678", "aa345678", "b8345678" }, "aa345678 ab345678 b8345678")))
      shows({}, "text")
   end)

   it("takes the longest, and what overlaps as one", function()
      assert.equal("***-", (hide({ "12345678", "1234567890" }, "1234567890-")))
      assert.equal("***9-", (hide({ "12345678", "1234567890" }, "123456789-")))
      assert.equal("-***-", (hide({ "12345678", "5678abcdefgh" }, "-12345678abcdefgh-")))
      assert.equal("***abcdefg", (hide({ "12345678", "5678abcdefgh" }, "12345678abcdefg")))
      assert.equal("***", (hide({ "12345678", "23456789", "3456789a" }, "123456789a")))
   end)

   it("ignores what is no text or shorter than four bytes", function()
      shows({ "abc", 12345678, true, {}, "" }, "abc 12345678")
      assert.equal("***", (hide({ "abc", false, "abcd" }, "abcd")))
      assert.equal("=***&", (hide("abcd", "=abcd&")))
   end)

   it("finds one of less than eight bytes only as a whole value", function()
      assert.equal("a***b", (hide("wrong678", "awrong678b")))
      shows("wrong67", "awrong67b")
      for after in ("\"'`&;,<>@)]}|\n\r\0"):gmatch "." do
         assert.equal("n=***" .. after, (hide("wrong", "n=wrong" .. after)))
         shows("wrong", "nwrong" .. after)
         shows("wrong", "n wrong" .. after)
      end
      for before in ("=:\"'`>;,&/?([{|\n\r\0"):gmatch "." do
         assert.equal(before .. "***", (hide("wrong", before .. "wrong")))
      end
      for before in ("=:,;"):gmatch "." do
         assert.equal(before .. " \t***&", (hide("wrong", before .. " \twrong&")))
      end
      for before in ("\"'`>&/?([{|"):gmatch "." do shows("wrong", before .. " wrong&") end
      for before in ("=\"'`>"):gmatch "." do
         for after in (" \t/\\"):gmatch "." do
            assert.equal(before .. "***" .. after .. "x", (hide("wrong", before .. "wrong" .. after .. "x")))
         end
      end
      shows("wrong", ":wrong words")
      shows("wrong", "=wrong.")
      shows("wrong", "<wrong>")
   end)

   it("takes a line, or the text, for a value of its own", function()
      hides("wrong", "wrong")
      assert.equal("a\n  ***\nb", (hide("wrong", "a\n  wrong\nb")))
      shows("wrong", "wrong, or right")
      shows("wrong", "\nwrong&")
      shows("wrong", "wrong words")
   end)

   it("reads escapes around a value", function()
      assert.equal("%3D***%26", (hide("wrong", "%3Dwrong%26")))
      assert.equal('{\\"a\\":\\"***\\"}', (hide("wrong", '{\\"a\\":\\"wrong\\"}')))
      assert.equal("&quot;***&quot;", (hide("wrong", "&quot;wrong&quot;")))
      assert.equal("&equals;***;", (hide("wrong", "&equals;wrong;")))
      shows("wrong", "%41wrong%26")
      for _, before in ipairs { "=", '\\"', "%3D", "\\x3d", "%253D", "\\u003d", "%25253D", "\\u{003d}" } do
         assert.equal(before .. "***&", (hide("wrong", before .. "wrong&")))
      end
      shows("wrong", "\\u{0003d}wrong&") -- longer than is looked at
   end)

   it("follows readings that meet, each to its own secret", function()
      local secrets = { "%2B+xyz456", "++zzz456x" }
      hides(secrets, "%2B%2Bxyz456")
      hides(secrets, "%2B%2Bzzz456x")
      hides(secrets, "++zzz456x")
      shows(secrets, "+%2Bxyz456")
   end)

   it("stops after about as many bytes as are asked for, but in no secret", function()
      local text = "12345 s3cr3t-9 67890"
      assert.same({ "", false }, { hide("s3cr3t-9", text, 0) })
      assert.same({ "123", false }, { hide("s3cr3t-9", text, 3) })
      assert.same({ "12345 ", false }, { hide("s3cr3t-9", text, 6) })
      assert.same({ "12345 ***", false }, { hide("s3cr3t-9", text, 7) })
      assert.same({ "12345 *** 6789", false }, { hide("s3cr3t-9", text, 14) })
      assert.same({ "12345 *** 67890", true }, { hide("s3cr3t-9", text, 15) })
      assert.same({ "12345", true }, { hide({}, "12345", 5) })
      assert.same({ "1234", false }, { hide({}, "12345", 4) })
      assert.same({ "1234", false }, { hide("s3cr3t-9", "12345", 4) })
      assert.has_error(function() hide("s3cr3t-9", text, -1) end)
   end)

   it("masks all the rest of a text that is made of beginnings of a secret", function()
      for _, case in ipairs {
         { ("a"):rep(2000) .. "b", ("a"):rep(300000) }, { ("a"):rep(20000) .. "b", ("a"):rep(300000) },
         { ("a"):rep(400) .. "b", ("\\u0061"):rep(50000) }, { ("ab"):rep(9000) .. "c", ("ab"):rep(90000) },
      } do
         local secret, text = case[1], case[2]
         local hidden, whole = hide(secret, text)
         assert.is_true(whole)
         assert.matches("^[^*]*%*%*%*$", hidden)
         assert.is_true(#hidden < #text / 2, #hidden)
         -- nor is what follows looked at any more
         assert.matches("^[^*]*%*%*%*$", (hide(secret, text .. " other text " .. secret)))
      end
   end)

   it("shows a long text with beginnings of a secret here and there", function()
      local secret = ("abcdefghij"):rep(20)
      shows(secret .. "!", (secret .. "."):rep(4000))
      shows(("A"):rep(50) .. "!", ("A"):rep(20000))
      shows(secret .. "!", ("\\u0061bcdefghij\\u002E"):rep(4000))
   end)

   it("masks all the rest of a text that may mean more things than it looks at", function()
      local masked = masking.known { "s" .. ("+"):rep(2000) }
      local function text(count) return "s" .. ("+"):rep(count) .. "." end
      assert.same({ text(1024), true }, { masked:hide(text(1024)) })
      assert.same({ "***", true }, { masked:hide(text(1025)) })
   end)

   it("shows no part of a long secret, whatever it has of what may be escapes", function()
      for _, piece in ipairs { "+", "%", "\\", "&", "ab+", "%2", "\\u002b" } do
         local secret = "s" .. piece:rep(3000) .. "end"
         local masked = masking.known { secret }
         local encoded = secret:gsub("[^%w]", function(c) return ("%%%02X"):format(c:byte()) end)
         assert.same({ "<***", true }, { masked:hide("<" .. secret .. ">") }, piece)
         assert.same({ "<***", true }, { masked:hide("<" .. encoded .. ">") }, piece)
      end
   end)

   it("masks the start of a secret where somebody cut it", function()
      local secret = "s3cr3t-9/x"
      for _, mark in ipairs { "...", " ...", "[...]", " (...)", "\226\128\166", "\\u2026", "%E2%80%A6", "&#8230;",
         "&hellip;", "\\\\u2026 " } do
         assert.same({ "<***" .. mark, true }, { hide(secret, "<s3cr" .. mark) })
         assert.same({ "<***" .. mark, true }, { hide(secret, "<s3cr3t-9%2" .. mark) })
         assert.same({ "<***" .. mark, true }, { hide(secret, "<s3cr3t-9/" .. mark) })
         shows(secret, "<s3c" .. mark)
         shows("wrong67", "wron" .. mark) -- a word
      end
      assert.same({ "*** *** ...", true }, { hide(secret, "s3cr3t-9/x s3cr3t ...") })
      shows(secret, "s3cr3t, and so on ..")
      shows(secret, "s3cr3t-")
   end)

   it("masks the start of a secret at the end of a text that lacks its end", function()
      local function hide_cut(secret, text) return { masking.known({ secret, "other-one" }):hide(text, nil, true) } end
      for text, expected in pairs {
         ["<s3cr"] = "<***", ["<s3cr3t-9/"] = "<***", ["<s3cr3t-9/x"] = "<***", ["<s3c"] = "<s3c",
         ["<s3cr3t-9%"] = "<***", ["<s3cr3t-9%2"] = "<***", ["<s3cr3t-9%2F"] = "<***", ["<s3cr3t-9\\u00"] = "<***",
         ["<s3cr3t-9&#x2"] = "<***", ["<s3cr3t-9&so"] = "<***", ["<s3cr3t-9%252"] = "<***",
         ["%733cr3t-%3"] = "***", ["<s3cr\0"] = "<s3cr\0", ["<s3cr "] = "<s3cr ", [""] = "",
         ["other-one s3cr3t-9/x other"] = "*** *** ***",
      } do
         assert.same({ expected, true }, hide_cut("s3cr3t-9/x", text), text)
      end
      assert.same({ "wron", true }, hide_cut("wrong67", "wron"))
      assert.same({ "***", true }, hide_cut("wrong678", "wron"))
      assert.same({ "s3", false }, { masking.known({ "s3cr3t-9" }):hide("s3-cr-s3cr", 2, true) })
   end)
end)
