-- core.file's lock on a folder, and what killed writers left there.
local command = require "spec.support.command"
local file = require "personalize.core".file
local folder = require "spec.support.folder"
local socket = require "socket"

describe("the lock of a folder", function()
   local path, children

   before_each(function() path, children = folder.new(), {} end)

   after_each(function()
      for _, pid in ipairs(children) do os.execute(("kill -9 %d 2>/dev/null"):format(pid)) end
      folder.remove(path)
   end)

   local function lock() return file.lock(path, ".busy", "spec") end

   -- Another process that runs this and then sleeps; it is there when `ready` is.
   local function start(code)
      local ready = path .. ".ready"
      os.remove(ready)
      local script = ("local file = require'personalize.core'.file; %s; io.open(%q, 'w'):close(); "
         .. "os.execute('sleep 60')"):format(code, ready)
      local pipe = io.popen(("exec %s -e %s >/dev/null 2>&1 & echo $!"):format(command.interpreter,
         command.quote(script)))
      local pid = pipe:read "*n"
      pipe:close()
      children[#children + 1] = pid
      local deadline = socket.gettime() + 20
      while not io.open(ready) and socket.gettime() < deadline do socket.sleep(0.01) end
      os.remove(ready)
      return pid
   end

   it("is one holder's at a time, names it, and leaves nothing", function()
      local first = assert(lock())
      local second, holder, _, kind = lock()
      assert.is_nil(second)
      assert.equal("busy", kind)
      assert.matches("^process %d+ on .+, spec$", holder)
      assert.same({ [".busy"] = "file" }, assert(file.list(path)))
      assert.equal(holder .. "\n", file.read(path, ".busy", 1000)) -- for people who look into it
      first:release()
      first:release()
      assert.same({}, assert(file.list(path)))
      assert(lock()):release()
   end)

   it("is let go of when it is collected", function()
      assert.truthy(lock())
      for _ = 1, 3 do collectgarbage() end
      assert(lock()):release()
   end)

   it("is never stale: a killed holder holds it no more, though its file stays", function()
      local pid = start(("kept = assert(file.lock(%q, '.busy', 'child'))"):format(path))
      local none, holder, _, kind = lock()
      assert.is_nil(none)
      assert.equal("busy", kind)
      assert.matches(("^process %d on .+, child$"):format(pid), holder)
      os.execute(("kill -9 %d"):format(pid))
      local deadline = socket.gettime() + 5
      local got
      repeat got = lock() until got or socket.gettime() > deadline
      assert.truthy(got)
      got:release()
      assert.same({}, assert(file.list(path)))
   end)

   it("is refused where its file is none", function()
      assert(file.make_folder(path .. "/.busy"))
      assert.same({ nil, "Is a directory", 21, "failed" }, { lock() })
      os.remove(path .. "/.busy")
      folder.write(path, "other", "kept")
      os.execute(("ln -s other '%s/.busy'"):format(path))
      assert.same({ nil, "is a symbolic link, which is not followed", 0, "failed" }, { lock() })
      os.remove(path .. "/.busy")
      os.execute(("mkfifo '%s/.busy'"):format(path))
      assert.same({ nil, "is not a regular file", 0, "failed" }, { lock() })
      assert.same({ nil, "No such file or directory", 2, "failed" }, { file.lock(path .. "/none", "x", "y") })
      assert.same({ nil, "is no name of a file", 0, "failed" }, { file.lock(path, "a/b", "y") })
   end)

   it("has a name and a purpose of bounded length", function()
      assert.same({ nil, "File name too long", 36, "failed" }, { file.lock(path, ("x"):rep(256), "y") })
      local first = assert(file.lock(path, ("x"):rep(255), ("y"):rep(1000)))
      local _, holder = file.lock(path, ("x"):rep(255), "z")
      assert.matches("^process %d+ on .+, y+$", holder)
      assert.is_true(#holder < 1000)
      assert.equal(holder, file.read(path, ("x"):rep(255), 1000))
      first:release()
      for length = #holder - 60, #holder do
         local held = assert(file.lock(path, ".busy", ("y"):rep(length)))
         assert.is_nil(file.read(path, ".busy", 1000):find("\0", 1, true), length)
         held:release()
      end
      assert.same({}, assert(file.list(path)))
   end)

   it("clears no folder that is none, and nothing that has another name", function()
      assert.same({ nil, "No such file or directory", 2 }, { file.clear(path .. "/none") })
      folder.write(path, ".personalize-0123456789abcdef.tmp", "left")
      assert(os.execute(("ln '%s/.personalize-0123456789abcdef.tmp' '%s/other'"):format(path, path)))
      assert.is_true(file.clear(path))
      assert.equal("file", assert(file.list(path))[".personalize-0123456789abcdef.tmp"])
   end)

   it("clears what killed writers left, and nothing else", function()
      local kept = { "kept.tmp", ".personalize-notes.tmp", ".personalize-0123456789ABCDEF.tmp",
         ".personalize-0123456789abcdef.tmp.json", "x.personalize-0123456789abcdef.tmp" }
      for _, name in ipairs(kept) do folder.write(path, name, "mine") end
      folder.write(path, ".personalize-0123456789abcdef.tmp", "left")
      folder.write(path, ".personalize-fedcba9876543210.tmp", "left")
      assert(file.make_folder(path .. "/.personalize-0000000000000000.tmp"))
      os.execute(("ln -s kept.tmp '%s/.personalize-0000000000000001.tmp'"):format(path))
      assert.is_true(file.clear(path))
      local found = {}
      for name in pairs(assert(file.list(path))) do found[#found + 1] = name end
      table.sort(found)
      kept[#kept + 1] = ".personalize-0000000000000000.tmp"
      kept[#kept + 1] = ".personalize-0000000000000001.tmp"
      table.sort(kept)
      assert.same(kept, found)
   end)

   it("leaves what a living writer locks", function()
      local name = ".personalize-0123456789abcdef.tmp"
      local pid = start(("kept = assert(file.lock(%q, %q, 'writer'))"):format(path, name))
      assert.is_true(file.clear(path))
      assert.equal("file", assert(file.list(path))[name])
      os.execute(("kill -9 %d"):format(pid))
      local deadline = socket.gettime() + 5
      repeat file.clear(path) until assert(file.list(path))[name] == nil or socket.gettime() > deadline
      assert.same({}, assert(file.list(path)))
   end)

   it("goes without where the file system has none, and says so", function()
      local source, library = path .. "/no_flock.c", path .. "/no_flock.so"
      for name, text in pairs { ENOLCK = "No locks available", EOPNOTSUPP = "Operation not supported" } do
         folder.write(path, "no_flock.c",
            ("#include <errno.h>\nint flock(int fd, int what) { (void)fd; (void)what; errno = %s; return -1; }\n")
               :format(name))
         assert(os.execute(("env -u LD_PRELOAD cc -shared -fPIC -o '%s' '%s'"):format(library, source)))
         local code = ("local l, m, _, k = require'personalize.core'.file.lock(%q, '.busy', 'x'); print(l, m, k)")
            :format(path)
         local line = ('LD_PRELOAD="${LD_PRELOAD:+$LD_PRELOAD:}"%s %s -e %s'):format(command.quote(library),
            command.interpreter, command.quote(code))
         local out = command.shell(line)
         assert.equal("nil\t" .. text .. "\tunsupported\n", out)
         assert.is_nil(assert(file.list(path))[".busy"])
      end
   end)
end)

describe("a new folder", function()
   it("has the mode that the umask leaves", function()
      local path = folder.new()
      local out = command.shell(("umask 027; %s -e \"assert(require'personalize.core'.file.make_folder('%s/a/b'))\"; "
         .. "stat -c %%a '%s/a' '%s/a/b'"):format(command.interpreter, path, path, path))
      assert.equal("750\n750\n", out)
      folder.remove(path)
   end)
end)
