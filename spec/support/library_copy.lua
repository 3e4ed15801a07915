-- A copy of the library that every user can read: the tree may lie in a folder of one user alone.
local copy = {}

local root = os.getenv "PWD"

-- Where the library is that this run tests, for one of the interpreters.
function copy.build(variant)
   local build = package.cpath:match "([^;]*)/luajit/%?%.so" or package.cpath:match "([^;]*)/lua5%.4/%?%.so"
      or root .. "/build"
   return build .. "/" .. variant
end

-- The folder of the copy: `bin`, `lua` and, of one interpreter, `lib`.
function copy.make(variant)
   local path = os.tmpname()
   os.remove(path)
   -- a sanitizer that is preloaded would find fault with cp
   local done = os.execute(("unset LD_PRELOAD; mkdir -m 755 %s && cp -r %s/bin %s/lua %s && cp -r %s %s/lib "
      .. "&& chmod -R a+rX %s"):format(path, root, root, path, copy.build(variant), path, path))
   assert(done == true or done == 0, "the library could not be copied")
   return path
end

return copy
