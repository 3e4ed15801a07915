-- What must be true of the reference. Each check takes the model and `report(format, ...)`.
local asking = require "doc.reference.asking"
local words = require "doc.reference.words"

local unpack = table.unpack or unpack -- luacheck: ignore

local checks = {}

local function each_item(modules, visit)
   for _, module in ipairs(modules) do
      for _, item in ipairs(module.items) do visit(item, module) end
   end
end

local function title(item)
   return item.class .. (item.is_method and ":" or ".") .. item.name
end

-- ------------------------------------------------------------------ the comments in themselves

-- Whether a table lists strings: then all of its fields lack a type.
local function is_enumeration(item)
   return item.kind == "table" and #item.fields > 0 and not item.fields[1].type
end

local function check_fields(fields, name, report)
   for _, field in ipairs(fields) do
      if not field.type then report("%s: %s has no type", name, field.name) end
      check_fields(field.fields or {}, name, report)
   end
end

--- Everything has a comment, parameters and returns have types.
function checks.complete(modules, report)
   each_item(modules, function(item)
      local name = title(item)
      if item.about == "" then report("%s has no comment", name) end
      if item.kind == "function" then
         check_fields(item.params, name, report)
         if #item.returns == 0 then report("%s does not say what it returns (nothing: @treturn nil)", name) end
         for _, returned in ipairs(item.returns) do
            if returned.type == "" then report("%s: a return has no type", name) end
         end
      elseif is_enumeration(item) then
         for _, field in ipairs(item.fields) do
            if field.type or field.about == "" then report("%s: %s: a word with its meaning", name, field.name) end
         end
      else
         check_fields(item.fields or {}, name, report)
      end
   end)
end

local builtin = {}
for name in ("nil any boolean string number integer function table lightuserdata fun true false"):gmatch "%a+" do
   builtin[name] = true
end

local function each_type(item, visit)
   local function fields(list)
      for _, field in ipairs(list or {}) do
         if field.type then visit(field.type) end
         fields(field.fields)
      end
   end
   fields(item.params)
   fields(item.fields)
   for _, returned in ipairs(item.returns or {}) do visit(returned.type) end
end

--- The names in types are those of classes and tables that the reference has.
function checks.resolved(modules, report)
   local declared = {}
   for _, module in ipairs(modules) do declared[module.name] = true end
   each_item(modules, function(item)
      declared[item.kind == "class" and item.class or item.class .. "." .. item.name] = true
   end)
   local function check(kind, where)
      -- names of a function's parameters are none of types
      local bare = kind:gsub('"[^"]*"', ""):gsub("([(,])[%w_]+:", "%1")
      for name in bare:gmatch "[%a_][%w_.]*" do
         local named = name:gsub("%.+$", "")
         if not builtin[named] and not declared[named] then report("%s: there is no type %s", where, named) end
      end
   end
   for _, module in ipairs(modules) do
      if module.extends then check(module.extends, module.name) end
   end
   each_item(modules, function(item)
      each_type(item, function(kind) check(kind, title(item)) end)
   end)
end

-- ------------------------------------------------------------------ against what is loaded

