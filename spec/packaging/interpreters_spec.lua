-- Interpreters and their headers are found under the names that systems give them, shown with stand-ins on the PATH;
-- what is missing where there is no apt is named in one line.
local command = require "spec.support.command"
local folder = require "spec.support.folder"

describe("a system that is not Debian", function()
   local path

   local function place(name, text)
      folder.write(path, name, text)
      os.execute(("chmod +x '%s/%s'"):format(path, name))
   end

   -- A program of that name that is one of this system's interpreters.
   local function interpreter(name, kind)
      local says = kind:find "jit" and "luajit" or kind
      place(name, ("#!/bin/sh\nprintf '%%s' '%s'\n"):format(says))
   end

   -- A pkg-config that knows these packages: name -> version.
   local function pkg_config(packages)
      local lines = { "#!/bin/sh", 'case "$1 $2" in' }
      for name, version in pairs(packages) do
         lines[#lines + 1] = ("'--modversion %s') echo %s ;;"):format(name, version)
         lines[#lines + 1] = ("'--cflags %s') echo -I/include/%s ;;"):format(name, name)
         lines[#lines + 1] = ("'--libs %s') echo -l%s ;;"):format(name, name)
      end
      lines[#lines + 1] = "*) exit 1 ;;\nesac\n"
      place("pkg-config", table.concat(lines, "\n"))
   end

   before_each(function()
      path = folder.new()
      for _, name in ipairs { "sh", "cat", "dirname", "tr", "tail", "env" } do
         os.execute(("ln -s \"$(command -v %s)\" '%s/%s'"):format(name, path, name))
      end
   end)
   after_each(function() folder.remove(path) end)

   local function run(line)
      return command.shell(("env -u CC -u PKG_CONFIG -u LD_PRELOAD PATH='%s' %s"):format(path, line))
   end

   for _, case in ipairs {
      { system = "Fedora", program = "lua", kind = "lua5.4", package = "lua", version = "5.4.6" },
      { system = "Debian", program = "lua5.4", kind = "lua5.4", package = "lua5.4", version = "5.4.4" },
      { system = "Arch and FreeBSD", program = "lua54", kind = "lua5.4", package = "lua54", version = "5.4.6" },
      { system = "FreeBSD's pkg-config", program = "lua54", kind = "lua5.4", package = "lua-5.4", version = "5.4.6" },
      { system = "a new Lua", program = "lua", kind = "lua5.5", package = "lua", version = "5.5.0" },
      { system = "Debian sid", program = "luajit2", kind = "luajit", package = "luajit", version = "2.1.1" },
      { system = "OpenResty's", program = "luajit", kind = "luajit", package = "luajit2", version = "2.1.1" },
   } do
      it(("has its interpreter found: %s, %s of %s"):format(case.system, case.program, case.package), function()
         interpreter(case.program, case.kind)
         pkg_config { [case.package] = case.version }
         assert.same({ case.kind .. "\n", "", 0 }, { run "packaging/interpreters.sh names" })
         assert.equal(("VARIANTS_FOUND += %s\nLUA_%s := %s/%s\nLUA_CFLAGS_%s := -I/include/%s\nLUA_LIBS_%s := -l%s\n")
            :format(case.kind, case.kind, path, case.program, case.kind, case.package, case.kind, case.package),
            (run "packaging/interpreters.sh make"))
      end)
   end

   it("has a Lua that is not supported passed over", function()
      interpreter("lua", "lua5.3")
      pkg_config { lua = "5.3.6" }
      assert.same({ "", "", 0 }, { run "packaging/interpreters.sh names" })
   end)

   it("needs the headers of the same version as the program", function()
      interpreter("lua", "lua5.4")
      pkg_config { lua = "5.3.6" }
      assert.same({ "", "", 0 }, { run "packaging/interpreters.sh names" })
   end)

   it("is told what is missing, and what its packages are called", function()
      local out, err, code = run "packaging/dependencies.sh build"
      assert.same({ "", 1 }, { err, code })
      assert.equal("Missing: cc pkg-config lua5.4 or luajit", out:match "^[^\n]*")
      for _, system in ipairs { "Fedora, RHEL:", "Arch:", "Alpine:", "Homebrew:", "FreeBSD:" } do
         assert.is_truthy(out:find(system, 1, true), system)
      end
   end)

   for _, case in ipairs {
      { name = "a compiler", has = { "pkg-config", "lua" }, message = "Missing: cc" },
      { name = "an interpreter", has = { "cc", "pkg-config" }, message = "Missing: lua5.4 or luajit" },
   } do
      it("is told that it lacks " .. case.name, function()
         for _, name in ipairs(case.has) do
            if name == "pkg-config" then pkg_config { lua = "5.4.6" }
            elseif name == "lua" then interpreter("lua", "lua5.4")
            else place(name, "#!/bin/sh\n") end
         end
         local out, _, code = run "packaging/dependencies.sh build"
         assert.equal(1, code)
         assert.equal(case.message, out:match "^[^\n]*")
      end)
   end

   it("has everything: nothing is said", function()
      place("cc", "#!/bin/sh\n")
      interpreter("lua54", "lua5.4")
      pkg_config { lua54 = "5.4.6" }
      assert.same({ "", "", 0 }, { run "packaging/dependencies.sh build command" })
   end)
end)
