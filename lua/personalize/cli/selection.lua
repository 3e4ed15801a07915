--- The option `--select`: which connections, by their names.
-- @module personalize.cli.selection
-- @local

local selection = {}

--- Adds the option to a command.
function selection.add(own)
   own:option("--select", "Names meant: * is any text, ? one character. May be given again.")
      :argname "<pattern>":count "*":target "names"
end

--- The patterns given; nil where none was, which means all.
function selection.names(arguments)
   return #arguments.names > 0 and arguments.names or nil
end

return selection
