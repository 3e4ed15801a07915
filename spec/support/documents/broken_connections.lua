-- What goes wrong in files of connections: each changes a definition that is as it should be into one that is not.
-- The definition is an OAuth connection with an input, an output and a header.
local json = require "personalize.json"

local broken_connections = {}

-- A new definition that is as it should be.
function broken_connections.sound()
   return {
      name = "Weather", description = "by city", archived = false, systemType = "DATA_SYSTEM",
      auth = { authType = "OAUTH", clientId = "id", clientSecret = { ["$env"] = "WEATHER_CLIENT_SECRET" },
         accessTokenUrl = "https://example.com/token", useMutualTls = false,
         oauthCustomHeaders = json.array { { name = "Accept", value = "application/json" } },
         formUrlEncodedItems = json.array { { name = "scope", value = "read" } } },
      request = { requestType = "POST", connectionUrl = "https://api.example.com/${city}", requestBody = "{}" },
      exampleValue = "", urlParameters = json.array {},
      inputMappings = json.array { { label = "City", key = "city", type = "string", exampleValue = "Dublin",
         mapping = "" } },
      outputMappings = json.array { { label = "Temp", outputReference = "temp", type = "number" } },
      customHeaders = json.array { { name = "Accept", value = "application/json" } },
      connectionTimeout = 1000, socketTimeout = 1000, icon = "plug.svg",
   }
end

-- Sets a member: `set("auth.clientId", 1)`; nil removes it.
local function set(path, value)
   return function(definition)
      local object, keys = definition, {}
      for key in path:gmatch "[^.%[%]]+" do keys[#keys + 1] = tonumber(key) or key end
      for index = 1, #keys - 1 do object = object[keys[index]] end
      object[keys[#keys]] = value
   end
end

-- Gives a member another name.
local function rename(path, name)
   return function(definition)
      local parent, own = path:match "^(.-)%.?([^.]+)$"
      local object = definition
      for key in parent:gmatch "[^.%[%]]+" do object = object[tonumber(key) or key] end
      object[name], object[own] = object[own], nil
   end
end

broken_connections.list = {
   -- what is required
   set("name", nil), set("name", ""), set("name", 5), set("name", json.null), set("name", { ["$env"] = "NAME" }),
   set("auth", nil), set("auth", "NONE"), set("auth", json.null), set("auth", json.array {}),
   set("auth", json.array { "NONE" }),
   set("request", nil), set("request", "https://api.example.com"), set("request", json.array {}),
   set("systemType", nil), set("systemType", ""), set("systemType", false),
   -- types
   set("description", 5), set("archived", "false"), set("archived", 0), set("icon", {}), set("exampleValue", {}),
   set("connectionTimeout", "1000"), set("connectionTimeout", -1), set("socketTimeout", 1500.5),
   set("socketTimeout", true), set("inputMappings", "city"), set("outputMappings", { label = "Temp" }),
   set("customHeaders", { Accept = "application/json" }), set("customHeaders[1]", "Accept: application/json"),
   set("inputMappings[1]", "city"), set("inputMappings[1].key", 5), set("outputMappings[1].type", json.array {}),
   set("customHeaders[1].value", 5), set("urlParameters", "a=b"), set("auth.authType", 1), set("auth.clientId", false),
   set("auth.useMutualTls", "yes"), set("auth.oauthCustomHeaders", "Accept"), set("auth.clientSecret", "***"),
   set("request.requestType", json.array { "GET" }), set("request.connectionUrl", 1), set("request.requestBody", {}),
   -- URLs of tokens
   set("auth.accessTokenUrl", "http://example.com/token"), set("auth.accessTokenUrl", "example.com/token"),
   set("auth.accessTokenUrl", "http://127.0.0.1.example.com/token"), set("auth.accessTokenUrl", "https://"),
   -- misspelt
   rename("description", "descripton"), rename("description", "Description"), rename("inputMappings", "inputMapping"),
   rename("inputMappings", "inputMapings"), rename("customHeaders", "customHeader"),
   rename("request.connectionUrl", "connectionURL"), rename("request.connectionUrl", "conectionUrl"),
   rename("request.requestBody", "requestbody"), rename("auth.clientSecret", "client_secret"),
   rename("auth.clientId", "clientID"), rename("auth.accessTokenUrl", "accesTokenUrl"),
   rename("socketTimeout", "socketTimeOut"), rename("icon", "icno"), rename("outputMappings[1].type", "typ"),
   -- at the wrong place
   set("connectionUrl", "https://api.example.com"), set("requestBody", "{}"), set("authType", "NONE"),
   set("request.clientSecret", "x"), set("auth.connectionUrl", "https://api.example.com"),
   set("customHeaders[1].key", "Accept"), set("inputMappings[1].outputReference", "x"),
   set("request.customHeaders", json.array {}), set("request.inputMappings", json.array {}),
   -- references
   set("request.connectionUrl", { ["$env"] = "NOT A NAME" }), set("auth.clientSecret", { ["$env"] = "" }),
   set("auth.clientSecret", { ["$file"] = 5 }), set("auth.clientSecret", { ["$env"] = "A", ["$file"] = "b" }),
   set("description", { ["$env"] = "HOME" }), set("request.requestType", { ["$env"] = "METHOD" }),
}

return broken_connections
