--- Answers, for this tenant, questions that the service's documentation leaves open. Read-only.
-- @module personalize.cli.questions
-- @local

local raw = require "personalize.raw"
local schema = require "personalize.schema"

local questions = {}

local function note(report, name, message)
   report { name = name, status = "note", message = message }
end

-- Whether the service pages its lists.
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

-- How many objects have a write-only member, and how many show something in its place.
local function count(all, member)
   local found, returned = 0, 0
   for _, connection in ipairs(all) do
      for _, each in ipairs(raw.objects(connection, "auth")) do
         if raw.auth_type(each[1]) == member.only then
            found = found + 1
            if rawget(each[1], member.name) ~= nil then returned = returned + 1 end
         end
      end
   end
   return found, returned
end

-- Whether the service returns anything in place of a secret.
local function secrets(all, report)
   local is_told = false
   for _, member in ipairs(schema.by_name(schema.members).auth.members) do
      local found, returned = 0, 0
      if member.secret then found, returned = count(all, member) end
      if found > 0 then
         is_told = true
         note(report, "secrets", returned == 0 and ("no %s comes back, of %d"):format(member.name, found)
            or ("something comes back for %d of %d %ss (a mask?): it is never written to files")
               :format(returned, found, member.name))
      end
   end
   if not is_told then note(report, "secrets", "cannot be told: no connection has a secret") end
end

-- Whether the service returns `auth` and `request` as objects, as in the example bodies of its documentation, or as
-- arrays, as in its table of attributes.
local function shapes(all, report)
   for _, name in ipairs { "auth", "request" } do
      local arrays, objects = 0, 0
      for _, connection in ipairs(all) do
         local value = raw.get(connection, name)
         if raw.is_array(value) then arrays = arrays + 1 elseif type(value) == "table" then objects = objects + 1 end
      end
      if #all > 0 then
         note(report, name, ("an object in %d connections, an array in %d"):format(objects, arrays))
      end
   end
end

--- Reports an answer to each question, if one can be found.
function questions.ask(client, all, report)
   paging(client, all, report)
   secrets(all, report)
   shapes(all, report)
end

return questions
