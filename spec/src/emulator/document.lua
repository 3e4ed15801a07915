-- Writes doc/emulator.md of the emulator's own tables. From the repository's root, with the library's paths set:
--    lua5.4 spec/src/emulator/document.lua > doc/emulator.md
-- document_spec.lua checks that the file is what this writes.
local emulator = require "personalize.emulator"
local options = require "personalize.emulator.options"

local document = {}

local HEAD = [[
# The emulator: what it does, and how sure that is

A real HTTP server on a real database that speaks the published Connection REST API of Sitecore Personalize. It is an
emulator of the published behaviour: not Sitecore's, not the service. [testing.md](testing.md) shows how to use it.

This page is written of the tables in its code (`src/emulator/behaviours.c`, `lua/personalize/emulator/options.lua`).
Each answer to a call names its row in `X-Emulator-Behaviour` and says in `X-Emulator-Evidence` how sure it is:

- **documented**: the service's published pages say so;
- **inferred**: they don't, but their examples, standards or other clients do;
- **guessed**: nothing says so, it had to be something. Don't build on it;
- **own**: the emulator's own, the service has nothing of the kind.
]]

-- luacheck: no max line length
local CONTROL = [[
## Calls below /_emulator/

What the Lua functions do, for tests in another process. They need no authorization, but come from the emulator's own
machine (or with option `remote_control` from any). They neither fail nor stand in the journal. Secrets are masked in
what they show, unless option `journal_secrets` is set; the emulator's own always are.

| Call | Body | Does |
| --- | --- | --- |
| `POST /_emulator/fail` | a fault, as JSON | orders that calls go wrong |
| `POST /_emulator/heal` | | takes back every fault that is still to come |
| `POST /_emulator/clock` | `{"advance": seconds}` | moves the clock |
| `POST /_emulator/items` | `{"path": "/v3/flowDefinitions", "items": [{"ref": ...}, ...]}` | puts items there that the API can then read; those of a `ref` that is there are replaced |
| `GET /_emulator/connections` | | `{"items": [{"connection": ..., "call": ...}], "total": ...}`: what a test of each would send; `limit` (100) and `offset` |
| `GET /_emulator/faults` | | `{"items": [{"fault": ..., "left": ..., "hits": ...}]}`: those that are armed |
| `GET /_emulator/` | | a page for people |
| `POST /_emulator/seed` | | stores the published example connections, again where they are already |
| `POST /_emulator/reset` | | back to how it started |
| `GET /_emulator/requests` | | `{"items": [...]}`, oldest first: method, path, query, headers, body, status, and number, milliseconds, behaviour, fault, answer (its first 16 KiB), answerBytes; `?after=NUMBER` leaves out what is known |
| `GET /_emulator/counts` | | requests, tokens, lists, retrieves, creates, updates, tests, errors; connections |

## A page for people

`/_emulator/` is a page for a browser: the connections and what a test of each would send, the journal as it grows, the
faults. It uses the calls above. Another site's page can use neither them nor the API: see `foreign` under refusals.
]]

-- luacheck: max line length 120

local LIBRARY = [[
## What never becomes a call

libmicrohttpd reads the requests. What it can't make sense of it answers itself, and leaves no way to change how: with
HTML instead of the error body, without the `X-Emulator-` headers. Then it closes the connection. Journal, counts and
access log know nothing of such a request.

| Request | Status |
| --- | --- |
| a first line that is not HTTP, a header without a colon, a length or a chunk that is no number | 400 |
| a length or a chunk of more than 64 bits | 413; 400 to the length with libmicrohttpd above 1.0.1 |
| a path with `%00`, with libmicrohttpd above 1.0.1; otherwise nothing is found under it | 400 |
| more than 32 KiB of first line, or of headers | 414, 431 |
| another version of HTTP than 1.0 and 1.1 | 505 |
| no end of the request within option `request_timeout`, nothing for 30 seconds | none |

Each connection is served by a thread of its own. There are at most 2,048 at once: a further one is answered with 503
and the error body. The bodies of all requests and answers under way have at most 256 MiB together, and so much memory
have those that are parsed; a body alone always has room. What would be more is answered with 503 as well (`busy`).
]]

local ACCESS_LOG = [[
## The access log

Option `access_log`; the command writes it to its standard error unless it is told `--quiet`. A line for each call, also
for those below `/_emulator/` and those that a fault cut off (status 0), written at once:

    TIME CLIENT METHOD TARGET STATUS BYTES DURATION REQUEST-ID
    2026-01-31T12:00:00.000Z 127.0.0.1 GET /v2/connections?limit=10&x=*** 200 9319 0.212ms 4b3f...

No header and no body is in it. Of the query the values of `limit` and `offset` are, all others are masked. What could
end a line or move a terminal's cursor is percent-encoded; a line has at most 2,048 bytes.
]]

local function cell(text) return (text:gsub("|", "\\|")) end

local function row(...) return "| " .. table.concat({ ... }, " | ") .. " |\n" end

local function section(title, behaviours, has)
   local parts = { ("## %s\n\n"):format(title), row("Name", "When", "Status", "What happens", "Evidence"),
      row("---", "---", "---", "---", "---") }
   for _, one in ipairs(behaviours) do
      if has(one) then
         parts[#parts + 1] = row("`" .. one.name .. "`", cell(one.when), one.status > 0 and tostring(one.status) or "",
            cell(one.what), one.evidence)
      end
   end
   return table.concat(parts)
end

local function shown(value)
   if value == nil then return "" end
   return type(value) == "string" and ("`%q`"):format(value) or ("`%s`"):format(tostring(value))
end

local function options_section()
   local parts = { "## Options of emulator.start\n\nThe command `personalize emulator` has the same, with hyphens: "
      .. "`--token-ttl 60`; `--ignore-offset` for `honour_offset = false`.\n\n",
      row("Option", "Default", ""), row("---", "---", "---") }
   for _, option in ipairs(options.list) do
      parts[#parts + 1] = row("`" .. option[1] .. "`", shown(option[3]), cell(option[4]))
   end
   return table.concat(parts)
end

local function faults_section()
   local parts = { "## Faults\n\nWhat `e:fail{...}` and `POST /_emulator/fail` take. The oldest order that a call "
      .. "falls under counts; calls below `/_emulator/` fall under none.\n\n", row("Member", ""), row("---", "---") }
   for _, member in ipairs(options.faults) do
      parts[#parts + 1] = row("`" .. member[1] .. "`", cell(member[3]))
   end
   return table.concat(parts)
end

function document.text()
   local all = emulator.behaviours()
   local function own(one) return one.evidence == "own" and one.status < 400 end
   return table.concat({
      HEAD,
      section("Calls", all, function(one) return one.status >= 200 and one.status < 300 and not own(one) end),
      section("Refusals", all, function(one) return one.status >= 400 end),
      LIBRARY,
      section("Rules", all, function(one) return one.status == 0 and not own(one) end),
      section("The emulator's own", all, own),
      CONTROL, faults_section(), options_section(), ACCESS_LOG,
   }, "\n")
end

if not ... then io.write(document.text()) end -- it is run, not required

return document
