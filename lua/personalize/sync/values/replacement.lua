--- Replaces texts in every string of a definition, in one pass. The longest text is tried first, and a replacement is
-- not searched again. Reports old texts that remain.
-- @module personalize.sync.values.replacement
-- @local

local letters = require "personalize.letters"
local merge = require "personalize.connections.merge"
local raw = require "personalize.raw"
local references = require "personalize.sync.references"

local replacement = {}

-- The text to search for remains with: for a URL or a host its host name, without regard to case.
local function needle_of(from)
   local host = from:match "^%a[%w+.-]*://[^/@]*@([%w._-]+)" or from:match "^%a[%w+.-]*://([%w._-]+)"
      or from:match "^([%w._-]+%.%a[%w-]*)%f[%z:/?#]"
   return host and { text = letters.lower(host), is_host = true } or { text = from, is_host = false }
end

local function new_pairs(replace)
   local list = {}
   for from, to in next, replace do
      list[#list + 1] = { from = from, to = to, needle = needle_of(from), is_used = false }
   end
   table.sort(list, function(a, b)
      if #a.from ~= #b.from then return #a.from > #b.from end
      return a.from < b.from
   end)
   return list
end

-- The next pair to replace, the longest if several begin at one place. `ahead` caches the position of each.
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

-- A text after all replacements; and the parts that were not replaced.
local function replace_text(list, value)
   local ahead, parts, kept, place = {}, {}, {}, 1
   for index, pair in ipairs(list) do ahead[index] = value:find(pair.from, 1, true) or false end
   while true do
      local pair, found = next_of(list, value, place, ahead)
      if not pair then break end
      pair.is_used = true
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

-- The old text that a text still contains; hosts are compared without regard to case.
local function left_in(list, kept)
   local small
   for _, pair in ipairs(list) do
      local needle = pair.needle
      if needle.is_host then small = small or letters.lower(kept) end
      if (needle.is_host and small or kept):find(needle.text, 1, true) then return needle.text end
   end
   return nil
end

-- Whether a file's text surely has none of the old texts, as most files do.
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

-- Whether a text may have an old text to replace or to report. Most have none, and many occur in all files.
local function is_concerned(self, value)
   local known = self.concerned[value]
   if known == nil then
      known = left_in(self.list, value) ~= nil
      self.concerned[value] = known
   end
   return known
end

-- The path of a member of the current object in the walk.
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

-- Applies a patch. If it changes the type of authentication, it replaces the whole `auth`, whose members differ.
local function patch_definition(given, patch)
   local kind, new_kind = raw.auth_type(raw.get(given, "auth")), raw.auth_type(raw.get(patch, "auth"))
   merge.into(given, patch)
   if kind and new_kind and kind ~= new_kind then given.auth = raw.copy(patch.auth) end
end

-- Finds old texts in the values of a patch.
local function left_in_patch(list, value, path, found)
   for name, member in next, value do
      local place = child(path, name)
      local needle = type(member) == "string" and left_in(list, member)
      if needle then found[#found + 1] = { path = place, needle = needle } end
      if type(member) == "table" and not references.of(member) then left_in_patch(list, member, place, found) end
   end
end

-- The remains after a patch: those that it did not overwrite, and those that it added; each place once.
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

--- Makes the functions that replace.
-- @tparam table replace text -> text
-- @treturn table `definition(entry, patch)` changes an entry's definition in place; it returns whether it did, and an
-- array of `{ path =, needle = }` of the remains. `unused()` returns the texts that did not occur
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
         if not pair.is_used then found[#found + 1] = pair.from end
      end
      table.sort(found)
      return found
   end
   return { definition = definition, unused = unused }
end

return replacement