-- The names of a function's parameters; nil for a function of C. Public functions stand before others, which may take
-- the resource they work on, and after all the level for errors.
local function parameters_of(value, is_method)
   local implementation, is_bound = value, is_method
   for index = 1, 8 do
      local name, upvalue = debug.getupvalue(value, index)
      if name == "implementation" then implementation = upvalue end
      if name == "self" or name == "context" then is_bound = true end
   end
   if debug.getinfo(implementation, "S").what == "C" then return nil end
   local names = {}
   for index = is_bound and 2 or 1, debug.getinfo(implementation, "u").nparams do
      local name = debug.getlocal(implementation, index)
      if name ~= "level" then names[#names + 1] = name end
   end
   return names
end

local function check_parameters(item, value, report)
   local names = parameters_of(value, item.is_method)
   if not names then return end
   local documented = {}
   for index, param in ipairs(item.params) do documented[index] = param.name end
   local there, told = table.concat(names, ", "), table.concat(documented, ", ")
   if there ~= told then report("%s has the parameters (%s), the reference says (%s)", title(item), there, told) end
end

local function documented_names(modules)
   local documented = {}
   each_item(modules, function(item)
      local names = documented[item.class] or { fields = {}, functions = {} }
      documented[item.class] = names
      if item.kind == "function" then names.functions[item.name] = item end
      if item.kind == "field" then names.fields[item.name] = item end
      if item.kind == "table" and item.name == "members" then
         for _, field in ipairs(item.fields) do names.fields[field.name] = item end
      end
   end)
   return documented
end

-- Members of a connection are checked by the schema, and so are those of a base class.
local inherited = { ["personalize.connection"] = "personalize.members" }

--- What there is at run time is in the reference, and what is in the reference is there.
function checks.present(modules, report, surface)
   local documented = documented_names(modules)
   for class, there in pairs(surface) do
      local told = documented[class] or { fields = {}, functions = {} }
      local base = documented[inherited[class]] or { fields = {} }
      for name, value in pairs(there.functions) do
         local item = told.functions[name]
         if not item then report("%s.%s is not in the reference", class, name) end
         if item then check_parameters(item, value, report) end
      end
      for name in pairs(there.fields) do
         local is_told = told.fields[name] or base.fields[name]
         if not is_told then report("%s.%s is not in the reference", class, name) end
      end
   end
   for class, told in pairs(documented) do
      for name in pairs(told.functions) do
         local there = surface[class]
         if not there or not there.functions[name] then report("%s.%s: there is no such function", class, name) end
      end
   end
end

-- ------------------------------------------------------------------ against what the code knows

local function compare(known, told, what, report)
   for name in pairs(known) do
      if not told[name] then report("%s %s is not in the reference", what, name) end
   end
   for name in pairs(told) do
      if not known[name] then report("%s %s is in the reference, but the code does not know it", what, name) end
   end
end

local function names_of(fields)
   local names = {}
   for _, field in ipairs(fields or {}) do names[field.name] = true end
   return names
end

local function find_table(modules, qualified)
   local found
   each_item(modules, function(item)
      if item.kind == "table" and item.class .. "." .. item.name == qualified then found = item end
   end)
   return found
end

--- The kinds of errors and the types of events.
function checks.words(modules, report)
   compare(words.kinds(), names_of(find_table(modules, "personalize.error.kind").fields), "the kind of error", report)
   compare(words.events(), names_of(find_table(modules, "personalize.event_type").fields), "the event", report)
end

-- The tables among the alternatives of a type.
local function tables_in(modules, kind)
   local tables = {}
   for name in kind:gmatch "[^|]+" do tables[#tables + 1] = find_table(modules, name) end
   return tables
end

local function told_options(modules, param)
   local told = names_of(param.fields)
   for _, each in ipairs(tables_in(modules, param.type)) do
      for name in pairs(names_of(each.fields)) do told[name] = true end
   end
   return told
end

local function fields_of(modules, param)
   local fields = { unpack(param.fields or {}) }
   for _, each in ipairs(tables_in(modules, param.type)) do
      table.move(each.fields, 1, #each.fields, #fields + 1, fields)
   end
   return fields
end

-- Options that are taken out before the others are looked at.
local taken_before = { ["personalize.from_env"] = { "prefix", "variables" } }

--- The options that functions know, and those in options that are tables themselves.
function checks.options(modules, report, surface)
   each_item(modules, function(item)
      if item.kind ~= "function" or not surface[item.class] then return end
      for place, param in ipairs(item.params) do
         local fields = fields_of(modules, param)
         local known = #fields > 0 and asking.options(surface, item, place)
         for _, name in ipairs(known and taken_before[title(item)] or {}) do known[name] = true end
         if known then compare(known, told_options(modules, param), title(item) .. ": the option", report) end
         for _, field in ipairs(known and fields or {}) do
            local is_table = #tables_in(modules, field.type) > 0
            local inner = is_table and asking.options(surface, item, place, field.name)
            local what = ("%s: %s: the option"):format(title(item), field.name)
            if inner then compare(inner, told_options(modules, field), what, report) end
         end
      end
   end)
end

return checks
