-- core.url, and what the core itself says, with memory that runs out.
return {
   { "url.parse", function(given)
      local parse = given.core.url.parse
      assert(parse "https://user:pw@example.com:8443/a/b?c=d".host == "example.com")
      assert(parse "https://[::1]/".host == "::1" and parse "no url" == nil)
   end },
   { "url.escape", function(given) assert(given.core.url.escape "a b/\xc3\xa4" == "a%20b%2F%C3%A4") end },
   { "url.redact", function(given)
      assert(not given.core.url.redact("see https://u:p@example.com/?token=abc&x=1"):find "abc")
   end },
   { "url.is_loopback", function(given) assert(given.core.url.is_loopback "::1") end },
   { "now, pid, random, can_yield", function(given)
      local core = given.core
      assert(core.now() > 0 and core.pid() > 0 and core.random() < 1 and core.can_yield() == false)
   end },
}
