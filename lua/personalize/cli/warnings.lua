--- Says what was sent and was probably not meant: a line each on the stream for errors.
-- @module personalize.cli.warnings
-- @local

local warnings = {}

--- @tparam table out the command's output
-- @tparam table connections of a client
-- @tparam table definition what was sent
-- @tparam[opt] table changes only warnings about members of these
function warnings.say(out, connections, definition, changes)
   local fine, found = connections.validate(definition)
   if not fine then return end
   for _, warning in ipairs(found) do
      local member = warning.path:match "^[^.%[]*"
      if not changes or changes[member] ~= nil then
         out:note(("warning: %s: %s"):format(warning.path, warning.message))
      end
   end
end

return warnings
