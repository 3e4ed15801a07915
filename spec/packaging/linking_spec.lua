-- What the modules bring into a process, and what they leave there.
describe("the modules", function()
   local function output(command)
      local pipe = assert(io.popen("env -u LD_PRELOAD " .. command .. " 2>&1"))
      local text = pipe:read "*a"
      pipe:close()
      return text
   end

   for _, name in ipairs { "personalize.core", "personalize.emulator.core" } do
      local path = assert(package.searchpath(name, package.cpath))

      -- libcurl and the TLS library keep state that ends with the process only: unloaded code would be called.
      it("stay loaded when the Lua state is closed: " .. name, function()
         assert.truthy(output("readelf -d '" .. path .. "'"):find "FLAGS_1[^\n]*NODELETE")
      end)

      -- A second Lua in the process would have its own idea of what nil is.
      it("are linked against no Lua: " .. name, function()
         local needed = output("readelf -d '" .. path .. "'")
         assert.truthy(needed:find("Shared library: [libcurl", 1, true))
         assert.falsy(needed:lower():find "shared library: %[liblua")
      end)

      it("export their entry alone: " .. name, function()
         local exported = {}
         for symbol in output("nm -D --defined-only '" .. path .. "'"):gmatch "%x+ [A-Z] ([%w_.@]+)" do
            exported[#exported + 1] = symbol
         end
         assert.same({ "luaopen_" .. name:gsub("%.", "_") }, exported)
      end)
   end
end)
