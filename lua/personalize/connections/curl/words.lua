--- Splits a shell command line into words, as sh and bash do: all kinds of quotes, escapes, continued lines, comments.
-- It runs nothing and looks up no variable: `$NAME` becomes `${NAME}`, and commands within `$(...)` are read too. The
-- time is proportional to the length of the text.
-- @module personalize.connections.curl.words
-- @local

local ansi_quotes = require "personalize.connections.curl.ansi_quotes"
local errors = require "personalize.error"

local words = {}

local deepest = 8

local Reader = {}
Reader.__index = Reader

-- Stops the reading with an error that is caught in this file.
local function fail(message, place)
   error({ message = message, place = place }, 0)
end

-- Marks the output of a command within a word. Words contain no NUL.
local function mark_of(number)
   return "\0" .. number .. "\0"
end

--- The number of the command whose output a word consists of, after `before`; nil if there is none.
function words.output_in(word, before)
   return tonumber(word:match("^" .. before .. "%z(%d+)%z$"))
end

--- True if a word holds the output of a command.
function words.has_output(word)
   return word:find("\0", 1, true) ~= nil
end

-- ------------------------------------------------------------------ dollar signs

local special = { ["$"] = true, ["@"] = true, ["*"] = true, ["#"] = true, ["?"] = true, ["-"] = true, ["!"] = true }

-- The most bytes of inserted values. Values can be inserted in other values, so texts could grow fast.
local most_put_in = 1024 * 1024

function Reader:value_of(name, place)
   self.variables[name] = true
   local value = self.assigned[name] or ("${%s}"):format(name)
   self.put_in = self.put_in + #value
   if self.put_in > most_put_in then fail("the values of the variables are too long", place) end
   return value
end

