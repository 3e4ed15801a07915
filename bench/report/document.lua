-- Puts what was measured between the markers of a document:
--    <!-- bench:NAME -->   ...   <!-- /bench -->
local read = require "spec.support.read"

local document = {}

--- Writes a copy of a document in which each marked block holds the text of its name; a block whose name is not known
-- stays as it is.
-- @tparam string from path
-- @tparam string to path, may be the same
-- @tparam table blocks name -> Markdown
function document.fill(from, to, blocks)
   local text = assert(read(from), from):gsub("(<!%-%- bench:([%w%-]+) %-%->\n)(.-)(<!%-%- /bench %-%->)",
      function(opening, name, old, closing) return opening .. (blocks[name] or old) .. closing end)
   local file = assert(io.open(to, "w"))
   file:write(text)
   assert(file:close())
end

--- Machine and versions as Markdown.
function document.machine(machine)
   local names, versions = {}, {}
   for name in pairs(machine.versions) do names[#names + 1] = name end
   table.sort(names)
   for index, name in ipairs(names) do versions[index] = name .. " " .. machine.versions[name] end
   return ("%s: %s; %s; revision %s. With %s.\n"):format(machine.date, machine.machine, machine.system,
      machine.revision, table.concat(versions, ", "))
end

return document
