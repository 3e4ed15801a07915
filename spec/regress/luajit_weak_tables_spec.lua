-- LuaJIT's weak tables hold a key for as long as its value refers to it, which Lua 5.4's do not. So LuaJIT never freed
-- a client whose own hook referred to it, nor what the items of a map used that was given up halfway (as the map of a
-- request is that nginx aborted).
local emulator = require "personalize.emulator"
local personalize = require "personalize"

describe("what nobody refers to any more", function()
   -- How many of what `make` gives are left.
   local function left(make)
      local made, count = setmetatable({}, { __mode = "k" }), 0
      for _ = 1, 10 do made[make()] = true end
      if jit then jit.flush() end -- code that was compiled holds what it was compiled with
      for _ = 1, 3 do collectgarbage() end
      for _ in pairs(made) do count = count + 1 end
      return count
   end

   it("is freed: clients whose functions refer to them", function()
      assert.equal(0, left(function()
         local client
         local function refer() return client end
         client = assert(personalize.new { base_url = "http://127.0.0.1:1", access_token = refer, secrets = refer,
            on_event = refer })
         return client
      end))
   end)

   it("is freed: maps that were given up halfway", function()
      local e = assert(emulator.start { seed = true })
      local client = assert(personalize.new(e:options()))
      assert(client.connections.list()) -- what renews a token is remembered for as long as others may wait for it
      assert.equal(0, left(function()
         local kept = {}
         local loop = coroutine.create(function()
            personalize.map({ 1, 2, 3 }, function(index)
               if index < 3 then client.connections.list() end
               return kept
            end, { on_progress = coroutine.yield })
         end)
         assert(coroutine.resume(loop))
         return kept
      end))
      e:stop()
   end)
end)