-- Reads `${...}`: a name alone, or one that must be set.
function Reader:braced(place)
   local name = self.text:match("^[%a_][%w_]*", place + 2)
   local stop = name and self.text:find("}", place + 2, true)
   local is_plain = stop and (stop == place + 2 + #name or self.text:find("^:?%?", place + 2 + #name))
   if not is_plain then
      fail("a ${ between double quotes or none stands for a variable of the shell; put the text between single quotes",
         place)
   end
   self.place = stop + 1
   return self:value_of(name, place)
end

-- Reads `$(...)` and keeps the words of its commands.
function Reader:substituted(place)
   if self.text:find("^%(", place + 2) then fail("the shell would calculate what $(( begins", place) end
   if self.depth >= deepest then fail("commands are nested too deeply", place) end
   self.place, self.depth = place + 2, self.depth + 1
   local commands = self:commands(place)
   self.depth = self.depth - 1
   self.nested[#self.nested + 1] = commands
   return mark_of(#self.nested)
end

-- The shell joins continued lines before it reads names, so text on the next line would belong to the name.
function Reader:refuse_continued(place, name)
   local rest = place + 1 + #name
   local after = self.text:match("^\\\r?\n()", rest)
   while after and self.text:find("^\\\r?\n", after) do after = self.text:match("^\\\r?\n()", after) end
   if after and (name == "" or self.text:find("^[%w_]", after)) then
      fail("the line ends within what begins with $; put it in one line", place)
   end
end

-- Reads at a dollar sign that is not escaped and not in single quotes.
function Reader:dollar(place, in_quotes)
   self:refuse_continued(place, self.text:match("^[%a_]?[%w_]*", place + 1))
   local following = self.text:sub(place + 1, place + 1)
   if following == "{" then return self:braced(place) end
   if following == "(" then return self:substituted(place) end
   if following == "'" and not in_quotes then
      local value, after, wrong_at = ansi_quotes.read(self.text, place + 2)
      if not value then fail(after, wrong_at) end
      self.place = after
      return value
   end
   if following == '"' and not in_quotes then
      self.place = place + 2
      return self:double_quoted(place)
   end
   local name = self.text:match("^[%a_][%w_]*", place + 1)
   if name then
      self.place = place + 1 + #name
      return self:value_of(name, place)
   end
   if following:find "%d" or special[following] then
      fail(("the shell would put something else in the place of $%s"):format(following), place)
   end
   self.place = place + 1
   return "$"
end

-- ------------------------------------------------------------------ quotes

local escaped_in_quotes = { ['"'] = '"', ["\\"] = "\\", ["$"] = "$", ["`"] = "`", ["\n"] = "" }

function Reader:double_quoted(opened)
   local parts = {}
   while true do
      local stop = self.text:find('["\\$`]', self.place)
      if not stop then fail('the " is not closed', opened) end
      parts[#parts + 1] = self.text:sub(self.place, stop - 1)
      local found = self.text:sub(stop, stop)
      if found == '"' then
         self.place = stop + 1
         return table.concat(parts)
      elseif found == "$" then
         parts[#parts + 1] = self:dollar(stop, true)
      elseif found == "`" then
         fail("the shell would run what stands between ` and `", stop)
      else
         local following = self.text:sub(stop + 1, stop + 1)
         parts[#parts + 1] = escaped_in_quotes[following] or "\\" .. following
         self.place = stop + 2
      end
   end
end

function Reader:single_quoted(opened)
   local stop = self.text:find("'", self.place, true)
   if not stop then fail("the ' is not closed", opened) end
   local value = self.text:sub(self.place, stop - 1)
   self.place = stop + 1
   return value
end

-- ------------------------------------------------------------------ words and commands

-- Adds to the current word. It is nil between words, because '' is a word.
function Reader:add(part, is_quoted)
   local word = self.word
   if not word then
      word = { is_quoted = false, is_assignment = not is_quoted and part:find "^[%a_][%w_]*=" ~= nil,
         place = self.word_place }
      self.word = word
   end
   word[#word + 1] = part
   word.is_quoted = word.is_quoted or is_quoted
end

function Reader:end_word()
   local word = self.word
   self.word = nil
   if not word then return end
   if self.drops_next then
      self.drops_next = false
      return
   end
   if not self.command[1] then self.command_place = word.place end
   table.insert(self.command, table.concat(word))
   self.command.assigns[#self.command] = word.is_assignment
end

-- A lone `NAME=value` is an assignment: it sets the variable for the rest.
local function assign(self, command)
   local first = command[1] == "export" and 2 or 1
   for index = first, #command do
      if not command.assigns[index] then return false end
   end
   for index = first, #command do
      local name, value = command[index]:match "^([%a_][%w_]*)=(.*)$"
      self.assigned[name] = value
   end
   return command[first] ~= nil
end

function Reader:end_command(list, operator)
   self:end_word()
   local command = self.command
   self.command, self.drops_next = { assigns = {} }, false
   if not command[1] then return end
   command.ends_with = operator
   if not assign(self, command) then
      list[#list + 1] = command
      list.places[#list] = self.command_place
   end
   command.assigns = nil
end

-- Skips `>file`, `2>&1`, `<file`, which are not part of the command's words.
function Reader:redirect(place)
   local word = self.word
   if word and not word.is_quoted and table.concat(word):find "^%d+$" then self.word = nil end
   self:end_word()
   self.command.is_redirected = true
   self.place = self.text:match("^[<>]+[&|]?()", place)
   self.drops_next = true
end

function Reader:backslash(place)
   local after = self.text:match("^\r?\n()", place + 1)
   if after then
      self.place = after
      return
   end
   local following = self.text:sub(place + 1, place + 1)
   self.place = place + 2
   if following == "" then
      if self.word then self:add("\\", true) end
      return
   end
   if following == " " and self.text:find("^[ \t]*\r?\n", place + 2) and not self.word then
      fail("a blank follows the \\ that should end the line", place)
   end
   self:add(following, true)
end

local function refuse_windows(self, place)
   if self.text:find('^%^\r?\n', place) or self.text:find('^%^["%^&|<>%%]', place) then
      fail("this is the form for Windows' cmd (it has carets); copy it as cURL (bash)", place)
   end
end

-- Handlers for characters that have a meaning outside of quotes.
local handlers = {
   ["'"] = function(self, place)
      self.place = place + 1
      self:add(self:single_quoted(place), true)
   end,
   ['"'] = function(self, place)
      -- shells have `"a=""$A""&b=""$B"`, too
      local word, is_variable = self.word, self.text:find('^"%$', place) ~= nil
      if word and word.closed_at == place and not is_variable and not word.is_after_variable then
         word.doubled = (word.doubled or 0) + 1
         if word.doubled == 2 then self.doubled = self.doubled or place end
      end
      self.place = place + 1
      self:add(self:double_quoted(place), true)
      self.word.closed_at, self.word.is_after_variable = self.place, is_variable
   end,
   ["\\"] = Reader.backslash,
   ["$"] = function(self, place) self:add(self:dollar(place, false), true) end,
   ["`"] = function(self, place)
      if self.text:find("^`\r?\n", place) then
         fail("this is the form for Windows' PowerShell; copy it as cURL (bash)", place)
      end
      fail("the shell would run what stands between ` and `", place)
   end,
   ["^"] = function(self, place)
      refuse_windows(self, place)
      self.place = place + 1
      self:add("^", false)
   end,
   ["#"] = function(self, place)
      if self.word then
         self.place = place + 1
         self:add("#", false)
      else
         self.place = self.text:find("\n", place, true) or #self.text + 1
      end
   end,
   ["<"] = Reader.redirect,
   [">"] = Reader.redirect,
}
for _, blank in ipairs { " ", "\t", "\r" } do
   handlers[blank] = function(self, place)
      self.place = place + 1
      self:end_word()
   end
end

-- A single & inside a word means that a URL should have been quoted.
local function operator_at(self, place)
   local operator = self.text:match("^&&", place) or self.text:match("^||", place) or self.text:sub(place, place)
   if operator == "&" and self.text:find("^&>", place) then return nil, place + 1 end
   if operator == "&" and self.word and self.text:find("^&[%w_]", place) then
      fail("the shell ends the command at an & that is not quoted; put the URL between quotes", place)
   end
   if operator == "(" then fail("a ( that is not quoted", place) end
   return operator, place + #operator
end

-- Reads commands up to the end of the text, or to the closing parenthesis if one was opened.
function Reader:commands(opened)
   local list, outer_word, outer_command, outer_drops = { places = {} }, self.word, self.command, self.drops_next
   local outer_word_place, outer_command_place = self.word_place, self.command_place
   self.word, self.command, self.drops_next = nil, { assigns = {} }, false
   local is_closed = false
   while not is_closed and self.place <= #self.text do
      if not self.word then self.word_place = self.place end
      local stop = self.text:find("[%s'\"\\$`^#<>;&|()]", self.place) or #self.text + 1
      if stop > self.place then self:add(self.text:sub(self.place, stop - 1), false) end
      self.place = stop
      local found = self.text:sub(stop, stop)
      local handle = handlers[found]
      if handle then
         handle(self, stop)
      elseif found == ")" then
         if not opened then fail("a ) that is not quoted", stop) end
         is_closed, self.place = true, stop + 1
      elseif found ~= "" and found:find "[\v\f]" then
         self.place = stop + 1
         self:add(found, false)
      elseif found ~= "" then
         local operator
         operator, self.place = operator_at(self, stop)
         if operator then self:end_command(list, operator) end
      end
   end
   if opened and not is_closed then fail("the $( is not closed", opened) end
   self:end_command(list, "")
   self.word, self.command, self.drops_next = outer_word, outer_command, outer_drops
   self.word_place, self.command_place = outer_word_place, outer_command_place
   return list
end

--- The line and the column of a place in a text.
function words.position(line, place)
   local number, start = 1, 1
   for found in line:sub(1, place - 1):gmatch "()\n" do number, start = number + 1, found + 1 end
   return number, place - start + 1
end

--- Reads a command line.
-- @tparam string line
-- @treturn table array of commands. Each is an array of words with `ends_with` (the operator after it: `|`, `\n`, ...)
-- and `is_redirected`. The array also has `places` (where each command begins), `variables` (set of names that were
-- used), `nested` (the commands whose output is in a word; see `output_in`) and `doubled` (where `""` is within a word
-- for the second time; cmd means a quote by it)
-- @return `nil` and an error object of kind `decode`
function words.read(line)
   local nul = line:find("\0", 1, true)
   local self = setmetatable({ text = line, place = 1, depth = 0, variables = {}, nested = {}, assigned = {},
      put_in = 0 }, Reader)
   local fine, result
   if nul then
      fine, result = false, { message = "no command line holds a NUL", place = nul }
   else
      fine, result = pcall(self.commands, self, nil)
   end
   if fine then
      result.variables, result.nested, result.doubled = self.variables, self.nested, self.doubled
      return result
   end
   if type(result) ~= "table" or not result.message then error(result, 0) end
   local number, column = words.position(line, result.place)
   return errors.fail("decode", ("line %d, column %d: %s"):format(number, column, result.message),
      { offset = result.place - 1, line = number, column = column })
end

return words
