--- The source of randomness for the pauses between attempts; specs put a fixed one in its place.
-- @module personalize.jitter
-- @local

local native = require "personalize.native"

return {
   --- A number in [0, 1).
   random = native.random,
}
