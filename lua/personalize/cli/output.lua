--- What a command says: text or one JSON document on the one stream, errors on the other. Colours are for terminals.
-- @module personalize.cli.output
-- @local

local errors = require "personalize.error"
local exit = require "personalize.cli.exit"
local folder = require "personalize.sync.folder"
local json = require "personalize.json"
local native = require "personalize.native"
local text = require "personalize.text"

local output = {}

local Output = {}
Output.__index = Output

local colours = { red = "31", green = "32", yellow = "33", bold = "1" }

local descriptors = { [io.stdout] = 1, [io.stderr] = 2 }

--- Tells whether a stream is a terminal; those of specs are none.
function output.is_terminal(stream)
   local descriptor = descriptors[stream]
   return descriptor ~= nil and native.process.is_terminal(descriptor)
end

local function may_colour(stream)
   local refused = os.getenv "NO_COLOR"
   return (refused == nil or refused == "") and os.getenv "TERM" ~= "dumb" and output.is_terminal(stream)
end

--- Makes the output of one command.
-- @tparam table streams `out`, `err`
-- @tparam table arguments `json` tells that one JSON document is wanted
function output.new(streams, arguments)
   return setmetatable({ streams = streams, out = streams.out, err = streams.err,
      wants_json = arguments.json == true, name = arguments.command }, Output)
end

-- What cannot be written is remembered for the command's end: what was done was done.
local function write(self, ...)
   local done, reason = self.out:write(...)
   if not done then self.streams.refused = self.streams.refused or reason end
end

local function paint(stream, colour, line)
   if not may_colour(stream) then return line end
   return ("\27[%sm%s\27[0m"):format(colours[colour], line)
end

--- Writes text with a line break at its end; not where JSON is wanted.
function Output:text(value)
   if not self.wants_json then write(self, tostring(value), "\n") end
end

-- How lines of plans begin, and their colours.
local plan_lines = {
   { "^  create ", "green" }, { "^  update ", "yellow" }, { "^  rename ", "yellow" },
   { "^  twins ", "red" }, { "^  archive ", "red" }, { "^  failed ", "red" },
   { "^%d+ problem", "red" }, { "^warning: ", "yellow" },
}

--- Writes a plan, or what applying it did, line by line in colours.
function Output:plan(value)
   if self.wants_json then return end
   for line in (tostring(value) .. "\n"):gmatch "(.-)\n" do
      local colour
      for _, each in ipairs(plan_lines) do colour = colour or line:find(each[1]) and each[2] end
      write(self, colour and paint(self.out, colour, line) or line, "\n")
   end
end

--- Writes warnings on the stream for errors, a line each; JSON has them in its document.
function Output:warnings(list)
   if self.wants_json then return end
   for _, warning in ipairs(list) do
      self.err:write(paint(self.err, "yellow", "warning: " .. folder.describe(warning)), "\n")
   end
end

--- Writes the command's JSON document, where one is wanted.
function Output:json(value)
   if not self.wants_json then return end
   local content, err = json.encode(value, { pretty = true, canonical = true })
   if content then write(self, content, "\n") end
   return content and true, err
end

--- Writes a note for people on the stream for errors.
function Output:note(message)
   if not self.wants_json then self.err:write(text.line(message), "\n") end
end

local function as_data(err)
   local data = {}
   for _, name in ipairs { "kind", "message", "status", "code", "developer_message", "more_info_url", "method", "url",
      "request_id", "attempts", "retry_after", "outcome" } do
      data[name] = rawget(err, name)
   end
   data.problems = err.problems and json.array(err.problems)
   return data
end

--- Says what went wrong.
-- @param err an error object, or a message
-- @treturn number the exit code
function Output:fail(err)
   if not errors.is(err) then err = errors.new { kind = "config", message = tostring(err) } end
   if self.wants_json then
      self:json { error = as_data(err) }
   else
      self.err:write(paint(self.err, "red", ("personalize %s: %s"):format(self.name or "", tostring(err))), "\n")
   end
   return exit.FAILED
end

return output
