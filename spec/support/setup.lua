-- Loaded by busted before any spec: nothing of the environment may change what the specs see.
local setup = {}

-- The interpreter that runs the specs: 5.4 and LuaJIT differ in integers.
setup.has_integers = math.type ~= nil

return setup
