-- The examples of specs run as their readers would run them.
describe("examples/spec", function()
   it("succeeds", function()
      local interpreter = jit and "luajit" or "lua5.4"
      local pipe = io.popen(interpreter .. " $(command -v busted) -o TAP examples/spec 2>&1")
      local text = pipe:read "*a"
      pipe:close()
      local count = 0
      for line in text:gmatch "[^\n]+" do
         assert.falsy(line:find "^not ok", text)
         if line:find "^ok" then count = count + 1 end
      end
      assert.equal(6, count, text)
   end)
end)
