-- What `make help` says is made from the Makefile, and leaves no public target out.
local command = require "spec.support.command"

-- Steps of other targets, and what LuaRocks calls.
local function is_internal(name)
   return name:find "^deps%-" or name:find "^rock%-" or name:find "%-run$" or name:find "^needs%-" or name:find "%$"
end

describe("make", function()
   it("puts what it found of interpreters in place whole, for others may be reading it", function()
      local out, err, code = command.shell [[
         folder=$(mktemp -d) && make='env -u MAKEFLAGS -u LD_PRELOAD make -s help' && $make BUILD=$folder >/dev/null &&
         ln $folder/interpreters.mk $folder/read && cp $folder/read $folder/before && printf cut >$folder/read &&
         $make BUILD=$folder >/dev/null && cat $folder/read && cmp $folder/interpreters.mk $folder/before &&
         ls $folder && rm -r $folder]]
      assert.same({ "cutbefore\ninterpreters.mk\nread\n", "", 0 }, { out, err, code })
   end)
end)

describe("make help", function()
   local listed = {}
   local out, err, code = command.shell "env -u MAKEFLAGS -u LD_PRELOAD make -s help"
   for line in out:gmatch "[^\n]+" do
      local names, what = line:match "^  ([%w. -]-)%s%s+(%S.*)$"
      if not names then names, what = line:match "^  (%S+) (%S.*)$" end
      for name in (names or line):gmatch "%S+" do listed[name] = what end
   end

   it("lists the targets with a line each", function()
      assert.same({ "", 0 }, { err, code })
      for _, name in ipairs { "all", "test", "demo", "lint", "install", "uninstall", "help", "luajit" } do
         assert.is_string(listed[name], name)
      end
   end)

   it("leaves no public one out", function()
      local file = assert(io.open "Makefile")
      for line in file:lines() do
         for name in (line:match "^%.PHONY: (.*)$" or ""):gmatch "%S+" do
            if not is_internal(name) then assert.is_string(listed[name], name) end
         end
      end
      file:close()
   end)
end)
