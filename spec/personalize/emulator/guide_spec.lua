-- The Lua in doc/testing.md does what it says, as far as it can be run here; the rest at least compiles.
local emulator = require "personalize.emulator"
local options = require "personalize.emulator.options"
local personalize = require "personalize"

local function text()
   local file = assert(io.open("doc/testing.md", "rb"))
   local all = file:read "*a"
   file:close()
   return all
end

describe("doc/testing.md", function()
   it("has code that runs", function()
      local e = assert(emulator.start { seed = true })
      local client = assert(personalize.new(e:options()))
      finally(function()
         client:close()
         e:stop()
      end)
      local count = 0
      for block in text():gmatch "```lua\n(.-)```" do
         local chunk = assert((loadstring or load)("local e, client, personalize = ...\n" .. block)) -- luacheck: ignore
         if not block:find("from_env", 1, true) then chunk(e, client, personalize) end
         count = count + 1
      end
      assert.is_true(count >= 3)
   end)

   it("names options that there are", function()
      local known, faults = { quiet = true, json = true }, {}
      for _, option in ipairs(options.list) do known[option[1]] = true end
      for _, member in ipairs(options.faults) do faults[member[1]] = true end
      for name in text():gmatch "%f[%w-]%-%-([%l-]+)" do assert.is_true(known[name:gsub("-", "_") .. ""], name) end
      for fault in text():gmatch "e:fail (%b{})" do
         for name in fault:gmatch "[{,] *([%l_]+) =" do assert.is_true(faults[name], name) end
      end
   end)
end)
