-- How old the libraries may be that this one stands on: said in one header each, and checked while compiling. For
-- libcurl, which a process may find elsewhere than the compiler did, also when it is loaded.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local read = require "spec.support.read"

local libraries = {
   { name = "libcurl", header = "libcurl.h", system = "curl/curl.h", macro = "LIBCURL_VERSION_NUM", older = "0x074900",
      message = "personalize needs libcurl 7.74.0 or newer: the headers found are of an older one" },
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

   -- What a script says that requires the library, where the libcurl that is loaded calls itself that.
   local function load_with(version, features)
      folder.write(path, "other.c", ([[
         #include <curl/curl.h>
         curl_version_info_data *curl_version_info(CURLversion version)
         {
             static curl_version_info_data other = {%s, .features = %s};
             (void)version;
             return &other;
         }]]):format(version, features))
      local build = "env -u LD_PRELOAD gcc -shared -fPIC -o %s/other.so %s/other.c"
      assert.same({ "", "", 0 }, { command.shell(build:format(path, path)) })
      local before = os.getenv "LD_PRELOAD"
      local _, err, code = command.shell(("env LD_PRELOAD='%s%s/other.so' %s -e 'require [[personalize]]'")
         :format(before and before .. " " or "", path, command.interpreter))
      assert.is_falsy(err:find "build for this interpreter")
      return err, code
   end

   local WHERE = ": see which one the dynamic loader finds (LD_LIBRARY_PATH, ldconfig -p)"

   for _, case in ipairs {
      { what = "too old", version = '.version = "7.73.0", .version_num = 0x074900',
         features = "CURL_VERSION_SSL | CURL_VERSION_HTTP2",
         message = "personalize: the libcurl that was loaded is 7.73.0, and 7.74.0 or newer is needed" },
      { what = "without TLS", version = '.version = "8.5.0", .version_num = 0x080500', features = "CURL_VERSION_HTTP2",
         message = "personalize: the libcurl that was loaded, 8.5.0, was built without TLS, and one with TLS is "
            .. "needed" },
      { what = "without HTTP/2", version = '.version = "8.5.0", .version_num = 0x080500', features = "CURL_VERSION_SSL",
         message = "personalize: the libcurl that was loaded, 8.5.0, was built without HTTP/2, and one with HTTP/2 "
            .. "(nghttp2) is needed" },
   } do
      it("is refused when it is loaded: libcurl, " .. case.what, function()
         local err, code = load_with(case.version, case.features)
         assert.equal(1, code)
         assert.is_truthy(err:find(case.message .. WHERE, 1, true), err)
      end)
   end

   it("is loaded when it is the oldest that will do: libcurl", function()
      assert.same({ "", 0 }, { load_with('.version = "7.74.0", .version_num = 0x074a00',
         "CURL_VERSION_SSL | CURL_VERSION_HTTP2") })
   end)

   it("is named in the README and in the guide", function()
      for _, document in ipairs { "README.md", "doc/installing.md" } do
         local text = read(document):gsub("%s+", " ")
         assert.is_truthy(text:find("Linux, Lua 5.4, Lua 5.5 or LuaJIT 2.1, libcurl 7.74 or newer.", 1, true))
         assert.is_truthy(text:find("The emulator needs libmicrohttpd 0.9.71 and SQLite 3.20 besides.", 1, true))
      end
   end)

   -- What doc/installing.md says is lost below a version, by the name that the version has in src/libcurl.c.
   local losses = {
      { name = "KEEPS_HTTP_VERSIONS_APART", version = "7.77", what = "http2 = false" },
      { name = "CALLS_BEFORE_REQUEST", version = "7.80", what = "with less certainty" },
      { name = "ABANDONS_LOOKUPS", version = "7.87", what = "cannot be abandoned" },
      { name = "KEEPS_CERTIFICATES", version = "7.87", what = "CA certificates" },
      { name = "LOOKS_UP_IN_POOL", version = "8.20", what = "20 threads" },
   }

   it("has a row in the guide for each thing that is lost with an older libcurl", function()
      local rows, source = {}, read "src/libcurl.c"
      for version, what in read "doc/installing.md":gmatch "\n| (%d+%.%d+) | ([^|\n]+) |" do
         rows[#rows + 1] = { version = version, what = what }
      end
      assert.equal(#losses, #rows)
      for index, loss in ipairs(losses) do
         assert.equal(loss.version, rows[index].version)
         assert.is_truthy(rows[index].what:find(loss.what, 1, true), rows[index].what)
         local major, minor = loss.version:match "(%d+)%.(%d+)"
         local number = ("%s = 0x%02x%02x00,"):format(loss.name, tonumber(major), tonumber(minor))
         assert.is_truthy(source:find(number, 1, true), number)
      end
   end)
end)
