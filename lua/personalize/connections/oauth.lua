--- The options of `builder:oauth`, and the `auth` made from them.
-- @module personalize.connections.oauth
-- @local

local json = require "personalize.json"
local letters = require "personalize.letters"
local options = require "personalize.options"
local proxy = require "personalize.proxy"
local raw = require "personalize.raw"
local schema = require "personalize.schema"

local rules = { string = "string", boolean = "boolean", array = "table" }

local secret_rule = { text = "a string", secret = true, fits = function(value) return type(value) == "string" end }

-- Option names -> members: `client_id` in Lua is `clientId` in JSON. The schema tells which a type of authentication
-- has.
local function auth_options(kind)
   local found, names = {}, {}
   for _, member in ipairs(schema.by_name(schema.members).auth.members) do
      if member.only == kind then
         local name = member.option
            or member.name:gsub("%u", function(capital) return "_" .. letters.lower(capital) end)
         found[name] = member.secret and secret_rule or rules[member.type]
         names[name] = member.name
      end
   end
   return found, names
end

local known, wire_names = auth_options "OAUTH"

local function pair_of(name, value, option, level)
   if type(value) == "string" then return { name = name, value = value } end
   local copied, reason = raw.copy(value)
   if copied then return copied end
   error(("builder:oauth: %s[%d]: %s"):format(option, name, reason), level + 1)
end

-- `{ Accept = "x" }` and `{ { name = "Accept", value = "x" } }` both give a list of pairs.
local function pairs_list(given, option, level)
   local names, list = {}, json.array {}
   for name, value in next, given do
      local is_item = type(name) == "number" and type(value) == "table"
      if not is_item and (type(name) ~= "string" or type(value) ~= "string") then
         error(("builder:oauth: %s: expected names and values as strings, or items { name =, value = }, got %s = a %s")
            :format(option, options.describe(name), type(value)), level + 1)
      end
      names[#names + 1] = name
   end
   table.sort(names, function(a, b)
      if type(a) ~= type(b) then return type(a) == "number" end
      return a < b
   end)
   for index, name in ipairs(names) do
      list[index] = pair_of(name, rawget(given, name), option, level + 1)
   end
   return list
end

--- Makes the `auth` of checked options; raises misuse.
-- @tparam table given
-- @tparam number level as for `error`, from the caller on
-- @treturn table
local function oauth(given, level)
   local auth = { authType = "OAUTH" }
   local plain, reason, path = proxy.plain(given)
   if plain == nil then error(("builder:oauth: %s"):format(path and path .. " " .. reason or reason), level + 1) end
   for name, value in pairs(options.check(plain, known, "builder:oauth", level + 1)) do
      auth[wire_names[name]] = type(value) == "table" and pairs_list(value, name, level + 1) or value
   end
   return auth
end

return oauth
