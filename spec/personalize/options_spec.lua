-- The check of options: what its messages name.
local options = require "personalize.options"

describe("options", function()
   local known = { region = "string", timeout = "seconds", retry = "table", attempts = "count",
      mode = options.one_of("a", "b") }

   local function check(given)
      return options.check(given, known, "f")
   end

   local function refused(given)
      local fine, message = pcall(check, given)
      assert.is_false(fine)
      return message
   end

   it("hands on what is known and right, as a copy", function()
      local given = { region = "eu", timeout = 0.5 }
      local checked = check(given)
      assert.same(given, checked)
      assert.are_not.equal(given, checked)
      assert.same({}, check(nil))
   end)

   it("names an unknown option and the nearest known one", function()
      assert.matches('f: unknown option "regoin" %(did you mean "region"%?%)', refused { regoin = "eu" })
      assert.matches('did you mean "timeout"', refused { time_out = 1 })
      assert.matches('did you mean "timeout"', refused { Timeout = 1 })
   end)

   it("lists what is known when nothing is near", function()
      assert.matches('unknown option "xyzzy" %(known: attempts, mode, region, retry, timeout%)', refused { xyzzy = 1 })
      assert.matches("unknown option 1 ", refused { "eu" })
   end)

   it("names the option, what was expected and what came", function()
      assert.matches('option "region": expected a string, got 5', refused { region = 5 })
      assert.matches('option "timeout": expected a positive number of seconds, got 0', refused { timeout = 0 })
      assert.matches('expected a positive number of seconds, got "1"', refused { timeout = "1" })
      assert.matches('option "attempts": expected a positive integer, got 1.5', refused { attempts = 1.5 })
      assert.matches('option "mode": expected "a" or "b", got "c"', refused { mode = "c" })
      assert.matches("options: expected a table, got true", refused(true))
   end)

   it("names the first of several mistakes", function()
      local given = { a1 = 1, timeout = 0, zz = 1, b1 = 1, region = 5, [7] = 1 }
      for _, expected in ipairs { "unknown option 7 ", 'unknown option "a1"', 'unknown option "b1"',
         'option "region"', 'option "timeout"', 'unknown option "zz"' } do
         assert.matches("f: " .. expected, refused(given))
         given[expected:find "7" and 7 or expected:match '"(.-)"'] = nil
      end
   end)

   it("takes what stands behind them, and refuses what only functions tell", function()
      local hook = function() end
      local with_hook = { region = "string", timeout = "seconds", hook = "function" }
      local function taken(given) return options.check(given, with_hook, "f") end
      local defaults = setmetatable({ region = "eu", hook = hook }, { __index = { timeout = 3, region = "us" } })
      assert.same({ region = "ap", timeout = 3, hook = hook },
         taken(setmetatable({ region = "ap" }, { __index = defaults })))
      assert.same({}, taken(setmetatable({}, { __index = {} })))
      assert.same({}, taken(setmetatable({}, {})))
      assert.same({ timeout = 2 }, taken(setmetatable({}, { __metatable = "locked", __index = { timeout = 2 } })))
      assert.same({ timeout = 2 }, taken(setmetatable({ timeout = 2 }, { __newindex = error })))
      assert.matches('unknown option "timeuot"', refused(setmetatable({}, { __index = { timeuot = 2 } })))
      local circle = { timeout = 2 }
      assert.same({ timeout = 2 }, taken(setmetatable(circle, { __index = circle })))
      local said = "f: options: only functions of a metatable tell what they are: give a plain table"
      local function fail() error "ran" end
      assert.matches(said, refused(setmetatable({}, { __index = fail })))
      assert.matches(said, refused(setmetatable({}, { __pairs = fail })))
      assert.matches(said, refused(setmetatable({}, { __index = setmetatable({}, { __index = fail }) })))
   end)

   it("does not take NaN or infinity for a number of seconds", function()
      assert.matches("expected a positive number", refused { timeout = 0 / 0 })
      assert.matches("expected a positive number", refused { timeout = math.huge })
   end)

   it("counts from 1, or from 0 where a number may be none, in integers", function()
      local rules = { count = "count", offset = "index" }
      for name, numbers in pairs { count = { 0, -1, 1.5, 2 ^ 53 }, offset = { -1, 0.5, 2 ^ 53 } } do
         for _, number in ipairs(numbers) do
            assert.has_error(function() options.check({ [name] = number }, rules, "f") end)
         end
      end
      assert.same({ count = 1, offset = 0 }, options.check({ count = 1, offset = 0 }, rules, "f"))
   end)

   it("points to the line of the caller", function()
      local function public(opts)
         local checked = options.check(opts, known, "public", 2)
         return checked
      end
      local line = debug.getinfo(1, "l").currentline + 1
      local _, message = pcall(function() public { regoin = 1 } end)
      assert.matches("options_spec.lua:" .. line .. ":", message)
   end)

   it("describes values without their length or control characters", function()
      assert.equal('"abc"', options.describe "abc")
      assert.equal('"a\\nb"', options.describe "a\nb")
      assert.is_true(#options.describe(("x"):rep(1000)) < 50)
      assert.equal("a table", options.describe {})
      assert.equal("nil", options.describe(nil))
   end)

   it("never runs the metamethods of what it is given", function()
      local trap = setmetatable({ region = "eu" }, { __index = function() error "index" end,
         __pairs = function() error "pairs" end })
      assert.equal("eu", check(trap).region)
   end)

   it("counts the changes between two words, up to as many as matter", function()
      local words = { "", "a", "ab", "ba", "abc", "acb", "bca", "name", "nmae", "mane", "names", "description",
         "descripton", "desciprtion", "connectionUrl", "connectionurl", "urlConnection" }
      for _, case in ipairs { { "name", "nmae", 1 }, { "name", "mane", 2 }, { "", "abc", 3 }, { "abc", "bca", 2 },
         { "description", "desciprton", 3 }, { "connectionUrl", "urlConnection", 7 } } do
         assert.equal(case[3], options.distance(case[1], case[2]), case[1] .. " " .. case[2])
      end
      for _, a in ipairs(words) do
         for _, b in ipairs(words) do
            local changes = options.distance(a, b)
            for most = 0, 4 do
               assert.equal(changes <= most and changes or math.huge, options.distance(a, b, most), a .. " " .. b)
            end
            local fits, edits = options.is_slip(a, b)
            local short = #a <= 5 or #b <= 5
            assert.equal(changes <= (short and 1 or 2), fits, a .. " " .. b)
            if fits then assert.equal(changes, edits) end
         end
      end
   end)

   it("counts nothing where the lengths or the beginnings tell", function()
      local bytes, real = 0, string.byte
      string.byte = function(...) -- luacheck: ignore
         bytes = bytes + 1
         return real(...)
      end
      finally(function() string.byte = real end) -- luacheck: ignore
      assert.is_false((options.is_slip("descriptio1000", "description")))
      assert.equal(0, bytes)
      assert.is_false((options.is_slip("zzqqwwee1234zzqq", "modifiedbyuserref")))
      assert.is_true(bytes < 100, bytes)
   end)
end)
