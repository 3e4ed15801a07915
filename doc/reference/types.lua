-- Types for the Lua language server (LuaCATS), made of the reference: a file for each module, and for each class one
-- that cannot be required.
local types = {}

local banner = "-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited."

--- A type in LuaCATS's notation: `{string,...}` is `string[]` there.
function types.luacats(kind)
   kind = kind:gsub("{(.-),%.%.%.}", function(item)
      return (item:find "|" and "(" .. item .. ")" or item) .. "[]"
   end)
   return (kind:gsub("fun(%b())", function(arguments)
      return "fun" .. arguments:gsub(":", ": "):gsub(",", ", ")
   end):gsub("(%)):(%S+)", function(parenthesis, returned)
      return parenthesis .. ": " .. returned:gsub(",", ", ")
   end))
end

-- ------------------------------------------------------------------ comments

local function add_text(lines, text)
   for line in (text .. "\n"):gmatch "(.-)\n" do
      lines[#lines + 1] = ("---" .. line:gsub("@{([%w._]+)}", "`%1`")):gsub("%s+$", "")
   end
end

local function sentence(about, default)
   local parts = { about ~= "" and about or nil }
   if default then parts[#parts + 1] = ("(default `%s`)"):format(default) end
   return #parts > 0 and " " .. table.concat(parts, " ") or ""
end

local function add_fields(lines, fields)
   for _, field in ipairs(fields) do
      lines[#lines + 1] = ("---@field %s%s %s%s"):format(field.name, field.is_optional and "?" or "",
         types.luacats(field.type), sentence(field.about, field.default))
   end
end

-- A table whose fields have no types is a list of the strings that there are.
local function is_enumeration(item)
   return #item.fields > 0 and not item.fields[1].type
end

local function add_enumeration(lines, item)
   add_text(lines, item.about)
   lines[#lines + 1] = ("---@alias %s.%s"):format(item.class, item.name)
   for _, field in ipairs(item.fields) do
      lines[#lines + 1] = ('---| "%s" # %s'):format(field.name, field.about)
   end
   lines[#lines + 1] = ""
end

local function add_class(lines, name, about, fields, parent)
   add_text(lines, about)
   lines[#lines + 1] = ("---@class %s%s"):format(name, parent and ": " .. types.luacats(parent) or "")
   add_fields(lines, fields)
end

-- ------------------------------------------------------------------ functions

-- The class of a table of options that a parameter is.
local function options_class(item, param)
   return ("%s.%s_%s"):format(item.class, item.name, param.name)
end

local function type_of_param(item, param)
   return param.fields and options_class(item, param) or types.luacats(param.type)
end

local function add_option_classes(lines, item)
   for _, param in ipairs(item.params) do
      if param.fields then
         local about = ("Options of `%s`."):format(item.name)
         local parent = param.type ~= "table" and param.type or nil
         add_class(lines, options_class(item, param), about, param.fields, parent)
         lines[#lines + 1] = ""
      end
   end
end

-- What stands at each place when it goes well, or when it does not.
local function add_returns(lines, item)
   for place, returned in ipairs(item.returns) do
      local kind = types.luacats(returned.type)
      if item.fails and place == 1 and kind ~= "any" then
         kind = (kind:find "fun%(" and "(" .. kind .. ")" or kind) .. "|nil"
      elseif item.fails and place == 2 then
         kind = kind .. "|personalize.error"
      end
      if kind ~= "nil" then lines[#lines + 1] = ("---@return %s%s"):format(kind, sentence(returned.about)) end
   end
   if item.fails and #item.returns == 1 then
      lines[#lines + 1] = "---@return personalize.error|nil err" .. sentence(item.fails)
   end
end

local function add_function(lines, item, variable)
   add_option_classes(lines, item)
   add_text(lines, item.about)
   if item.api then add_text(lines, "\nPublished as " .. item.api) end
   local names = {}
   for index, param in ipairs(item.params) do
      names[index] = param.name
      lines[#lines + 1] = ("---@param %s%s %s%s"):format(param.name, param.is_optional and "?" or "",
         type_of_param(item, param), sentence(param.about, param.default))
   end
   add_returns(lines, item)
   lines[#lines + 1] = ("function %s%s%s(%s) end"):format(variable, item.is_method and ":" or ".", item.name,
      table.concat(names, ", "))
   lines[#lines + 1] = ""
end

-- ------------------------------------------------------------------ files

--- The classes of a module in its order, with what belongs to each: the module itself comes first.
function types.classes(module)
   local own = { name = module.name, about = module.about, extends = module.extends, items = {} }
   local classes, by_name = { own }, { [module.name] = own }
   for _, item in ipairs(module.items) do
      if item.kind == "class" then
         by_name[item.class] = { name = item.class, about = item.about, items = {} }
         classes[#classes + 1] = by_name[item.class]
      end
   end
   for _, item in ipairs(module.items) do
      if item.kind ~= "class" then table.insert(by_name[item.class].items, item) end
   end
   return classes
end

local function is_own_members(item)
   return item.kind == "table" and item.name == "members"
end

-- The fields of a class itself.
local function own_fields(class)
   local fields = {}
   for _, item in ipairs(class.items) do
      if item.kind == "field" then
         local field = item.fields[1]
         fields[#fields + 1] = { name = item.name, type = field.type,
            about = item.about:gsub("\n", " ") .. (field.about ~= "" and " " .. field.about or "") }
      elseif is_own_members(item) then
         for _, field in ipairs(item.fields) do fields[#fields + 1] = field end
      end
   end
   return fields
end

-- The operators of numbers are metamethods, which have no comments of their own.
local operators = {
   ["personalize.number"] = { "---@operator concat(any): string" },
   ["personalize.error"] = { "---@operator concat(any): string" },
}

local function add_tables(lines, class)
   for _, item in ipairs(class.items) do
      if item.kind == "table" and not is_own_members(item) then
         if is_enumeration(item) then
            add_enumeration(lines, item)
         else
            add_class(lines, item.class .. "." .. item.name, item.about, item.fields)
            lines[#lines + 1] = ""
         end
      end
   end
end

--- The text of a module's file.
function types.of(module)
   local lines = { "---@meta " .. (module.kind == "module" and module.name or "_"), "", banner, "" }
   for index, class in ipairs(types.classes(module)) do
      local variable = class.name:match "[^.]+$"
      add_tables(lines, class)
      add_class(lines, class.name, class.about, own_fields(class), class.extends)
      for _, operator in ipairs(operators[class.name] or {}) do lines[#lines + 1] = operator end
      lines[#lines + 1] = ("local %s = {}"):format(variable)
      lines[#lines + 1] = ""
      for _, item in ipairs(class.items) do
         if item.kind == "function" then add_function(lines, item, variable) end
      end
      if index == 1 then lines.variable = variable end
   end
   if module.kind == "module" then lines[#lines + 1] = "return " .. lines.variable end
   return table.concat(lines, "\n"):gsub("\n+$", "") .. "\n"
end

--- All files: path below `types/` -> text.
function types.files(modules)
   local files = {}
   for _, module in ipairs(modules) do
      if module.kind ~= "topic" then files[module.name:gsub("%.", "/") .. ".lua"] = types.of(module) end
   end
   return files
end

return types
