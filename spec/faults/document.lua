-- Writes doc/faults.md of the fault matrix. From the repository's root:
--    lua5.4 spec/faults/document.lua > doc/faults.md
-- matrix_spec.lua runs the same rows, and checks that the file is what this writes.
package.path = "./?.lua;" .. package.path
local matrix = require "spec.faults.matrix"
local statuses = require "spec.faults.statuses"

local HEAD = [[
# What happens when things go wrong

The specs run every row of these tables against a real server that misbehaves, on Lua 5.4 and on LuaJIT; this page is
written of the same rows (`spec/faults/`). The errors' kinds and members are those of the reference.

- *Attempts* is `attempts` of the error or of the result's `meta`: how often the call was made, a new token's
  replay included. By default it is made up to four times, within its `timeout`. That a connection kept alive turned
  out dead, or that a server of HTTP/2 refused a stream, and a GET or PUT went over a new one, is no attempt of its own.
- *Got* is what reached the server: `GET x2` means that it got the request twice. `GET` beside a create is the look-up
  that finds out what became of it.
- *May be repeated* is `err.retryable`: repeating the call can help and does no harm.
- Where two kinds or numbers are given, versions of libcurl differ; the rows hold from 7.74 to the newest. What is known
  for sure decides: once a request may have reached the server, a create is `ambiguous`, whatever libcurl calls the end
  of the connection. With HTTP/2 all that ends a connection is `network`. Some versions (8.5 for one) let some of it go
  unnoticed, which shows as silence: kind `timeout`, phase `stall`.
]]

-- In this order, so that the file is always the same.
local function sorted_pairs(map)
   local names = {}
   for name in pairs(map) do names[#names + 1] = name end
   table.sort(names)
   local index = 0
   return function()
      index = index + 1
      return names[index], map[names[index]]
   end
end

local function list_of(map, show)
   local words = {}
   for name, value in sorted_pairs(map) do words[#words + 1] = show(name, value) end
   return table.concat(words, ", ")
end

-- What is expected, or the list of what may be.
local function one_of(expected, form)
   if type(expected) ~= "table" then return form:format(expected) end
   local words = {}
   for index, one in ipairs(expected) do words[index] = form:format(one) end
   return table.concat(words, " or ")
end

local function option(name, value)
   if name == "ca_file" then return "no `ca_file`" end
   if name == "token_url" then return nil end
   if name == "max_response_bytes" then return "`max_response_bytes` 1 MiB" end
   if name ~= "retry" or type(value) ~= "table" then return ("`%s` %s"):format(name, tostring(value)) end
   return list_of(value, function(member, number) return ("`retry.%s` %s"):format(member, tostring(number)) end)
end

local function situation(row)
   local text = row.title
   local options = list_of(row.options or {}, option)
   if options ~= "" then text = ("%s (%s)"):format(text, options) end
   return text
end

local function call(row)
   local times = row.times and (" (call %d)"):format(row.times) or row.at_once and (" (%d at once)"):format(row.at_once)
      or ""
   return row.call .. times
end

local function success(row)
   local what = row.value == "null" and "`personalize.null`"
      or row.call == "list" and ("%d connections"):format(row.value)
      or row.call == "test" and "the answer" or "the connection"
   return row.warnings and what .. "; a warning event" or what
end

local function failure(row)
   local parts = { one_of(row.kind, "`%s`") }
   if row.status then parts[1] = ("%s, status %d"):format(parts[1], row.status) end
   if row.phase then parts[1] = ("%s, phase `%s`"):format(parts[1], row.phase) end
   if row.cause then parts[#parts + 1] = "cause " .. one_of(row.cause, "`%s`") end
   if row.outcome then parts[#parts + 1] = ("outcome `%s`"):format(row.outcome) end
   if row.retry_after then parts[#parts + 1] = ("`retry_after` %.0f"):format(row.retry_after) end
   if row.retryable ~= nil then parts[#parts + 1] = row.retryable and "may be repeated" or "not to be repeated" end
   return table.concat(parts, "; ")
end

local function cost(row)
   local words = {}
   if row.within then words[#words + 1] = ("within %g s"):format(row.within) end
   if row.after then words[#words + 1] = ("not before %g s"):format(row.after) end
   if row.memory then words[#words + 1] = ("in %d MB"):format(row.memory) end
   return #words > 0 and "; " .. table.concat(words, ", ") or ""
end

local function got(row)
   if not row.sent then return "" end
   local text = list_of(row.sent, function(what, times)
      local method, path = what:match "^(%S+) (.*)$"
      return ("%s%s x%d"):format(method, path:find "token$" and " token" or "", times)
   end)
   return text ~= "" and text or "nothing"
end

local function line(...)
   return "| " .. table.concat({ ... }, " | ") .. " |"
end

local document = {}

-- The page. Its numbers have a decimal point in every locale.
function document.text()
   local locale = os.setlocale(nil, "numeric")
   os.setlocale("C", "numeric")
   local lines = { HEAD }
   for _, chapter in ipairs(matrix.chapters()) do
      lines[#lines + 1] = ("## %s\n"):format(chapter.title)
      lines[#lines + 1] = line("What the server does", "Call", "What the call returns", "Attempts", "Got")
      lines[#lines + 1] = "| --- | --- | --- | --- | --- |"
      for _, row in ipairs(chapter) do
         lines[#lines + 1] = line(situation(row), call(row), (row.kind and failure(row) or success(row)) .. cost(row),
            row.attempts and one_of(row.attempts, "%d") or "", got(row))
      end
      lines[#lines + 1] = ""
   end
   for _, text in ipairs(statuses.document()) do lines[#lines + 1] = text end
   os.setlocale(locale, "numeric")
   return table.concat(lines, "\n")
end

if arg and arg[0] and arg[0]:find "document%.lua$" then io.write(document.text()) end

return document
