--- `personalize archive`: retires a connection.
-- @module personalize.cli.archive

return require "personalize.cli.archiving"("archive",
   "Retire a connection. There is no delete; `restore` takes it back.", true)
