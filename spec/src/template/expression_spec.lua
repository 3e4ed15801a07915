-- Where FreeMarker's expressions end. In what is expected, I stands for an input, O for any other part.
local template = require("personalize.core").template

local function becomes(expected, text)
   assert.equal(expected, template.replace(text, "I", "O"), text)
end

describe("an expression of core.template", function()
   it("goes on over strings, in which a backslash escapes", function()
      becomes("OxOx", [[${"}"}x${a!'}'}x]])
      becomes("Ox", [[${"\"}"}x]])
      becomes("Ox", [[${'\'}'}x]])
      becomes("Ox", [[${"\\"}x]])
      becomes("Ox", [[${"'}"}x]])
      becomes([[O"\]], [[${"\]])
   end)

   it("goes on over raw strings, in which it does not", function()
      becomes("Ox Ox", [[${r"\"}x ${r'}\'}x]])
      becomes([[O"}"}x O"}]], [[${rr"}"}x ${r"}]])
   end)

   it("goes on over comments", function()
      becomes("OxOx", "${a<#-- } -->}x${a[#-- } --]}x")
      becomes("OO", "${a<#-- } --]}") -- what is not closed is followed by a comment
      becomes("OO", "${a[#-- } -->}")
   end)

   it("goes on with a string after an operator that is a word, and not after a name", function()
      for word in ("gt gte lt lte in as and using or"):gmatch "%S+" do becomes("Ox", ('${a %s "}"}x'):format(word)) end
      for word in ("g gtx ors an i not"):gmatch "%S+" do
         becomes(('O %s "}"}x'):format(word), ('${a %s "}"}x'):format(word))
      end
   end)

   it("has no string and no hash after an operand", function()
      for _, blank in ipairs { "", " ", "\t", "\r", "\n" } do
         becomes("O" .. blank .. '"}', "${a" .. blank .. '"}')
         becomes("O" .. blank .. "'}", "${a" .. blank .. "'}")
         becomes("O" .. blank .. "{b}}", "${a" .. blank .. "{b}}")
      end
      becomes('O(a)"}"}', '${(a)"}"}')
      becomes('O[1]"}"}', '${a[1]"}"}')
      becomes('O{"a":1}"}"}', '${{"a":1}"}"}')
      becomes([["O"a"'}']], [["${"a"'}']])
      becomes('Oü"}"}', '${ü"}"}')
      becomes('O@"}"}', '${@"}"}')
      becomes("OxOx", '${a+"}"}x${a["}"]}x')
   end)

   it("has commas and colons in brackets alone", function()
      becomes("O,b} O:b}", "${a,b} ${a:b}")
      becomes("O O O", '${f(a,b)} ${[a,b]} ${{"a":1,"b":2}}')
      becomes("O O", "${a)(,)} ${a][,]}")
      becomes("O(b),c} O[b],c}", "${a(b),c} ${a[b],c}")
      becomes('O{"a":1},b}', '${{"a":1},b}')
   end)

   it("has no other part within", function()
      becomes("O+I} O+O}", "${a+${b}} ${a+#{b}}")
      becomes("O O", "${a$b} ${a#b}")
      becomes("OO} x", "${a<#if} x")
      becomes("OO} x", "${a<@b} x")
      becomes("O</b} x", "${a</b} x")
      becomes("O O<", "${a<b} ${a<")
      becomes("O+$ O+#", "${a+$ ${a+#")
   end)

   it("ends at its brace, whatever other brackets are open", function()
      becomes("Ob)} O]}", "${(a}b)} ${[}]}")
      becomes("Ox", '${{"a":{"b":1}}}x')
      becomes([[Ox O\]], [[${a\}}x ${a\]])
   end)

   it("of a tag in square brackets ends at a bracket that none within opened", function()
      becomes("Ox", "[#if a[1] > 0]x")
      becomes("Ox", "[#if a[b[1]]]x")
      becomes("Ob)]", "[#if (a]b)]")
      becomes("Ox", '[@m a="]"]x')
      becomes("Ox", "[#if a, b: ${c}]x")
   end)

   it("of a tag in angle brackets ends at one outside of parentheses", function()
      becomes("Ox", "<#if (a > b) && (c > (d))>x")
      becomes("O b>", "<#if a > b>")
      becomes("O c]>", "<#if a[b > c]>")
      becomes("Ox", '<@m a="x>y">x')
      becomes("Ox O b->", "<#assign f = x -> y>x <#a b->")
      becomes("Ox", "<#if a)(>)>x")
      becomes("Ox", "<#if a} - b>x")
   end)
end)
