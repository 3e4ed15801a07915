-- The check of loops' control variables finds what Lua 5.5 refuses, nothing else, and nothing in this tree.
local command = require "spec.support.command"
local folder = require "spec.support.folder"

-- The check's output and exit code for a file with this text.
local function check(text)
   local place = folder.new()
   finally(function() folder.remove(place) end)
   folder.write(place, "x.lua", text)
   local out = command.shell(("lua5.4 .ci/loop_variables %s/x.lua 2>&1; echo $?"):format(place))
   return (out:gsub("^%S+/x.lua", "x.lua"))
end

local function found(line, name)
   return ("x.lua:%d: attempt to assign to the control variable of a loop '%s'\n1\n"):format(line, name)
end

describe("the check of loops' control variables", function()
   it("finds nothing in this tree", function()
      assert.equal("0\n", (command.shell "lua5.4 .ci/loop_variables 2>&1; echo $?"))
   end)

   it("finds an assignment in each kind of loop, however deep", function()
      assert.equal(found(2, "i"), check "for i = 1, 3 do\n   i = i + 1\nend\n")
      assert.equal(found(1, "k"), check "for k, v in pairs {} do k = v end\n")
      assert.equal(found(3, "_"), check "for _, v in ipairs {} do\n   local x\n   _, x = f(v)\nend\n")
      assert.equal(found(2, "name"),
         check "for name in (function() while x do y() end end)() do\n   if name then name = 1 end\nend\n")
      assert.equal(found(2, "a"), check "for a in f do for b in g do\n   return function() a = b end end end\n")
   end)

   it("finds no assignment to another variable, whatever its name, in a text or in a comment", function()
      for _, text in ipairs {
         "for k, v in pairs {} do v = k end",
         "for i = 1, 3 do local i = i; i = i + 1 end",
         "for i = 1, 3 do end i = 2",
         "for i in f(function() i = 2 end) do end",
         "for i = 1, 3 do -- i = 2\n print 'i = 2' print [[ for i = 1, 2 do i = 3 end ]] end",
         "for i = 1, 3 do --[=[ ]] i = 2 ]=] print(i) end",
         "for i = 1, 2 do t.i = 1; t = { i = 2 } end",
         "while f() do for i in g do h(i) end i = 1 end repeat i = 2 until i",
      } do
         assert.equal("0\n", check(text), text)
      end
   end)
end)
