-- What the emulator's binding has without an emulator, with memory that runs out.
return {
   { "behaviours", function(given)
      local behaviours = given.core.behaviours()
      assert(#behaviours > 10 and behaviours[1].name and behaviours[1].evidence)
   end },
   { "signals", function(given)
      local signals = given.core.signals()
      assert(signals:wait(0) == nil)
      signals:close()
   end },
}
