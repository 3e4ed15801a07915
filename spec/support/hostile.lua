-- Values that no function expects, each made anew; by name.
local personalize = require "personalize"
local connection = require "personalize.connections.connection"

local hostile = {}

local function raise() error("a metamethod of the caller's", 0) end

local function evil(content)
   return setmetatable(content or {}, { __index = raise, __newindex = raise, __pairs = raise, __len = raise,
      __tostring = raise, __eq = raise, __lt = raise, __le = raise, __concat = raise, __call = raise, __name = 5 })
end

-- Contains itself, many times over: walks that do not remember where they were never end.
local function knot()
   local it = { name = "x", systemType = "DATA_SYSTEM" }
   for index = 1, 9 do it["k" .. index] = it end
   it.auth, it.request, it.exampleValue = it, it, it
   it.inputMappings, it.customHeaders = { it, it }, { it }
   return it
end

local function list_knot()
   local it = {}
   for index = 1, 9 do it[index] = it end
   return it
end

local function full_of(value)
   local it = {}
   for _, member in ipairs(require "personalize.schema".members) do it[member.name] = value() end
   return it
end

local makers = {
   ["nil"] = function() return nil end,
   ["true"] = function() return true end,
   ["false"] = function() return false end,
   zero = function() return 0 end,
   negative = function() return -1 end,
   fraction = function() return 1.5 end,
   nan = function() return 0 / 0 end,
   infinity = function() return math.huge end,
   ["a huge number"] = function() return 1e308 end,
   ["an exact number"] = function() return personalize.number "18446744073709551616" end,
   null = function() return personalize.null end,
   ["an empty string"] = function() return "" end,
   ["a string"] = function() return "x" end,
   ["control characters"] = function() return "\0\1\27[31m\r\n" end,
   ["bytes that are not UTF-8"] = function() return "\255\254\237\160\128" end,
   ["an open template"] = function() return "${" end,
   ["a pattern"] = function() return "%1%[(" end,
   ["a long string"] = function() return ("x"):rep(200000) end,
   ["an empty table"] = function() return {} end,
   ["an array"] = function() return { 1, 2, 3 } end,
   ["a mixed table"] = function() return { 1, a = 2 } end,
   ["an array with holes"] = function() return { [1] = 1, [1000] = 2 } end,
   ["keys of every type"] = function() return { [true] = 1, [{}] = 2, [1.5] = 3, [-1] = 4, [print] = 5 } end,
   ["a knot"] = knot,
   ["a knot of lists"] = list_knot,
   ["a table that raises"] = evil,
   ["a definition that raises"] = function() return evil(full_of(evil)) end,
   ["a definition of tables"] = function() return full_of(function() return { {} } end) end,
   ["a definition of knots"] = function() return full_of(list_knot) end,
   ["a definition of functions"] = function() return full_of(function() return print end) end,
   ["a locked metatable"] = function()
      return setmetatable({ name = "x" }, { __metatable = "locked", __index = raise })
   end,
   ["a function"] = function() return function() end end,
   ["a C function"] = function() return print end,
   ["a coroutine"] = function() return coroutine.create(print) end,
   ["a userdata"] = function() return io.stdout end,
   ["a builder"] = function() return personalize.connections.build "x" end,
   ["a connection"] = function() return connection.new({ name = "x" }, personalize.connections) end,
   ["an error"] = function() return select(2, personalize.connections.validate {}) end,
   ["a definition"] = function()
      return { name = "x", systemType = "y", auth = { authType = "NONE" }, request = { requestBody = "{" } }
   end,
}

hostile.names = {}
for name in pairs(makers) do hostile.names[#hostile.names + 1] = name end
table.sort(hostile.names)

function hostile.make(name) return makers[name]() end

local internal = { "attempt to", "stack overflow", "'%?'", "table index is", "invalid option", "malformed pattern",
   "invalid value", "out of memory", "not enough memory", "lua/personalize/" }

--- What is wrong with how a call went, or nil. A call may succeed, return nil and an error, or raise a message.
function hostile.complaint(fine, first, second)
   local said
   if fine then said = first == nil and second or nil else said = first end
   if said == nil then return nil end
   if type(said) ~= "string" and not personalize.is_error(said) then return "raised a " .. type(said) end
   local text = tostring(said)
   for _, pattern in ipairs(internal) do
      if text:find(pattern) then return text end
   end
   return #text > 2000 and "said " .. #text .. " bytes" or nil
end

return hostile
