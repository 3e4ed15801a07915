--- The command's exit codes; doc/command.md tells users of them.
-- @module personalize.cli.exit
-- @local

return {
   --- No differences, too.
   DONE = 0,
   --- Wholly or in part.
   FAILED = 1,
   --- `plan` or `diff` found some; `promote` showed a plan and could not ask.
   DIFFERENCES = 2,
   --- As sysexits.h has it.
   USAGE = 64,
   --- By Ctrl-C, in a shell's counting.
   INTERRUPTED = 130,
}
