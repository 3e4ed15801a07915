-- The emulator over TLS, in a process of its own: writes its URL to the file that it is given, and lives until its
-- input ends.
--    lua bench/service.lua FILE CERTIFICATE KEY
local emulator = assert(require "personalize.emulator".start {
   seed = true, journal_limit = 0, token_ttl = 86400, tls_cert = arg[2], tls_key = arg[3],
})
local file = assert(io.open(arg[1], "w"))
file:write(emulator.url, "\n")
file:close()
io.read "*a"
emulator:stop()
