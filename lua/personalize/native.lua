--- The C core, for the interpreter that runs.
-- @module personalize.native
-- @local

return require "personalize.loading" "personalize.core"
