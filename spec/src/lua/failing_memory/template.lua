-- core.template, with memory that runs out.
return {
   { "template.read", function(given)
      local keys, is_freemarker, mistake, name = given.core.template.read "${a} ${b.c} ${d"
      assert(keys[1] == "a" and is_freemarker and mistake == "${d" and name == "d")
   end },
   { "template.replace", function(given)
      assert(given.core.template.replace("a ${b} ${c} ${d.e}", { b = "1" }, "-") == "a 1 ${c} -")
   end },
}
