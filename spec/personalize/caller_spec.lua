-- Who calls: the coroutine, and in nginx the request.
local caller = require "personalize.caller"

describe("a caller", function()
   it("is known by its coroutine", function()
      local own = caller.coroutine()
      assert.equal(own, caller.coroutine())
      local other, running
      other = coroutine.create(function() running = caller.coroutine() end)
      assert(coroutine.resume(other))
      assert.is_true(running == other)
      assert.is_false(running == own)
   end)

   it("has a request in nginx alone, where it may wait", function()
      assert.is_true(caller.request())
      local phase, context = "content", { of = "a request" }
      local before = rawget(_G, "ngx")
      finally(function() rawset(_G, "ngx", before) end)
      rawset(_G, "ngx", setmetatable({ get_phase = function() return phase end }, { __index = function(_, name)
         assert(name == "ctx" and phase ~= "init", name)
         return context
      end }))
      for _, each in ipairs { "rewrite", "access", "content", "timer" } do
         phase = each
         assert.equal(context, caller.request())
      end
      for _, each in ipairs { "init", "log", "header_filter" } do
         phase = each
         assert.is_true(caller.request())
      end
   end)
end)
