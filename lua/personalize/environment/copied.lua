--- Values that people copy into variables and files: what was copied along by mistake.
-- @module personalize.environment.copied
-- @local

local copied = {}

--- Says what is wrong with a value, without showing it: a mark, a blank or a line break at an end, another encoding.
-- @tparam string value
-- @treturn ?string words that follow the value's name; nil if nothing is wrong
function copied.fault(value)
   if value:find "^\239\187\191" then return "begins with a byte order mark: save it as UTF-8 without one" end
   if value:find "%z" or value:find "^\255\254" or value:find "^\254\255" then
      return "is no text of UTF-8: save it as UTF-8"
   end
   -- the other blank is the one that does not break a line
   if value:find "^%s" or value:find "^\194\160" then return "begins with a blank or a line break" end
   if value:find "%s$" or value:find "\194\160$" then return "ends with a blank or a line break" end
   return nil
end

--- The value that a file contains: such files usually end in a line break that is not part of it.
-- @tparam string content
-- @treturn string
function copied.of_file(content)
   return (content:gsub("[\r\n]+$", ""))
end

return copied
