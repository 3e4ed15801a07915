--- Says what was sent and was probably not meant: a line each on the stream for errors.
-- @module personalize.cli.warnings
-- @local

local meta = require "personalize.http.meta"
local text = require "personalize.text"

local warnings = {}

--- @tparam table out the command's output
-- @tparam table sent the result of a write
function warnings.say(out, sent)
   for _, warning in ipairs((meta.of(sent) or {}).warnings or {}) do
      local about = warning.path ~= "" and warning.path .. ": " or ""
      out:note(text.line(("warning: %s%s"):format(about, warning.message)))
   end
end

return warnings
