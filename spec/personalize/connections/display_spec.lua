-- Connections and lists as text for people.
local json = require "personalize.json"
local connection = require "personalize.connections.connection"
local connections = require "personalize.connections.resource"
local list = require "personalize.resource.list"
local personalize = require "personalize"
local text = require "personalize.text"

local function new(value) return connection.new(value, personalize.connections) end

local function show(value) return tostring(new(value)) end

describe("tostring of a connection", function()
   it("has a line for each member, in canonical order, secrets masked", function()
      local text_of_it = [==[{
         "unknown": { "deep": { "none": null, "list": [1, {"a":1}, ["x"]], "a b": 1.5 } },
         "name": "Weather", "ref": "r1", "description": "", "revision": 3, "archived": false,
         "auth": { "authType": "OAUTH", "clientSecret": "hush" }, "request": {},
         "inputMappings": [{ "label": "City", "key": "city", "type": "string", "exampleValue": "Dublin",
            "mapping": "" }],
         "outputMappings": [], "customHeaders": [{"name":"Accept","value":"text/html"},{"name":"X-Key","value":"hush"}]
      }]==]
      assert.equal([==[
connection "Weather"
  ref             r1
  description     ""
  revision        3
  archived        false
  auth
    authType      OAUTH
    clientSecret  ***
  request         {}
  inputMappings
    - label=City key=city type=string exampleValue=Dublin
  outputMappings  []
  customHeaders
    - Accept: text/html
    - X-Key: ***
  unknown
    deep
      a b   1.5
      list
        - 1
        - a=1
        - ["x"]
      none  null]==], show(json.decode(text_of_it)))
   end)

   it("names what has no name, and shows a name that is no text", function()
      assert.equal("connection (no name)", show {})
      assert.equal("connection (no name)\n  name  5", show { name = 5 })
   end)

   it("shows what is an array by the schema as one, also when it is empty and unmarked", function()
      assert.equal('connection "a"\n  auth\n    oauthCustomHeaders  []\n    other               {}\n'
         .. "  inputMappings  []\n  unknown        {}",
         show { name = "a", inputMappings = {}, unknown = {}, auth = { oauthCustomHeaders = {}, other = {} } })
   end)

   it("shows auth as an array", function()
      assert.equal('connection "a"\n  auth\n    - authType=OAUTH clientSecret=***',
         show { name = "a", auth = { { authType = "OAUTH", clientSecret = "hush" } } })
   end)

   it("stays within sensible widths, and lets nothing reach the terminal that it would obey", function()
      local shown = show { name = "a\27[31m\n", description = ("東"):rep(500), ["x\27]0;"] = "\7",
         list = { ("y"):rep(500) } }
      for line in shown:gmatch "[^\n]+" do assert.is_true(text.width(line) <= 110, line) end
      assert.is_nil(shown:find "[%z\1-\9\11-\31\127]")
   end)

   it("shows what is no JSON by its type", function()
      local knot = setmetatable({ name = "a", f = print, co = coroutine.create(print) },
         { __index = error, __tostring = error, __len = error, __pairs = error })
      knot.knot = knot
      local c = new { name = "b", inner = knot }
      local shown = tostring(c)
      assert.matches("<function>", shown)
      assert.matches("<thread>", shown)
   end)
end)

describe("tostring of a list", function()
   local function rows(...)
      local items = {}
      for index, item in ipairs { ... } do items[index] = new(item) end
      return tostring(list.new(connections, items, {}))
   end

   it("is an aligned table", function()
      assert.equal([[
NAME     SYSTEM TYPE  METHOD  URL            AUTH   REV  MODIFIED          ARCHIVED
Weather  DATA_SYSTEM  GET     https://***@x  OAUTH  3    2025-07-02 14:04  no
東京     -            POST    -              -      -    -                 yes
2 connections]], rows({ name = "Weather", systemType = "DATA_SYSTEM", revision = 3,
         modifiedAt = "2025-07-02T14:04:58.347Z",
         auth = { authType = "OAUTH" }, request = { requestType = "GET", connectionUrl = "https://u:hush@x" } },
         { name = "東京", archived = true, request = { { requestType = "POST" } }, auth = json.array {} }))
      assert.equal("no connections", rows())
      assert.matches("\n1 connection$", rows { name = "a" })
   end)

   it("fits 120 columns, however long the parts are", function()
      local long = ("東京x"):rep(100)
      local shown = rows { name = long, systemType = long, revision = 2 ^ 53, modifiedAt = long, archived = true,
         auth = { authType = long }, request = { requestType = long, connectionUrl = long } }
      for line in shown:gmatch "[^\n]+" do assert.is_true(text.width(line) <= 140, text.width(line)) end
      shown = rows { name = long, systemType = "DATA_SYSTEM", revision = 12, modifiedAt = "2025-07-02T14:04:58.347Z",
         auth = { authType = "OAUTH" }, request = { requestType = "DELETE", connectionUrl = long } }
      for line in shown:gmatch "[^\n]+" do assert.is_true(text.width(line) <= 120, text.width(line)) end
   end)

   it("shows members of any type", function()
      for _, value in ipairs { {}, { {} }, 1, 1.5, true, "x", json.null, json.number "18446744073709551616" } do
         assert.matches("1 connection$", rows { name = value, systemType = value, revision = value, archived = value,
            modifiedAt = value, auth = value, request = value })
      end
   end)
end)

describe("a list", function()
   it("is an array that knows what stood beside the items", function()
      local it = list.new(connections, json.array { new { name = "a" } },
         { href = "h", limit = 10, items = {} })
      assert.equal(1, #it)
      assert.equal("h", it.href)
      assert.equal(10, it.limit)
      assert.is_nil(it.items)
      local keys = {}
      for key in pairs(it) do keys[#keys + 1] = key end
      assert.same({ 1 }, keys)
      assert.equal('[{"name":"a"}]', json.encode(it))
      assert.equal("[]", json.encode(list.new(connections, json.array {}, { href = "h" })))
   end)
end)
