-- core.file: files of a folder, written whole or not at all.
local file = require "personalize.core".file

local unpack = rawget(table, "unpack") or rawget(_G, "unpack")

describe("files of a folder", function()
   local folder

   before_each(function()
      folder = os.tmpname()
      os.remove(folder)
      assert(file.make_folder(folder .. "/inner"))
   end)

   after_each(function() os.execute("rm -rf '" .. folder .. "'") end)

   local function names_of(path)
      local names = {}
      for name, kind in pairs(assert(file.list(path))) do names[#names + 1] = name .. ":" .. kind end
      table.sort(names)
      return names
   end

   it("are written, read, listed and removed", function()
      assert.is_true(file.write(folder, "a.json", "{}\n"))
      assert.equal("{}\n", file.read(folder, "a.json", 3))
      assert.is_true(file.write(folder, "a.json", ""))
      assert.equal("", file.read(folder, "a.json", 0))
      assert.same({ "a.json:file", "inner:folder" }, names_of(folder))
      assert.is_true(file.remove(folder, "a.json"))
      assert.same({ "inner:folder" }, names_of(folder))
   end)

   it("hold any bytes", function()
      local bytes = {}
      for value = 0, 255 do bytes[#bytes + 1] = string.char(value) end
      local text = table.concat(bytes):rep(1000)
      assert.is_true(file.write(folder, "bytes", text))
      assert.equal(text, file.read(folder, "bytes", #text))
   end)

   it("have a bound", function()
      assert.is_true(file.write(folder, "a", "12345"))
      assert.equal("12345", file.read(folder, "a", 5))
      local text, message = file.read(folder, "a", 4)
      assert.is_nil(text)
      assert.equal("File too large", message)
   end)

   it("keep their mode; a new one has the mode given", function()
      assert.is_true(file.write(folder, "secret", "1", 384)) -- 0600
      local function mode() return io.popen("stat -c %a '" .. folder .. "/secret'"):read "*l" end
      assert.equal("600", mode())
      os.execute("chmod 640 '" .. folder .. "/secret'")
      assert.is_true(file.write(folder, "secret", "2"))
      assert.equal("640", mode())
   end)

   it("are their owner's alone once they are written as such, whatever they were", function()
      local function mode() return io.popen("stat -c %a '" .. folder .. "/open'"):read "*l" end
      for before, after in pairs { ["644"] = "600", ["666"] = "600", ["755"] = "700", ["400"] = "400" } do
         assert.is_true(file.write(folder, "open", "1"))
         os.execute(("chmod %s '%s/open'"):format(before, folder))
         assert.is_true(file.write(folder, "open", "2", 384)) -- 0600
         assert.equal(after, mode())
         file.remove(folder, "open")
      end
   end)

   it("lie in folders that are made with all of the modes that the user allows", function()
      for mask, mode in pairs { ["0"] = "777", ["027"] = "750", ["077"] = "700" } do
         local path = folder .. "/made" .. mask
         local program = ("require('personalize.core').file.make_folder('%s/inner')"):format(path)
         os.execute(("umask %s; %s -e %q"):format(mask, require "spec.support.interpreter", program))
         local made = io.popen(("stat -c %%a '%s' '%s/inner'"):format(path, path))
         assert.equal(mode .. "\n" .. mode .. "\n", made:read "*a")
         made:close()
      end
   end)

   it("are never reached through a symbolic link", function()
      assert.is_true(file.write(folder, "outside", "kept"))
      os.execute(("ln -s ../outside '%s/inner/link'"):format(folder))
      for _, call in ipairs { function() return file.read(folder .. "/inner", "link", 100) end,
         function() return file.write(folder .. "/inner", "link", "gone") end } do
         local done, message = call()
         assert.is_nil(done)
         assert.equal("is a symbolic link, which is not followed", message)
      end
      assert.equal("kept", file.read(folder, "outside", 100))
      assert.same({ "link:link" }, names_of(folder .. "/inner"))
   end)

   it("are named within the folder", function()
      -- none of them is the system's: a fault, or a mutant, would remove it
      for _, name in ipairs { "", ".", "..", "../x", "a/b", folder .. "/inner/a" } do
         local done, message = file.write(folder, name, "")
         assert.is_nil(done)
         assert.equal("is no name of a file", message)
         assert.is_nil((file.read(folder, name, 10)))
         assert.is_nil((file.remove(folder, name)))
      end
   end)

   it("have no zero byte in their names: the system would see half of each", function()
      assert.is_true(file.write(folder, "a", "whole"))
      local refused = { nil, "holds a zero byte", 0 }
      for name, arguments in pairs {
         read = { folder, "a\0b", 10 }, read_below = { folder, "a\0b", 10 }, write = { folder, "a\0b", "" },
         remove = { folder, "a\0b" }, make_folder = { folder .. "/a\0b" }, list = { folder .. "\0b" },
         clear = { folder .. "\0b" }, mode = { folder .. "/a\0b" },
      } do
         assert.same(refused, { file[name](unpack(arguments)) }, name)
      end
      assert.same(refused, { file.read(folder .. "\0b", "a", 10) })
      assert.same({ nil, "holds a zero byte", 0, "failed" }, { file.lock(folder, "a\0b", "a purpose") })
      assert.equal("whole", file.read(folder, "a", 10))
      assert.same({ "a:file", "inner:folder" }, names_of(folder))
   end)

   it("that are none are refused, and do not hang", function()
      os.execute(("mkfifo '%s/pipe'"):format(folder))
      assert.equal("is not a regular file", (select(2, file.read(folder, "pipe", 10))))
      assert.equal("is not a regular file", (select(2, file.read(folder, "inner", 10))))
      assert.equal("is not a regular file", (select(2, file.write(folder, "pipe", ""))))
   end)

   it("are read below a folder, through links that stay there, and nowhere else", function()
      assert.is_true(file.write(folder .. "/inner", "a", "below"))
      assert.is_true(file.write(folder, "outside", "kept"))
      os.execute(("cd '%s' && ln -s a inner/link && ln -s ../outside inner/out && mkdir innermost && cp outside "
         .. "innermost/x"):format(folder))
      local inner = folder .. "/inner"
      for _, path in ipairs { "a", "link", inner .. "/a", "../inner/a" } do
         assert.equal("below", file.read_below(inner, path, 100), path)
      end
      for _, path in ipairs { "../outside", "out", folder .. "/outside", "../innermost/x", "/", "." } do
         local text, message, code = file.read_below(inner, path, 2 ^ 20)
         assert.same({ nil, "is not below that folder", 18 }, { text, message, code }, path)
      end
      assert.same({ nil, "No such file or directory", 2 }, { file.read_below(inner, "none", 100) })
      assert.equal("File too large", (select(2, file.read_below(inner, "a", 4))))
   end)

   it("have a mode and an owner", function()
      assert.is_true(file.write(folder, "a", ""))
      os.execute(("chmod 4640 '%s/a'"):format(folder))
      local mode, is_own = file.mode(folder .. "/a")
      assert.same({ ("%o"):format(mode), is_own }, { "4640", true })
      assert.same({ nil, "No such file or directory", 2 }, { file.mode(folder .. "/none") })
      assert.equal("is not a regular file", (select(2, file.mode(folder))))
   end)

   it("of a folder that is none say so", function()
      local done, message, code = file.read(folder .. "/none", "a", 1)
      assert.same({ nil, "No such file or directory", 2 }, { done, message, code })
      assert.equal("No such file or directory", (select(2, file.list(folder .. "/none"))))
      assert.is_true(file.write(folder, "plain", ""))
      assert.equal("Not a directory", (select(2, file.list(folder .. "/plain"))))
      assert.equal("Not a directory", (select(2, file.make_folder(folder .. "/plain/x"))))
   end)

   it("are whole or as before when the disk is full", function()
      assert.is_true(file.write(folder, "a", "before"))
      local program = ("local f = require'personalize.core'.file "
         .. "print((select(2, f.write(%q, 'a', ('x'):rep(100000)))))"):format(folder)
      local path = os.tmpname()
      local script = assert(io.open(path, "w"))
      script:write(program)
      script:close()
      local interpreter = require "spec.support.interpreter"
      local said = io.popen(("trap '' XFSZ; ulimit -f 8; %s %s"):format(interpreter, path))
      assert.equal("File too large", said:read "*l")
      said:close()
      os.remove(path)
      assert.equal("before", file.read(folder, "a", 100))
      assert.same({ "a:file", "inner:folder" }, names_of(folder))
   end)

   it("of every kind are listed, and nothing else is", function()
      os.execute(("cd '%s' && mkfifo pipe && ln -s none link && mkdir ..x"):format(folder))
      assert.is_true(file.write(folder, ".hidden", ""))
      assert.same({ "..x:folder", ".hidden:file", "inner:folder", "link:link", "pipe:other" }, names_of(folder))
   end)

   it("are removed, and nothing else is", function()
      assert.same({ nil, "No such file or directory", 2 }, { file.remove(folder, "none") })
      assert.same({ nil, "No such file or directory", 2 }, { file.remove(folder .. "/none", "a") })
      local done, _, code = file.remove(folder, "inner")
      assert.is_nil(done)
      assert.is_true(code == 21 or code == 1) -- POSIX allows either
      assert.same({ "inner:folder" }, names_of(folder))
   end)

   it("lie in folders that are made as deep as they are named", function()
      assert.is_true(file.make_folder(folder .. "/a//b/./c/"))
      assert.is_true(file.make_folder(folder .. "/a/b")) -- it is there
      assert.same({ "c:folder" }, names_of(folder .. "/a/b"))
      assert.is_true(file.make_folder "/")
      assert.same({ nil, "No such file or directory", 2 }, { file.make_folder "" })
      assert.same({ nil, "File name too long", 36 }, { file.make_folder(folder .. ("/x"):rep(2048)) })
      assert.same({ nil, "File name too long", 36 }, { file.make_folder(folder .. "/" .. ("x"):rep(256)) })
      assert.is_true(file.write(folder, "plain", ""))
      assert.same({ nil, "Not a directory", 20 }, { file.make_folder(folder .. "/plain") })
   end)

   it("are read below the folder of all", function()
      assert.is_true(file.write(folder, "a", "below"))
      assert.equal("below", file.read_below("/", folder .. "/a", 100))
      assert.equal("below", file.read_below("/", folder:sub(2) .. "/a", 100))
      assert.same({ nil, "File name too long", 36 }, { file.read_below(folder, ("x/"):rep(2048) .. "a", 100) })
      assert.same({ nil, "No such file or directory", 2 }, { file.read_below(folder .. "/none", folder .. "/a", 100) })
   end)

   it("are misused with bounds that are none", function()
      for _, most in ipairs { -1, 2 ^ 31 - 1, 0 / 0 } do
         for _, name in ipairs { "read", "read_below" } do
            assert.error_matches(function() file[name](folder, "a", most) end, "bad argument #3 to .* %(out of range%)")
         end
      end
      assert.is_true(file.write(folder, "a", "text"))
      assert.equal("text", file.read(folder, "a", 2 ^ 31 - 2))
   end)
end)
