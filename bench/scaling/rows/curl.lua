-- Command lines of curl, and URLs.
local read = require "personalize.connections.curl.read"
local url = require "personalize.core".url
local words = require "personalize.connections.curl.words"

local function line(unit, closing)
   return function(n) return "curl https://example.com " .. unit:rep(n) .. (closing or "") end
end

local rows = {}

for _, each in ipairs {
   { "words", "word " }, { "a long word", "word" }, { "single quotes", "'a b' " }, { "double quotes", '"a $b" ' },
   { "a long quotation", "a b ", nil, "'" }, { "backslashes", "\\a" }, { "ANSI quotes", "$'a\\n\\u00e4'" },
   { "variables", "$a" }, { "substitutions", "$(a $(b))" }, { "blanks", " " }, { "lines", "\\\n" },
   { "commands", ";a" },
   { "braces", "${a}" }, { "carets", "^ " }, { "assignments", "; a=b" }, { "redirections", " 2>a" },
   { "openings", "$(" }, { "backquotes", "`a` " },
} do
   rows[#rows + 1] = { name = "curl words: " .. each[1], work = words.read,
      make = line(each[2], each[3]) }
end

local function header_lines(n)
   local parts = { "curl https://example.com/a" }
   for index = 1, n do parts[#parts + 1] = ("-H 'X-Header-%d: ${a}'"):format(index) end
   return table.concat(parts, " ")
end

for _, each in ipairs {
   { "headers", header_lines }, { "data", line "-d a=b " }, { "data to escape", line "--data-urlencode 'a=b c' " },
   { "cookies", line "-b a=b " }, { "queries", line "--url-query 'a=b c' " }, { "flags", line "-s " },
   { "JSON", function(n) return "curl https://example.com --json '[" .. ('{"a":"{{b}}"},'):rep(n) .. "1]'" end },
   { "a long URL", function(n) return "curl 'https://example.com/?" .. ("a={{b}}&"):rep(n) .. "'" end },
   { "inputs that differ", function(n)
      local parts = {}
      for index = 1, n do parts[index] = ("a%d={{b %d}}"):format(index, index) end
      return "curl https://example.com -d '" .. table.concat(parts, "&") .. "'"
   end },
   { "a header of blanks", function(n) return "curl https://example.com -H 'a: b" .. (" "):rep(n) .. "c'" end },
   { "a header of openings", function(n) return "curl https://example.com -H 'a: " .. ("{{"):rep(n) .. "'" end },
   { "a body of dollars", function(n) return "curl https://example.com -d '" .. ("${"):rep(n) .. "'" end },
} do
   rows[#rows + 1] = { name = "from curl: " .. each[1], make = each[2], work = read.line }
end

for _, each in ipairs { { "queries", "a=b%20c&" }, { "slashes", "/" }, { "at signs", "@" }, { "brackets", "[" } } do
   rows[#rows + 1] = { name = "URL: " .. each[1],
      make = function(n) return "https://example.com/?" .. each[2]:rep(n) end,
      work = function(text)
         url.parse(text)
         url.redact(text)
         url.escape(text)
      end }
end

return rows
