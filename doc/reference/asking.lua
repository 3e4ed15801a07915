-- Which options a function takes, found by asking it: given one that nobody knows it raises, and lists those it knows.
local unpack = table.unpack or unpack -- luacheck: ignore

local asking = {}

local nobody_knows = "?????????"

-- A value for a parameter that comes before the options, by the first of its types that is known here.
local samples = {
   string = function() return "00000000-0000-4000-8000-000000000000" end,
   table = function() return {} end,
   any = function() return {} end,
   ["personalize.client"] = function(surface) return surface["personalize.client"].object end,
   ["personalize.members"] = function()
      return { name = "Asked", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
         request = { requestType = "GET", connectionUrl = "https://api.example.com/" } }
   end,
   ["{personalize.connection,...}"] = function() return {} end,
}

local function sample(kind, surface)
   if kind:find "^fun%(" then return function() end end
   return assert(samples[kind:match "^[^|]+"], "no sample of a " .. kind)(surface)
end

local function names_in(message)
   local names = message:match "%(known: (.*)%)"
   if not names then return nil end
   local known = {}
   for name in names:gmatch "[%w_]+" do known[name] = true end
   return known
end

--- The names of the options in a parameter, or in a member of it.
-- @param item of the model
-- @param place of the parameter
-- @param member a name, or nil for the parameter itself
-- @return a set of names; nil where the function does not list what it knows
function asking.options(surface, item, place, member)
   local owner = surface[item.class]
   local arguments = {}
   for index = 1, place - 1 do arguments[index] = sample(item.params[index].type, surface) end
   local asked = { [nobody_knows] = true }
   arguments[place] = member and { [member] = asked } or asked
   if owner.is_class then table.insert(arguments, 1, owner.object) end
   local fine, message = pcall(owner.functions[item.name], unpack(arguments))
   return not fine and names_in(tostring(message)) or nil
end

return asking
