--- What a command says: text or one JSON document on the one stream; errors, warnings and notes on the other.
-- @module personalize.cli.output
-- @local

local colour = require "personalize.cli.colour"
local errors = require "personalize.error"
local exit = require "personalize.cli.exit"
local folder = require "personalize.sync.folder"
local json = require "personalize.json"
local phrases = require "personalize.cli.phrases"
local printable = require "personalize.cli.printable"
local text = require "personalize.text"

local output = {}

local Output = {}
Output.__index = Output

--- Makes the output of one command.
-- @tparam table streams `out`, `err`
-- @tparam table arguments `json` tells that one JSON document is wanted; `verbose`, `color`
function output.new(streams, arguments)
   return setmetatable({ streams = streams, out = streams.out, err = streams.err, color = arguments.color,
      prefix = arguments.prefix, wants_json = arguments.json == true, is_verbose = arguments.verbose,
      name = arguments.command, warned = {} }, Output)
end

-- Takes the bar away before something else is said.
local function clear(self)
   if not self.has_bar then return end
   self.has_bar = false
   self.err:write "\r\27[K"
   self.err:flush()
end

--- Shows how far the command is, in the place of what it showed before.
function Output:bar(line)
   self.has_bar = true
   self.err:write("\r", line, "\27[K")
   self.err:flush()
end

-- Of a terminal that does not know its width.
local assumed_columns = 80

--- The columns that a bar may have; nil where none is shown.
function Output:columns_of_bar()
   if self.wants_json or not colour.is_terminal(self.err) then return nil end
   return colour.width(self.err) or assumed_columns
end

--- Takes the bar away.
Output.clear = clear

--- A message of the library in the command's words.
function Output:phrase(message)
   return phrases.of_command(message, self.prefix)
end

-- What cannot be written is remembered for the command's end: what was done was done.
local function write(self, ...)
   clear(self)
   local done, reason = self.out:write(...)
   if not done then self.streams.refused = self.streams.refused or reason end
end

-- Writes a line on the stream for errors.
local function say(self, line, name)
   clear(self)
   self.err:write(colour.paint(self.err, name, line, self.color), "\n")
end

--- Writes text as it is; not where JSON is wanted.
function Output:raw(value)
   if not self.wants_json then write(self, value) end
end

--- Writes text with a line break at its end; not where JSON is wanted.
function Output:text(value)
   if not self.wants_json then write(self, tostring(value), "\n") end
end

-- How lines of plans and differences begin, and their colours.
local line_colours = {
   { "^  create ", "green" }, { "^  update ", "yellow" }, { "^  rename ", "yellow" },
   { "^  twins ", "red" }, { "^  archive ", "red" }, { "^  failed ", "red" },
   { "^%d+ problem", "red" }, { "^warning: ", "yellow" }, { "^ *%+ ", "green" }, { "^ *%- ", "red" },
   { "^FAILED", "red" },
}

--- Writes a JSON document as people read it: not where the command's own document is wanted.
function Output:document(content)
   self:text(colour.is_terminal(self.out) and printable(content) or content)
end

--- Writes a plan, differences, or what applying a plan did, line by line in colours.
function Output:plan(value)
   if self.wants_json then return end
   for line in (tostring(value) .. "\n"):gmatch "(.-)\n" do
      local name
      for _, each in ipairs(line_colours) do name = name or line:find(each[1]) and each[2] end
      write(self, colour.paint(self.out, name, self:phrase(line), self.color), "\n")
   end
end

--- Writes a warning on the stream for errors, once.
-- @tparam table warning `message`, and where they are known `path`, `file` and `line`
function Output:warn(warning)
   local line = "warning: " .. self:phrase(folder.describe(warning))
   if self.warned[line] then return end
   self.warned[line] = true
   say(self, line, "yellow")
end

--- Writes warnings, a line each.
function Output:warnings(list)
   for _, warning in ipairs(list) do self:warn(warning) end
end

--- Writes the command's JSON document, where one is wanted.
function Output:json(value)
   if not self.wants_json then return end
   local content, err = json.encode(value, { pretty = true, canonical = true })
   if not content then return nil, err end
   write(self, colour.is_terminal(self.out) and printable(content) or content, "\n")
   return true
end

--- Writes a note for people on the stream for errors.
function Output:note(message)
   if not self.wants_json then say(self, text.line(message)) end
end

--- Writes a line of what happens behind the command, which `--verbose` asks for.
function Output:trace(line)
   say(self, text.line(line))
end

local function as_data(self, err)
   local data = {}
   for _, name in ipairs { "kind", "message", "status", "code", "developer_message", "more_info_url", "method", "url",
      "request_id", "attempts", "retry_after", "outcome" } do
      data[name] = rawget(err, name)
   end
   data.message = self:phrase(data.message)
   data.problems = err.problems and json.array(err.problems)
   return data
end

-- What an error has beside its message.
local function trace_error(self, err)
   for _, each in ipairs { "method", "url", "attempts", "request_id", "code", "developer_message", "more_info_url",
      "body" } do
      local value = rawget(err, each)
      if value ~= nil then self:trace(("  %s: %s"):format(each, tostring(value))) end
   end
   local cause = rawget(err, "cause")
   if errors.is(cause) then
      self:trace("  because of " .. tostring(cause))
      trace_error(self, cause)
   end
end

--- Says what went wrong.
-- @param err an error object, or a message
-- @treturn number the exit code
function Output:fail(err)
   if not errors.is(err) then err = errors.new { kind = "config", message = tostring(err) } end
   if self.wants_json then
      self:json { error = as_data(self, err) }
   else
      say(self, ("personalize %s: %s"):format(self.name or "", self:phrase(tostring(err))), "red")
   end
   if self.is_verbose then trace_error(self, err) end
   return exit.FAILED
end

--- Says what is wrong with how the command is used.
-- @tparam string message
-- @tparam[opt] string usage lines that follow the message
-- @treturn number the exit code
function Output:usage(message, usage)
   if self.wants_json then
      self:json { error = { kind = "usage", message = message } }
   else
      say(self, ("personalize%s: %s"):format(self.name and " " .. self.name or "", message), "red")
      if usage then say(self, usage) end
   end
   return exit.USAGE
end

return output
