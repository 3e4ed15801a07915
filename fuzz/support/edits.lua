-- Makes broken documents of a whole one: each two bytes of an input choose a node and what it becomes. libFuzzer's own
-- changes of bytes rarely leave JSON.

local json = require "personalize.json"
local raw = require "personalize.raw"

local edits = {}

-- What a node becomes; false removes it. Functions, so that no two documents share a table.
local others = {
   function() return nil end,
   function() return json.null end,
   function() return true end,
   function() return false end,
   function() return 0 end,
   function() return -1 end,
   function() return 1.5 end,
   function() return json.number "123456789012345678901234567890" end,
   function() return "" end,
   function() return "x" end,
   function() return "a\n\27[31m\0b" end,
   function() return ("long "):rep(100) end,
   function() return "${city}<#if x>{y}" end,
   function() return "***" end,
   function() return {} end,
   function() return json.array {} end,
   function() return json.array { json.null, "x", 1, {}, json.array {} } end,
   function() return { name = "x", value = json.array {}, key = {}, path = 1, message = {} } end,
   function() return { ["$env"] = "FUZZ_MISSING" } end,
   function() return { ["$file"] = "missing/file" } end,
   function() return { ["$env"] = {}, ["$file"] = 1 } end,
}

-- All nodes below a value, as `{ parent, name }`, in an order that does not change.
local function nodes_of(value, found)
   local names = {}
   for name in next, value do names[#names + 1] = name end
   table.sort(names, function(a, b) return tostring(a) < tostring(b) end)
   for _, name in ipairs(names) do
      found[#found + 1] = { value, name }
      local member = value[name]
      if type(member) == "table" and not json.is_number(member) then nodes_of(member, found) end
   end
   return found
end

local function edit(document, which, what)
   local nodes = nodes_of(document, {})
   if #nodes == 0 or #nodes > 1000 then return end
   local parent, name = nodes[which % #nodes + 1][1], nodes[which % #nodes + 1][2]
   if what < 192 then
      local made = others[what % #others + 1]()
      if made == nil and json.is_array(parent) then return end -- no holes
      parent[name] = made
   elseif json.is_array(parent) then
      table.insert(parent, parent[name])
   else
      -- another member's value; a tree stays a tree, for it is copied
      local other = nodes[what * 7 % #nodes + 1]
      parent[name] = raw.copy(other[1][other[2]])
   end
end

--- The text of a document after edits. Input that begins like JSON, or a byte order mark, is taken as it is.
function edits.text(whole, bytes)
   if bytes:find "^%s*[{%[\239]" then return bytes end
   local document = assert(json.decode(whole))
   for first, second in bytes:sub(1, 64):gmatch "(.)(.)" do edit(document, first:byte(), second:byte()) end
   return assert(json.encode(document, { max_depth = 2000, canonical = true }))
end

function edits.read(path)
   local file = assert(io.open(path, "rb"))
   local text = assert(file:read "a")
   file:close()
   return text
end

return edits
