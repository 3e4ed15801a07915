--- Collects from a connection what the warnings need, in one walk: its texts that may be templates, the inputs that
-- they refer to, and its inputs. Paths are made only for those texts, because lists have many connections.
-- @module personalize.connections.warnings.facts
-- @local

local letters = require "personalize.letters"
local native = require "personalize.native"
local raw = require "personalize.raw"
local redaction = require "personalize.redaction"
local schema = require "personalize.schema"
local template = require "personalize.connections.template"

local facts = {}

-- Limits the depth, because a definition may contain itself.
local deepest = 9

local members = schema.by_name(schema.members)

-- Top-level member -> kind of its texts. Texts of kind `plain` are not templates.
local kinds = { request = "request", customHeaders = "header", auth = "auth", urlParameters = "other" }
for name, member in pairs(members) do
   if not member.templated then kinds[name] = "plain" end
end

local request_kinds = { connectionUrl = "url", requestBody = "body" }

local function path_of(trail, depth)
   local path = tostring(trail[1])
   for index = 2, depth do
      local name = trail[index]
      path = type(name) == "number" and ("%s[%d]"):format(path, name) or path .. "." .. tostring(name)
   end
   return path
end

-- Kinds of texts that are always checked: they may be wrong even without a brace.
local always = { url = true, body = true }

local function add_text(self, text, kind, trail, depth)
   if kind == "request" then kind = request_kinds[trail[depth]] or "other" end
   if not always[kind] and not text:find("{", 1, true) and not text:find("<", 1, true)
      and not text:find("[", 1, true) and text:byte() ~= 58 then
      return
   end
   local keys, is_freemarker, mistake, name = template.read(text)
   self.texts[#self.texts + 1] = {
      text = text, path = path_of(trail, depth), kind = kind, member = trail[depth],
      keys = keys, is_freemarker = is_freemarker, mistake = mistake, name = name,
   }
   if keys then
      for index = 1, #keys do self.used[keys[index]] = true end
   end
   if name then self.used[name] = true end -- the name in an unclosed placeholder counts as used
   self.has_freemarker = self.has_freemarker or is_freemarker
end

local mask = redaction.mask

local schemes = { bearer = true, basic = true, token = true, apikey = true, negotiate = true, digest = true }

-- True if a mask stands for a value in a text: `?key=***`, `Bearer ***`, `{"password":"***"}`. Elsewhere asterisks are
-- asterisks.
local function is_masked(text)
   if not text:find(mask, 1, true) then return false end
   if text:find "=%*%*%*%f[&#;%z]" or text:find "[\"']%*%*%*\\?[\"']" then return true end
   local scheme = text:match "^(%a+) +%*%*%*$"
   if scheme and schemes[letters.lower(scheme)] then return true end
   local _, credentials = native.masking.likely(text)
   for _, credential in ipairs(credentials or {}) do
      if credential == mask or credential:find ":%*%*%*$" then return true end
   end
   return false
end

local function add_mask(self, text, kind, trail, depth)
   if text == mask or kind ~= "plain" and is_masked(text) then
      self.masked[#self.masked + 1] = { path = path_of(trail, depth), is_whole = text == mask }
   end
end

-- True if a mask (`***`) is anywhere in a value.
local function has_mask(value, depth)
   for _, member in next, value do
      if member == mask or type(member) == "table" and depth < deepest and has_mask(member, depth + 1) then
         return true
      end
   end
   return false
end

local function walk(self, value, kind, trail, depth)
   for name, member in next, value do
      trail[depth] = name
      if type(member) == "table" then
         if depth < deepest then walk(self, member, kind, trail, depth + 1) end
      elseif type(member) == "string" then
         add_mask(self, member, kind, trail, depth)
         if kind ~= "plain" then add_text(self, member, kind, trail, depth) end
      end
   end
end

local function walk_all(self, connection)
   local trail = {}
   for name, member in next, connection do
      local kind = kinds[name] or (type(name) == "string" and "unknown") or "plain"
      trail[1] = name
      if type(member) == "table" then
         if kind ~= "plain" or has_mask(member, 2) then walk(self, member, kind, trail, 2) end
      elseif type(member) == "string" then
         add_mask(self, member, kind, trail, 1)
         if kind ~= "plain" then add_text(self, member, kind, trail, 1) end
      end
   end
end

local function by_path(a, b) return a.path < b.path end

local nothing = {}

-- A member that should be an array, as a list that can be walked by index.
local function list_of(connection, name)
   local list = raw.get(connection, name)
   return type(list) == "table" and list or nothing
end

local function declare(self)
   for index = 1, raw.length(self.inputs) do
      local input = rawget(self.inputs, index)
      local key = raw.string(input, "key")
      if key and not self.declared[key] then self.declared[key] = input end
   end
end

--- Reads a connection.
-- @tparam table connection a plain definition
-- @treturn table `texts` (array of `{ text, path, kind, member, keys, is_freemarker, mistake, name }`, sorted by path;
-- `kind` is `url`, `body`, `header`, `auth`, `other`, or `unknown` for members that the schema does not know), `used`
-- (set of the keys in texts), `has_freemarker`, `inputs`, `outputs`, `headers` (lists), `declared` (key -> input),
-- `requests`, `auths` (arrays of `{ object, path }`), `masked` (array of `{ path, is_whole }`: texts that are
-- `***`, or have it as a value)
function facts.of(connection)
   local self = {
      connection = connection, texts = {}, used = {}, declared = {}, masked = {}, has_freemarker = false,
      inputs = list_of(connection, "inputMappings"), outputs = list_of(connection, "outputMappings"),
      headers = list_of(connection, "customHeaders"), requests = raw.objects(connection, "request"),
      auths = raw.objects(connection, "auth"),
   }
   walk_all(self, connection)
   if #self.texts > 1 then table.sort(self.texts, by_path) end
   if #self.masked > 1 then table.sort(self.masked, by_path) end
   declare(self)
   return self
end

--- The body of the first request and its entry in `texts`, unless the body is empty.
function facts.body(self)
   for _, text in ipairs(self.texts) do
      if text.kind == "body" and text.text ~= "" then return text end
   end
   return nil
end

return facts
