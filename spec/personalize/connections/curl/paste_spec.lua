-- Command lines of curl that lost something on their way, or are those of another shell.
local personalize = require "personalize"

local connections = personalize.connections

local function refusal(line)
   local builder, err = connections.from_curl(line)
   assert.is_nil(builder, line)
   assert.equal("decode", err.kind)
   return err
end

describe("a pasted curl command", function()
   it("is refused where an option stands on a line of its own, as the shell takes it for a command", function()
      for line, place in pairs {
         ["curl https://e.example/x\n-H 'A: hush'\n-d 'x'"] = { 2, 1 },
         ["curl https://e.example/x \\\n -X POST \\\n\n  -d 'x'"] = { 4, 3 },
         ["curl 'https://e.example/\nx' \\\r\n\r\n '--json' '{}'"] = { 4, 2 },
         ["curl https://e.example/x;\n--data-raw hush"] = { 2, 1 },
         ["curl https://e.example/x | jq . -r\n  -k"] = { 2, 3 },
         ["T=$(curl https://e.example/t\n -d grant_type=client_credentials)\n"
            .. "curl -H \"Authorization: Bearer $T\" https://e.example"] = { 2, 2 },
         ["curl -H \"A: $(cat hush)\" https://e.example/x\n -k"] = { 2, 2 },
      } do
         local err = refusal(line)
         assert.same(place, { err.line, err.column }, line)
         assert.matches("the line before must end with \\", err.message, 1, true)
         assert.is_nil(err.message:find "hush")
      end
      for _, line in ipairs { "curl https://e.example/x\n- a list", "curl https://e.example/x\n-1", "- curl\n-- " } do
         local _, other = connections.from_curl(line)
         assert.is_nil(tostring(other):find "before must end")
      end
   end)

   it("is refused in the form for Windows' cmd, which doubles quotes", function()
      for line, column in pairs {
         [ [[curl "https://e.example/x" --data-raw "{""a"":1,""hush"":""b""}"]] ] = 45,
         [ [[curl "https://e.example/x" -H "If-None-Match: ""hush"""]] ] = 54,
         [ [[curl "https://e.example/x" -d """hush"""]] ] = 39,
         [ [[curl "https://e.example/x" -d "{""$type"":""hush""}"]] ] = 50,
      } do
         local err = refusal(line)
         assert.matches("Windows' cmd", err.message, 1, true)
         assert.is_nil(err.message:find "hush")
         assert.same({ 1, column }, { err.line, err.column }, line)
      end
   end)

   it("may have empty quotes, and quotes that follow each other, as shells do", function()
      for words, body in pairs {
         [ [[""]] ] = "",
         [ [["a""b"]] ] = "ab",
         [ [['a'"b"'c'"d"]] ] = "abcd",
         [ [["a\"\"""b\"\""]] ] = 'a""b""',
         [ [["" -d "" -d ""]] ] = "&&",
         [ [["a=""$A""&b=""$B"""]] ] = "a=${A}&b=${B}",
         [ [["{\"a\":\"\"}"]] ] = '{"a":""}',
         [ [["{\"a\":\""$X"\",\"b\":\""$X"\"}"]] ] = '{"a":"${X}","b":"${X}"}',
      } do
         local builder = assert(connections.from_curl("curl https://e.example/x -d " .. words))
         assert.equal(body, builder:table().request.requestBody, words)
      end
   end)
end)
