-- What is really there: the public modules of the library that is loaded, and one object of each class, made against an
-- emulator.
local chapters = require "doc.reference.chapters"
local emulator = require "personalize.emulator"
local personalize = require "personalize"

local surface = {}

local function methods_of(object)
   local metatable = debug.getmetatable(object)
   local methods = {}
   for name, value in pairs(type(metatable.__index) == "table" and metatable.__index or {}) do
      if type(value) == "function" and not name:find "^__" then methods[name] = value end
   end
   return methods
end

local function fields_of(module)
   local fields, functions = {}, {}
   for name, value in pairs(module) do
      if type(value) == "function" then functions[name] = value else fields[name] = value end
   end
   return fields, functions
end

local function add_module(self, name, module)
   local fields, functions = fields_of(module)
   self[name] = { object = module, fields = fields, functions = functions }
end

-- What begins with `_` is nobody's business.
local function add_class(self, name, object)
   local fields = {}
   for field, value in pairs(type(object) == "table" and object or {}) do
      if type(field) == "string" and not field:find "^_" then fields[field] = value end
   end
   self[name] = { object = object, fields = fields, functions = methods_of(object), is_class = true }
end

--- Class or module -> `{ object, fields, functions, is_class }`; and a function that ends what was begun for it.
function surface.look()
   local running = assert(emulator.start { seed = true })
   local client = assert(personalize.new(running:options()))
   local signals = emulator.hold_signals()
   local folder = os.tmpname()
   os.remove(folder)
   local list = assert(client.connections.list())
   local self = {}
   add_module(self, "personalize", personalize)
   add_module(self, "personalize.connections", client.connections)
   for _, name in ipairs(chapters.resources) do add_module(self, "personalize." .. name, client[name]) end
   add_module(self, "personalize.json", personalize.json)
   add_module(self, "personalize.sync", personalize.sync)
   add_module(self, "personalize.emulator", emulator)
   add_class(self, "personalize.client", client)
   add_class(self, "personalize.connection", list[1])
   add_class(self, "personalize.builder", client.connections.build "Weather")
   assert(personalize.sync.export(client, folder))
   add_class(self, "personalize.sync.plan", assert(personalize.sync.plan(client, folder)))
   os.execute("rm -r " .. folder)
   add_class(self, "personalize.emulator.running", running)
   add_class(self, "personalize.emulator.signals", signals)
   return self, function()
      client:close()
      signals:close()
      running:stop()
   end
end

return surface
