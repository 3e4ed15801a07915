-- The headers that curl's options add, and `-H 'Name:'`, which takes them away.
local command = require "spec.support.command"
local personalize = require "personalize"
local server = require "spec.support.server"

-- Arguments -> the header that they may add, and its value, or nil if it is not sent.
local cases = {
   ["-d x -H 'Content-Type:'"] = { "content-type" },
   ["-H 'content-type: ' -d x"] = { "content-type" },
   ["-d x -H 'Content-Type:' -H 'Content-Type: a/b'"] = { "content-type", "a/b" },
   ["--json '{}' -H 'Content-Type:'"] = { "content-type" },
   ["--json '{}' -H 'Accept:'"] = { "accept" },
   ["--json '{}' -H 'Accept;'"] = { "accept", "" },
   ["-A foo -H 'User-Agent:'"] = { "user-agent" },
   ["--compressed -H 'Accept-Encoding:'"] = { "accept-encoding" },
   ["-b a=1 -H 'Cookie:'"] = { "cookie" },
   ["-b a=1 -H 'Cookie: b=2'"] = { "cookie", "b=2" },
   ["-e http://r -H 'Referer:'"] = { "referer" },
   ["-r 0-9 -H 'Range:'"] = { "range" },
   ["--oauth2-bearer x -H 'Authorization:'"] = { "authorization" },
}

describe("a header that an option of curl adds", function()
   it("is not in the definition where it is switched off", function()
      for arguments, expected in pairs(cases) do
         local definition = assert(personalize.connections.from_curl("curl https://e.example/ " .. arguments)):table()
         local found
         for _, header in ipairs(definition.customHeaders) do
            if header.name:lower() == expected[1] then found = header.value end
         end
         assert.equal(expected[2], found, arguments)
      end
   end)

   it("is not sent by curl there", function()
      local target = server.start(server.ECHO)
      for arguments, expected in pairs(cases) do
         local out = command.foreign("curl -s " .. arguments .. " " .. target.url .. "/x")
         local found
         for name, value in out:gmatch "([^:\r\n]+):[ \t]*([^\r\n]*)" do
            if name:lower() == expected[1] then found = value end
         end
         assert.equal(expected[2], found, arguments)
      end
      target:stop()
   end)
end)
