-- The chapters of the reference that are told by the code's own tables.
local chapters = require "doc.reference.chapters"
local options = require "personalize.options"
local schema = require "personalize.schema"

describe("the told chapters of the reference", function()
   it("tell of a member its unit, its secrecy, who owns it, and how sure that is", function()
      local member = { name = "patience", type = "integer", unit = "milliseconds", secret = true, required = true,
         server = true, only = "OAUTH", example = "12", about = "How long.", published = "table, example",
         certainty = "inferred" }
      assert.equal("How long. Required. Owned by the server: never sent. Write-only secret. Of `OAUTH`. "
         .. "In milliseconds. Such as `12`. Inferred, by the attribute table and examples.", chapters.about(member))
      assert.equal("integer", chapters.type_of(member))
      member = { name = "hush", type = "string", about = "Hush.", published = "none", certainty = "guessed" }
      assert.equal("Hush. Guessed: no published page has it.", chapters.about(member))
   end)

   it("write types as LDoc takes them", function()
      local members = schema.by_name(schema.members)
      assert.equal("personalize.members.auth", chapters.type_of(members.auth))
      assert.equal("{personalize.members.inputMapping,...}", chapters.type_of(members.inputMappings))
      assert.equal("{personalize.members.pair,...}", chapters.type_of(members.customHeaders))
      assert.equal("table", chapters.type_of(members.urlParameters))
      assert.equal('"DATA_SYSTEM"|"DESTINATION"|string', chapters.type_of(members.systemType))
   end)

   it("have each member of the schema once for each list that it stands in", function()
      local text, lists = chapters.members(), {}
      schema.each(function(member) lists[member.members or member.items or lists] = true end)
      lists[lists], lists[schema.members] = nil, true
      local expected, count = 0, 0
      for list in pairs(lists) do expected = expected + #list end
      for line in text:gmatch "[^\n]+" do
         if line:find "^%-%- @tfield" then count = count + 1 end
      end
      assert.equal(expected, count)
      assert.matches("\n%-%- @tfield%[opt%] string clientSecret [^\n]+ Write%-only secret%.", text)
      assert.matches("\n%-%- @tfield%[opt%] integer socketTimeout [^\n]+ In milliseconds%.", text)
      assert.matches("\n%-%- @tfield string name [^\n]+ Required%.", text)
   end)

   it("find the type of an option by asking its rule", function()
      assert.equal("boolean", chapters.type_of_rule "boolean")
      assert.equal("string", chapters.type_of_rule "string")
      assert.equal("number", chapters.type_of_rule "seconds")
      assert.equal("integer", chapters.type_of_rule "count")
      assert.equal('"clear"|"keep"', chapters.type_of_rule(options.one_of("clear", "keep")))
      assert.equal("string|number", chapters.type_of_rule { text = "either", fits = function(value)
         return type(value) == "string" or type(value) == "number"
      end })
   end)

   it("have the emulator's options with their defaults", function()
      local text = chapters.emulator()
      assert.matches("\n%-%- @tfield%[opt=900%] number token_ttl seconds that access tokens live\n", text)
      assert.matches('\n%-%- @tfield%[opt="clear"%] "clear"|"keep" missing_secret ', text)
      assert.matches("\n%-%- @table fault\n%-%- @tfield%[opt%] string method ", text)
   end)

   it("have the help of every subcommand", function()
      local text = chapters.command(require "spec.support.interpreter" .. " bin/personalize")
      for _, name in ipairs { "list", "get", "plan", "apply", "doctor", "emulator", "completion" } do
         assert.matches("\n## personalize " .. name .. "\n\n    @plain\n    Usage: personalize " .. name, text)
      end
   end)
end)
