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

local function line_of(content, path) return source_position.positions(content, { path })[1].line end

local function lines_of(content, paths)
   local lines = {}
   for index, position in ipairs(source_position.positions(content, paths)) do lines[index] = position.line end
   return lines
end

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

   it("is found for many in one walk #timed", function()
      assert.same({ 11, 2, 1, 2, 3 },
         lines_of(text, { "customHeaders[2].value", "name", "", "name", "auth" }))
      local parts, paths = {}, {}
      for index = 1, 20000 do parts[index], paths[index] = '{"a": 1}', ("list[%d].a"):format(index) end
      local long = '{"list": [\n' .. table.concat(parts, ",\n") .. "]}"
      local begun = os.clock()
      local lines = lines_of(long, paths)
      assert.is_true(os.clock() - begun < 5)
      assert.same({ 2, 10001, 20001 }, { lines[1], lines[10000], lines[20000] })
   end)

   it("has a column, in bytes", function()
      local positions = source_position.positions('  {"é": 1, "a": {"b": [true, 2]}}',
         { "é", "a.b", "a.b[2]", "a.x", "" })
      assert.same({ { line = 1, column = 4 }, { line = 1, column = 19 }, { line = 1, column = 31 },
         { line = 1, column = 13 }, { line = 1, column = 3 } }, positions)
   end)

   it("is found where names hold what paths are made of", function()
      local odd = '{\n"a.b": {\n"c[1]": 1,\n"c": [0,\n 1]},\n"a": {\n"b": 2},\n"": {\n"": 3}}'
      assert.same({ 2, 3, 5, 6 }, lines_of(odd, { "a.b", "a.b.c[1]", "a.b.c[2]", "a" }))
      assert.same({ 1, 1 }, lines_of(odd, { "", "x[" }))
   end)

   it("is found where names begin with a dot, and by the first of one name that leads there", function()
      local dotted = '{\n".b": {\n".c": 1,\n"d.e": 2},\n"a": {\n".x": 3}}'
      assert.same({ 2, 3, 4, 5, 6 }, lines_of(dotted, { ".b", ".b..c", ".b.d.e", "a", "a..x" }))
      assert.same({ 1, 2, 3, 5 }, lines_of('{"a": 1,\n"b": {\n"c": 1},\n"a": 2, "b": {\n"d": 1, "c": 2}}',
         { "a", "b", "b.c", "b.d" }))
   end)

   it("is found behind what is passed over", function()
      local passed = '{"a": {"b": "]}\\"", "c": [{"d": "[{"}, []]},\n"e": 1, "f": ["]", [{}],\n"x"],\n"g": "}", "h": 1}'
      assert.same({ 2, 2, 3, 4, 4 }, lines_of(passed, { "e", "f", "f[3]", "g", "h" }))
      assert.same({ 2, 4 }, lines_of(passed, { "e", "h" }))
   end)

   it("is found as deep as a text that can be read goes", function()
      local deep = ("[\n"):rep(131) .. ("]"):rep(131)
      local paths = {}
      for index, count in ipairs { 127, 128, 129, 130 } do paths[index] = ("[1]"):rep(count) end
      assert.same({ 128, 129, 130, 130 }, lines_of(deep, paths))
   end)

   it("takes time in proportion to text and paths, however long or deep they are #timed", function()
      local long = ("a."):rep(250000)
      local content = ('{"%s": 1, "list": [%s], "%s": {"x": [[[1]]]}}'):format(long, ("1,"):rep(100000) .. "1", long)
      local begun = os.clock()
      local lines = lines_of(content, { long, "list[99999]", long .. ".x[1][1][1]", ("[1]"):rep(100000) })
      assert.is_true(os.clock() - begun < 2)
      assert.same({ 1, 1, 1, 1 }, lines)
      assert.same({ 1 }, lines_of(("["):rep(200000), { ("[1]"):rep(200000) }))
   end)

   it("ends for texts that are broken", function()
      for length = 0, #text do assert.is_number(line_of(text:sub(1, length), "nothing")) end
   end)
end)
