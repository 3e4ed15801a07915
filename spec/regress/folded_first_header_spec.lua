-- libcurl 7.83 to 8.0 appends a folded line that comes first among the headers of an answer to the last header of the
-- answer before it on the same handle, which was freed by then. So such a line ends the transfer before libcurl keeps
-- it.
local http = require "spec.support.http"
local server = require "spec.support.server"

describe("an answer whose first header line is folded", function()
   it("does not reach into the answer before it", function()
      local s = server.start [[
         return function(connection)
            for request in function() return connection:request() end do
               local first = request.path == "/folded" and "  folded: onto nothing\r\n\tand: more" or "First: line"
               connection:respond(200, { first, "Content-Length: 2", "X-Last: " .. ("x"):rep(50) }, "{}")
            end
         end]]
      finally(function() s:stop() end)
      local engine = http.core.http.engine()
      for _ = 1, 20 do
         local answer = assert(http.run(engine, { url = s.url .. "/" }))
         assert.equal(("x"):rep(50), http.header(answer, "x-last"))
         local folded, err = http.run(engine, { url = s.url .. "/folded" })
         assert.is_nil(folded)
         assert.equal("protocol", err.kind)
         assert.equal(200, err.status)
         assert.equal("the answer's headers are malformed", err.message)
      end
      engine:close()
   end)
end)
