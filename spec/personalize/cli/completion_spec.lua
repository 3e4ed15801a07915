-- What a Tab at the prompt may mean.
local completion = require "personalize.cli.completion"
local personalize = require "personalize"
local tenant = require "spec.support.tenant"

describe("completion", function()
   local made

   before_each(function() made = tenant.start() end)

   after_each(function()
      made:stop()
      for _, name in ipairs { "c", "connections", "watched", "personalize" } do rawset(_G, name, nil) end
   end)

   -- What the last word of a line may become, words as readline sees them.
   local function of(line, from) return completion.of(line, from or #line:match "^(.-)[^%s\"'(]*$" + 1, made.client) end

   it("knows globals, keywords and members of tables", function()
      rawset(_G, "connections", made.connections)
      rawset(_G, "personalize", personalize)
      assert.same({ "connections" }, of "connec")
      assert.same({ "connections.patch" }, of "connections.pat")
      assert.same({ "connections.create", "connections.create_all" }, of "print(connections.cre")
      assert.same({ "personalize.json.decode" }, of "personalize.json.d")
      assert.same({ "repeat" }, of "rep")
      assert.same({ "require" }, of "requ")
      assert.same({}, of "connections.nothing")
      assert.same({}, of "nobody.known")
      assert.same({ "string.format" }, of "string.form")
   end)

   it("knows the members and methods of a connection", function()
      rawset(_G, "c", made:create())
      assert.same({ "c.connectionTimeout" }, of "c.conn")
      assert.same({ "c:save" }, of "c:sa")
      assert.same({ "c.request.connectionUrl" }, of "c.request.connectionU")
      local all = table.concat(of "c:", " ")
      for _, method in ipairs { "c:copy", "c:diff", "c:reload", "c:save", "c:test", "c:to_json" } do
         assert.matches(method, all, 1, true)
      end
   end)

   it("knows the names of connections within a string, and asks for them once a minute", function()
      made:create { name = "Weather by city" }
      made:create { name = "Weather by day" }
      assert.same({ "Weather by city", "Weather by day" }, of 'connections.find "Wea')
      -- readline replaces the last word alone
      assert.same({ "city" }, completion.of('connections.find "Weather by c', 30, made.client))
      assert.same({}, of 'print("nobody')
      local calls = #made:calls()
      of "connections.find 'W"
      assert.equal(calls, #made:calls())
   end)

   it("takes what stands before the word as it is", function()
      for _, before in ipairs { "5%", "x=5%", "a%s+", "%d%%" } do
         assert.same({ before .. "print" }, of(before .. "pri", 1))
         assert.same({ before .. "string.format" }, of(before .. "string.form", 1))
      end
   end)

   it("runs nobody's code", function()
      local runs = 0
      rawset(_G, "watched", setmetatable({ own = 1 }, {
         __index = function() runs = runs + 1 end, __pairs = function() runs = runs + 1 end,
      }))
      assert.same({ "watched.own" }, of "watched.o")
      assert.same({}, of "watched.x.y")
      assert.equal(0, runs)
   end)
end)
