-- Tries each status with each thing that can become of its answer, of each kind of call: see statuses.lua.
local patient = require "spec.support.patient"
local personalize = require "personalize"
local retry = require "personalize.http.retry"
local server = require "spec.support.server"
local statuses = require "spec.faults.statuses"

local DEFINITION = {
   name = "Weather", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
   request = { requestType = "GET", connectionUrl = "https://example.com/" },
}

local CALLS = {
   get = function(connections) return connections.get "r1" end,
   update = function(connections) return connections.update("r1", DEFINITION) end,
   create = function(connections) return connections.create(DEFINITION) end,
   test = function(connections) return connections.test(DEFINITION) end,
}

-- A path is /CALL/STATUS/REST/...: everything below it is answered so, but for the look-up that follows a create.
local SERVER = [[
local GZIP, tokens = %q, 0

local function bytes(hex)
   return (hex:gsub("%%x%%x", function(digits) return string.char(tonumber(digits, 16)) end))
end

local gzip = bytes(GZIP)

local REST = {}
local function answers(headers, body, is_cut)
   headers = type(headers) == "table" and headers or { headers }
   return function(connection, status, whole)
      local text = body or whole
      local all = { "Content-Length: " .. #text + (is_cut and 10 or 0) }
      for _, header in ipairs(headers) do all[#all + 1] = header end
      connection:respond(status, all, text)
      return is_cut and "close"
   end
end
local JSON = "Content-Type: application/json"
REST.whole = answers(JSON)
REST.cut_length = answers(JSON, nil, true)
REST.broken_gzip = answers({ JSON, "Content-Encoding: gzip" })
REST.truncated_gzip = answers({ JSON, "Content-Encoding: gzip" }, gzip:sub(1, 40))
REST.wrong_encoding = answers({ JSON, "Content-Encoding: x-unknown" })
REST.too_large = answers(JSON, '{"ref":"r1","message":"' .. ("x"):rep(100000) .. '"}')
REST.invalid_json = answers(JSON, '{"ref":"r1"')
REST.html = answers("Content-Type: text/html", "<html><head><title>Sorry</title></head></html>")
REST.empty = answers({}, "")
function REST.cut_chunk(connection, status, whole)
   connection:respond(status, { JSON, "Transfer-Encoding: chunked" }, ("%%x\r\n%%s"):format(#whole + 10, whole))
   return "close"
end

return function(connection)
   for request in function() return connection:request() end do
      local call, status, rest = request.path:match "^/(%%l+)/(%%d+)/([%%l_]+)/"
      if request.path:find "token$" then
         tokens = tokens + 1
         local body = '{"expires_in":900,"access_token":"token-' .. tokens .. '"}'
         connection:respond(200, { "Content-Length: " .. #body }, body)
      elseif call == "create" and request.method == "GET" then
         connection:respond(200, { "Content-Length: 12" }, '{"items":[]}')
      elseif REST[rest](connection, tonumber(status), '{"ref":"r1","name":"Weather","message":"because"}') then
         return
      end
   end
end
]]

local function hexadecimal(command)
   local pipe = assert(io.popen(command))
   local bytes = pipe:read "*a"
   pipe:close()
   return (bytes:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
end

describe("a status", function()
   local s, random

   setup(function()
      local body = [[{\"ref\":\"r1\",\"name\":\"Weather of a place\",\"message\":\"because of this and that\"}]]
      s = server.start(SERVER:format(hexadecimal('printf %s "' .. body .. '" | gzip -nc')))
      random, retry.random = retry.random, function() return 0 end
   end)
   teardown(function()
      s:stop()
      retry.random = random
   end)

   -- How often the token endpoint of a case was asked.
   local function tokens_of(prefix)
      local count = 0
      for _, request in ipairs(s:requests()) do
         if request.path == prefix .. "/token" then count = count + 1 end
      end
      return count
   end

   local function check(call, status, rest)
      local prefix = ("/%s/%d/%s"):format(call, status, rest)
      local expected = statuses.expected(status, rest, call)
      local client = assert(personalize.new {
         base_url = s.url .. prefix, token_url = s.url .. prefix .. "/token",
         client_id = "id", client_secret = "secret-of " .. prefix, max_response_bytes = 50000,
         timeout = patient(10), retry = { attempts = statuses.ATTEMPTS, base_delay = 0, max_delay = 0.001 },
      })
      local value, err = CALLS[call](client.connections)
      if not expected.kind then
         assert.is_nil(err, tostring(err))
         return assert.equal(expected.attempts, value == personalize.null and 1 or personalize.meta(value).attempts)
      end
      assert.is_nil(value)
      assert.equal(expected.kind, err.kind, tostring(err))
      assert.equal(status, err.status)
      assert.equal(expected.attempts, err.attempts)
      assert.equal(expected.cause, expected.cause and err.cause.kind)
      assert.equal(expected.outcome, err.outcome)
      assert.equal(expected.renewed and 2 or 1, tokens_of(prefix))
      if status >= 300 and rest:find "^cut" then assert.matches("because", err.message) end
   end

   for _, call in ipairs(statuses.CALLS) do
      for _, status in ipairs(statuses.STATUSES) do
         it(("%d of a %s counts, whatever becomes of its answer"):format(status, call), function()
            for _, rest in ipairs(statuses.REST) do check(call, status, rest[1]) end
         end)
      end
   end
end)
