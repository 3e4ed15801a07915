--- Malformed placeholders: without their dollar sign, as other tools write them, or not closed.
--
-- In URLs and headers a name in braces must be a placeholder. In a body only a whole value counts: within longer text
-- it may be a template of the called service, and GraphQL has braces everywhere.
-- @module personalize.connections.warnings.placeholders
-- @local

local letters = require "personalize.letters"
local names = require "personalize.redaction.names"
local template = require "personalize.connections.template"
local text_kind = require "personalize.connections.warnings.text_kind"

local placeholders = {}

local in_braces = "%s*([%a_][%w_.%-]*)%s*}+"

-- A brace after other text; and a brace anywhere, where only the last one has to be checked.
local braces, inner_braces = "{+" .. in_braces, "{" .. in_braces

-- `{110D559F-DEA5-42EA-9C1C-8A5DF7E70EF9}` is an id, not a placeholder.
local function is_id(name)
   return #name >= 32 and name:find "^[%x%-]+$" ~= nil
end

-- The first name that a pattern finds; the pattern captures only the name.
local function first_name(text, pattern)
   for name in text:gmatch(pattern) do
      if not is_id(name) then return name end
   end
   return nil
end

-- The name, if the whole text is a name in braces.
local function whole_name(text)
   local name = text:match("^%s*" .. braces .. "%s*$")
   return name and not is_id(name) and name or nil
end

-- A URL without a GraphQL query such as `?query={a{b}}`; nil if the whole URL is for GraphQL.
local function without_graphql(text)
   local is_spoken = letters.lower(text):find "graphql" ~= nil
   return (text:gsub("([?&]query=)([^&]*)", function(name, query)
      local is_graphql = is_spoken or query:find "{[^}]*{" or query:find "%%7[Bb].*%%7[Bb]"
      return is_graphql and name or nil
   end))
end

-- Finds a name in braces, also percent-encoded as browsers copy them; or `/:city`.
local function in_url(text)
   if text:find("query=", 1, true) then text = without_graphql(text) end
   return first_name(text, inner_braces) or text:match "%%7[Bb]([%a_][%w_]*)%%7[Dd]"
      or text:match "[/=]:([%a_][%w_]*)%f[/?&#%z]"
end

local function in_header(text)
   return first_name(text, inner_braces) or text:match "^:([%a_][%w_]*)$" or text:match "^%a+ +:([%a_][%w_]*)$"
end

local function in_auth(text, entry)
   if names.is_credential(entry.member) then return nil end
   return whole_name(text)
end

-- Finds a whole JSON string that is a name in braces; not in a GraphQL query: `{"query":"{viewer}"}`
local function in_json(text)
   local is_query = {}
   for place in text:gmatch '"query"%s*:%s*()' do is_query[place] = true end
   for place, name in text:gmatch("()\\?\"" .. braces .. "\\?\"") do
      if not is_query[place] and not is_id(name) then return name end
   end
   return text:match '[:,%[]%s*":([%a_][%w_]*)"'
end

local function in_body(text)
   if text_kind.is_graphql(text) then return nil end
   if text:find "^%s*[{%[]" and not text:find "^%s*{{" then return in_json(text) end
   if text:find "^%s*<" then return first_name(text, ">%s*" .. braces .. "%s*</") end
   return whole_name(text) or first_name(text, "=%s*" .. braces .. "%f[&%z]")
end

local finders = { url = in_url, header = in_header, auth = in_auth, body = in_body }

local function report_name(report, path, name)
   report(path, "placeholder_without_dollar", ("%s is no placeholder without its dollar; write ${%s}")
      :format(name, (name:gsub("[^%w_]", "_"))))
end

-- The text without its placeholders and without FreeMarker.
local function without_parts(entry)
   if not entry.keys and not entry.mistake then return entry.text end
   return template.replace(entry.text, "\1", "\1")
end

-- What follows an unclosed name: members of it, as in `${guest.email`, and the character after them.
local function after_unclosed(entry)
   local place = 1
   while true do
      local _, stop = entry.text:find(entry.mistake, place, true)
      if not stop then return "", "" end
      local members, following = entry.text:match("^([%w_.]*)(.?)", stop + 1)
      -- those that are closed are not meant
      if following ~= "}" then return members:match "^.*[%w_]" or "", following end
      place = stop + 1
   end
end

-- Says what to write only where it is known: `${a!"b"` and `${a-b` may be meant in several ways, and `${city.json` in a
-- URL, too.
local function report_unclosed(report, entry)
   if entry.name == "" then
      return report(entry.path, "placeholder_unclosed", ("%s has no closing brace; write ${key}"):format(entry.mistake))
   end
   local members, following = after_unclosed(entry)
   local is_open = following:find "[?!%[(-]" ~= nil or members ~= "" and entry.kind == "url"
   local found = entry.mistake .. members
   report(entry.path, "placeholder_unclosed",
      found .. " has no closing brace" .. (is_open and "" or ("; write %s}"):format(found)))
end

local function report_mistake(report, entry)
   local name = entry.name ~= "" and entry.name or "key"
   if entry.mistake:sub(-1) ~= "}" then
      report_unclosed(report, entry)
   else
      report(entry.path, "placeholder_invalid", ("%s is no placeholder; write ${%s}"):format(entry.mistake, name))
   end
end

-- Reports FreeMarker once, and only where it cannot be right.
local function check_freemarker(report, entry, noted)
   if noted or not entry.mistake or entry.mistake:sub(-1) == "}" then return noted end
   report_mistake(report, entry)
   return true
end

--- Checks the placeholders of a connection.
function placeholders.check(report, facts)
   local noted = false
   for _, entry in ipairs(facts.texts) do
      local finder = finders[entry.kind]
      local is_secret = entry.kind == "auth" and names.is_credential(entry.member)
      if entry.is_freemarker then
         noted = check_freemarker(report, entry, noted)
      elseif finder and not is_secret then
         if entry.mistake then report_mistake(report, entry) end
         local name = entry.text:find "[{:]" and finder(without_parts(entry), entry)
         if name then report_name(report, entry.path, name) end
      end
   end
end

-- Texts that look like references to an unused input; braces alone are no evidence.
local loose_patterns = { "{%s*([%w_]+)%s*}", "%$%(?%[?([%w_]+)", "%%([%w_]+)%f[%%]" }

-- Name -> the first text that seems to refer to it; false if that text was reported already.
local function loose_names(facts)
   local found = {}
   for _, entry in ipairs(facts.texts) do
      local finder = finders[entry.kind]
      if finder and not (entry.kind == "body" and text_kind.has_graphql(entry.text)) then
         local text = without_parts(entry)
         local told = finder(text, entry)
         if told and found[told] == nil then found[told] = false end
         for _, pattern in ipairs(loose_patterns) do
            for name in text:gmatch(pattern) do
               if found[name] == nil then found[name] = entry end
            end
         end
      end
   end
   return found
end

--- Looks for a reference to an unused input whose dollar sign or braces may have been forgotten.
-- @treturn boolean whether one was found and reported
function placeholders.check_unused(report, facts, key)
   facts.loose = facts.loose or loose_names(facts) -- texts are read once for all inputs
   local entry = facts.loose[key]
   if entry then report_name(report, entry.path, key) end
   return entry ~= nil
end

--- True if a whole body is a name in braces.
function placeholders.is_whole(text)
   return whole_name(text) ~= nil
end

--- A name in braces as a value in text that would otherwise be JSON: `{"a": {city}}`
function placeholders.unquoted(entry)
   return first_name(without_parts(entry), "[:,%[]%s*" .. braces .. "%s*[,}%]]")
end

return placeholders
