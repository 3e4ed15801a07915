-- The line in a file that a problem is about.
local source_position = require "personalize.sync.source_position"

local text = [[
{
  "name": "a \"quoted\" \\ name: {[",
  "auth": {
    "authType": "NONE",
    "deep": [ [], {},
      { "x": 1.5e3, "y": [true, null,
        "z"] } ] },
  "customHeaders": [
    {"name": "A"},
    {"name": "B",
     "value": "C"}
  ], "la\u0073t": -1
}
]]

describe("the line of a member", function()
   it("is found", function()
      for path, line in pairs {
         name = 2, auth = 3, ["auth.authType"] = 4, ["auth.deep[1]"] = 5,
         ["auth.deep[3].x"] = 6, ["auth.deep[3].y"] = 6,
         ["auth.deep[3].y[3]"] = 7, ["customHeaders[1].name"] = 9, ["customHeaders[2].name"] = 10,
         ["customHeaders[2].value"] = 11, last = 12,
      } do
         assert.equal(line, source_position.line(text, path), path)
      end
   end)

   it("is that of the nearest one around it where it is missing", function()
      assert.equal(3, source_position.line(text, "auth.clientId"))
      assert.equal(10, source_position.line(text, "customHeaders[2].other"))
      assert.equal(1, source_position.line(text, "nothing"))
      assert.equal(1, source_position.line(text, ""))
      assert.equal(2, source_position.line(text, "name.x"))
      assert.equal(1, source_position.line(text, "names"))
   end)

   it("ends for texts that are broken", function()
      for length = 0, #text do assert.is_number(source_position.line(text:sub(1, length), "nothing")) end
   end)
end)
