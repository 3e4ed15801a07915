-- A folder for one spec, and what is in it.
local file = require "personalize.core".file

local folder = {}

function folder.new()
   local path = os.tmpname()
   os.remove(path)
   assert(file.make_folder(path))
   return path
end

function folder.remove(path)
   os.execute(("chmod -R u+rwx '%s'; rm -rf '%s'"):format(path, path))
end

function folder.write(path, name, text)
   assert(file.write(path, name, text))
end

function folder.read(path, name)
   return assert(file.read(path, name, 2 ^ 24))
end

-- All files: name -> text.
function folder.contents(path)
   local contents = {}
   for name, kind in pairs(assert(file.list(path))) do
      contents[name] = kind == "file" and folder.read(path, name) or kind
   end
   return contents
end

return folder
