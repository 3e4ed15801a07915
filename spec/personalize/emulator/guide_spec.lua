-- doc/testing.md names options and faults that there are (spec/examples_spec.lua runs what it shows).
local options = require "personalize.emulator.options"

describe("doc/testing.md", function()
   it("names options that there are", function()
      local known, faults = { quiet = true, json = true }, {}
      for _, option in ipairs(options.list) do known[option[1]] = true end
      for _, member in ipairs(options.faults) do faults[member[1]] = true end
      local file = assert(io.open("doc/testing.md", "rb"))
      local text = file:read "*a"
      file:close()
      for name in text:gmatch "%f[%w-]%-%-([%l-]+)" do assert.is_true(known[name:gsub("-", "_") .. ""], name) end
      for fault in text:gmatch "e:fail (%b{})" do
         for name in fault:gmatch "[{,] *([%l_]+) =" do assert.is_true(faults[name], name) end
      end
   end)
end)
