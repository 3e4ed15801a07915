-- libcurl takes a gzip body that ends too early for a whole one: what was cut of an answer came out as JSON that is no
-- JSON, and a read was not repeated. Wherever it is cut, it is an answer that broke off.
local personalize = require "personalize"
local server = require "spec.support.server"

local TEXT = [[{"ref":"r1","name":"\195\169t\195\169","archived":true,"revision":12,"icon":null,]]
   .. [["a":"\\ud83d\\ude00","b":-1.5e3}]]

local function gzip(text)
   local path = os.tmpname()
   local file = assert(io.open(path, "wb"))
   file:write((text:gsub("\\(%d%d%d)", function(code) return string.char(tonumber(code)) end)))
   file:close()
   local pipe = assert(io.popen("gzip -nc " .. path))
   local bytes = pipe:read "*a"
   pipe:close()
   os.remove(path)
   return bytes
end

describe("a gzip answer", function()
   local bytes = gzip(TEXT)
   local s

   setup(function()
      s = server.start(([[
         local bytes = %q
         return function(connection)
            for request in function() return connection:request() end do
               local length, status = request.path:match "/(%%d+)/(%%d+)"
               local body = bytes:sub(1, tonumber(length))
               connection:respond(tonumber(status), { "Content-Encoding: gzip", "Content-Length: " .. #body }, body)
            end
         end ]]):format(bytes))
   end)
   teardown(function() s:stop() end)

   local function get(length, status)
      local client = assert(personalize.new { base_url = s.url, access_token = "token", retry = false })
      return client:request { path = ("/%d/%d"):format(length, status or 200) }
   end

   it("that is cut anywhere is one that broke off", function()
      for length = 1, #bytes - 9 do -- what follows are only its checksum and its length
         local value, err = get(length)
         if value ~= nil then -- all of the text was there
            assert.equal(-1500, value.b)
         else
            assert.equal("network", err.kind, length .. " bytes: " .. tostring(err))
            assert.is_true(err.retryable)
         end
      end
      assert.equal("r1", get(#bytes).ref)
   end)

   it("of nothing is nothing", function()
      local nothing = gzip ""
      local empty = server.start(([[ return function(connection)
         for _ in function() return connection:request() end do
            connection:respond(200, { "Content-Encoding: gzip", "Content-Length: 20" }, %q)
         end
      end ]]):format(nothing))
      local client = assert(personalize.new { base_url = empty.url, access_token = "token", retry = false })
      assert.equal(personalize.null, client:request { path = "/" })
      empty:stop()
   end)

   it("whose text is no JSON is no answer that broke off", function()
      local wrong = gzip '{"a":x'
      local other = server.start(([[ return function(connection)
         local body = %q
         for _ in function() return connection:request() end do
            connection:respond(200, { "Content-Encoding: gzip", "Content-Length: " .. #body }, body)
         end
      end ]]):format(wrong))
      local client = assert(personalize.new { base_url = other.url, access_token = "token" })
      local _, err = client:request { path = "/" }
      assert.equal("decode", err.kind)
      assert.equal(1, err.attempts)
      other:stop()
   end)

   it("counts by its status, wherever it is cut", function()
      for length = 1, #bytes, 7 do
         local _, err = get(length, 404)
         assert.equal("not_found", err.kind)
      end
   end)
end)
