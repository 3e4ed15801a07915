-- Where the parts of a template begin and end. In what is expected, I stands for an input, O for any other part.
local template = require("personalize.core").template

local function becomes(expected, text)
   assert.equal(expected, template.replace(text, "I", "O"), text)
end

describe("core.template finds", function()
   it("inputs, and mistakes in their place", function()
      becomes("I", "${a}")
      becomes("$I$I{", "$${a_1}$${Z9}{")
      becomes("IIIIIII", "${A}${Z}${a}${z}${_}${0}${9}")
      becomes("OOOOO", "${@}${[}${`}${/}${.}")
      becomes("O O O O", "${} ${ } ${\t\r\n} ${{a}}")
      becomes("Ox Ox", "${{ a }}x ${{\ta\n}}x")
      becomes("O{a}", "${{a}")
      assert.same({ nil, false, "${{ a }}", "a" }, { template.read "${{ a }} ${b" })
      assert.same({ nil, true }, { template.read "${{}}" }) -- an empty hash
   end)

   it("placeholders that are not closed, with the name after them", function()
      becomes("O\n}", "${a\n}")
      becomes("O \r\n }", "${a \r\n }")
      becomes("O", "${a }")
      becomes("O", "${a \r}")
      becomes("O, b}", "${a, b}")
      becomes("O", "${")
      assert.same({ { "d" }, false, "${a_1", "a_1" }, { template.read "${a_1, ${b, ${d}" })
   end)

   it("numbers", function()
      becomes("O #{} O#{", "#{a} #{} #{b; m2}#{")
      becomes("# I#{a,b}", "# ${a}#{a,b}")
   end)

   it("comments, which end with the text at the latest", function()
      becomes("O b", "<#-- ${a} --> b")
      becomes("O b", "[#-- ${a} --] b")
      becomes("Ox", "<#---->x")
      becomes("O", "<#-->x")
      becomes("O", "<#-- a --] b")
      becomes("O", "[#-- a --> b")
      becomes("</#-- I -->", "</#-- ${a} -->")
      becomes("<@-- I -->", "<@-- ${a} -->")
   end)

   it("tags with any name in angle brackets, and with none but at the end of a macro", function()
      becomes("OxO O O O", "<#if a>x</#if> <#Own/> <@m/> </@m>")
      becomes("OOOO", "</@>[/@]<@_a>[@_a]")
      becomes("<#> <#1> <@> <@1> </#> </@] [/@> </ < [", "<#> <#1> <@> <@1> </#> </@] [/@> </ < [")
      becomes("<# if> </ #if> < #if> <a@b>", "<# if> </ #if> < #if> <a@b>")
      becomes("O a", "<#if a")
      becomes("O", "<#if")
   end)

   it("in square brackets only tags that FreeMarker has", function()
      local known = "assign attempt autoesc break call case comment compress continue default else elseif elseIf "
         .. "escape fallback flush foreach forEach ftl function global if import include items list local lt macro "
         .. "nested noautoesc noAutoEsc noescape noEscape noparse noParse nt on outputformat outputFormat recover "
         .. "recurse return rt sep setting stop switch t transform trim visit"
      for name in known:gmatch "%S+" do becomes("OO", ("[#%s][/#%s]"):format(name, name)) end
      for _, name in ipairs { "i", "IF", "ifx", "xif", "tag", "assig", "ssign", "visits" } do
         becomes(("[#%s]"):format(name), ("[#%s]"):format(name))
      end
      becomes("OO", "[@own][/@own]")
   end)

   it("nothing but the end tag in what is not to be parsed", function()
      becomes("OOI", "<#noparse>${a}</#noparse>${b}")
      becomes("OOI", "<#noParse>${a}</#if></#noParse>${b}")
      becomes("OOI", "[#noparse]${a}</#noparse>[/#noparse]${b}")
      becomes("OOI", "<#noparse>${a}</#no>[/#noparse]</#nothing></#noparse>${b}")
      becomes("O", "<#noparse>${a}")
      becomes("OI", "</#noparse>${a}")
      becomes("OI OI", "<#nospace>${a} <#noparsed>${a}")
      becomes("OIO", "<#unparse>${a}</#unparse>")
      becomes("OIO OIO", "<@noparse>${a}</@noparse> [@noParse]${a}[/@noParse]") -- a macro of that name
   end)

   it("parts by their first bracket alone after one that ends in a string with the text", function()
      becomes([[O'x} O"} O O e> #{} #{$} O.$c} I O.c]], [[${'x} ${"}"} #{d} <#if e> #{} #{$} ${b.$c} ${a} ${b.c]])
      becomes([[#{'x} O"}]], [[#{'x} ${"}"}]])
      becomes([[O 'x} O"}]], [[<#if 'x} ${"}"}]])
      becomes([[O"x} O'} O>IO>]], [[${"x} ${'}'} <#noparse>${a}</#noparse>]])
      becomes([[O"#{#O#x]], [[${"#{##{#a}#x]])
   end)

   it("no number that reaches over the beginning of another", function()
      for _, first in ipairs { '${"', '<#if "', "<@m '" } do
         local begun = "O" .. first:sub(-1)
         if first:find "^<" then begun = "O " .. first:sub(-1) end
         for _, unclosed in ipairs { "#{", "#{ a", "#{['", "#{[=", "#{#" } do
            local texts = unclosed:rep(3)
            assert.equal(begun .. texts .. "O", template.replace(first .. texts .. "#{b}", "I", "O"))
            assert.equal(begun .. texts .. "O", template.replace(first .. texts .. "${b.c}", "I", "O"))
         end
      end
   end)

   it("them so, too, once expressions were read too often from the beginning", function()
      -- from each placeholder on, all that follow stand in strings, up to a comma where none can be
      local function nested(count) return ([[${r"\"+"]]):rep(count) .. [[" , ${'}'}]] end
      local function result(count) return ([[O"\"+"]]):rep(count) .. [[" , O]] end
      becomes(result(12), nested(12))
      becomes(result(13) .. "'}", nested(13))
   end)
end)

describe("core.template.replace", function()
   it("leaves what has no text", function()
      assert.equal("1${b}${c}", template.replace("${a}${b}${c}", { a = "1", b = 2, c = true }))
      assert.equal("${a}-", template.replace("${a}${b.c}", {}, "-"))
      assert.equal("${a}${b.c}", template.replace("${a}${b.c}", {}))
      assert.equal("", template.replace("${a}", ""))
   end)

   it("percent-encodes in FreeMarker what no URL can hold", function()
      assert.equal('/ 1${b!"c%20%0A%7F"}${%20d%20}<%23if%20e>#f${g h\195\169',
         template.replace('/ ${a}${b!"c \n\127"}${ d }<#if e>#f${g h\195\169', { a = "1" }, true))
      assert.equal("%23{\195\169}${}${a}", template.replace("#{\195\169}${}${a}", {}, true))
      assert.equal("<#if a>", template.replace("<#if a>", {}, false))
   end)

   it("takes texts that hold any bytes", function()
      assert.equal("\0x\0\0", template.replace("\0${a}\0", { a = "x\0" }))
      assert.same({ { "a" }, false }, { template.read "\0${a}\0" })
   end)
end)
