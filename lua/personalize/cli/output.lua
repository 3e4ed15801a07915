--- The output of a command: text or one JSON document on one stream; errors, warnings and notes on the other.
-- @module personalize.cli.output
-- @local

local bound = require "personalize.sync.bound"
local colour = require "personalize.cli.colour"
local errors = require "personalize.error"
local exit = require "personalize.cli.exit"
local folder = require "personalize.sync.folder"
local json = require "personalize.json"
local native = require "personalize.native"
local phrases = require "personalize.cli.phrases"
local printable = require "personalize.cli.printable"
local report = require "personalize.sync.report"
local resolve = require "personalize.sync.references.resolve"
local text = require "personalize.text"

local output = {}

local Output = {}
Output.__index = Output

--- Makes the output of one command.
-- @tparam table streams `out`, `err`
-- @tparam table arguments `json` (whether one JSON document is wanted), `verbose`, `color`
function output.new(streams, arguments)
   return setmetatable({ streams = streams, out = streams.out, err = streams.err, color = arguments.color,
      prefix = arguments.prefix, wants_json = arguments.json == true, is_verbose = arguments.verbose,
      name = arguments.command, warned = {} }, Output)
end

-- Removes the progress bar before other output.
local function clear(self)
   if not self.has_bar then return end
   self.has_bar = false
   self.err:write "\r\27[K"
   self.err:flush()
end

--- Shows the progress, in place of the last one.
function Output:bar(line)
   self.has_bar = true
   self.err:write("\r", line, "\27[K")
   self.err:flush()
end

-- The width of a terminal that does not report its own.
local assumed_columns = 80

--- The columns that a progress bar may have; nil if no bar is shown.
function Output:columns_of_bar()
   if self.wants_json or not colour.is_terminal(self.err) then return nil end
   return colour.width(self.err) or assumed_columns
end

--- Removes the progress bar.
Output.clear = clear

--- Translates a message of the library into the terms of the command.
function Output:phrase(message)
   return phrases.of_command(message, self.prefix)
end

-- Remembers a failed write until the command ends, because the work itself was done.
local function write(self, ...)
   clear(self)
   local done, reason = self.out:write(...)
   if not done then self.streams.refused = self.streams.refused or reason end
end

-- Writes a line to the stream for errors.
local function say(self, line, name)
   clear(self)
   self.err:write(colour.paint(self.err, name, line, self.color), "\n")
end

--- Writes text as it is, unless JSON is wanted.
function Output:raw(value)
   if not self.wants_json then write(self, value) end
end

--- Writes text and a line break, unless JSON is wanted.
function Output:text(value)
   if not self.wants_json then write(self, tostring(value), "\n") end
end

-- Beginnings of lines of plans and differences, and their colours.
local line_colours = {
   { "^  create ", "green" }, { "^  update ", "yellow" }, { "^  rename ", "yellow" },
   { "^  twins ", "red" }, { "^  archive ", "red" }, { "^  failed ", "red" },
   { "^%d+ problem", "red" }, { "^warning: ", "yellow" }, { "^ *%+ ", "green" }, { "^ *%- ", "red" },
   { "^FAILED", "red" },
}

--- Writes a formatted JSON document, unless the command's own document is wanted.
function Output:document(content)
   self:text(colour.is_terminal(self.out) and printable(content) or content)
end

--- Writes a plan, differences, or the result of a plan, line by line in colours.
function Output:plan(value)
   if self.wants_json then return end
   for line in (tostring(value) .. "\n"):gmatch "(.-)\n" do
      local name
      for _, each in ipairs(line_colours) do name = name or line:find(each[1]) and each[2] end
      write(self, colour.paint(self.out, name, self:phrase(line), self.color), "\n")
   end
end

--- Writes a warning to the stream for errors; the same warning only once.
-- @tparam table warning `message`, and if known `path`, `file` and `line`
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

-- A text of several lines without the characters that a terminal obeys, in UTF-8.
local function readable(words)
   return (words:gsub("[^\n]+", text.line))
end

-- A command puts answers into a document, which is deeper than they are.
local max_depth = native.json.depth_limit

local function encode(value)
   return bound.encode(value, nil, "the document of --json",
      "where the command has --select, it chooses fewer connections", max_depth)
end

-- A copy in UTF-8: names of files and arguments may be other bytes, which JSON cannot hold.
local function as_utf8(value, depth)
   if type(value) == "string" then return text.is_utf8(value) and value or readable(value) end
   if type(value) ~= "table" or json.is_number(value) or depth > max_depth then return value end
   local copy = json.mark_like({}, value)
   for name, member in next, value do copy[as_utf8(name, depth + 1)] = as_utf8(member, depth + 1) end
   return copy
end

--- Writes the command's JSON document, if one is wanted. A value that JSON cannot hold is reported, and the command
-- ends as one that failed.
-- @treturn ?boolean true if it was written
-- @return `nil` and an error object
function Output:json(value)
   if not self.wants_json then return end
   local content, err = encode(value)
   -- a text that is only too large does not become smaller
   if not content and err.problems then content, err = encode(as_utf8(value, 1)) end
   if not content then
      if not self.streams.has_failed then
         self.streams.has_failed = true
         self:fail(err)
      end
      return nil, err
   end
   write(self, colour.is_terminal(self.out) and printable(content) or content)
   return true
end

--- Writes a connection as the command's JSON document, if one is wanted: as commands read definitions, so that data
-- which looks like a reference is not looked up when it is read back.
function Output:connection(connection)
   if self.wants_json then return self:json(resolve.escape(connection)) end
end

--- Writes a note for people to the stream for errors.
function Output:note(message)
   if not self.wants_json then say(self, text.line(message)) end
end

--- Notes which member of a definition came from which reference.
-- @tparam ?table named as `references.named` returns it
function Output:references(named)
   for _, each in ipairs(named or {}) do self:note(report.reference(each)) end
end

--- Writes a line about what the command does inside, for `--verbose`.
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

-- Writes the details that an error has besides its message.
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

--- Reports an error.
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

--- Reports wrong usage of the command.
-- @tparam string message
-- @tparam[opt] string usage lines that follow the message
-- @treturn number the exit code
function Output:usage(message, usage)
   message = readable(message)
   if self.wants_json then
      self:json { error = { kind = "usage", message = message } }
   else
      say(self, ("personalize%s: %s"):format(self.name and " " .. self.name or "", message), "red")
      if usage then say(self, usage) end
   end
   return exit.USAGE
end

return output
