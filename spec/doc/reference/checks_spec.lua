-- What is wrong with a reference is found: each spec spoils it in one place.
local checks = require "doc.reference.checks"
local model = require "doc.reference.model"
local surface = require "doc.reference.surface"

local function copy(value)
   if type(value) ~= "table" then return value end
   local made = {}
   for name, member in pairs(value) do made[name] = copy(member) end
   return made
end

describe("the checks of the reference", function()
   local whole = model.read()
   local modules, there, finish

   setup(function() there, finish = surface.look() end)
   before_each(function() modules = copy(whole) end)
   teardown(function() finish() end)

   local function item(class, name)
      for _, module in ipairs(modules) do
         for place, each in ipairs(module.items) do
            if each.class == class and each.name == name then return each, module, place end
         end
      end
   end

   local function remove(class, name)
      local _, module, place = item(class, name)
      table.remove(module.items, place)
   end

   local function field(fields, name)
      for place, each in ipairs(fields) do
         if each.name == name then return each, place end
      end
   end

   local function problems(check)
      local found = {}
      checks[check](modules, function(format, ...) found[#found + 1] = format:format(...) end, there)
      table.sort(found)
      return found
   end

   it("find nothing", function()
      for check in pairs(checks) do assert.same({}, problems(check), check) end
   end)

   it("find a comment, a type or a return that is missing", function()
      item("personalize.client", "close").about = ""
      item("personalize.connections", "get").params[1].type = nil
      item("personalize.sync", "export").params[3].fields[1].type = nil
      item("personalize.builder", "icon").returns = {}
      item("personalize.error", "kind").fields[1].about = ""
      assert.same({
         "personalize.builder:icon does not say what it returns (nothing: @treturn nil)",
         "personalize.client:close has no comment",
         "personalize.connections.get: ref has no type",
         "personalize.error.kind: config: a word with its meaning",
         "personalize.sync.export: names has no type",
      }, problems "complete")
   end)

   it("find types that are none", function()
      item("personalize.connections", "get").returns[1].type = "personalize.conection|nil"
      item("personalize", "map").params[2].type = "fun(item:thing,index:integer):any"
      assert.same({
         "personalize.connections.get: there is no type personalize.conection",
         "personalize.map: there is no type thing",
      }, problems "resolved")
   end)

   it("find functions, fields and parameters that are not told, or not there", function()
      remove("personalize.connections", "archive")
      remove("personalize", "null")
      remove("personalize.builder", "header")
      item("personalize.client", "close").name = "shut"
      item("personalize.connections", "find").params[1].name = "what"
      assert.same({
         "personalize.builder.header is not in the reference",
         "personalize.client.close is not in the reference",
         "personalize.client.shut: there is no such function",
         "personalize.connections.archive is not in the reference",
         "personalize.connections.find has the parameters (wanted, opts), the reference says (what, opts)",
         "personalize.null is not in the reference",
      }, problems "present")
   end)

   it("find kinds of errors and types of events that are not told, or not there", function()
      table.remove(item("personalize.error", "kind").fields, 1)
      item("personalize", "event_type").fields[1].name = "asked"
      assert.same({
         "the event asked is in the reference, but the code does not know it",
         "the event request is not in the reference",
         "the kind of error config is not in the reference",
      }, problems "words")
   end)

   it("find options that are not told, or not there, at any depth", function()
      local options = item("personalize", "client_options").fields
      local _, place = field(options, "ca_path")
      table.remove(options, place)
      field(item("personalize.connections", "list").params[1].fields, "limit").name = "most"
      field(item("personalize.connections", "expectation").fields, "revision").name = "version"
      local missing = "%s: expect: the option revision is not in the reference"
      local surplus = "%s: expect: the option version is in the reference, but the code does not know it"
      local function both(name) return missing:format(name), surplus:format(name) end
      local save, save_too = both "personalize.connection:save"
      local archive, archive_too = both "personalize.connections.archive"
      local ensure, ensure_too = both "personalize.connections.ensure"
      local patch, patch_too = both "personalize.connections.patch"
      local restore, restore_too = both "personalize.connections.restore"
      local update, update_too = both "personalize.connections.update"
      local expected = {
         "personalize.configure: the option ca_path is not in the reference",
         save, save_too,
         archive, archive_too,
         ensure, ensure_too,
         "personalize.connections.list: the option limit is not in the reference",
         "personalize.connections.list: the option most is in the reference, but the code does not know it",
         patch, patch_too,
         restore, restore_too,
         update, update_too,
         "personalize.from_env: the option ca_path is not in the reference",
         "personalize.new: the option ca_path is not in the reference",
      }
      table.sort(expected) -- as the locale has it
      assert.same(expected, problems "options")
   end)
end)
