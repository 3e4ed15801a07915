--- Options of commands on many connections: `--select` chooses them by name, `--concurrency` limits calls in parallel.
-- @module personalize.cli.selection
-- @local

local selection = {}

local function count(value)
   local number = tonumber(value)
   if number and number >= 1 and number <= 1000 and number % 1 == 0 then return number end
   return nil, "--concurrency: expected an integer from 1 to 1000"
end

--- Adds `--select` to a command.
function selection.add(own)
   own:option("--select", "Only these names: * is any text, ? one character. May be given again.")
      :argname "<pattern>":count "*":target "names"
end

--- Adds `--concurrency`.
function selection.add_concurrency(own)
   own:option("--concurrency", "Items at a time.", "4"):argname "<number>":convert(count)
end

--- The given patterns; nil if there are none, which means all connections.
function selection.names(arguments)
   return #arguments.names > 0 and arguments.names or nil
end

return selection
