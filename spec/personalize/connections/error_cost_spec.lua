-- What an error answer to a large write costs, counted: the definition is looked through for secrets, and the answer
-- for them.
local native = require "personalize.native"
local personalize = require "personalize"
local redaction = require "personalize.redaction"
local server = require "spec.support.server"

describe("an error answer to a write of more than a megabyte", function()
   local s, client

   setup(function()
      s = server.start [[ return function(connection)
         for request in function() return connection:request() end do
            local is_good = request.path:find "good"
            local body = is_good and '{"ref":"good","name":"x"}' or '{"message":"no"}'
            if request.path:find "echo" then body = request.body:sub(1, 200000) end
            connection:respond(is_good and 200 or 400, { "Content-Length: " .. #body }, body)
         end
      end ]]
      client = assert(personalize.new { base_url = s.url, access_token = "the-token-of-the-spec", retry = false })
   end)
   teardown(function() s:stop() end)

   local function definition(request, auth)
      request.requestType, request.connectionUrl = "POST", "https://example.com/"
      return { name = "Large", systemType = "DATA_SYSTEM", auth = auth or { authType = "NONE" }, request = request }
   end

   -- What a call has done: how often the secrets of a definition were collected, their bytes, how often a set of known
   -- ones was made, and the bytes that were looked through for them. The client keeps the set of its own secrets, so
   -- `work` is that of the call that goes on.
   local work
   local function count_work(ref, given)
      local known, secrets_of = native.masking.known, redaction.secrets_of
      work = { collected = 0, sets = 0, secret_bytes = 0, read_bytes = 0 }
      redaction.secrets_of = function(...)
         work.collected = work.collected + 1
         return secrets_of(...)
      end
      native.masking.known = function(list)
         work.sets = work.sets + 1
         for _, text in ipairs(list) do work.secret_bytes = work.secret_bytes + #text end
         local real = known(list)
         return { hide = function(_, text, most)
            work.read_bytes = work.read_bytes + math.min(#text, most or math.huge)
            return real:hide(text, most)
         end }
      end
      finally(function() native.masking.known, redaction.secrets_of = known, secrets_of end)
      local value, err = client.connections.update(ref, given)
      native.masking.known, redaction.secrets_of = known, secrets_of
      return value, err
   end

   local headers = {}
   for index = 1, 400 do
      headers[index] = { name = "X-Api-Key-" .. index, value = ("secret%06d"):format(index) .. ("z"):rep(3500) }
   end
   local with_headers = definition { requestBody = "{}" }
   with_headers.customHeaders = headers
   local prose = '"' .. ("lorem ipsum dolor "):rep(80000) .. '"'
   local cases = {
      ["a long text"] = definition { requestBody = prose },
      ["a long text and a secret"] = definition({ requestBody = prose }, { authType = "OAUTH2", clientId = "id",
         clientSecret = "canary-secret", accessTokenUrl = "https://example.com/token" }),
      ["what looks like credentials"] = definition { requestBody = "{"
         .. ('"token":"abcdefgh12345678","k":"v",'):rep(40000) .. '"a":1}' },
      ["400 secrets"] = with_headers,
   }

   for name, given in pairs(cases) do
      it("looks through little, whatever was sent: " .. name, function()
         local secret_bytes = 0
         for secret in pairs(redaction.secrets_of(given)) do secret_bytes = secret_bytes + #secret end
         for ref, most_read in pairs { refused = 0, echo = 16 * 1024 } do
            local value, err = count_work(ref, given)
            assert.is_nil(value)
            assert.equal("validation", err.kind)
            -- for the warnings of what was sent, and for the error
            assert.is_true(work.collected >= 1 and work.collected <= 2, work.collected)
            assert.is_true(work.sets <= work.collected + 1, work.sets)
            assert.is_true(work.secret_bytes <= 2 * secret_bytes + 200, work.secret_bytes)
            -- the beginning of the answer, and the texts of the warnings: with 400 secrets there are 400
            local texts = name == "400 secrets" and 130000 or 70000
            assert.is_true(work.read_bytes < most_read + texts, work.read_bytes)
         end
      end)
   end
end)
