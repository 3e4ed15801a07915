-- src/emulator/members.inc is generated: here it is held against the schema.
describe("the emulator's table of members", function()
   it("is made of the library's schema", function()
      local file = assert(io.open "src/emulator/members.inc")
      local text = file:read "*a"
      file:close()
      local members = assert(loadfile "src/emulator/members.lua")("members")
      assert.equal(members.text(), text)
   end)
end)
