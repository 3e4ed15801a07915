-- The codec against lua-cjson on lists of connections, in one process. CPU time, so that other programs disturb less.
local cjson = require "cjson"
local connections = require "bench.json.connections"
local interpreters = require "bench.interpreters"
local part = require "bench.part"
local core = require "personalize.core".json

local sizes = {
   { count = 100, repeats = part.count(20, 1), rounds = part.count(25, 1) },
   { count = part.count(10000, 200), repeats = 1, rounds = part.count(7, 1) },
}

local name = interpreters.name(interpreters.this)

local function milliseconds(run, repeats)
   collectgarbage()
   local start = os.clock()
   for _ = 1, repeats do run() end
   return (os.clock() - start) / repeats * 1000
end

local function compare(size, what, at_most, ours, theirs)
   local samples = part.in_turns(size.rounds, {
      { "ours", function() return milliseconds(ours, size.repeats) end },
      { "lua-cjson", function() return milliseconds(theirs, size.repeats) end },
   })
   part.row { part = "json", what = ("JSON: %s of %d connections"):format(what, size.count), ours = name,
      other = "lua-cjson, " .. name, unit = "ms", our_samples = samples.ours, other_samples = samples["lua-cjson"],
      at_most = at_most, headline = at_most and size.count > 100 or nil }
end

for _, size in ipairs(sizes) do
   local text = connections.list(size.count)
   local value, same = core.decode(text), cjson.decode(text)
   local function encode_as(options) return function() return core.encode(value, options) end end
   local function cjson_encode() return cjson.encode(same) end
   local ranks = connections.ranks()
   compare(size, "decode", 0.65, function() return core.decode(text) end, function() return cjson.decode(text) end)
   compare(size, "encode", nil, encode_as(nil), cjson_encode)
   compare(size, "canonical encode", 1.15, encode_as { canonical = true, rank = ranks }, cjson_encode)
   compare(size, "pretty encode", nil, encode_as { canonical = true, rank = ranks, pretty = true }, cjson_encode)
end
