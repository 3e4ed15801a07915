-- Tokens when many calls ask at a time, on a clock that only waiting moves: who fetches, who waits, for whom and how
-- long. The loop is that of the specs of nginx's driver.
local native = require "personalize.native"
local nginx_loop = require "spec.support.nginx_loop"
local token = require "personalize.auth.token"
local waiting = require "personalize.http.waiting"

describe("calls that ask for a token at a time", function()
   local ready, is_shared, until_done = waiting.ready, waiting.is_shared, waiting.until_done
   local unique = 0
   local loop, refusal, shared, source, exchanges, answer

   before_each(function()
      loop, refusal, shared, exchanges = nginx_loop.enter(), nil, true, {}
      unique = unique + 1
      source = token.source { client_id = "turns" .. unique, client_secret = "secret", token_url = "https://x/" }
      waiting.ready = function() return refusal == nil or nil, refusal end
      waiting.is_shared = function() return shared end
      -- nobody looks before he is told
      waiting.until_done = function(thing, deadline)
         assert(native.now() < deadline, "the deadline is past")
         local semaphore = loop.waiters.take_semaphore()
         while not thing:done() and native.now() < deadline do
            thing:watch(semaphore)
            semaphore:wait(deadline - native.now())
            thing:unwatch(semaphore)
         end
      end
      -- the first call lasts a second, as do all others
      answer = function() return 1, { access_token = "token" .. #exchanges, expires_in = 900 } end
   end)
   after_each(function()
      waiting.ready, waiting.is_shared, waiting.until_done = ready, is_shared, until_done
      loop.leave()
   end)

   local function sleep(seconds) rawget(_G, "ngx").sleep(seconds) end

   local function exchange(_, deadline, early)
      local number = #exchanges + 1
      exchanges[number] = { at = loop.clock, deadline = deadline, early = early }
      local seconds, value, err = answer(number)
      sleep(seconds)
      return value, err
   end

   -- Asks at this time for a token; what it was given, when, and why not.
   local function ask(at, seconds)
      local asked = {}
      loop:spawn(function()
         sleep(at - loop.clock)
         local fine, text, err = pcall(source.get, source, loop.clock + (seconds or 30), exchange, function() end)
         if fine then asked.text, asked.err = text, err else asked.raised = text end
         asked.at = loop.clock
      end)
      return asked
   end

   local function times()
      local list = {}
      for index, each in ipairs(exchanges) do list[index] = each.at end
      return list
   end

   it("share one that lives no time, when it is there", function()
      answer = function() return 1, { access_token = "token", expires_in = 0 } end
      local first, second, third = ask(1000), ask(1000.25), ask(1000.5)
      loop:run_until(1010)
      for _, each in ipairs { first, second, third } do assert.same({ text = "token", at = 1001 }, each) end
      assert.same({ 1000 }, times())
   end)

   it("wait five seconds for a call that is gone; then one of them fetches for all", function()
      answer = function(number) return number == 1 and 1000 or 1, { access_token = "token", expires_in = 900 } end
      local first, second, third = ask(1000), ask(1001), ask(1005.5)
      loop:run_until(1010)
      assert.same({ {}, { text = "token", at = 1006 }, { text = "token", at = 1006 } }, { first, second, third })
      assert.same({ 1000, 1005 }, times())
   end)

   it("wait for no longer than the call that fetches may last", function()
      answer = function(number) return number == 1 and 1000 or 1, { access_token = "token", expires_in = 900 } end
      ask(1000, 2)
      local second = ask(1000.5)
      loop:run_until(1010)
      assert.same({ text = "token", at = 1003 }, second)
      assert.same({ 1000, 1002 }, times())
   end)

   it("wait half of their time for a call that is gone, and one of them fetches for all", function()
      answer = function(number) return number == 1 and 1000 or 0.5, { access_token = "token", expires_in = 900 } end
      ask(1000)
      local second, third, fourth = ask(1000.5, 4), ask(1000.75, 4), ask(1001, 2)
      loop:run_until(1010)
      assert.same({ text = "token", at = 1002.5 }, second)
      assert.same({ { text = "token", at = 1002.5 }, { text = "token", at = 1002.5 } }, { third, fourth })
      assert.same({ 1000, 1002 }, times())
      assert.equal(1003, exchanges[2].deadline)
   end)

   it("fail at their own deadline", function()
      answer = function() return 1000 end
      ask(1000)
      local second = ask(1000.5, 1)
      loop:run_until(1010)
      assert.same({ "timeout", 1001.5 }, { second.err.kind, second.at })
      assert.equal("no access token: another call's renewal took too long", second.err.message)
   end)

   it("take the token of an earlier fetch that comes after all", function()
      answer = function(number)
         return number == 1 and 6 or 3, { access_token = "token" .. number, expires_in = 900 }
      end
      local first, second, third, fourth = ask(1000), ask(1001), ask(1005.5), ask(1006.5)
      loop:run_until(1020)
      assert.same({ text = "token1", at = 1006 }, first)
      assert.same({ text = "token2", at = 1008 }, second)
      assert.same({ text = "token1", at = 1006 }, third)
      assert.same({ text = "token1", at = 1006.5 }, fourth)
      assert.same({ 1000, 1005 }, times())
   end)

   it("leave a later fetch alone when an earlier one fails", function()
      local reason = { kind = "server" }
      answer = function(number)
         if number == 1 then return 6, nil, reason end
         return 3, { access_token = "token", expires_in = 900 }
      end
      local first, third, fourth = ask(1000), ask(1001), ask(1006.5)
      loop:run_until(1020)
      assert.is_true(first.err == reason)
      assert.same({ { text = "token", at = 1008 }, { text = "token", at = 1008 } }, { third, fourth })
      assert.same({ 1000, 1005 }, times())
   end)

   it("are told when a fetch raises an error, which goes on to who fetched", function()
      local boom = {}
      local fetch = source.fetch
      function source.fetch(...)
         fetch(...)
         source.fetch = fetch
         error(boom)
      end
      local first, second = ask(1000), ask(1000.5)
      loop:run_until(1010)
      assert.is_true(first.raised == boom)
      assert.same({ text = "token2", at = 1002 }, second)
   end)

   it("do not wait for themselves", function()
      local inner
      answer = function(number)
         if number == 1 then inner = source:get(1030, exchange, function() end) end
         return 1, { access_token = "token" .. number, expires_in = 900 }
      end
      local first = ask(1000)
      loop:run_until(1010)
      assert.same({ "token2", { text = "token1", at = 1002 } }, { inner, first })
   end)

   it("do not wait where nothing else runs, nor where nothing can wait", function()
      local first = ask(1000)
      loop:run_until(1000.25)
      shared = false
      local second = ask(1000.25)
      loop:run_until(1000.5)
      shared, refusal = true, { kind = "cannot_wait" }
      local third = ask(1000.5)
      loop:run_until(1010)
      assert.same({ 1001, 1001.25, 1000.5 }, { first.at, second.at, third.at })
      assert.is_true(third.err == refusal)
      assert.equal(2, #exchanges)
   end)

   it("use the old token while it is renewed early, which takes half of the call's time at most", function()
      answer = function(number) return 1, { access_token = "token" .. number, expires_in = 100 } end
      ask(1000)
      local early, beside = ask(1095, 6), ask(1095.5) -- it lives until 1101
      loop:run_until(1097)
      assert.same({ { text = "token2", at = 1096 }, { text = "token1", at = 1095.5 } }, { early, beside })
      assert.same({ at = 1095, deadline = 1098, early = true }, exchanges[2])
   end)

   it("use an old token no longer than it lives, also when its renewal has failed", function()
      answer = function(number)
         if number == 2 then return 1, nil, { kind = "server" } end
         return 1, { access_token = "token" .. number, expires_in = 100 }
      end
      ask(1000)
      local early, over = ask(1098), ask(1101)
      loop:run_until(1110)
      assert.same({ { text = "token1", at = 1099 }, { text = "token3", at = 1102 } }, { early, over })
      assert.same({ at = 1101, deadline = 1131, early = false }, exchanges[3])
   end)

   it("know which token was refused", function()
      ask(1000)
      loop:run_until(1002)
      assert.is_true(source:refused "token1")
      assert.equal("token1", source.refused_text)
   end)

   it("share by credentials and cache, while a client has them", function()
      local function source_of(cache)
         return token.source { client_id = "turns", client_secret = "secret", token_url = "https://x/",
            token_cache = cache }
      end
      local cache = { get = function() end, set = function() end }
      local with, without = source_of(cache), source_of()
      assert.is_true(with ~= without and with == source_of(cache) and without == source_of())
      local kept = setmetatable({ with }, { __mode = "v" })
      with = nil -- luacheck: ignore
      for _ = 1, 4 do collectgarbage() end
      assert.is_nil(kept[1])
   end)
end)
