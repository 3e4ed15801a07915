--- The intended format of a body: JSON, GraphQL, or one that is not checked.
-- @module personalize.connections.warnings.text_kind
-- @local

local letters = require "personalize.letters"
local raw = require "personalize.raw"

local text_kind = {}

local literals = { ["true"] = true, ["false"] = true, null = true, undefined = true }

local operations = { query = true, mutation = true, subscription = true, fragment = true }

-- The text after the first name in braces distinguishes GraphQL from careless JSON: `{ a { b } }`, `{ a(id: 1) }` and
-- `{ a b }` are GraphQL. `{ a: b }` is GraphQL too (an alias); `{ a: 1 }` is not.
local function is_selection(text)
   local sign, place = text:match "^%s*{%s*[%a_][%w_]*%s*(.)%s*()"
   if not sign then return text:find "^%s*{%s*%.%.%." ~= nil end
   if sign == ":" then
      local word = text:match("^[%a_][%w_]*", place)
      return word ~= nil and not literals[word]
   end
   return sign:find "[%w_{(@.#,}]" ~= nil
end

--- True if a text is a GraphQL query.
-- @tparam string text
-- @treturn boolean
function text_kind.is_graphql(text)
   if text:find "^%s*#" then text = text:gsub("^%s*#[^\n]*", ""):gsub("\n[ \t\r]*#[^\n]*", "") end
   local word = text:match "^%s*(%a+)%s*[%w_]*%s*[{(@o]"
   return word ~= nil and operations[word] == true or is_selection(text)
end

--- True if a text is a GraphQL query, or JSON that contains one.
-- @tparam string text
-- @treturn boolean
function text_kind.has_graphql(text)
   return text_kind.is_graphql(text) or text:find '"query"%s*:%s*"%s*[{qmsf]' ~= nil
end

local function content_type(headers)
   for index = 1, raw.length(headers) do
      local name = raw.string(rawget(headers, index), "name")
      if name and #name == 12 and letters.lower(name) == "content-type" then
         return raw.string(rawget(headers, index), "value")
      end
   end
   return nil
end

--- True if a body is intended as one JSON document: its media type says so, or it looks like JSON and no media type
-- says otherwise.
-- @tparam table headers of the connection
-- @tparam string body
-- @treturn boolean
function text_kind.is_json(headers, body)
   if not body:find "^%s*[\"%[]" and not body:find "^%s*{%s*[\"}$]" and text_kind.is_graphql(body) then return false end
   local media = content_type(headers)
   if not media then return body:find "^%s*[{%[]" ~= nil end
   return letters.lower(media):match "^[^;]*":find "[/+]json%s*$" ~= nil
end

return text_kind
