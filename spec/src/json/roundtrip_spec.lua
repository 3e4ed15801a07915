-- Decode, encode, decode gives the same: for generated documents, for the published bodies.
local has_cjson, cjson = pcall(require, "cjson") -- Debian has none for Lua 5.5
local generator = require "spec.src.json.generator"
local json = require "personalize.core".json
local seed = require "spec.support.seed"

-- Equal in values, types, marks and the exact numbers.
local function same(a, b)
   if type(a) ~= "table" or type(b) ~= "table" then
      return a == b and type(a) == type(b) and (not math.type or math.type(a) == math.type(b))
         and tostring(a) == tostring(b)
   end
   if getmetatable(a) ~= getmetatable(b) then return false end
   for key, value in pairs(a) do
      if not same(value, b[key]) then return false end
   end
   for key in pairs(b) do
      if a[key] == nil then return false end
   end
   return true
end

-- A copy without marks and with numbers as lua-cjson gives them.
local function plain(value)
   if json.is_number(value) then return tonumber(tostring(value)) end
   if type(value) == "number" then return value * 1.0 end
   if type(value) ~= "table" then return value end
   local copy = {}
   for key, inner in pairs(value) do
      copy[key] = plain(inner)
   end
   return copy
end

local function read(name)
   local file = assert(io.open("spec/fixtures/" .. name, "rb"))
   local text = file:read("*a")
   file:close()
   return text
end

local published = { "list.json", "retrieve.json", "create-request.json", "create-response.json" }

describe("a document", function()
   it("comes back as it was (SPEC_SEED=" .. seed .. ")", function()
      local next_document = generator.new(seed)
      for i = 1, 600 do
         local text = next_document()
         local value, message = json.decode(text)
         local where = ("document %d of seed %d"):format(i, seed)
         assert.is_table(value, where .. ": " .. tostring(message))
         local again = assert(json.encode(value))
         assert.is_true(same(value, (json.decode(again))), where)
         assert.is_true(same(value, (json.decode(assert(json.encode(value, { pretty = true }))))), where)
         assert.is_true(text == json.encode(value, { canonical = true }), where)
      end
   end)

   local with_cjson = has_cjson and it or function() end
   with_cjson("has lua-cjson's values", function()
      local next_document = generator.new(seed + 1)
      for i = 1, 300 do
         local text = next_document()
         -- It takes 1e400 for an infinity and rounds: so do we for the comparison.
         assert.is_true(same(plain(cjson.decode(text)), plain((json.decode(text)))),
            ("document %d of seed %d"):format(i, seed + 1))
      end
   end)

   it("that was published comes back", function()
      for _, name in ipairs(published) do
         local value = assert(json.decode(read(name)))
         for _, options in ipairs { {}, { canonical = true }, { pretty = true } } do
            assert.is_true(same(value, (json.decode(assert(json.encode(value, options))))))
         end
         if has_cjson then assert.same(plain(value), plain(cjson.decode(json.encode(value)))) end
      end
   end)

   it("that was published keeps its empty arrays", function()
      local function empty_arrays(text)
         return select(2, text:gsub("%[%s*%]", ""))
      end
      for _, name in ipairs(published) do
         local text = read(name)
         assert.equal(empty_arrays(text), empty_arrays(json.encode(json.decode(text))))
      end
   end)
end)
