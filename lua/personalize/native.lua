--- The C core, built for the running interpreter.
-- @module personalize.native
-- @local

return require "personalize.loading" "personalize.core"
