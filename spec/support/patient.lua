-- Seconds that something may take at most here. Specs say what they allow on an idle machine; valgrind, sanitizers and
-- machines with other things to do are allowed SPEC_SLOW times as much (`make valgrind` and `make asan` set
-- it). What has to happen no sooner than some time is never stretched.
local factor = tonumber(os.getenv "SPEC_SLOW" or 1)

return function(seconds) return seconds * factor end
