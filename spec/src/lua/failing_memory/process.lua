-- core.process with memory that runs out, in processes that may be interrupted and replaced.
local SIGINT = 2

return {
   { "process.is_terminal, terminal_width, terminal_height", function(given)
      local process = given.core.process
      assert(type(process.is_terminal(1)) == "boolean" and process.terminal_width(1) >= 0)
      assert(process.terminal_height(1) >= 0)
      assert(given.refuses(process.is_terminal, 3))
   end },
   { "process.variables", function(given)
      local names = given.core.process.variables()
      assert(#names > 0 and not table.concat(names):find "=")
   end },
   { "process.catch_interrupt, end_interrupted", function(given)
      local process = given.core.process
      local how, which = given.apart(function()
         process.default_interrupt()
         process.catch_interrupt()
         assert(process.is_interrupted() == false)
         process.end_interrupted()
      end)
      assert(how == "signal" and which == SIGINT)
   end },
   { "process.become", function(given)
      local process = given.core.process
      local how, which = given.apart(function() process.become("sh", "-c", "exit 7") end)
      assert(how == "exit" and which == 7)
      local became, message = process.become "/nowhere/program"
      assert(became == nil and message == "No such file or directory")
   end },
}
