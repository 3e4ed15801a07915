--- What the service's documentation leaves open, and what this tenant answers: read-only.
-- @module personalize.cli.questions
-- @local

local shape = require "personalize.raw"

local questions = {}

local function note(report, name, message)
   report { name = name, status = "note", message = message }
end

-- Whether lists can be asked for in parts.
local function paging(client, all, report)
   if #all < 2 then return note(report, "paging", "cannot be told from fewer than two connections") end
   local first, err = client.connections.list { limit = 1 }
   if not first then return note(report, "paging", "limit is refused: " .. tostring(err)) end
   if #first ~= 1 then
      return note(report, "paging", ("limit is not obeyed: limit=1 brought %d of %d"):format(#first, #all))
   end
   local second = client.connections.list { limit = 1, offset = 1 }
   local is_next = second and #second == 1 and second[1].ref ~= first[1].ref
   note(report, "paging", is_next and "limit and offset are obeyed" or "limit is obeyed, offset is not")
end

-- Whether anything comes back where a secret was sent.
local function secrets(all, report)
   local count, returned = 0, 0
   for _, connection in ipairs(all) do
      for _, found in ipairs(shape.objects(connection, "auth")) do
         if shape.auth_type(found[1]) == "OAUTH" then
            count = count + 1
            if rawget(found[1], "clientSecret") ~= nil then returned = returned + 1 end
         end
      end
   end
   if count == 0 then return note(report, "secrets", "cannot be told: no connection authenticates by OAuth") end
   note(report, "secrets", returned == 0 and ("no clientSecret comes back, of %d"):format(count)
      or ("something comes back for %d of %d clientSecrets (a mask?): it is never written to files")
         :format(returned, count))
end

-- Whether `auth` and `request` are objects, as in the published bodies, or arrays, as in the published table.
local function shapes(all, report)
   for _, name in ipairs { "auth", "request" } do
      local arrays, objects = 0, 0
      for _, connection in ipairs(all) do
         local value = shape.get(connection, name)
         if shape.is_array(value) then arrays = arrays + 1 elseif type(value) == "table" then objects = objects + 1 end
      end
      if #all > 0 then
         note(report, name, ("an object in %d connections, an array in %d"):format(objects, arrays))
      end
   end
end

--- Reports what can be told of each question.
function questions.ask(client, all, report)
   paging(client, all, report)
   secrets(all, report)
   shapes(all, report)
end

return questions
