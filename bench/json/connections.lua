-- Lists of connections like the published ones, the same ones for the same count: what the
-- benchmark decodes and encodes.
local connections = {}

local random -- a generator of our own: math.random differs between interpreters

local function seeded(seed)
   local state = seed
   return function(n)
      state = (state * 16807) % 2147483647
      return state % n + 1
   end
end

local words = {
   "weather", "forecast", "city", "loyalty", "points", "orders", "basket", "café", "customer", "segment",
   "Zürich", "offer", "price", "stock", "東京", "flight", "status", "booking", "consent", "score",
}
local types = { "string", "number", "boolean", "object" }

local function word()
   return words[random(#words)]
end

local function hex(digits)
   local out = {}
   for i = 1, digits do
      out[i] = string.format("%x", random(16) - 1)
   end
   return table.concat(out)
end

local function uuid()
   return table.concat({ hex(8), hex(4), hex(4), hex(4), hex(12) }, "-")
end

local function quoted(text)
   return '"' .. text:gsub('[\\"]', "\\%0") .. '"'
end

-- `members` is a flat list of names and JSON texts.
local function object(members)
   local out = {}
   for i = 1, #members, 2 do
      out[#out + 1] = quoted(members[i]) .. ":" .. members[i + 1]
   end
   return "{" .. table.concat(out, ",") .. "}"
end

local function list(count, make)
   local out = {}
   for i = 1, count do
      out[i] = make(i)
   end
   return "[" .. table.concat(out, ",") .. "]"
end

local function header()
   return object { "name", quoted("X-" .. word()), "value", quoted(hex(12)) }
end

local function input()
   return object {
      "label", quoted(word()), "key", quoted(word()), "type", quoted(types[random(4)]),
      "exampleValue", quoted(tostring(random(1000))), "mapping", quoted("guest." .. word()),
   }
end

local function output()
   return object {
      "label", quoted(word() .. " " .. word()), "outputReference", quoted(word() .. "." .. word()),
      "type", quoted(types[random(4)]),
   }
end

local function auth(base)
   if random(3) > 1 then
      return object { "authType", '"NONE"' }
   end
   return object {
      "authType", '"OAUTH"', "clientId", quoted(hex(32)), "accessTokenUrl", quoted(base .. "/v2/oauth/token"),
      "useMutualTls", "false", "oauthCustomHeaders", "[]", "formUrlEncodedItems", list(random(3) - 1, header),
   }
end

local function request(index)
   local url = ("https://api.example.com/v%d/%s/%s?key=${key}&n=%d"):format(random(3), word(), hex(8), index)
   if random(4) > 1 then
      return object { "requestType", '"GET"', "connectionUrl", quoted(url) }
   end
   return object {
      "requestType", '"POST"', "connectionUrl", quoted(url),
      "requestBody", quoted('{"id": "${key}", "list": [1, 2]}'),
   }
end

local function connection(index)
   local base, ref = "https://api-engage-eu.sitecorecloud.io", uuid()
   return object {
      "clientKey", quoted(hex(32)), "href", quoted(base .. "/v2/connections/" .. ref), "ref", quoted(ref),
      "name", quoted(("%s %s %d"):format(word(), word(), index)),
      "description", quoted(random(4) == 1 and "" or ("The %s of the %s, by %s"):format(word(), word(), word())),
      "modifiedByRef", quoted(uuid()),
      "modifiedAt", quoted(("2025-%02d-%02dT%02d:04:58.347Z"):format(random(12), random(28), random(24) - 1)),
      "revision", tostring(random(40)), "archived", random(10) == 1 and "true" or "false",
      "auth", auth(base), "request", request(index),
      "exampleValue", random(2) == 1 and '""' or quoted('{"temp": 21.5, "city": "' .. word() .. '"}'),
      "inputMappings", list(random(10) - 1, input), "outputMappings", list(random(10) - 1, output),
      "customHeaders", list(random(3) - 1, header), "urlParameters", "[]",
      "systemType", random(3) == 1 and '"DESTINATION"' or '"DATA_SYSTEM"',
      "connectionTimeout", "1000", "socketTimeout", tostring(random(30) * 100),
      "icon", quoted("assets/images/icons/connections/" .. word() .. ".svg"),
   }
end

-- The JSON text of a list answer with `count` connections.
function connections.list(count)
   random = seeded(count)
   return object {
      "href", '"https://api-engage-eu.sitecorecloud.io/v2/connections"',
      "items", list(count, connection),
   }
end

-- The order in which the members of a connection are published: name -> rank.
function connections.ranks()
   local ranks = {}
   for rank, name in ipairs {
      "clientKey", "href", "ref", "name", "description", "modifiedByRef", "modifiedAt", "revision", "archived",
      "auth", "request", "exampleValue", "inputMappings", "outputMappings", "customHeaders", "urlParameters",
      "systemType", "connectionTimeout", "socketTimeout", "icon", "authType", "clientId", "accessTokenUrl",
      "requestType", "connectionUrl", "requestBody", "label", "key", "outputReference", "type",
   } do
      ranks[name] = rank
   end
   return ranks
end

return connections
