--- Headers of the call and of the token call: names, values, duplicates.
-- @module personalize.connections.warnings.headers
-- @local

local letters = require "personalize.letters"
local options = require "personalize.options"
local raw = require "personalize.raw"
local schema = require "personalize.schema"
local template = require "personalize.connections.template"

-- A character that RFC 9110 does not allow in a name.
local odd_name = "[^A-Za-z0-9!#$%%&'*+.^_`|~-]"

local function check_name(report, path, name)
   if name:find(odd_name) == nil and name ~= "" then return end
   local plain = template.replace(name, "x", "x")
   local odd = plain:match(odd_name)
   if name == "" then
      report(path, "header_name", "is empty; give the header's name, or leave the header out")
   elseif odd and odd ~= "{" and odd ~= "}" then -- the check of placeholders reports these
      report(path, "header_name", ("holds %s; write the name alone, such as Content-Type, without colon and blank")
         :format(options.describe(odd)))
   end
end

local function check_value(report, path, value)
   if value:find "[\r\n%z]" and not template.is_freemarker(value) then
      report(path, "header_value", "holds a line break; a header is one line")
   end
end

local function check_twice(report, path, name, index, first, list_path)
   name = letters.lower(name)
   if name == "" then return end
   if first[name] then
      report(path, "header_twice", ("is the name of %s[%d], too; leave one of them"):format(list_path, first[name]))
   end
   first[name] = first[name] or index
end

local function check_headers(report, list, list_path)
   local first = {}
   for index = 1, raw.length(list) do
      local item = rawget(list, index)
      local name, value = raw.string(item, "name"), raw.string(item, "value")
      local is_odd = not name or name:find(odd_name) or name == "" or first[letters.lower(name)]
         or value and value:find "[\r\n%z]"
      if is_odd then
         local path = ("%s[%d]"):format(list_path, index)
         if name then
            check_name(report, path .. ".name", name)
            check_twice(report, path .. ".name", name, index, first, list_path)
         end
         if value then check_value(report, path .. ".value", value) end
      else
         first[letters.lower(name)] = index
      end
   end
end

-- The lists of headers that an auth has.
local auth_lists = {}
for _, member in ipairs(schema.by_name(schema.members).auth.members) do
   if member.credential == "header" then auth_lists[#auth_lists + 1] = member.name end
end

--- Checks headers.
return function(report, facts)
   check_headers(report, facts.headers, "customHeaders")
   for _, found in ipairs(facts.auths) do
      for _, name in ipairs(auth_lists) do
         local list = raw.get(found[1], name)
         if type(list) == "table" then check_headers(report, list, found[2] .. "." .. name) end
      end
   end
end
