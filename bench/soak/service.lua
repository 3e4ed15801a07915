-- The emulator of a soak, in a process of its own: 1 % of the answers go wrong, in mixed ways, before and after the
-- call was carried out. Writes its URL to the file that it is given, and lives until its input ends.
local emulator = assert(require "personalize.emulator".start { journal_limit = 0, token_ttl = 3600 })

-- All shares together are about 1 %. A 503 or 429 of a call that was carried out is not among them: the service's word
-- that it did nothing is what a create is repeated for.
local faults = {
   { status = 503 }, { status = 504 }, { status = 500 }, { status = 500, after = true }, { status = 502 },
   { status = 429, retry_after = 0 }, { reset = true }, { reset = true, after = true }, { truncate = 5 },
   { truncate = 5, after = true },
}
for _, fault in ipairs(faults) do
   fault.path, fault.probability = "/v2/connections*", 0.001
   assert(emulator:fail(fault))
end

local file = assert(io.open(arg[1], "w"))
file:write(emulator.url, "\n")
file:close()
io.read "*a"
emulator:stop()
