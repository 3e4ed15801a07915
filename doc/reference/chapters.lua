-- Chapters of the reference that are not written but told by the code's own tables: the members of a connection, what
-- an emulator and its faults can be, the command's help. In LDoc's notation, for `config.ld`.
local emulator_options = require "personalize.emulator.options"
local options = require "personalize.options"
local schema = require "personalize.schema"

local chapters = {}

-- ------------------------------------------------------------------ members of a connection

local function is_pair(list)
   return #list == 2 and list[1].name == "name" and list[2].name == "value"
end

local function class_of(member)
   if member.type == "object" then return member.name end
   return is_pair(member.items) and "pair" or member.name:gsub("s$", "")
end

local function quoted(list)
   local words = {}
   for index, word in ipairs(list) do words[index] = ("%q"):format(word) end
   return table.concat(words, "|")
end

--- The type of a member, as the reference writes it.
function chapters.type_of(member)
   if member.known then return quoted(member.known) .. "|string" end
   if member.members then return "personalize.members." .. class_of(member) end
   if member.items then return ("{personalize.members.%s,...}"):format(class_of(member)) end
   return member.type == "array" and "table" or member.type
end

local evidence = { table = "the attribute table", example = "examples" }

--- What is known of a member, in sentences.
function chapters.about(member)
   local sentences = { member.about }
   local function say(condition, ...)
      if condition then sentences[#sentences + 1] = (...):format(select(2, ...)) end
   end
   say(member.required, "Required.")
   say(member.server, "Owned by the server: never sent.")
   say(member.secret, "Write-only secret.")
   say(member.only, "Of `%s`.", member.only)
   say(member.unit, "In %s.", member.unit)
   say(member.example, "Such as `%s`.", member.example)
   local places = member.published:gsub("%a+", evidence):gsub(", ", " and ")
   local certainty = member.certainty:gsub("^%l", string.upper)
   say(member.published == "none", "%s: no published page has it.", certainty)
   say(member.published ~= "none", "%s, by %s.", certainty, places)
   return (table.concat(sentences, " "):gsub("%s+", " "))
end

local function add_fields(lines, list)
   for _, member in ipairs(list) do
      lines[#lines + 1] = ("-- @tfield%s %s %s %s"):format(member.required and "" or "[opt]",
         chapters.type_of(member), member.name, chapters.about(member))
   end
   lines[#lines + 1] = ""
end

local titles = {
   pair = "A name with a value: of a header, or of a form.",
   auth = "How a connection authenticates.",
   request = "The call that a connection makes.",
   inputMapping = "An input.",
   outputMapping = "An output.",
}

--- The members of a connection, class by class.
function chapters.members()
   local lines, seen = {
      "--- The members of a connection, under their names on the wire. Members that are not listed survive what is",
      "-- retrieved, changed and sent.",
      "-- @classmod personalize.members",
      "",
      "--- The members.",
      "-- @table members",
   }, {}
   add_fields(lines, schema.members)
   schema.each(function(member)
      local list = member.members or member.items
      if not list or seen[list] then return end
      seen[list] = true
      lines[#lines + 1] = "--- " .. assert(titles[class_of(member)], member.name)
      lines[#lines + 1] = "-- @table " .. class_of(member)
      add_fields(lines, list)
   end)
   return table.concat(lines, "\n")
end

-- ------------------------------------------------------------------ resources that are only read

--- The names of the resources that have a chapter: members of a client.
chapters.resources = { "decision_models", "flows", "templates" }

local head_of_resource = [[
--- ABOUT Read-only, and a member of every client: `client.NAME`.
--
-- Items are plain tables that print readably, with every member that the service sends.
-- @module personalize.NAME

--- What every call takes.
-- @table call_options
-- @tfield[opt] number timeout seconds for the whole call; default the client's
-- @tfield[opt] personalize.retry_policy|false retry default the client's

--- Lists MANY: all of them without `limit` and `offset`, whatever the service's paging; else that page. `tostring` of
-- the list is a table.
-- @api `GET PATH`
-- @function list
-- @tparam[opt] personalize.NAME.call_options opts what every call takes, and
-- @tparam[opt] integer opts.limit the most MANY to return
-- @tparam[opt] integer opts.offset how many MANY to skip
-- @treturn {personalize.NAME.item,...} list
-- @fails of kind `incomplete` when there are more that cannot be had
-- @usage
-- local list, err = client.NAME.list()
-- print(list or err)

--- Iterates over all MANY, page by page, as they are needed. Raises an error object when a page cannot be had.
-- @api `GET PATH`
-- @function each
-- @tparam[opt] personalize.NAME.call_options opts what every call takes (`timeout` is for each page), and
-- @tparam[opt] integer opts.page_size how many to ask for at a time
-- @treturn fun():personalize.NAME.item|nil iterator for `for`

--- Retrieves a ONE.
-- @api `GET PATH/<ref>`
-- @function get
-- @tparam string|personalize.NAME.item ref a ref or an item
-- @tparam[opt] personalize.NAME.call_options opts
-- @treturn personalize.NAME.item item
-- @fails of kind `not_found` when it does not exist
-- @usage
-- local _, err = client.NAME.get "00000000-0000-4000-8000-000000000000"
-- print(err.kind)  --> not_found

--- Finds the first ONE that matches.
-- @api `GET PATH`
-- @function find
-- @tparam string|table|fun(item:personalize.NAME.item):any wanted a name; or a table of members that it must have; or
-- a function of an item
-- @tparam[opt] personalize.NAME.call_options opts
-- @treturn personalize.NAME.item item
-- @fails of kind `not_found` when none matches
-- @usage
-- local _, err = client.NAME.find "No such name"
-- print(err.kind)  --> not_found
]]

local list_below = [[

--- Lists the BELOW of a ONE.
-- @api `GET PATH/<ref>/BELOW`
-- @function BELOW
-- @tparam string|personalize.NAME.item ref a ref or an item
-- @tparam[opt] personalize.NAME.call_options opts
-- @treturn {personalize.NAME.BELOW_item,...} list
-- @fails of kind `not_found` when there is no such ONE
-- @usage
-- local _, err = client.NAME.BELOW "00000000-0000-4000-8000-000000000000"
-- print(err.kind)  --> not_found
]]

local function add_item(lines, name, kind)
   lines[#lines + 1] = ("--- A %s: the members that are published."):format(kind.one)
   lines[#lines + 1] = "-- @table " .. name
   for _, member in ipairs(kind.members) do
      lines[#lines + 1] = ("-- @tfield[opt] %s %s %s"):format(member[2], member[1], member[3] or "")
   end
   lines[#lines + 1] = ""
end

--- The chapter of a resource, told by its value.
function chapters.resource(name)
   local kind = require("personalize." .. name)
   local words = { ABOUT = kind.about, NAME = kind.name, ONE = kind.one, MANY = kind.many, PATH = kind.path }
   local lines = { (head_of_resource:gsub("%u%u+", words)) }
   add_item(lines, "item", kind)
   for below, listed in pairs(kind.below or {}) do
      words.BELOW = below
      lines[#lines + 1] = (list_below:gsub("BELOW", below):gsub("%u%u+", words))
      add_item(lines, below .. "_item", listed)
   end
   return table.concat(lines, "\n")
end

-- ------------------------------------------------------------------ options that have rules

local samples = { boolean = { true }, number = { 0.5, 1e9 + 0.5 }, integer = { 1 },
   string = { "x", "http://localhost", "cl", "clear" }, table = { { "x" } } }

local function accepts(rule, kind)
   for _, value in ipairs(samples[kind]) do
      if pcall(options.check, { it = value }, { it = rule }, "") then return true end
   end
   return false
end

--- The type that a rule of `personalize.options` lets through, found by asking it.
function chapters.type_of_rule(rule)
   local words = type(rule) == "table" and rule.text
   if words and words:find '^"' then return (words:gsub(" or ", "|")) end
   local found = {}
   for _, kind in ipairs { "boolean", "string", "table" } do
      if accepts(rule, kind) then found[#found + 1] = kind end
   end
   local number = accepts(rule, "number") and "number" or accepts(rule, "integer") and "integer"
   if number then found[#found + 1] = number end
   return table.concat(found, "|")
end

local function add_options(lines, list)
   for _, option in ipairs(list) do
      local name, rule, default, about = option[1], option[2], option[3], option[4]
      if about == nil then default, about = nil, option[3] end
      local shown = default ~= nil and "=" .. (type(default) == "string" and ("%q"):format(default)
         or tostring(default)) or ""
      lines[#lines + 1] = ("-- @tfield[opt%s] %s %s %s"):format(shown, chapters.type_of_rule(rule), name, about)
   end
   lines[#lines + 1] = ""
end

--- What an emulator can be started with, and what a fault can be.
function chapters.emulator()
   local lines = {
      "--- What an emulator can be.",
      "-- @module personalize.emulator",
      "",
      "--- What an emulator can be started with.",
      "-- @table options",
   }
   add_options(lines, emulator_options.list)
   lines[#lines + 1] = "--- How calls go wrong. Calls below `/_emulator/` never do."
   lines[#lines + 1] = "-- @table fault"
   add_options(lines, emulator_options.faults)
   return table.concat(lines, "\n")
end

-- ------------------------------------------------------------------ the command

local function help_of(command, arguments)
   local pipe = assert(io.popen(("%s %s --help </dev/null"):format(command, arguments)))
   local text = pipe:read "*a"
   assert(pipe:close(), text)
   return text
end

-- LDoc takes indented text for Lua, unless told otherwise.
local function indented(text)
   return "    @plain\n    " .. text:gsub("%s+$", ""):gsub("\n", "\n    ")
end

--- The help of the command `personalize` and of each subcommand. `command` is what runs it.
function chapters.command(command)
   local all = help_of(command, "")
   local lines = { "# The command personalize", "", indented(all), "" }
   for line in all:match "Commands:\n(.*)":gmatch "[^\n]+" do
      local name = line:match "^   (%l+)"
      if name then
         for _, each in ipairs { "## personalize " .. name, "", indented(help_of(command, name)), "" } do
            lines[#lines + 1] = each
         end
      end
   end
   return table.concat(lines, "\n")
end

return chapters
