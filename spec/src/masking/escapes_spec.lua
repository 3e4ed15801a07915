-- The escapes in which a known secret is found.
local masking = require("personalize.core").masking

local function hides(secret, text)
   assert.same({ "<***>", true }, { masking.known { secret }:hide("<" .. text .. ">") }, text)
end

local function shows(secret, text)
   assert.same({ text, true }, { masking.known { secret }:hide(text) }, text)
end

local rest = "3456789"

describe("a known secret is found through", function()
   it("escapes of JSON and JavaScript", function()
      local letters = { ["\\b"] = "\b", ["\\f"] = "\f", ["\\n"] = "\n", ["\\r"] = "\r", ["\\t"] = "\t", ["\\v"] = "\v",
         ["\\0"] = "\0", ['\\"'] = '"', ["\\\\"] = "\\", ["\\/"] = "/", ["\\'"] = "'", ["\\`"] = "`" }
      for escape, character in pairs(letters) do
         hides("12" .. character .. rest, "12" .. escape .. rest)
         hides(character .. rest, escape .. rest)
      end
      for _, escape in ipairs { "\\u002b", "\\u002B", "\\x2b", "\\x2B", "\\u{2b}", "\\u{00002B}" } do
         hides("12+" .. rest, "12" .. escape .. rest)
         hides("+" .. rest, escape .. rest)
      end
      hides("12ü€😀" .. rest, "12\\u00fc\\u20ac\\ud83d\\ude00" .. rest)
      hides("12\239\191\191😀" .. rest, "12\\uffff\\u{1F600}" .. rest)
      hides("12\244\143\191\191" .. rest, "12\\u{10ffff}" .. rest)
      hides("12\240\144\128\128\244\143\191\191" .. rest, "12\\ud800\\udc00\\udbff\\udfff" .. rest)
      hides("12ÿ" .. rest, "12\\xff" .. rest) -- a character, not a byte
   end)

   it("none that are not whole, or no character's", function()
      for _, text in ipairs { "12\\u002", "12\\u002g", "12\\x2", "12\\u{}", "12\\u{2b", "12\\q2b", "12\\a",
         "12\\ud83d", "12\\ud83d\\u0041", "12\\ude00", "12\\u{110000}", "12\\u{d800}", "12\\ud83dx", "12%2", "12%2g",
         "12%u002", "12&#;", "12&#x;", "12&#43x", "12&plus", "12&nosuch;", "12&#1114112;", "12&#00000000043;",
         "12\\u{10000002b}" } do
         shows("12+" .. rest, text .. rest)
      end
      for escape, bytes in pairs { ["\\ud800"] = "\237\160\128", ["\\udfff"] = "\237\191\191",
         ["&#xd800;"] = "\237\160\128", ["\\u{dfff}"] = "\237\191\191" } do
         shows("12" .. bytes .. rest, "12" .. escape .. rest)
      end
   end)

   it("percent encoding, with a plus for a blank", function()
      hides("12+" .. rest, "12%2b" .. rest)
      hides("+" .. rest, "%2b" .. rest)
      hides("12+ " .. rest, "12%2B+" .. rest)
      hides("12JkOo" .. rest, "12%4A%6b%4F%6f" .. rest)
      hides("12\255\0" .. rest, "12%ff%00" .. rest) -- bytes
      hides("12+€" .. rest, "12%u002b%U20aC" .. rest)
      hides("%25" .. rest, "%25" .. rest) -- as it is
   end)

   it("HTML's numbers and names", function()
      for _, escape in ipairs { "&#43;", "&#043;", "&#x2b;", "&#X2B;", "&#x0002b;", "&#0000000043;", "&plus;", "&PLUS;",
         "&Plus;", "&#X2B;" } do
         hides("12+" .. rest, "12" .. escape .. rest)
         hides("+" .. rest, escape .. rest)
      end
      hides("12+abcdefg", "12&#43abcdefg") -- a number may lack its semicolon
      hides("12+ghijkl", "12&#x2bghijkl")
      hides("12\244\143\191\191" .. rest, "12&#1114111;" .. rest)
      hides("12&[" .. rest, "12&AMP;&LSQB;" .. rest)
      hides("12\t`" .. rest, "12&TaB;&GRAVE;" .. rest)
      local names = { amp = "&", lt = "<", gt = ">", quot = '"', apos = "'", plus = "+", equals = "=", sol = "/",
         bsol = "\\", percnt = "%", num = "#", colon = ":", semi = ";", comma = ",", period = ".", excl = "!",
         quest = "?", commat = "@", dollar = "$", ast = "*", midast = "*", lpar = "(", rpar = ")", lsqb = "[",
         lbrack = "[", rsqb = "]", rbrack = "]", lcub = "{", lbrace = "{", rcub = "}", rbrace = "}", verbar = "|",
         vert = "|", lowbar = "_", underbar = "_", hat = "^", grave = "`", tab = "\t", newline = "\n", nbsp = " ",
         hyphen = "-", dash = "-", verticalline = "|", diacriticalgrave = "`" }
      local bare = { amp = true, lt = true, gt = true, quot = true }
      for name, character in pairs(names) do
         hides("12" .. character .. rest, "12&" .. name .. ";" .. rest)
         hides(character .. rest, "&" .. name .. ";" .. rest)
         local check = bare[name] and hides or shows
         check("12" .. character .. rest, "12&" .. name .. rest)
      end
   end)

   it("escapes of escapes, three deep", function()
      for _, text in ipairs { "\\\\u002b", "\\\\\\u002b", "%252B", "%25252B", "&amp;#43;", "&amp;amp;plus;", "%5Cu002b",
         "\\u0025\\u0032b", "%26%2343;", "\\u005cu002b", "\\u0026#43;", "%255Cu002B", "\\x25\\x32\\x42", "&#37;2b",
         "&percnt;2b", "\\u{5c}x2b" } do
         hides("12+" .. rest, "12" .. text .. rest)
      end
      for _, text in ipairs { "%2525252B", "&amp;amp;amp;plus;" } do shows("12+" .. rest, "12" .. text .. rest) end
   end)
end)
