-- Inputs, FreeMarker and mistakes in texts.
local template = require "personalize.connections.template"

local function read(text)
   local keys, is_freemarker, mistake, name = template.read(text)
   return { keys = keys and table.concat(keys, " "), freemarker = is_freemarker, mistake = mistake, name = name }
end

describe("a template", function()
   it("names inputs", function()
      for text, keys in pairs {
         ["https://x/${city}?c=${city}&e=${a_1}"] = "city city a_1",
         ["$${price}"] = "price", -- two dollars: one is text
         ["$$${price}$"] = "price",
         ["{${a}}"] = "a",
         ["{\"a\":{\"b\":\"${b}\"},\"c\":${c}}"] = "b c",
         ["<a href='${u}'>${t}</a>"] = "u t",
         ["${Ab9}${_}"] = "Ab9 _",
         ["\\${a}"] = "a",
         ["a < b # c [1] ${d}"] = "d",
         ["[#1] [#tag] see ${d} </p>"] = "d",
         ["query($n: Int) { a(n: $n) { b } } ${d}"] = "d",
      } do
         assert.same({ keys = keys, freemarker = false }, read(text), text)
      end
   end)

   it("is plain text without any", function()
      for _, text in ipairs { "", "$", "{", "$city {city} $ {city}", "<", "[", "<p>", "[\"a\"]", "#", "<!-- x -->",
         "{ a { b } }", "$(a) $[b] %{c}", "<# a", "</ #if>", "[#", "#{", "#{}", "[@" } do
         assert.same({ freemarker = false }, read(text), text)
      end
   end)

   it("of FreeMarker is none of inputs alone", function()
      for _, text in ipairs {
         "${guest.email!}", '${cart.items[0].name!"your basket"}', '${left?string("dd MMM yy")}',
         '${(customData.tier)!"none"}', "<#if a??>x</#if>", "<#else>", "<#sep>,</#sep>", "<#list a as b></#list>",
         '<#assign x = getDecisionModelResultNode("A b").outputs[0].c>', "<@mail/>", "<@mail to='x'>y</@mail>", "</@>",
         "<#-- a comment with ${b} in it -->", "[#if a]b[/#if]", "[@mail /]", "[#-- c --]", "#{price; m2}",
         "${ city }", "${a b}", "${a-b}", "${größe}", '${"a}b"}', "${'a}b'}", '${r"a\\"}', "${r'}'}",
         '${{"a": 1}.a}', '${{"a": {"b": 2}}["a"].b}', '${x?then("a", "b")}', "${[1, 2]?join(', ')}",
         '${"a \\" } b"}', "${a <#-- } --> + b}", "${a gt b}", "${xs?map(x -> x.y)?first}", "${a\\-b}",
         '${a!"x" + "y"}', '${"in ${b} out"}', "${.now}", "${a == 'b' && !c}", "<#if a gt 1 && (b > 2)>",
         '<#include "a.ftl">', "<#noparse>${x</#noparse>", "<#ftl strip_whitespace=true>", '${a?switch(1, "x", "y")}',
         "${x?string['0.##']}", "${a..b}", "${a as b}", '<@m a="1" b="${c}"/>', "<#assign x>y</#assign>",
         "${(order.orderedAt?number/1000)?floor?c}", "${a in 'b'}", "${for\n+ x}",
      } do
         assert.same({ freemarker = true }, read(text), text)
      end
      assert.same({ keys = "b", freemarker = true }, read "${a.b} ${b}")
      assert.same({ keys = "b", freemarker = true }, read '${a!"}"}${b}')
      assert.same({ keys = "b", freemarker = true }, read "<#-- ${a} -->${b}")
      assert.same({ keys = "b", freemarker = true }, read "<#noparse>${a}</#noparse>${b}")
      assert.same({ keys = "b", freemarker = true }, read "${r'\\'}${b}")
   end)

   it("has mistakes: what is never closed, and what names nothing", function()
      for text, mistake in pairs {
         ['{"a":"${city"}'] = "${city", ['{"a":"${city","b":1}'] = "${city", ['{"a":${city,"b":{}}'] = "${city",
         ["https://x?q=${city&u=1"] = "${city", ["${"] = "${", ["${city"] = "${city", ["<x>${city</x>"] = "${city",
         ['{"a":"${city","b":"}"}'] = "${city", ["a=${city&b={c}"] = "${city", ['{"a": ${city\n}'] = "${city",
         ["${}"] = "${}", ["${ }"] = "${ }", ["${{city}}"] = "${{city}}", ["${ city"] = "${",
         ['{"a":"${first-name","b":2}'] = "${first", ["${city ${city"] = "${city", ["$${city"] = "${city",
      } do
         assert.same({ freemarker = false, mistake = mistake, name = mistake:match "^%${{?([%w_]*)" }, read(text), text)
      end
      assert.same({ keys = "b", freemarker = false, mistake = "${city", name = "city" },
         read '{"a":"${city","b":"${b}"}')
      assert.same({ keys = "b", freemarker = false, mistake = "${city", name = "city" }, read "?a=${city&b=${b}")
      assert.same({ keys = "city", freemarker = false }, read '{"a":${city}')
   end)

   it("takes time in proportion to its length, whatever it is made of", function()
      local size = 400000
      for _, part in ipairs { "${", "${a", "${a!\"", "${a+", "<#a ", "<#a \"", "<#--", "[#if ", "${a<#--", "#{", "#{a+",
         "${r\"", "<#noparse>", "${a!'${b!\"", "${a(", "{", "$", "<", "[#", "${a:", "${a<#-- -->", "<@", "${{a",
         "${\n", "${a\n" } do
         local began = os.clock()
         template.read(part:rep(math.floor(size / #part)))
         template.read(part:rep(math.floor(size / #part)) .. "\"'-->},")
         assert.is_true(os.clock() - began < 1, part)
      end
   end)

   it("is replaced by its parts", function()
      assert.equal("a 1 ${c} ${d.e}", template.replace("a ${b} ${c} ${d.e}", { b = "1" }))
      assert.equal("a 0 0 -", template.replace("a ${b} ${c} ${d.e}", "0", "-"))
      assert.equal("x", template.replace("x", {}))
      assert.equal("a", template.replace("<#if x>a</#if>", {}, ""))
      assert.equal("%1 %%", template.replace("${a} %%", { a = "%1" }))
   end)

   it("has each key once", function()
      assert.same({ "city", "b" }, template.keys "https://x/${city}?c=${city}&e=${b}")
      assert.same({}, template.keys "$city {city} ${city")
      assert.is_true(template.is_freemarker "${a!}")
      assert.is_false(template.is_freemarker "${a}")
   end)

   it("judges JSON with the references filled in", function()
      assert.is_true(template.is_json('{"a":"${a}","b":${b},"c":[${c}]}', {}))
      assert.is_false(template.is_json('{"a":${a}', {}))
      assert.is_false(template.is_json("{${rest}}", {}))
      assert.is_true(template.is_json("{${rest}}", { rest = '"a":1' }))
   end)
end)
