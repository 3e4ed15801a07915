-- A name server that takes its time, as a library to be loaded before the C library: see slow_lookup.c.
local slow_lookup = {}

--- Compiles it.
-- @treturn string path of the library, for LD_PRELOAD; to be removed by who built it
function slow_lookup.build()
   local library = os.tmpname()
   local done = os.execute("env -u LD_PRELOAD gcc -D_GNU_SOURCE -shared -fPIC -o " .. library
      .. " spec/support/slow_lookup.c -ldl")
   assert(done == true or done == 0, "gcc failed")
   return library
end

return slow_lookup
