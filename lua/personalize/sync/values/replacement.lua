--- Replaces texts in every string of a definition: in one pass, the longest text first, so that what was put in is
-- never looked at again. Says what is left of the old ones.
-- @module personalize.sync.values.replacement
-- @local

local letters = require "personalize.letters"
local merge = require "personalize.connections.merge"
local references = require "personalize.sync.references"
local raw = require "personalize.raw"

local replacement = {}

-- What is looked for where something may have been left: of a URL or a host the host, in any case.
local function needle_of(from)
   local host = from:match "^%a[%w+.-]*://[^/@]*@([%w._-]+)" or from:match "^%a[%w+.-]*://([%w._-]+)"
      or from:match "^([%w._-]+%.%a[%w-]*)%f[%z:/?#]"
   return host and { text = letters.lower(host), is_host = true } or { text = from, is_host = false }
end

local function new_pairs(replace)
   local list = {}
   for from, to in next, replace do
      list[#list + 1] = { from = from, to = to, needle = needle_of(from), count = 0 }
   end
   table.sort(list, function(a, b)
      if #a.from ~= #b.from then return #a.from > #b.from end
      return a.from < b.from
   end)
   return list
end

-- The pair whose text comes next, of those at one place the longest; each looks ahead once.
local function next_of(list, value, place, ahead)
   local best, best_place
   for index, pair in ipairs(list) do
      local found = ahead[index]
      if found and found < place then
         found = value:find(pair.from, place, true) or false
         ahead[index] = found
      end
      if found and (not best_place or found < best_place) then best, best_place = pair, found end
   end
   return best, best_place
end

-- A text with everything replaced, and what stayed of it, its parts apart.
local function replace_text(list, value)
   local ahead, parts, kept, place = {}, {}, {}, 1
   for index, pair in ipairs(list) do ahead[index] = value:find(pair.from, 1, true) or false end
   while true do
      local pair, found = next_of(list, value, place, ahead)
      if not pair then break end
      pair.count = pair.count + 1
      kept[#kept + 1] = value:sub(place, found - 1)
      parts[#parts + 1] = kept[#kept]
      parts[#parts + 1] = pair.to
      place = found + #pair.from
   end
   kept[#kept + 1] = value:sub(place)
   if #parts == 0 then return value, value end
   parts[#parts + 1] = kept[#kept]
   return table.concat(parts), table.concat(kept, "\0")
end

-- The old text that a text still has; hosts in any case.
local function left_in(list, kept)
   local small
   for _, pair in ipairs(list) do
      local needle = pair.needle
      if needle.is_host then small = small or letters.lower(kept) end
      if (needle.is_host and small or kept):find(needle.text, 1, true) then return needle.text end
   end
   return nil
end

-- Whether a file's text cannot have any of the old texts: most files have none.
local function is_free_of(list, content)
   if not content or content:find("\\u", 1, true) then return false end
   for _, pair in ipairs(list) do
      if pair.needle.text:find '["\\/%c]' then return false end
   end
   return left_in(list, content) == nil
end

local function child(path, name)
   if type(name) == "number" then return ("%s[%d]"):format(path, name) end
   return path == "" and name or path .. "." .. name
end

-- Whether a text may have something to replace, or something left. Most have nothing, and many stand in all files.
local function is_concerned(self, value)
   local known = self.concerned[value]
   if known == nil then
      known = left_in(self.list, value) ~= nil
      self.concerned[value] = known
   end
   return known
end

-- The path of a member of the object that the walk is at.
local function path_of(self, depth, name)
   local path = ""
   for index = 1, depth do path = child(path, self.keys[index]) end
   return child(path, name)
end

local function replace_member(self, object, name, value, depth)
   local new, kept, place = value, value, path_of(self, depth, name)
   if place ~= "name" then new, kept = replace_text(self.list, value) end
   if new ~= value then object[name], self.is_changed = new, true end
   local needle = left_in(self.list, kept)
   if needle then
      table.insert(self.left, { path = place, needle = needle, object = object, name = name, value = new })
   end
end

local function walk(self, object, depth)
   for name, value in next, object do
      local kind = type(value)
      if kind == "table" then
         if not references.of(value) then
            self.keys[depth + 1] = name
            walk(self, value, depth + 1)
         end
      elseif kind == "string" and is_concerned(self, value) then
         replace_member(self, object, name, value, depth)
      end
      if type(name) == "string" and is_concerned(self, name) then
         table.insert(self.left, { path = path_of(self, depth, name), needle = left_in(self.list, name) })
      end
   end
end

-- Another kind of authentication has other members: it stands in the place of the old one whole.
local function patch_definition(given, patch)
   local kind, new_kind = raw.auth_type(raw.get(given, "auth")), raw.auth_type(raw.get(patch, "auth"))
   merge.into(given, patch)
   if kind and new_kind and kind ~= new_kind then given.auth = raw.copy(patch.auth) end
end

-- The old texts that a patch brings.
local function left_in_patch(list, value, path, found)
   for name, member in next, value do
      local place = child(path, name)
      local needle = type(member) == "string" and left_in(list, member)
      if needle then found[#found + 1] = { path = place, needle = needle } end
      if type(member) == "table" and not references.of(member) then left_in_patch(list, member, place, found) end
   end
end

-- Of what was left: what the patch has not replaced, and what it brought; each place once.
local function still_left(list, before, patch)
   local found, seen, once = {}, {}, {}
   for _, each in ipairs(before) do
      if not each.value or rawequal(rawget(each.object, each.name), each.value) then found[#found + 1] = each end
   end
   left_in_patch(list, patch, "", found)
   for _, each in ipairs(found) do
      if not seen[each.path] then once[#once + 1], seen[each.path] = each, true end
   end
   return once
end

--- Makes what replaces.
-- @tparam table replace text -> text
-- @treturn table `definition(entry, patch)`: changes an entry's definition in place, and gives whether it did and an
-- array of `{ path =, needle = }` of what is left; `unused()`: the texts that stood nowhere
function replacement.new(replace)
   local list, concerned = new_pairs(replace), {}
   local function definition(entry, patch)
      local self = { list = list, left = {}, is_changed = false, concerned = concerned, keys = {} }
      if not is_free_of(list, entry.text) then walk(self, entry.given, 0) end
      if patch then
         patch_definition(entry.given, patch)
         self.is_changed = true
         self.left = still_left(list, self.left, patch)
      end
      table.sort(self.left, function(a, b) return a.path < b.path end)
      return self.is_changed, self.left
   end
   local function unused()
      local found = {}
      for _, pair in ipairs(list) do
         if pair.count == 0 then found[#found + 1] = pair.from end
      end
      table.sort(found)
      return found
   end
   return { definition = definition, unused = unused }
end

return replacement
