-- The reference as data: what LDoc read from the comments, in a plain form. LDoc calls `write` by its `--filter`;
-- `read` runs LDoc and gives the modules:
--
-- - module: `name`, `kind` (`module`, `classmod`, `topic`), `about`, `extends`, `usage` (array), `items`
-- - item: `kind` (`function`, `table`, `field`, `class`), `name`, `class` (the qualified name of the module or class
--   that it belongs to), `is_method`, `about`, `api`, `usage`; `fields` of a table or a field; `params` and `returns`
-- - field, parameter: `name`, `type`, `is_optional`, `default`, `about`; parameters that are tables may have `fields`
-- - `returns`: what comes back when it goes well, array of `{ type, about }`; `fails`: what is said of its failing, if
--   it may
local model = {}

-- ------------------------------------------------------------------ within LDoc

local function trim(text)
   return (text or ""):gsub("\n[ \t]+", "\n"):match "^%s*(.-)%s*$"
end

local function one_line(text)
   return (trim(text):gsub("%s+", " "))
end

local function about_of(item)
   return trim((item.summary or "") .. (item.description or ""))
end

local function field_of(item, name, shown)
   local modifiers = item.modifiers[item.parameter]
   local modifier = modifiers and modifiers[name] or {}
   local default = modifier.opt or modifier.optchain
   return {
      name = shown or name, type = modifier.type, about = one_line(item.params.map[name]),
      is_optional = default ~= nil or nil, default = type(default) == "string" and default or nil,
   }
end

local function fields_of(item)
   local fields = {}
   for index, name in ipairs(item.params or {}) do
      local subfields = item.subparams[name]
      if not subfields then
         fields[index] = field_of(item, name)
      else
         -- LDoc lists `opts` itself among its own fields where it is described
         local described = item.params.map[name] and field_of(item, name) or { name = name, type = "table", about = "" }
         described.fields = {}
         for _, path in ipairs(subfields) do
            table.insert(described.fields, field_of(item, path, path:match "%.(.*)$"))
         end
         fields[index] = described
      end
   end
   return fields
end

local function add_returns(made, item)
   made.returns = {}
   for _, group in ipairs(item.retgroups or {}) do
      if group.g == 0 then
         for _, each in ipairs(group) do
            table.insert(made.returns, { type = each.type, about = one_line(each.text) })
         end
      else
         made.fails = one_line(group[#group].text)
      end
   end
end

-- LDoc's lists have metatables and more than their items.
local function plain_list(list)
   local plain = {}
   for index = 1, #(list or {}) do plain[index] = list[index] end
   return plain
end

-- LDoc has methods as `personalize.client:request` or `running:options`, others as `personalize.client.members`.
local function place_of(module, name)
   local own = name
   if name:sub(1, #module.name) == module.name then own = name:sub(#module.name + 2) end
   local class, separator, short = own:match "^(.-)([.:])([^.:]+)$"
   local is_method = separator == ":" or name:sub(#module.name + 1, #module.name + 1) == ":"
   return module.name .. (class and class ~= "" and "." .. class or ""), short or own, is_method or nil
end

local function item_of(module, item)
   local made = { kind = item.type, about = about_of(item), usage = item.usage and plain_list(item.usage) }
   made.class, made.name, made.is_method = place_of(module, item.name)
   made.api = item.tags.api and one_line(item.tags.api[1]) or nil
   if item.type == "function" then
      made.params = fields_of(item)
      add_returns(made, item)
   else
      made.fields = fields_of(item)
      -- LDoc takes `json = {}` for a table with a field of its own name
      local only = #made.fields == 1 and made.fields[1].name
      if only and only == made.name then made.kind = "field" end
   end
   return made
end

local function lua_text(value)
   if type(value) == "string" then return (("%q"):format(value):gsub("\\\n", "\\n")) end
   if type(value) ~= "table" then return tostring(value) end
   local parts = {}
   for name, member in pairs(value) do parts[#parts + 1] = ("[%s]=%s"):format(lua_text(name), lua_text(member)) end
   return "{" .. table.concat(parts, ",") .. "}"
end

--- LDoc's filter: prints the modules as one line of Lua, for a library of the other interpreter may be in the path.
function model.write(modules)
   local made = {}
   for index = 1, #modules do
      local module = modules[index]
      local items = {}
      for place = 1, #module.items do
         if module.type ~= "topic" then items[place] = item_of(module, module.items[place]) end
      end
      for _, section in ipairs(module.sections or {}) do
         if section.type == "type" then
            table.insert(items, { kind = "class", class = module.name .. "." .. section.name, name = section.name,
               about = about_of(section) })
         end
      end
      made[index] = {
         name = module.name, kind = module.type, about = about_of(module), items = items,
         usage = plain_list(module.usage), extends = module.tags.extends and one_line(module.tags.extends[1]) or nil,
      }
   end
   print("return " .. lua_text(made))
end

-- ------------------------------------------------------------------ outside

--- Runs LDoc over the sources that `config.ld` names.
-- @return the modules, and what LDoc complains of (a string, empty when all is well)
function model.read()
   require "doc.reference.writing".chapters()
   local complaints = os.tmpname()
   -- sanitizers that watch over the caller are none of LDoc's business
   local pipe = assert(io.popen(
      "env -u LD_PRELOAD luajit $(command -v ldoc) --filter doc.reference.model.write . 2>" .. complaints))
   local output = pipe:read "*a"
   pipe:close()
   local file = assert(io.open(complaints))
   local text = file:read "*a"
   file:close()
   os.remove(complaints)
   local chunk = output:match "(return {.-)\n"
   if not chunk then error("LDoc gave nothing:\n" .. output .. text, 0) end
   return assert((loadstring or load)(chunk))(), text
end

return model
