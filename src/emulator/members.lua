-- Writes src/emulator/members.inc from the library's schema, so that the members of a connection are listed once:
--    make members
local schema = require "personalize.schema"

local members = {}

-- What the emulator guesses beside what is published: how basic authentication is described.
local guesses = {
   auth = {
      { name = "username", type = "string" },
      { name = "password", type = "string" },
   },
}

local kinds = { string = "TEXT", boolean = "FLAG", integer = "COUNT", object = "OBJECT" }

local function kind_of(member)
   if member.type == "array" then return member.items and "OBJECTS" or "ARRAY" end
   return member.format == "https_url" and "URL" or kinds[member.type]
end

-- One table of C, after those of the members within.
local function write(lines, list, name, guessed)
   local rows = {}
   local function add(member)
      local inner = member.members or member.items
      local inner_name = inner and member.name .. "_members"
      if inner then write(lines, inner, "static const pz_member " .. inner_name, guesses[member.name]) end
      rows[#rows + 1] = ("    {%q, PZ_MEMBER_%s, %d, %d, %s},"):format(member.name, kind_of(member),
         member.required and 1 or 0, member.server and 1 or 0, inner_name or "NULL")
   end
   for _, member in ipairs(list) do add(member) end
   for _, member in ipairs(guessed or {}) do add(member) end
   lines[#lines + 1] = name .. "[] = {"
   for _, row in ipairs(rows) do lines[#lines + 1] = row end
   lines[#lines + 1] = "    {NULL, 0, 0, 0, NULL},"
   lines[#lines + 1] = "};"
   lines[#lines + 1] = ""
end

--- The text of src/emulator/members.inc.
function members.text()
   local lines = { "/* Made of lua/personalize/schema.lua by src/emulator/members.lua: change it there. */", "" }
   write(lines, schema.members, "const pz_member pz_connection_members")
   lines[#lines] = nil
   return table.concat(lines, "\n") .. "\n"
end

if not (...) or not tostring(...):find "members" then io.write(members.text()) end

return members
