--- Finds look-alikes: unpublished members that look like a published one, misspelt (`descripton`) or at the wrong place
-- (`connectionUrl` beside `request`), or both. Only the schema decides.
-- @module personalize.connections.look_alikes
-- @local

local letters = require "personalize.letters"
local native = require "personalize.native"
local options = require "personalize.options"
local raw = require "personalize.raw"
local schema = require "personalize.schema"

local look_alikes = {}

local none = {}

-- No longer name is a published one with typing errors, nor a path.
local longest = 2 * options.slip.longest

-- A table of published names by their lower-case letters: `of` has what each means, `list` the keys in order.
local function new_names()
   return { of = {}, list = {} }
end

local function add_name(names, key, meaning)
   names.of[key] = meaning
   names.list[#names.list + 1] = key
end

-- List of members -> { named = name -> member, small = their names }; made once for each place.
local places = {}

local function place_of(members)
   local place = places[members]
   if not place then
      place = { named = schema.by_name(members), small = new_names() }
      for _, member in ipairs(members) do add_name(place.small, letters.lower(member.name), member.name) end
      places[members] = place
   end
   return place
end

-- The names of all members, which mean `{ name =, places = { "request", "inputMappings[]" } }`; and the paths of those
-- that are not at the top.
local homes, paths = new_names(), new_names()
schema.each(function(member, path)
   local small, parent = letters.lower(member.name), path:match "^(.*)%.[^.]*$"
   if not homes.of[small] then add_name(homes, small, { name = member.name, places = {} }) end
   table.insert(homes.of[small].places, parent or "the connection itself")
   if parent then add_name(paths, letters.lower(path), path) end
   if member.items then add_name(paths, letters.lower(path) .. "[]", path .. "[]") end
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

-- What a word in lower case probably means: a typing error in one of the names.
local function closest(word, names, may_be)
   local best, fewest
   for _, key in ipairs(names.list) do
      if not may_be or may_be(key, names.of[key]) then
         local fits, edits = options.is_slip(word, key)
         if fits and (not fewest or edits < fewest) then best, fewest = names.of[key], edits end
      end
   end
   return best
end

-- The published name at a place that a name in lower case probably means. A name that is already present is not
-- suggested, unless the definition is an edit of a connection that had it before.
local function nearest(small, object, members, is_edit)
   local names = place_of(members).small
   return names.of[small] or closest(small, names, function(_, name)
      return is_edit or rawget(object, name) == nil
   end)
end

-- The member of another place that a name in lower case probably means. A typing error in a short one is none: the
-- service may well have members such as `labels` and `types`.
local function home_of(small, members)
   local here = place_of(members).small.of
   return homes.of[small] or closest(small, homes, function(name)
      return #name > options.slip.short and not here[name]
   end)
end

-- What a name means that is a path: `request.connectionUrl`, `customHeaders[1].name`.
local function path_meant(small, general)
   if not small:find "[.%[]" then return nil end
   local function plain(text) return (letters.lower(text):gsub("%[%d*%]", "[]")) end
   return paths.of[plain(small)] or paths.of[plain(general)] or closest(plain(small), paths)
end

-- `{ request: { connectionUrl } }`
local function nested(path)
   local head, rest = path:match "^([^.]*)%.(.*)$"
   if not head then return ("{ %s }"):format((path:gsub("%[%]$", ": [ ... ]"))) end
   local array = head:match "^(.*)%[%]$"
   return array and ("{ %s: [ %s ] }"):format(array, nested(rest)) or ("{ %s: %s }"):format(head, nested(rest))
end

-- Other tools write a header as `{ key, value }`.
local function is_pair_key(small, members)
   return small == "key" and #members == 2 and place_of(members).named.name and place_of(members).named.value
end

-- The message and the code for a name that looks like a published one; else nil.
local function judge(name, general, object, members, is_edit)
   local small = letters.lower(name)
   local meant = nearest(small, object, members, is_edit)
   if meant then return ("probably %s is meant"):format(meant), "look_alike" end
   if is_pair_key(small, members) then
      return "probably name is meant: a header or form item is { name, value }", "pair_key"
   end
   local home = home_of(small, members)
   if home then
      local list = table.concat(home.places, ", ")
      return home.name == name and "is a member of " .. list
         or ("probably %s is meant, a member of %s"):format(home.name, list), "look_alike"
   end
   local path = path_meant(small, general)
   return path and ("is a path: probably %s is meant"):format(nested(path)), "look_alike"
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
      if #name > longest then return end
      local message, code = judge(name, general, object, members, checks.is_edit == true)
      if message then found[#found + 1] = { path, message, code, general } end
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
