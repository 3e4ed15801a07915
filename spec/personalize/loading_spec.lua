-- A build of each C module for every Lua: the wrong one is named as the reason.
local command = require "spec.support.command"

local interpreter = command.interpreter
local is_jit = interpreter == "luajit"

-- Loads a module with the C modules of this folder alone; what is written as errors.
local function load_from(cpath, module)
   local _, err, code = command.shell(("env -u LUA_CPATH_5_4 LUA_CPATH='%s' %s -e 'require [[%s]]'")
      :format(cpath, command.interpreter, module))
   assert.equal(1, code)
   return err
end

describe("loading the C modules", function()
   local runtime = is_jit and "LuaJIT" or _VERSION

   local cores = { personalize = "personalize.core", ["personalize.emulator"] = "personalize.emulator.core" }

   for module, core in pairs(cores) do
      it("names the wrong build: " .. module, function()
         local own = "/" .. interpreter:gsub("%p", "%%%0") .. "/%?%.so"
         local other = is_jit and "/lua5.4/?.so" or "/luajit/?.so"
         local cpath = package.cpath:gsub(own, other)
         if not package.searchpath(core, cpath) then return pending "the other interpreter's build is not there" end
         local err = load_from(cpath, module)
         assert.is_truthy(err:find(("personalize: the C module %s could not be loaded in %s.\nIt has to be the build "
            .. "for this interpreter (`make %s`), found by package.cpath."):format(core, runtime, interpreter),
            1, true), err)
         assert.matches("undefined symbol: lua", err)
      end)
   end

   it("says where it looked when nothing is there", function()
      local err = load_from("/nowhere/?.so", "personalize")
      assert.matches("personalize: the C module personalize.core could not be loaded in " .. runtime, err)
      assert.matches("no file '/nowhere/personalize/core.so'", err)
   end)

   it("names the interpreters that are supported in one line where it runs in another", function()
      local message = command.shell(("%s -e '%s'"):format(interpreter, "jit = nil _VERSION = \"Lua 5.3\" "
         .. "package.path = \"lua/?.lua;lua/?/init.lua\" print(select(2, pcall(require, \"personalize\")))"))
      assert.equal("personalize: this is Lua 5.3; Lua 5.4, Lua 5.5 and LuaJIT 2.1 are supported\n", message)
   end)

   it("is told the version of Lua that a module was built for", function()
      local loading = require "personalize.loading"
      for _, name in ipairs { "personalize.core", "personalize.emulator.core" } do
         assert.equal(({ ["lua5.4"] = 504, ["lua5.5"] = 505, luajit = 501 })[interpreter], loading(name).lua_version)
      end
      package.loaded["personalize.spec.other"] = { lua_version = 503 }
      local fine, err = pcall(loading, "personalize.spec.other")
      package.loaded["personalize.spec.other"] = nil
      assert.is_false(fine)
      assert.matches("^personalize: the C module personalize.spec.other could not be loaded", err)
      assert.matches("What was found is built for version 503 of Lua's C API%.$", err)
   end)
end)
