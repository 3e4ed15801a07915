--- The command's exit codes. doc/command.md documents them.
-- @module personalize.cli.exit
-- @local

return {
   --- Everything was done. For `plan` and `diff`: there are no differences.
   DONE = 0,
   --- Something failed, wholly or in part.
   FAILED = 1,
   --- `plan` or `diff` found differences; `promote` showed a plan and could not ask.
   DIFFERENCES = 2,
   --- The command was used wrongly; the number is that of sysexits.h.
   USAGE = 64,
   --- Ctrl-C ended the command; the number is the one that shells use.
   INTERRUPTED = 130,
}
