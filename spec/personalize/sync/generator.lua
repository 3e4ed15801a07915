-- Generated connections: names that no file system likes, every kind of authentication, members that nobody published,
-- data that looks like references, names that stand twice where one of them is archived.
local personalize = require "personalize"

local generator = {}

local Generator = {}
Generator.__index = Generator

-- A generator of its own: the same on every interpreter.
function generator.new(seed)
   return setmetatable({ state = seed * 7919 + 17, count = 0 }, Generator)
end

function Generator:below(limit)
   self.state = (self.state * 16807) % 2147483647
   return self.state % limit
end

function Generator:one_of(list)
   return list[self:below(#list) + 1]
end

local pieces = { "Weather", "weather", "WEATHER", "../", "CON", "aux", "nul.txt", " ", ".", "-", "\n", "\t", "/", "\\",
   "é", "天気", "😀", "\"", "'", "%", "$env", "~", ("long"):rep(40), "a", "b", ":", "*", "?", "\1", "&&", "`" }

function Generator:name()
   local parts = {}
   for index = 1, 1 + self:below(4) do parts[index] = self:one_of(pieces) end
   return table.concat(parts)
end

local texts = { "", "text", "a\"b\\c\n", "${city}", "$env", "{\"a\": [1, 2]}", "ünïcödé", "***",
   "https://example.com/?q=1" }
local names = { "a", "b", "$env", "$$env", "value", "ordering" }

function Generator:value(depth)
   local kind = self:below(depth > 2 and 6 or 9)
   if kind == 0 then return personalize.null end
   if kind == 1 then return self:below(2) == 0 end
   if kind == 2 then return self:below(100000) end
   if kind == 3 then return (self:below(1000) - 500) / 8 end
   if kind == 4 then return personalize.number "12345678901234567890.5" end
   if kind == 5 then return self:one_of(texts) end
   if kind == 6 then return { ["$env"] = "DATA", ["$$file"] = self:below(3) } end
   local result = kind == 7 and personalize.array {} or {}
   for index = 1, self:below(4) do
      result[kind == 7 and index or self:one_of(names)] = self:value(depth + 1)
   end
   return result
end

function Generator:pairs_of()
   local list = personalize.array {}
   for index = 1, self:below(3) do
      list[index] = { name = self:one_of { "Accept", "X-Key", "X" .. index }, value = self:one_of(texts) }
   end
   return list
end

function Generator:auth()
   local kind = self:below(4)
   if kind == 0 then
      return { authType = "OAUTH", clientId = "id", clientSecret = "hush-" .. self:below(1000),
         accessTokenUrl = "https://example.com/token", useMutualTls = self:below(2) == 0,
         oauthCustomHeaders = self:pairs_of(), formUrlEncodedItems = self:pairs_of() }
   elseif kind == 1 then
      return { authType = "BASIC", username = "user", extra = self:value(1) }
   end
   return { authType = "NONE" }
end

function Generator:connection(name)
   self.count = self.count + 1
   local connection = {
      name = name or self:name(), auth = self:auth(), systemType = self:one_of { "DATA_SYSTEM", "DESTINATION", "AI" },
      request = { requestType = self:one_of { "GET", "POST" }, connectionUrl = "https://api.example.com/" .. self.count,
         requestBody = self:one_of(texts) },
      archived = self:below(5) == 0,
   }
   if self:below(2) == 0 then connection.description = self:one_of(texts) end
   if self:below(2) == 0 then connection.customHeaders = self:pairs_of() end
   if self:below(2) == 0 then connection.inputMappings = personalize.array {} end
   if self:below(2) == 0 then connection.connectionTimeout = self:below(5000) end
   for _ = 1, self:below(3) do connection["unknown" .. self:below(5)] = self:value(0) end
   return connection
end

-- A tenant's connections: no name twice among those in use, nor among the archived ones.
function Generator:tenant(count)
   local list, used = {}, {}
   for _ = 1, count do
      local connection = self:connection()
      local key = connection.name .. tostring(connection.archived)
      if not used[key] then
         used[key] = true
         list[#list + 1] = connection
      end
   end
   return list
end

return generator
