--- Builds requests from a call and a client's settings, as input for the transport. Pure functions.
-- @module personalize.http.request
-- @local

local errors = require "personalize.error"
local json = require "personalize.json"
local native = require "personalize.native"
local options = require "personalize.options"
local proxy = require "personalize.proxy"

local request = {}

local url = native.url

-- A parameter as text: whole numbers without exponent or ".0"; nil for a value of a type that parameters cannot have.
local function query_value(value)
   local kind = type(value)
   if kind == "number" then
      if value ~= value or value == math.huge or value == -math.huge then return nil end
      local is_float = not math.type or math.type(value) == "float"
      if is_float and value % 1 == 0 then return ("%.0f"):format(value) end
      return is_float and json.encode(value) or tostring(value) -- exact, and the same in every locale
   end
   return (kind == "string" or kind == "boolean") and tostring(value) or nil
end

-- The values of a parameter as an array; or nil and what is wrong with them.
local function query_values(value)
   if type(value) ~= "table" then return { value } end
   local count, last = 0, 0
   for place in next, value do
      if type(place) ~= "number" or place % 1 ~= 0 or place < 1 then
         return nil, "expected a string, finite number or boolean, or an array of them, got a table with names"
      end
      count, last = count + 1, math.max(last, place)
   end
   if count < last then return nil, "is an array with holes" end
   return value
end

--- Encodes a table of query parameters, sorted by name; an array value repeats its name.
-- @return the query without `?`, or nil and an error object
function request.query(parameters)
   local plain, reason, place = proxy.plain(parameters)
   if not plain then
      return errors.fail("validation", ("%s: %s"):format(place and "query." .. place or "query", reason))
   end
   parameters = plain
   local names = {}
   for name in next, parameters do
      if type(name) ~= "string" then
         return errors.fail("validation", ("query: names must be strings, got %s"):format(options.describe(name)))
      end
      names[#names + 1] = name
   end
   table.sort(names)
   local parts = {}
   for _, name in ipairs(names) do
      local values, wrong = query_values(parameters[name])
      if not values then return errors.fail("validation", ("query.%s: %s"):format(name, wrong)) end
      for _, value in ipairs(values) do
         local text = query_value(value)
         if not text then
            return errors.fail("validation", ("query.%s: expected a string, finite number or boolean, got %s")
               :format(name, options.describe(value)))
         end
         parts[#parts + 1] = url.escape(name) .. "=" .. url.escape(text)
      end
   end
   return table.concat(parts, "&")
end

--- Checks that a path stays below the base URL.
function request.path(path)
   local problem
   if path:sub(1, 1) ~= "/" then
      problem = "must begin with /"
   elseif path:find "[%c%s\127#\\]" then
      problem = "must not hold spaces, control characters, # or \\"
   else
      for segment in (path:match "^[^?]*"):gmatch "[^/]+" do
         local plain = segment:gsub("%%2[eE]", ".")
         if plain == "." or plain == ".." then problem = "must not hold the segments . and .." end
      end
   end
   if problem then
      return errors.fail("validation", ("path: %s, got %s"):format(problem, options.describe(path)))
   end
   return path
end

--- Checks that a ref is one path segment made of unreserved characters.
-- @tparam string ref
-- @tparam string resource its name, for the message
function request.ref(ref, resource)
   if ref == "." or ref == ".." or #ref > 200 or not ref:find "^[%w%-._~]+$" then
      return errors.fail("validation", ("ref: expected one path segment such as a UUID, got %s "
         .. "(%s.find looks one up by its name)"):format(options.describe(ref), resource),
         { problems = { { path = "ref", message = "is not one path segment" } } })
   end
   return ref
end

--- True when a text can stand in a header.
function request.header_safe(text)
   return not text:find "%c"
end

-- The largest number of milliseconds that the engine takes: 24 days.
local longest_ms = 2 ^ 31 - 1

local function milliseconds(seconds)
   return math.max(1, math.min(math.ceil(seconds * 1000), longest_ms))
end

--- The part that all requests of a client share.
-- @tparam table settings of the client
-- @tparam boolean is_proxied whether they go through the proxy, if one is set
-- @return the profile that `engine:enqueue` takes together with a request; or nil and the engine's error
function request.profile(settings, is_proxied)
   return native.http.profile {
      connect_timeout_ms = milliseconds(settings.connect_timeout),
      stall_timeout_ms = milliseconds(settings.stall_timeout),
      max_response_bytes = settings.max_response_bytes,
      max_response_headers = settings.max_response_headers,
      http2 = settings.http2,
      proxy = is_proxied and settings.proxy or nil,
      ca_file = settings.ca_file,
      ca_path = settings.ca_path,
      client_cert = settings.client_cert,
      client_cert_key = settings.client_cert_key,
      client_cert_passphrase = settings.client_cert_passphrase,
      user_agent = settings.user_agent,
   }
end

local accept = { "Accept", "application/json" }

--- The authorization header; nil without a value. Its field `alone` holds all headers of a call without a body: they
-- are made once, because many calls share them.
function request.authorization(value)
   if not value then return nil end
   local header = { "Authorization", value }
   header.alone = { accept, header }
   return header
end

local function headers_of(call, authorization)
   if authorization and not call.body then return authorization.alone end
   local headers = { accept, authorization or nil }
   if call.body then headers[#headers + 1] = { "Content-Type", call.content_type or "application/json" } end
   return headers
end

--- The input of the transport for one attempt of a call.
-- @tparam table call `method`, `url`, `body` (text), `content_type`, `class`
-- @tparam ?table authorization the header, if there is one
-- @tparam number seconds the time left for the attempt
function request.exchange(call, authorization, seconds)
   local exchange = {
      method = call.method,
      url = call.url,
      headers = headers_of(call, authorization),
      timeout_ms = milliseconds(seconds),
   }
   if call.body then exchange.body = call.body end
   -- libcurl itself repeats a request when a kept connection is dead; it must not repeat these
   if call.class ~= "idempotent" then exchange.replayable = false end
   return exchange
end

return request
