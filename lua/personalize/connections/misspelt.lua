--- Members that are not published but look like one that is: `descripton`.
-- @module personalize.connections.misspelt
-- @local

local options = require "personalize.options"
local shape = require "personalize.raw"

local misspelt = {}

--- The published members that an object lacks while it has another that looks like it.
-- @tparam table object a plain one
-- @tparam table members of the schema
-- @treturn table name as it is written -> the published name
function misspelt.find(object, members)
   local published, lacking, found = {}, {}, {}
   for _, member in ipairs(members) do
      published[member.name] = true
      if rawget(object, member.name) == nil then lacking[member.name] = true end
   end
   for name in next, object do
      if type(name) == "string" and not published[name] then found[name] = options.nearest(name, lacking) end
   end
   return found
end

local function each_object(value, visit)
   if type(value) ~= "table" then return end
   if not shape.is_array(value) then return visit(value, "") end
   for index = 1, shape.length(value) do
      local item = rawget(value, index)
      if type(item) == "table" then visit(item, ("[%d]"):format(index)) end
   end
end

--- Reports those of a definition and of the objects in it.
function misspelt.check(report, object, members, prefix)
   local names = {}
   local found = misspelt.find(object, members)
   for name in pairs(found) do names[#names + 1] = name end
   table.sort(names)
   for _, name in ipairs(names) do
      report(prefix .. name, ("is not published; did you mean %q?"):format(found[name]))
   end
   for _, member in ipairs(members) do
      local inner = member.members or member.items
      if inner then
         each_object(rawget(object, member.name), function(value, index)
            misspelt.check(report, value, inner, prefix .. member.name .. index .. ".")
         end)
      end
   end
end

return misspelt
