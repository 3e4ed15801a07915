-- Looks at every C function that Lua can reach through a C module: its own, those of the tables in it, and those of
-- the metatables that it registered.
--    loadfile "spec/support/entry_points.lua"(module, was_called)
-- A text that names those that were not called; or nil.
local module, was_called = ...

local missing, seen = {}, {}

-- Finalizers that are nothing else are the collector's to call, where no hook sees it.
local function is_hidden(name) return name:find "%.__gc$" end

local function look(value, name)
   if type(value) == "function" then
      if not is_hidden(name) and not was_called(value) then missing[#missing + 1] = name end
   elseif type(value) == "table" and not seen[value] then
      seen[value] = true
      for key, member in pairs(value) do look(member, name .. "." .. tostring(key)) end
   end
end

look(module, "core")
for key, value in pairs(debug.getregistry()) do
   if type(key) == "string" and key:find "^personalize" then look(value, key) end
end
table.sort(missing)
return #missing > 0 and "never called: " .. table.concat(missing, ", ") or nil
