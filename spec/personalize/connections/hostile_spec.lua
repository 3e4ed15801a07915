-- Arguments and members of every wrong type, given to everything that is public.
local personalize = require "personalize"
local connection = require "personalize.connections.connection"
local hostile = require "spec.support.hostile"
local connections = require "personalize.connections.resource"
local list = require "personalize.resource.list"
local schema = require "personalize.schema"

-- Every public function: name -> a function that makes it, with a fresh object where it is a method.
local function public_functions()
   local found = {}
   local function add(prefix, functions)
      for name, call in pairs(functions) do
         if type(call) == "function" then found[prefix .. name] = function() return call end end
      end
   end
   add("personalize.", personalize)
   add("personalize.json.", personalize.json)
   add("connections.", personalize.connections)
   local c, b = connection.new({}, personalize.connections), personalize.connections.build "x"
   add("connection.", getmetatable(c).__index)
   add("builder.", getmetatable(b).__index)
   for name, method in pairs(getmetatable(c).__index) do
      found["connection:" .. name] = function()
         local it = connection.new({ name = "x", ref = "r", systemType = "y", auth = { authType = "NONE" },
            request = { requestType = "GET" } }, personalize.connections)
         return function(...) return method(it, ...) end
      end
   end
   for name, method in pairs(getmetatable(b).__index) do
      found["builder:" .. name] = function()
         local it = personalize.connections.build "x"
         return function(...) return method(it, ...) end
      end
   end
   found["personalize.configure"] = nil -- it would change the client that the others work on
   return found
end

describe("hostile arguments", function()
   setup(function()
      -- a closed port: what is valid fails at once, and in the same way
      personalize.configure { base_url = "http://127.0.0.1:1", access_token = "t", retry = false, timeout = 0.2 }
   end)

   local beside = { "nil", "a string", "an empty table", "a table that raises", "a knot", "a function" }

   for name, make in pairs(public_functions()) do
      it("to " .. name .. " are refused clearly", function()
         local function check(...)
            local arguments, count = { ... }, select("#", ...)
            local values = {}
            for index = 1, count do values[index] = hostile.make(arguments[index]) end
            local complaint = hostile.complaint(pcall(make(), (table.unpack or unpack)(values, 1, count)))
            if complaint then error(("%s(%s): %s"):format(name, table.concat(arguments, ", "), complaint)) end
         end
         for _, first in ipairs(hostile.names) do
            check(first)
            for _, second in ipairs(beside) do
               check(first, second)
               check(second, first)
            end
            check("a string", "an empty table", first)
         end
      end)
   end

   it("as members of a connection break nothing that shows it", function()
      for _, member in ipairs(schema.members) do
         for _, value in ipairs(hostile.names) do
            local function check(call)
               local c = connection.new({ name = "x", [member.name] = hostile.make(value) }, personalize.connections)
               local complaint = hostile.complaint(pcall(call, c))
               if complaint then error(("%s = %s: %s"):format(member.name, value, complaint)) end
            end
            check(function(c) assert.matches("^connection ", tostring(c)) end)
            check(function(c) assert.matches("1 connection$", tostring(list.new(connections, { c }, {}))) end)
            check(function(c) return c:diff {} end)
            check(function(c) return c:copy "y" end)
            check(function(c) return c:to_json { mask = true } end)
            check(personalize.connections.validate)
         end
      end
   end)

   it("in options show no secret", function()
      local _, message = pcall(personalize.new, { region = "eu", client_id = "a", client_secret = { "s3cr3t" } })
      assert.is_nil(tostring(message):find "s3cr3t")
   end)
end)
