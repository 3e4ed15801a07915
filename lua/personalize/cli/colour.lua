--- Colours for terminals. `--color`, `NO_COLOR` and the kind of the stream decide whether they are used.
-- @module personalize.cli.colour
-- @local

local native = require "personalize.native"

local colour = {}

local codes = { red = "31", green = "32", yellow = "33", bold = "1" }

local descriptors = { [io.stdout] = 1, [io.stderr] = 2 }

--- Adds the option to a command.
function colour.add(own)
   own:option("--color", "Colours: always, never, or only on terminals. NO_COLOR in the environment means never.",
      "auto"):choices { "auto", "always", "never" }
end

--- Tells whether a stream is a terminal. The streams of specs are not.
function colour.is_terminal(stream)
   local descriptor = descriptors[stream]
   return descriptor ~= nil and native.process.is_terminal(descriptor)
end

--- The width of a stream's terminal in columns; nil if the stream is no terminal, or its width is unknown.
function colour.width(stream)
   if not colour.is_terminal(stream) then return nil end
   local columns = native.process.terminal_width(descriptors[stream])
   return columns > 0 and columns or nil
end

local function is_wanted(stream, when)
   if when == "always" or when == "never" then return when == "always" end
   local refused = os.getenv "NO_COLOR"
   return (refused == nil or refused == "") and os.getenv "TERM" ~= "dumb" and colour.is_terminal(stream)
end

--- A line in a colour, if colours are wanted.
-- @param stream
-- @tparam ?string name of the colour; nil leaves the line as it is
-- @tparam string line
-- @tparam ?string when value of `--color`
function colour.paint(stream, name, line, when)
   if not name or not is_wanted(stream, when) then return line end
   return ("\27[%sm%s\27[0m"):format(codes[name], line)
end

return colour
