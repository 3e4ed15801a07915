-- core.file with memory that runs out.
return {
   { "file", function(given)
      local file, folder = given.core.file, given.folder
      local bytes = ("b"):rep(5000)
      local written, problem = file.write(folder, "f", bytes, tonumber("600", 8))
      assert(written, problem)
      local read = file.read(folder, "f", 10000)
      local list = file.list(folder)
      local mode, is_own = file.mode(folder .. "/f")
      assert(mode == tonumber("600", 8) and is_own)
      assert(file.remove(folder, "f"))
      assert(read == bytes and list.f == "file")
   end },
   { "file, refused", function(given)
      local file, folder = given.core.file, given.folder
      local read, message, number = file.read(folder, "nothing", 10)
      assert(read == nil and message and number == 2)
      assert(not file.write(folder, "a/b", "", 0) and not file.remove(folder, "nothing"))
      assert(not file.mode(folder .. "/nothing") and not file.mode(folder))
      assert(not file.list(folder .. "/nothing") and not file.list "a\0b" and given.refuses(file.list, nil))
   end },
   { "file.read_below", function(given)
      local file, folder = given.core.file, given.folder
      local written, problem = file.write(folder, "g", "bytes", tonumber("600", 8))
      assert(written, problem)
      local read = file.read_below(folder, "./g", 10)
      local refused, message = file.read_below(folder, "/proc/self/environ", 10)
      assert(file.remove(folder, "g"))
      assert(read == "bytes" and refused == nil and message)
      assert(file.read_below(folder .. "/nothing", "g", 10) == nil)
   end },
   { "file.lock", function(given)
      local file, folder = given.core.file, given.folder
      local lock, problem = file.lock(folder, "busy", "spec")
      assert(lock, problem)
      local second, holder, _, what = file.lock(folder, "busy", "spec")
      assert(not second and holder:find "^process %d+ on .*, spec$" and what == "busy")
      assert(file.clear(folder) and not file.clear(folder .. "/nothing"))
      lock:release()
   end },
   { "file.make_folder", function(given)
      assert(given.core.file.make_folder(given.folder))
      assert(given.core.file.make_folder "/proc/self/nothing" == nil)
   end },
}
