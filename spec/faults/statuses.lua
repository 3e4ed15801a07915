-- What each status leads to, whatever becomes of the rest of its answer: the expectations, told from the rules of the
-- library's design and not from its code. statuses_spec.lua tries every one of them; document.lua writes those that are
-- the same in one line of doc/faults.md.
local statuses = {}

statuses.CALLS = { "get", "update", "create", "test" }

statuses.STATUSES = { 200, 400, 401, 403, 404, 409, 412, 415, 429, 500, 502, 503, 504 }

-- What becomes of the answer, and how a person says it.
statuses.REST = {
   { "whole", "whole" },
   { "cut_length", "shorter than its Content-Length" },
   { "cut_chunk", "cut within a chunk" },
   { "broken_gzip", "gzip that is no gzip" },
   { "truncated_gzip", "gzip that is cut" },
   { "wrong_encoding", "in an encoding that nobody knows" },
   { "too_large", "larger than `max_response_bytes`" },
   { "invalid_json", "not JSON" },
   { "html", "HTML" },
   { "empty", "empty" },
}

statuses.ATTEMPTS = 4

local KINDS = { [400] = "validation", [401] = "auth", [403] = "forbidden", [404] = "not_found", [409] = "conflict",
   [412] = "http", [415] = "http", [429] = "rate_limited", [500] = "server", [502] = "server", [503] = "server",
   [504] = "server" }

-- "Not now"; and of those, what a create that was answered so was surely not processed.
local PASSING = { [429] = true, [500] = true, [502] = true, [503] = true, [504] = true }
local UNPROCESSED = { [429] = true, [503] = true }

-- Of a good status it matters what came: nothing is made of half an answer.
local OF_GOOD = { cut_length = "network", cut_chunk = "network", broken_gzip = "protocol", truncated_gzip = "network",
   wrong_encoding = "protocol", too_large = "too_large", invalid_json = "decode", html = "decode", empty = "decode" }
local REPEATED = { network = true, protocol = true }

local function of_good(rest, call)
   local kind = OF_GOOD[rest]
   if not kind or (call == "test" and rest == "empty") then return { attempts = 1 } end
   if call == "create" then
      return { kind = "ambiguous", cause = kind, outcome = "not_created", attempts = 1 }
   end
   return { kind = kind, attempts = call ~= "test" and REPEATED[kind] and statuses.ATTEMPTS or 1 }
end

local function of_refusal(status, call)
   local kind = KINDS[status]
   if call == "test" then return { kind = kind, attempts = 1 } end
   if status == 401 then return { kind = kind, attempts = 2, renewed = true } end
   if not PASSING[status] then return { kind = kind, attempts = 1 } end
   if call == "create" and not UNPROCESSED[status] then
      return { kind = "ambiguous", cause = kind, outcome = "not_created", attempts = 1 }
   end
   return { kind = kind, attempts = statuses.ATTEMPTS }
end

--- What a call comes to: `kind` (nil: it succeeds), `cause` and `outcome` of an ambiguous one, `attempts`, `renewed`
-- (the token, once).
function statuses.expected(status, rest, call)
   if status < 300 then return of_good(rest, call) end
   return of_refusal(status, call)
end

local function cell(expected)
   local words = { expected.kind and ("`%s`"):format(expected.kind) or "the answer" }
   if expected.cause then
      words[#words + 1] = ("cause `%s`, outcome `%s`"):format(expected.cause, expected.outcome)
   end
   words[#words + 1] = expected.attempts == 1 and "once" or ("%d attempts"):format(expected.attempts)
   if expected.renewed then words[#words + 1] = "one of them with a new token" end
   return table.concat(words, ", ")
end

local function cells(status, rest)
   local texts = {}
   for index, call in ipairs(statuses.CALLS) do texts[index] = cell(statuses.expected(status, rest, call)) end
   return table.concat(texts, " | ")
end

local function label(status)
   return status == 200 and "2xx" or tostring(status)
end

-- Statuses and ways to break that lead to the same, in order: array of { statuses =, rest =, cells = }.
local function grouped()
   local rows, by_cells = {}, {}
   for _, status in ipairs(statuses.STATUSES) do
      local of_status = {}
      for _, rest in ipairs(statuses.REST) do
         local text = cells(status, rest[1])
         local row = of_status[text]
         if not row then
            row = { rest = {}, cells = text }
            of_status[text] = row
            of_status[#of_status + 1] = row
         end
         row.rest[#row.rest + 1] = rest[2]
      end
      for _, row in ipairs(of_status) do
         row.rest = #row.rest == #statuses.REST and "any" or table.concat(row.rest, "; ")
         local same = by_cells[row.rest .. row.cells]
         if same then
            same.statuses = same.statuses .. ", " .. label(status)
         else
            row.statuses = label(status)
            by_cells[row.rest .. row.cells] = row
            rows[#rows + 1] = row
         end
      end
   end
   return rows
end

local HEAD = [[
## A status and what becomes of its answer

A status counts as soon as it is there. Each of these was tried with an answer that is whole, shorter than its
Content-Length, cut within a chunk, in broken or cut gzip, in an encoding that nobody knows, larger than
`max_response_bytes`, not JSON, HTML, and empty; lines that are the same are written once. A create's list is then
empty, so its `outcome` is `not_created`.
]]

--- The chapter of doc/faults.md, as lines.
function statuses.document()
   local lines = { HEAD, "| Status | Answer | GET | PUT | create | test |", "| --- | --- | --- | --- | --- | --- |" }
   for _, row in ipairs(grouped()) do
      lines[#lines + 1] = ("| %s | %s | %s |"):format(row.statuses, row.rest, row.cells)
   end
   lines[#lines + 1] = ""
   return lines
end

return statuses
