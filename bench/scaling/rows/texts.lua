-- Texts for people, differences, tables, templates, mentions.
local difference_lines = require "personalize.connections.difference_lines"
local input_places = require "personalize.connections.input_places"
local letters = require "personalize.letters"
local mentions = require "personalize.connections.mentions"
local printable = require "personalize.cli.printable"
local records = require "personalize.cli.records"
local samples = require "personalize.connections.samples"
local template = require "personalize.connections.template"
local text = require "personalize.text"

local function repeated(unit)
   return function(n) return unit:rep(n) end
end

local heads = { { "NAME", 40, elastic = 20 }, { "URL", 60 }, { "TYPE", 12 } }

local function table_of(n)
   local list = {}
   for index = 1, n do list[index] = { ("Wetter für Ort %d"):format(index), "https://example.com/" .. index, "GET" } end
   return list
end

local function lines(n, what)
   local list = {}
   for index = 1, n do list[index] = ("line %d of %s"):format(index, what) end
   return table.concat(list, "\n")
end

local function differ(input) difference_lines.of("request.requestBody", input[1], input[2], { full = input.full }) end

local needles = mentions.needles("Weather Data System", { "47c20b31-b5d8-492f-94e5-064958716c21" })

local function mention(item) mentions.find(item, needles, function() end) end

local rows = {
   { name = "text: a line of UTF-8", make = repeated "wörter ", work = text.line },
   { name = "text: a line of broken UTF-8", make = repeated "\195", work = text.line },
   { name = "text: controls", make = repeated "\27[0m", work = text.line },
   { name = "text: width", make = repeated "天気", work = text.width },
   { name = "text: is it UTF-8", make = repeated "天気", work = text.is_utf8 },
   { name = "text: letters in lower case", make = repeated "ABC", work = letters.lower },
   { name = "table: rows", make = table_of, work = function(list) text.aligned(heads, list, 100) end },
   { name = "table: a cell of blanks", make = function(n) return { { "a" .. (" "):rep(n) .. "b", "", "" } } end,
      work = function(list) text.aligned({ { "NAME", 2 ^ 24 }, { "URL", 60 }, { "TYPE", 12 } }, list) end },
   { name = "records: CSV", make = table_of, work = function(list)
      records.of("csv", { { name = "name" }, { name = "url" } }, list, function(item, column)
         return item[column.name == "name" and 1 or 2]
      end)
   end },
   { name = "records: a long field", make = function(n) return { { ('"'):rep(n) } } end,
      work = function(list)
      records.of("csv", { { name = "name" } }, list, function(item) return item[1] end)
   end },
   { name = "JSON for a terminal", make = repeated '"\127\194\133\226\128\168"', work = printable },
   { name = "difference: one line in many", make = function(n)
      local all = lines(n, "old")
      return { all .. "\nx\n" .. all, all .. "\ny\n" .. all }
   end, work = differ },
   { name = "difference: all lines", from = 1024,
      make = function(n) return { lines(n, "old"), lines(n, "new") } end,
      work = differ },
   { name = "difference: all lines, in full", from = 1024,
      make = function(n) return { lines(n, "old"), lines(n, "new"), full = true } end, work = differ },
   { name = "difference: long texts on one line",
      make = function(n) return { ("a"):rep(n) .. "x" .. ("b"):rep(n), ("a"):rep(n) .. "y" .. ("b"):rep(n) } end,
      work = differ },
   { name = "difference: a line of blanks, in full",
      make = function(n) return { "a\n" .. (" "):rep(n) .. "b", "a\nc", full = true } end, work = differ },
   { name = "difference: JSON on one line", from = 1024, make = function(n)
      return { "[" .. ("1,"):rep(n) .. "1]", "[" .. ("1,"):rep(n) .. "2]" }
   end, work = differ },
   { name = "mentions: a long text", make = function(n) return { code = repeated "the weather of today\n"(n) } end,
      work = mention },
   { name = "mentions: mentioned in each line",
      make = function(n) return { code = repeated 'call("Weather Data System")\n'(n) } end, work = mention },
   { name = "mentions: mentioned in one line",
      make = function(n) return { code = repeated 'call("Weather Data System");'(n) } end, work = mention },
   { name = "mentions: words that only begin so",
      make = function(n) return { code = repeated "weatherDataSystems "(n) } end, work = mention },
   { name = "mentions: many members", make = function(n)
      local list = {}
      for index = 1, n do list[index] = { code = 'call("Weather Data System")' } end
      return { variants = list }
   end, work = mention },
   { name = "sample: outputs of an object", make = function(n)
      local list = {}
      for index = 1, n do list[index] = ('"member%d":"a\\"b"'):format(index) end
      return "{" .. table.concat(list, ",") .. "}"
   end, work = samples.outputs },
}

for _, each in ipairs {
   { "inputs", '{"a":"${city}"}' }, { "one input that is not closed", "${city " }, { "openings", "${" },
   { "openings of directives", "<#if " }, { "directives", "<#if a>b</#if>" }, { "openings of comments", "<#--" },
   { "expressions", '${a.b?string("x")}' }, { "braces", "{" }, { "dollars", "$" }, { "quotes within", '${a["' },
   { "brackets", "[#if " }, { "nested", '${"${' },
} do
   rows[#rows + 1] = { name = "template: " .. each[1], make = repeated(each[2]), work = function(body)
      template.read(body)
      template.keys(body)
      template.replace(body, "1", "1")
   end }
end

rows[#rows + 1] = { name = "template: places of inputs", make = repeated '{"a":"${city}","b":${rest}}',
   work = function(body)
   input_places.replace(body, { "city", "rest" }, function() return "1" end)
end }

return rows
