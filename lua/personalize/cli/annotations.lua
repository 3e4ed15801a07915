--- Formats findings as workflow commands, which GitHub shows at the lines of a pull request.
-- @module personalize.cli.annotations
-- @local

local text = require "personalize.text"

local annotations = {}

local in_message = { ["%"] = "%25", ["\r"] = "%0D", ["\n"] = "%0A" }
local in_property = { ["%"] = "%25", ["\r"] = "%0D", ["\n"] = "%0A", [":"] = "%3A", [","] = "%2C" }

local function escaped(value, replacements)
   return (value:gsub("[%%\r\n:,]", replacements))
end

--- One finding: `::error file=connections/Weather.json,line=12,col=5::auth: is required`.
-- @tparam string kind `error` or `warning`
-- @tparam table found `file`, `line`, `column`, `path`, `message`, `code`
function annotations.of(kind, found)
   local properties = { "file=" .. escaped(found.file, in_property) }
   if found.line then properties[2] = ("line=%d,col=%d"):format(found.line, found.column or 1) end
   if found.code then properties[#properties + 1] = "title=" .. escaped(found.code, in_property) end
   local path = found.path ~= nil and found.path ~= "" and found.path .. ": " or ""
   return ("::%s %s::%s"):format(kind, table.concat(properties, ","),
      escaped(text.line(path .. found.message), in_message))
end

return annotations
