--- The limit for all files of connections as code: plans, locks, connections. Every file that is written can be read.
-- The documents of the command's `--json` have the same limit.
-- @module personalize.sync.bound
-- @local

local errors = require "personalize.error"
local json = require "personalize.json"

local bound = {
   -- In bytes. A plan of 100,000 updates, or a lock of a million connections, has some 100 MiB.
   largest_file = 512 * 2 ^ 20,
}

--- Encodes the content of a file, with a line break at its end.
-- @tparam any value
-- @tparam ?table arrays as for `json.encode_as`
-- @tparam string what the kind of file, for the message
-- @tparam string remedy advice for when it would be too large
-- @tparam[opt] number max_depth levels
-- @treturn string text; or nil and an error object of kind `encode`, without `problems` if the text is too large
function bound.encode(value, arrays, what, remedy, max_depth)
   -- one byte is for the line break
   local content, err = json.encode_as(value, arrays,
      { pretty = true, canonical = true, max_depth = max_depth, max_bytes = bound.largest_file - 1 })
   if content then return content .. "\n" end
   if err.message:find "the text would have more than %d+ bytes$" then
      return errors.fail("encode", ("%s: would have more than %.0f bytes, the largest file of connections as code; %s")
         :format(what, bound.largest_file, remedy))
   end
   return nil, err
end

return bound
