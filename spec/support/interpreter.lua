-- The name of the interpreter that runs the specs, as the Makefile calls it and a shell finds it.
local version = _VERSION:lower():gsub(" ", "")

return rawget(_G, "jit") and "luajit" or version
