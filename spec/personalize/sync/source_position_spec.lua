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

local function line_of(content, path) return source_position.lines(content, { path })[1] end

describe("the line of a member", function()
   it("is found", function()
      for path, line in pairs {
         name = 2, auth = 3, ["auth.authType"] = 4, ["auth.deep[1]"] = 5,
         ["auth.deep[3].x"] = 6, ["auth.deep[3].y"] = 6,
         ["auth.deep[3].y[3]"] = 7, ["customHeaders[1].name"] = 9, ["customHeaders[2].name"] = 10,
         ["customHeaders[2].value"] = 11, last = 12,
      } do
         assert.equal(line, line_of(text, path), path)
      end
   end)

   it("is that of the nearest one around it where it is missing", function()
      assert.equal(3, line_of(text, "auth.clientId"))
      assert.equal(10, line_of(text, "customHeaders[2].other"))
      assert.equal(1, line_of(text, "nothing"))
      assert.equal(1, line_of(text, ""))
      assert.equal(2, line_of(text, "name.x"))
      assert.equal(1, line_of(text, "names"))
   end)

   it("is found for many in one walk", function()
      assert.same({ 11, 2, 1, 2, 3 },
         source_position.lines(text, { "customHeaders[2].value", "name", "", "name", "auth" }))
      local parts, paths = {}, {}
      for index = 1, 20000 do parts[index], paths[index] = '{"a": 1}', ("list[%d].a"):format(index) end
      local long = '{"list": [\n' .. table.concat(parts, ",\n") .. "]}"
      local begun = os.clock()
      local lines = source_position.lines(long, paths)
      assert.is_true(os.clock() - begun < 5)
      assert.same({ 2, 10001, 20001 }, { lines[1], lines[10000], lines[20000] })
   end)

   it("ends for texts that are broken", function()
      for length = 0, #text do assert.is_number(line_of(text:sub(1, length), "nothing")) end
   end)
end)
