-- Writes src/emulator/members.inc from the library's schema, so that the members of a connection are listed once:
--    make members
local letters = require "personalize.letters"
local schema = require "personalize.schema"

local members = {}

-- What the emulator guesses beside what is published: how basic authentication is described.
local guesses = {
   auth = {
      { name = "username", type = "string", only = "BASIC", sent = "basic_user" },
      { name = "password", type = "string", only = "BASIC", sent = "basic_password", secret = true },
   },
}

local kinds = { string = "TEXT", boolean = "FLAG", integer = "COUNT", object = "OBJECT" }

local function kind_of(member)
   if member.type == "array" then return member.items and "OBJECTS" or "ARRAY" end
   return member.format == "https_url" and "URL" or kinds[member.type]
end

-- The members of a row of C that tell how a test call sends the value.
local function add_sent(row, sent)
   if type(sent) == "string" then
      row[#row + 1] = ".sent = PZ_SENT_" .. letters.upper(sent)
   elseif sent then
      row[#row + 1] = ".sent = PZ_SENT_" .. (sent.header and "HEADER" or "QUERY")
      row[#row + 1] = (".sent_name = %q"):format(sent.header or sent.query)
      if sent.before then row[#row + 1] = (".sent_before = %q"):format(sent.before) end
   end
end

local function row_of(member, inner_name)
   local row = { (".name = %q"):format(member.name), ".kind = PZ_MEMBER_" .. kind_of(member) }
   if member.required then row[#row + 1] = ".required = true" end
   if member.server then row[#row + 1] = ".server_owned = true" end
   if member.secret then row[#row + 1] = ".secret = true" end
   if inner_name then row[#row + 1] = ".inner = " .. inner_name end
   if member.only then row[#row + 1] = (".only = %q"):format(member.only) end
   add_sent(row, member.sent)
   return "    {" .. table.concat(row, ", ") .. "},"
end

-- One table of C, after those of the members within.
local function write(lines, list, name, guessed)
   local rows = {}
   local function add(member)
      local inner = member.members or member.items
      local inner_name = inner and member.name .. "_members"
      if inner then write(lines, inner, "static const pz_member " .. inner_name, guesses[member.name]) end
      rows[#rows + 1] = row_of(member, inner_name)
   end
   for _, member in ipairs(list) do add(member) end
   for _, member in ipairs(guessed or {}) do add(member) end
   lines[#lines + 1] = name .. "[] = {"
   for _, row in ipairs(rows) do lines[#lines + 1] = row end
   lines[#lines + 1] = "    {.name = NULL},"
   lines[#lines + 1] = "};"
   lines[#lines + 1] = ""
end

local function write_auth(lines)
   local auth = schema.by_name(schema.members).auth
   local names = {}
   lines[#lines + 1] = "const pz_member *const pz_auth_members = auth_members;"
   for _, name in ipairs(schema.by_name(auth.members).authType.known) do names[#names + 1] = ("%q"):format(name) end
   lines[#lines + 1] = ("const char *const pz_published_auth_types[] = {%s, NULL};"):format(table.concat(names, ", "))
end

--- The text of src/emulator/members.inc.
function members.text()
   local lines = { "/* Made of lua/personalize/schema.lua by src/emulator/members.lua: change it there. */", "" }
   write(lines, schema.members, "const pz_member pz_connection_members")
   write_auth(lines)
   return table.concat(lines, "\n") .. "\n"
end

if not (...) or not tostring(...):find "members" then io.write(members.text()) end

return members
