-- What the recipes for another member and another kind of authentication promise: a line in the schema is all that the
-- library needs. The program below runs with a schema that has such lines.
local command = require "spec.support.command"
local folder = require "spec.support.folder"

local prelude = [[
   local file = assert(io.open "lua/personalize/schema.lua")
   local text = file:read "*a"
   file:close()
   local count, all = 0, 0
   local function insert(before, line)
      text, count = text:gsub(before:gsub("%p", "%%%0"), function(found) return found .. line end)
      all = all + count
   end
   local facts = 'published = "table", certainty = "guessed", about = "X.",'
   insert('known = { "NONE", "OAUTH"', ', "API_KEY"')
   insert("local auth = {", '{ name = "apiKey", type = "string", only = "API_KEY", secret = true, ' .. facts .. " },"
      .. '{ name = "keyUrl", type = "string", only = "API_KEY", format = "https_url", ' .. facts .. " },")
   insert("local members = {", '{ name = "retries", type = "integer", ' .. facts .. " },")
   assert(all == 3, "the schema reads otherwise now")
   package.preload["personalize.schema"] = assert((loadstring or load)(text, "=schema"))

   local personalize = require "personalize"
   local emulator = require "personalize.emulator"
   local service = assert(emulator.start { mask_unknown_auth = true })
   local client = assert(personalize.new(service:options()))
   local function definition(members)
      local made = { name = "Keyed", systemType = "DATA_SYSTEM",
         auth = { authType = "API_KEY", apiKey = "hush-hush", keyUrl = "https://example.com/key" },
         request = { requestType = "GET", connectionUrl = "https://example.com/" } }
      for name, value in pairs(members or {}) do made[name] = value end
      return made
   end
]]

describe("a schema with another member and another kind of authentication", function()
   local function run(program)
      local path = folder.new()
      folder.write(path, "program.lua", prelude .. program .. "\nservice:stop()\n")
      local out, err, code = command.shell(("%s %s/program.lua"):format(command.interpreter, path))
      folder.remove(path)
      assert.equal(0, code, err)
      return out
   end

   it("has its types checked, and its look-alikes refused", function()
      assert.equal("retries: expected an integer, got a string\n"
         .. 'auth.keyUrl: must be an https:// URL, got "http://example.com/key"\n'
         .. "auth.apiKye\nretires\ntrue\n", (run [[
         local function problem(members)
            local _, err = client.connections.create(definition(members))
            return err.problems[1]
         end
         local found = problem { retries = "3" }
         print(found.path .. ": " .. found.message)
         found = problem { auth = { authType = "API_KEY", apiKey = "hush-hush", keyUrl = "http://example.com/key" } }
         print(found.path .. ": " .. found.message)
         print(problem { auth = { authType = "API_KEY", apiKye = "hush-hush" } }.path)
         print(problem({ retires = 3 }).path)
         print(client.connections.create(definition { retries = 3 }) ~= nil)
      ]]))
   end)

   it("has its secret masked, guarded and looked for", function()
      assert.equal("validation\ttrue\nnil\nno apiKey comes back, of 1\nnil\n", (run [[
         local made = assert(client.connections.create(definition()))
         made.description = "changed"
         local fine, err = made:save()
         print(err.kind, err.message:find("auth.apiKey", 1, true) ~= nil)
         made.auth.apiKey = "hush-hush"
         print((tostring(made):find("hush", 1, true)))
         require("personalize.cli.questions").ask(client, assert(client.connections.list()), function(each)
            if each.name == "secrets" then print(each.message) end
         end)
         print((personalize.json.encode(client.connections.list()):find("hush", 1, true)))
      ]]))
   end)
end)
