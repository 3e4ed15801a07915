-- Each example of the reference runs as it stands, against an emulator of its own. What follows `-->` is what its line
-- prints.
local emulator = require "personalize.emulator"
local folder = require "spec.support.folder"
local lfs = require "lfs"
local model = require "doc.reference.model"
local personalize = require "personalize"

local modules, complaints = model.read()

local function title(item)
   return item.class .. (item.is_method and ":" or ".") .. item.name
end

-- Array of `{ title, code }`.
local function examples()
   local found = {}
   for _, module in ipairs(modules) do
      for _, code in ipairs(module.usage) do found[#found + 1] = { module.name, code } end
      for _, item in ipairs(module.items) do
         for _, code in ipairs(item.usage or {}) do found[#found + 1] = { title(item), code } end
      end
   end
   return found
end

-- Line -> what has to be printed there, or on the line before when it is a comment's.
local function expectations(code)
   local expected, number = {}, 0
   for line in (code .. "\n"):gmatch "(.-)\n" do
      number = number + 1
      local text = line:match "%-%->%s(.*)$"
      if text then expected[line:find "^%s*%-%->" and number - 1 or number] = text end
   end
   return expected
end

local events = {}

local function start(given)
   local running = assert(emulator.start(given))
   local options = running:options()
   options.retry = { base_delay = 0.001 }
   options.on_event = function(event) events[#events + 1] = event end
   return running, assert(personalize.new(options))
end

-- The names that `config.ld` promises to examples. `print` notes what it is given, by line.
local function environment(running, client, production, printed)
   local connection = assert(client.connections.find "Weather Data System")
   local refs = {}
   for index, each in ipairs(assert(client.connections.list())) do refs[index] = each.ref end
   local names = {
      personalize = personalize, emulator = running, client = client, connections = client.connections,
      c = connection, ref = connection.ref, refs = refs,
      sync = personalize.sync, staging = client, production = production,
   }
   function names.print(...)
      local shown = {}
      for index = 1, select("#", ...) do shown[index] = tostring((select(index, ...))) end
      local line = debug.getinfo(2, "l").currentline
      local text = table.concat(shown, "\t")
      printed[line] = printed[line] and printed[line] .. "\n" .. text or text
   end
   return setmetatable(names, { __index = _G })
end

local function compile(code, env)
   if not setfenv then return assert(load(code, "=example", "t", env)) end -- luacheck: ignore
   return setfenv(assert(loadstring(code, "=example")), env) -- luacheck: ignore
end

describe("an example of the reference", function()
   local running, client, other, production, here, place

   before_each(function()
      running, client = start { seed = true }
      other, production = start {}
      here, place = lfs.currentdir(), folder.new()
      assert(lfs.chdir(place))
   end)

   after_each(function()
      assert(lfs.chdir(here))
      folder.remove(place)
      require "personalize.default".set(nil)
      running:stop()
      other:stop()
   end)

   for _, example in ipairs(examples()) do
      it("runs: " .. example[1], function()
         local printed = {}
         compile(example[2], environment(running, client, production, printed))()
         for line, text in pairs(expectations(example[2])) do
            assert.equal(text, printed[line], ("line %d of\n%s"):format(line, example[2]))
         end
      end)
   end
end)

describe("the reference", function()
   local tables = {}
   for _, module in ipairs(modules) do
      for _, item in ipairs(module.items) do
         if item.kind == "table" then
            tables[title(item)] = {}
            for _, field in ipairs(item.fields) do tables[title(item)][field.name] = field end
         end
      end
   end

   it("is read without a complaint and has examples of all that has a result", function()
      assert.equal("", complaints)
      local has = {}
      for _, example in ipairs(examples()) do has[example[1]] = true end
      for _, module in ipairs(modules) do
         for _, item in ipairs(module.items) do
            -- a builder's example is one for all of its methods
            if item.kind == "function" and item.fails and not item.is_method then
               assert.is_true(has[title(item)], title(item))
            end
         end
      end
   end)

   it("tells of every member of the events and errors that came up in its examples", function()
      local seen = {}
      for _, event in ipairs(events) do
         seen[event.type] = true
         for name, value in pairs(event) do
            assert.is_table(tables["personalize.event"][name], name)
            if name == "error" then
               assert.is_table(tables["personalize.error.kind"][value.kind], value.kind)
               for member in pairs(value) do assert.is_table(tables["personalize.error.members"][member], member) end
            end
         end
      end
      for _, name in ipairs { "request", "response", "retry", "token" } do assert.is_true(seen[name], name) end
   end)
end)
