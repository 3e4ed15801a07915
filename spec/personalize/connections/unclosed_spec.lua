-- What is said of a placeholder without its closing brace: never to write what would mean something else.
local personalize = require "personalize"

local function told(changes)
   local definition = {
      name = "Offer", systemType = "DESTINATION", auth = { authType = "NONE" },
      request = { requestType = "POST", requestBody = changes.body,
         connectionUrl = changes.url or "https://e.example/" },
   }
   local list = {}
   for _, warning in ipairs(select(2, assert(personalize.connections.validate(definition)))) do
      if warning.code == "placeholder_unclosed" then list[#list + 1] = warning.message end
   end
   return table.concat(list, "\n")
end

describe("an unclosed placeholder", function()
   it("is told with the members of what it names", function()
      for body, message in pairs {
         ['{"to":"${guest.email"}'] = "${guest.email has no closing brace; write ${guest.email}",
         ["Dear ${guest.first_name, hello"] = "${guest.first_name has no closing brace; write ${guest.first_name}",
         ["${guest.email} and ${guest.phone"] = "${guest.phone has no closing brace; write ${guest.phone}",
         ["${guest} and ${guest.phone"] = "${guest.phone has no closing brace; write ${guest.phone}",
         ['{"to":"${guest"}'] = "${guest has no closing brace; write ${guest}",
         ["I like ${city. Bye"] = "${city has no closing brace; write ${city}",
      } do
         assert.equal(message, told { body = body }, body)
      end
   end)

   it("is told without advice where it may be meant in several ways", function()
      for body, message in pairs {
         ['${x?string("a")'] = "${x has no closing brace",
         ['a ${x!"b" c'] = "${x has no closing brace",
         ['{"to":"${guest.email!"}'] = "${guest.email has no closing brace",
         ["${items[0]"] = "${items has no closing brace",
         ["${first-name"] = "${first has no closing brace",
      } do
         assert.equal(message, told { body = body }, body)
      end
      assert.equal("${guest.email has no closing brace", told { url = "https://e.example/${guest.email" })
      assert.equal("${city has no closing brace; write ${city}", told { url = "https://e.example/${city/x" })
   end)
end)
