--- `personalize restore`: takes a connection back from the archive.
-- @module personalize.cli.restore

return require "personalize.cli.archiving"("restore", "Take a connection back from the archive.", false)
