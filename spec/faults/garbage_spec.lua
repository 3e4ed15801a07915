-- Answers with bytes changed, taken out, put in or cut off anywhere: whatever comes of them, a call returns.
local personalize = require "personalize"
local seed = require "spec.support.seed"
local server = require "spec.support.server"

local ROUNDS = 400

local SERVER = [[
   math.randomseed(%d)
   local ANSWERS = {
      'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id: id\r\nContent-Length: 60\r\n\r\n'
         .. '{"ref":"r1","name":"Weather","items":[{"ref":"r1"}],"a":1.5}',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0f\r\n{"ref":"r1","a"\r\n4\r\n:[]}\r\n0\r\n\r\n',
      'HTTP/1.1 429 Slow\r\nRetry-After: 1\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 15\r\n\r\n'
         .. '{"message":"x"}',
      'HTTP/1.1 401 No\r\nContent-Length: 0\r\nLocation: https://u:p@example.com/?token=x\r\n\r\n',
   }
   local changes = {
      function(text, at) return text:sub(1, at - 1) .. string.char(math.random(0, 255)) .. text:sub(at + 1) end,
      function(text, at) return text:sub(1, at - 1) .. text:sub(at + math.random(1, 9)) end,
      function(text, at) return text:sub(1, at) .. text:sub(math.random(1, at), at) .. text:sub(at + 1) end,
      function(text, at) return text:sub(1, at) end,
   }
   return function(connection)
      if not connection:request() then return end
      local text = ANSWERS[math.random(#ANSWERS)]
      for _ = 1, math.random(1, 4) do
         if #text > 0 then text = changes[math.random(#changes)](text, math.random(#text)) end
      end
      connection:send(text)
   end]]

local KINDS = {}
for kind in ([[ validation not_found auth forbidden conflict rate_limited http server network protocol decode too_large
   timeout ambiguous ]]):gmatch "%S+" do KINDS[kind] = true end

describe("a server that talks garbage", function()
   local s

   setup(function() s = server.start(SERVER:format(seed)) end)
   teardown(function() s:stop() end)

   it("gets an error or a value out of every call", function()
      local client = assert(personalize.new { base_url = s.url, access_token = "token-0123", retry = false,
         timeout = 1, stall_timeout = 0.2 })
      local calls = {
         function() return client.connections.get "r1" end,
         function() return client.connections.list() end,
         function() return client:request { method = "POST", path = "/x", body = { 1 } } end,
      }
      local values, failures = 0, 0
      for round = 1, ROUNDS do
         local fine, value, err = pcall(calls[round % #calls + 1])
         assert.is_true(fine, ("seed %d, round %d: %s"):format(seed, round, tostring(value)))
         if err then
            failures = failures + 1
            assert.is_true(KINDS[err.kind], ("seed %d, round %d: %s"):format(seed, round, tostring(err)))
            assert.is_nil(tostring(err):find "%c")
         else
            values = values + 1
         end
      end
      assert.is_true(values > 0 and failures > ROUNDS / 2)
   end)
end)
