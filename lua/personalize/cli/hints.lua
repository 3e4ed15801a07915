--- Suggestions after a usage error, such as for a command of another program or an option at the wrong place.
-- @module personalize.cli.hints
-- @local

local letters = require "personalize.letters"
local of_names = require "personalize.options"

local hints = {}

-- Commands of other programs -> the command here.
local verbs = {
   ls = "list", all = "list", dir = "list", show = "get", cat = "get", view = "get", describe = "get", read = "get",
   retrieve = "get", fetch = "get", add = "create", new = "create", insert = "create", post = "create", make = "create",
   upsert = "ensure", set = "patch", modify = "patch", change = "patch", replace = "update", put = "update",
   unarchive = "restore", undelete = "restore", enable = "restore", retire = "archive", disable = "archive",
   run = "test", call = "test", invoke = "test", try = "test", execute = "test", exec = "test",
   pull = "export", download = "export", dump = "export", backup = "export", save = "export",
   push = "apply", deploy = "apply", sync = "apply", import = "apply", load = "apply",
   preview = "plan", status = "plan", drift = "plan", migrate = "promote", copy = "promote", cp = "promote",
   compare = "diff", cmp = "diff", curl = "request", http = "request", api = "request", raw = "request",
   login = "doctor", auth = "doctor", config = "doctor", ping = "doctor", whoami = "doctor", info = "doctor",
   check = "validate", lint = "validate", verify = "validate", usage = "uses", references = "uses",
   shell = "repl", console = "repl", lua = "repl", prompt = "repl", serve = "emulator", server = "emulator",
   mock = "emulator", start = "emulator", man = "help", completions = "completion",
}

local no_delete = "There is no delete: `personalize archive NAME` retires a connection, `personalize restore NAME` "
   .. "takes it back."

-- Commands of other programs that need more than a name -> the text to show.
local sentences = {
   delete = no_delete, rm = no_delete, remove = no_delete, del = no_delete, destroy = no_delete, drop = no_delete,
   rename = "A name is a member: personalize patch NAME '{\"name\": \"NEW NAME\"}'.",
   mv = "A name is a member: personalize patch NAME '{\"name\": \"NEW NAME\"}'.",
   search = "personalize list --select 'Weather*', or --filter url~example.com.",
   find = "personalize list --select 'Weather*', or --filter url~example.com.",
   grep = "personalize list --filter url~example.com.",
   filter = "personalize list --filter url~example.com.",
   version = "That is `personalize --version` here.",
   count = "That is `personalize list --count` here.",
}

-- Options of other programs -> the options here; suggested only for commands that have them.
local options = {
   ["-o"] = "--output", ["--format"] = "--output", ["-q"] = "--quiet", ["--debug"] = "--verbose", ["-d"] = "--verbose",
   ["--env"] = "--profile", ["--tenant"] = "--profile", ["--environment"] = "--profile", ["-p"] = "--profile",
   ["--all"] = "--archived", ["-a"] = "--archived", ["--force"] = "--another", ["-f"] = "--file",
   ["--name"] = "--select", ["-n"] = "--dry-run", ["--dryrun"] = "--dry-run", ["--check"] = "--dry-run",
   ["--preview"] = "--dry-run", ["--colour"] = "--color", ["--no-color"] = "--color", ["--order"] = "--sort",
   ["--where"] = "--filter", ["--query"] = "--filter", ["--fields"] = "--columns", ["--out"] = "--save",
   ["--auto-approve"] = "--yes", ["--assume-yes"] = "--yes", ["--renames"] = "--rename", ["-j"] = "--json",
}

-- The names of the commands that have an option, in the order of the help.
local function owners_of(root, option)
   local owners = {}
   for _, command in ipairs(root._commands) do
      for _, each in ipairs(command._options) do
         for _, alias in ipairs(each._aliases) do
            if alias == option then owners[#owners + 1] = command._name end
         end
      end
   end
   return owners
end

local function has(list, name)
   for _, each in ipairs(list) do
      if each == name then return true end
   end
   return false
end

local function is_command(root, name)
   for _, command in ipairs(root._commands) do
      if command._name == name then return true end
   end
   return false
end

local function of_command(root, word)
   word = letters.lower(word)
   if sentences[word] then return sentences[word] end
   local verb = verbs[word]
   if verb and is_command(root, verb) then return ("That is `personalize %s` here."):format(verb) end
   return nil
end

-- The command `help` has no suggestions of the parser's own.
local function nearest_command(root, word)
   local names = {}
   for _, command in ipairs(root._commands) do names[command._name] = true end
   local nearest = of_names.nearest(word, names)
   return nearest and ("Did you mean '%s'?"):format(nearest) or "`personalize --help` lists the commands."
end

-- If more commands than these have an option, only the first is named.
local most_owners = 4

local function of_option(root, command, option, arguments)
   local owners = owners_of(root, option)
   if not command and #owners > 0 then
      local meant = "COMMAND"
      for _, argument in ipairs(arguments) do
         if is_command(root, argument) then meant = argument end
      end
      return ("Options follow the command: personalize %s %s"):format(meant, option)
   end
   local other = options[option]
   if other and has(owners_of(root, other), command) then return ("Did you mean %s?"):format(other) end
   if #owners == 0 then return nil end
   if #owners > most_owners then return ("It is an option of other commands, such as %s."):format(owners[1]) end
   return ("It is an option of %s."):format(table.concat(owners, ", "))
end

-- Commands whose argument is the name of a connection.
local named = { "get", "update", "patch", "edit", "archive", "restore", "test", "diff" }

local function hint_of(root, command, message, arguments)
   local word = message:match "^unknown command '(.-)'"
   if word then
      local is_answered = message:find("Did you mean", 1, true)
      return of_command(root, word) or not is_answered and nearest_command(root, word) or nil
   end
   if message:find "^unknown option '%-%d" then
      return "A value that begins with - follows its option and =, as in --timeout=-1."
   end
   local option = message:match "^unknown option '(.-)'"
   if option then return of_option(root, command, option, arguments) end
   if command == "request" and message:find "^missing argument" then
      return "A path is needed, such as: personalize request /v2/connections"
   end
   if message ~= "too many arguments" then return nil end
   if command == "list" then return "Names are chosen by --select: personalize list --select 'Weather*'" end
   return has(named, command) and "A name with spaces stands in quotes: personalize get 'Weather Data System'" or nil
end

--- The error message, with a suggestion on a line below it.
-- @tparam table root the whole command's parser
-- @tparam ?string command the name of the command, if one was given
-- @tparam string message of the parser; it may already end in a suggestion
-- @tparam table arguments of the command line
function hints.add(root, command, message, arguments)
   local word = message:gsub("\nDid you mean [^\n]*$", ""):match "^unknown command '(.*)'"
   if word and word:find '[{"\r\n]' then
      -- it may be JSON with secrets
      return "the text given is no command\n`personalize --help` lists the commands."
   end
   local hint = hint_of(root, command, message, arguments)
   local is_short = message:find "^unknown option '%-[^-]'"
   if hint or is_short then message = message:gsub("\nDid you mean.*$", "") end
   return hint and message .. "\n" .. hint or message
end

return hints
