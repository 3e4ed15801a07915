--- Finds look-alikes: unpublished members that look like a published one, misspelt (`descripton`) or at the wrong place
-- (`connectionUrl` beside `request`). Only the schema decides.
-- @module personalize.connections.look_alikes
-- @local

local letters = require "personalize.letters"
local native = require "personalize.native"
local options = require "personalize.options"
local raw = require "personalize.raw"
local schema = require "personalize.schema"

local look_alikes = {}

local none = {}

-- List of members -> { named = name -> member, known by its lower-case letters }; made once for each place.
local places = {}

local function place_of(members)
   local place = places[members]
   if not place then
      place = { named = schema.by_name(members), small = {} }
      for _, member in ipairs(members) do place.small[letters.lower(member.name)] = member.name end
      places[members] = place
   end
   return place
end

-- name -> text of the places that have it: `request`, `inputMappings[]`
local homes = {}
schema.each(function(member, path)
   local parent = path:match "^(.*)%.[^.]*$" or "the connection itself"
   homes[member.name] = homes[member.name] or {}
   table.insert(homes[member.name], parent)
end)

-- Whether a member is of an `auth` of an unpublished type, which may have any members.
local function is_open(object, name)
   local kind = name == "auth" and raw.auth_type(object)
   return kind and not schema.auth_types[kind] or false
end

local walk

local function walk_below(value, member, general, path, visit)
   if type(value) ~= "table" then return end
   local members = member.members or member.items
   if not raw.is_array(value) then return walk(value, members, member.name, general .. ".", path .. ".", visit) end
   for index = 1, raw.length(value) do
      local item = rawget(value, index)
      if type(item) == "table" then
         walk(item, members, member.name, general .. "[].", ("%s[%d]."):format(path, index), visit)
      end
   end
end

-- Calls `visit(name, general, path, object, members)` for each unpublished member at its place; `general` is its path
-- without indexes.
function walk(object, members, own_name, general, path, visit)
   local named = place_of(members).named
   local open = is_open(object, own_name)
   for name, value in next, object do
      local member = named[name]
      if not member then
         if type(name) == "string" and not open then visit(name, general .. name, path .. name, object, members) end
      elseif member.members or member.items then
         walk_below(value, member, general .. name, path .. name, visit)
      end
   end
end

-- name -> true, or the same table for the objects below
local function tree_of(members)
   local tree = {}
   for _, member in ipairs(members) do
      local below = member.members or member.items
      tree[member.name] = below and tree_of(below) or true
   end
   return tree
end

local published = tree_of(schema.members)

--- The unpublished members of a connection. Those that the service sent are sent back unchanged.
-- @tparam table connection
-- @treturn ?table set of paths without indexes (`inputMappings[].note`); nil when there are none
function look_alikes.unpublished(connection)
   -- true for nearly all connections, and lists have many of them
   if native.json.has_only(connection, published) then return nil end
   local found
   walk(connection, schema.members, nil, "", "", function(_, general)
      found = found or {}
      found[general] = true
   end)
   return found
end

-- The published name at a place that a name probably means. A name that is already present is not suggested, unless
-- the definition is an edit of a connection that had it before.
local function nearest(name, object, members, is_edit)
   local place = place_of(members)
   local same = place.small[letters.lower(name)]
   if same then return same end
   local best, fewest
   for _, member in ipairs(members) do
      if is_edit or rawget(object, member.name) == nil then
         local fits, edits = options.is_slip(letters.lower(name), letters.lower(member.name))
         if fits and (not fewest or edits < fewest) then best, fewest = member.name, edits end
      end
   end
   return best
end

-- Other tools write a header as `{ key, value }`.
local function is_pair_key(name, members)
   return letters.lower(name) == "key" and #members == 2
      and place_of(members).named.name and place_of(members).named.value
end

--- Reports the look-alikes of a definition, by path.
-- @tparam table value a plain definition
-- @tparam table checks as for `validation.problems`: members that existed before are not judged. In an edit of a
-- retrieved connection a misspelt name is reported even if the published name is present too
-- @tparam function report `report(path, message, code)`
function look_alikes.check(value, checks, report)
   if native.json.has_only(value, published) then return end
   local found = {}
   walk(value, schema.members, nil, "", "", function(name, general, path, object, members)
      local meant = nearest(name, object, members, checks.is_edit == true)
      if meant then
         found[#found + 1] = { path, ("probably %s is meant"):format(meant), "look_alike", general }
      elseif is_pair_key(name, members) then
         local message = "probably name is meant: a header or form item is { name, value }"
         found[#found + 1] = { path, message, "pair_key", general }
      elseif homes[name] then
         found[#found + 1] = { path, "is a member of " .. table.concat(homes[name], ", "), "look_alike", general }
      end
   end)
   if #found == 0 then return end
   local carried = checks.carried and checks.carried() or none
   local retrieved = checks.retrieved and look_alikes.unpublished(checks.retrieved) or none
   table.sort(found, function(a, b) return a[1] < b[1] end)
   for _, each in ipairs(found) do
      if not (carried[each[4]] or retrieved[each[4]]) then report(each[1], each[2], each[3]) end
   end
end

return look_alikes
