-- The fault matrix: what the library does when the network or the server misbehaves. A row says what happens and what
-- is expected; matrix_spec.lua runs each against a real server, document.lua writes doc/faults.md of them.
--
-- A row:
--    title           what the server does, in words
--    on_request      what it does at each request: see server.lua; or on_connection; or on_stream and on_preface: see
--                    http2.lua; or base_url of what is not there; or unanswering: attempts to connect get no answer;
--                    or tls: what is wrong with the certificate
--    call            list, get, create, update, test
--    tokens          "client", "key" or "function": where tokens come from; by default a text is given
--    options         of the client, beside the short timeouts below
--    times           how often the call is made; the last one counts
--    at_once         how many of it are made at the same time; what is expected holds for each
--    age             seconds that the token has aged before the last call
-- and what is expected:
--    value           of list its length, else the name in the answer ("null": null); or else
--    kind, cause (its kind), status, phase, outcome, retryable, retry_after, message (a pattern)
--    attempts        of the call
--    sent            method and path -> how often the server got it
--    within, after   seconds that the last call takes
--    memory          MB that it may take at most
-- `kind`, `cause` and `attempts` may be arrays: which of them it is differs between versions of libcurl. Whether
-- anything may have been sent does not, so neither do `outcome` and `retryable`. `message` may be an array of patterns:
-- the words are those of a TLS library.
local patient = require "spec.support.patient"

local matrix = {}

local FOLDER = "spec.faults.rows."

function matrix.chapters()
   local chapters = {}
   for _, name in ipairs { "connections", "tls", "http2", "answers", "repeating", "tokens" } do
      chapters[#chapters + 1] = require(FOLDER .. name)
   end
   return chapters
end

-- Whether `value` is what is expected, or one of it.
function matrix.allows(expected, value)
   if type(expected) ~= "table" then return expected == value end
   for _, one in ipairs(expected) do
      if one == value then return true end
   end
   return false
end

-- Whether the text matches a pattern, or one of them.
function matrix.says(patterns, text)
   for _, pattern in ipairs(type(patterns) == "table" and patterns or { patterns }) do
      if text:find(pattern) then return true end
   end
   return false
end

-- Long enough for a busy machine, short enough to be waited for.
matrix.TIMEOUTS = { timeout = patient(5), connect_timeout = patient(2), stall_timeout = patient(0.25) }
matrix.RETRY = { attempts = 4, base_delay = 0.01, max_delay = 0.02 }

return matrix
