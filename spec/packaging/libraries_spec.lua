-- How old the libraries may be that this one stands on: said in one header each, and checked while compiling. For
-- libcurl, which a process may find elsewhere than the compiler did, also when it is loaded.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local read = require "spec.support.read"

local libraries = {
   { name = "libcurl", header = "libcurl.h", system = "curl/curl.h", macro = "LIBCURL_VERSION_NUM", older = "0x075600",
      message = "personalize needs libcurl 7.87.0 or newer: the headers found are of an older one" },
   { name = "libmicrohttpd", header = "emulator/libmicrohttpd.h", system = "microhttpd.h", macro = "MHD_VERSION",
      older = "0x00097000",
      message = "the emulator needs libmicrohttpd 0.9.71 or newer: the headers found are of an older one" },
   { name = "SQLite", header = "emulator/libsqlite.h", system = "sqlite3.h", macro = "SQLITE_VERSION_NUMBER",
      older = "3019999", message = "the emulator needs SQLite 3.20.0 or newer: the headers found are of an older one" },
}

describe("a library that is too old", function()
   local path

   before_each(function() path = folder.new() end)
   after_each(function() folder.remove(path) end)

   -- What a compiler says of a file that includes the header; its exit code.
   local function compile(compiler, header)
      folder.write(path, "it.c", ('#include "%s"\nint it;\n'):format(header))
      local line = "env -u LD_PRELOAD %s -std=c11 -D_GNU_SOURCE -fsyntax-only -I%s -Isrc %s/it.c"
      local _, err, code = command.shell(line:format(compiler, path, path))
      return err, code
   end

   for _, library in ipairs(libraries) do
      it("is refused by compilers: " .. library.name, function()
         os.execute("mkdir -p " .. path .. "/curl")
         for _, compiler in ipairs { "gcc", "clang" } do
            assert.same({ "", 0 }, { compile(compiler, library.header) })
         end
         local older = ("#include_next <%s>\n#undef %s\n#define %s %s\n"):format(library.system, library.macro,
            library.macro, library.older)
         folder.write(path .. "/" .. (library.system:match "^(.*)/" or ""), library.system:match "[^/]*$", older)
         for _, compiler in ipairs { "gcc", "clang" } do
            local err, code = compile(compiler, library.header)
            assert.equal(1, code)
            assert.is_truthy(err:find(library.message, 1, true), err)
         end
      end)
   end

   it("is refused when it is loaded: libcurl", function()
      folder.write(path, "old.c", [[
         #include <curl/curl.h>
         curl_version_info_data *curl_version_info(CURLversion version)
         {
             static curl_version_info_data old = {.version = "7.74.0", .version_num = 0x074a00};
             (void)version;
             return &old;
         }]])
      local build = "env -u LD_PRELOAD gcc -shared -fPIC -o %s/old.so %s/old.c"
      assert.same({ "", "", 0 }, { command.shell(build:format(path, path)) })
      local before = os.getenv "LD_PRELOAD"
      local _, err, code = command.shell(("env LD_PRELOAD='%s%s/old.so' %s -e 'require [[personalize]]'")
         :format(before and before .. " " or "", path, command.interpreter))
      assert.equal(1, code)
      assert.is_truthy(err:find("personalize: the libcurl that was loaded is 7.74.0, and 7.87.0 or newer is needed: "
         .. "see which one the dynamic loader finds (LD_LIBRARY_PATH, ldconfig -p)", 1, true), err)
      assert.is_falsy(err:find "build for this interpreter")
   end)

   it("is named in the README", function()
      local readme = read "README.md":gsub("%s+", " ")
      assert.is_truthy(readme:find("Linux, Lua 5.4 or LuaJIT 2.1, libcurl 7.87 or newer.", 1, true))
      assert.is_truthy(readme:find("The emulator needs libmicrohttpd 0.9.71, SQLite 3.20 and libuuid besides.", 1,
         true))
   end)
end)
