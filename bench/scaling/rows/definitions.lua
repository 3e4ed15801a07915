-- Definitions: validation, warnings, differences, display, command lines.
local difference = require "personalize.connections.difference"
local display = require "personalize.connections.display"
local json = require "personalize.json"
local samples = require "personalize.connections.samples"
local validation = require "personalize.connections.validation"
local warnings = require "personalize.connections.warnings"
local write = require "personalize.connections.curl.write"

local function definition(changes)
   local value = { name = "Weather", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
      request = { requestType = "POST", connectionUrl = "https://example.com/weather", requestBody = changes.body },
      customHeaders = changes.headers, inputMappings = changes.inputs, outputMappings = changes.outputs,
      exampleValue = changes.example }
   if changes.url then value.request.connectionUrl = changes.url end
   return value
end

local function list_of(n, make)
   local list = json.array {}
   for index = 1, n do list[index] = make(index) end
   return list
end

local function header(index) return { name = "X-Header-" .. index, value = "value of ${key" .. index .. "}" } end

local function input(index)
   return { label = "Key " .. index, key = "key" .. index, type = "string", exampleValue = "x", mapping = "" }
end

local function output(index) return { label = "Out " .. index, outputReference = "a.b" .. index, type = "string" } end

local function references(n)
   local list = {}
   for index = 1, n do list[index] = ('"member%d":"${key%d}"'):format(index, index) end
   return "{" .. table.concat(list, ",") .. "}"
end

local function body(unit, opening, closing)
   return function(n) return definition { body = (opening or "") .. unit:rep(n) .. (closing or "") } end
end

local rows = {
   { name = "definition: headers", sorts = true,
      make = function(n) return definition { headers = list_of(n, header) } end },
   { name = "definition: headers of one name", sorts = true,
      make = function(n) return definition { headers = list_of(n, function() return header(1) end) } end },
   { name = "definition: inputs and headers that use them", sorts = true,
      make = function(n) return definition { headers = list_of(n, header), inputs = list_of(n, input) } end },
   { name = "definition: inputs and a body that uses them",
      make = function(n) return definition { inputs = list_of(n, input), body = references(n) } end },
   { name = "definition: inputs of one key",
      make = function(n) return definition { inputs = list_of(n, function() return input(1) end) } end },
   { name = "definition: inputs that nothing uses",
      make = function(n) return definition { inputs = list_of(n, input), body = "{}" } end },
   { name = "definition: inputs that nothing uses, and headers", sorts = true, make = function(n)
      return definition { headers = list_of(n, function(index)
         return { name = "X-Header-" .. index, value = "{key" .. index .. "}" }
      end), inputs = list_of(n, input), body = "{}" }
   end },
   { name = "definition: inputs that nothing uses, and a body that names them", make = function(n)
      return definition { inputs = list_of(n, input), body = (references(n):gsub("%$", "")) }
   end },
   { name = "definition: outputs", make = function(n) return definition { outputs = list_of(n, output) } end },
   { name = "definition: outputs and an example", make = function(n)
      local example = { a = {}, c = { 1, 2, 3 } }
      for index = 1, n do example.a["b" .. index] = index end
      return definition { outputs = list_of(n, output), example = assert(json.encode(example)) }
   end },
   { name = "definition: a long URL",
      make = function(n) return definition { url = "https://example.com/?" .. ("a=${city}&"):rep(n) } end },
   { name = "definition: a URL of braces", from = 256,
      make = function(n) return definition { url = "https://example.com/" .. ("{"):rep(n) } end },
   { name = "definition: a URL of queries",
      make = function(n) return definition { url = "https://example.com/?" .. ("&query={a"):rep(n) } end },
   { name = "definition: look-alikes of members", make = function(n)
      local value = definition {}
      for index = 1, n do value["unknown" .. index] = index end
      return value
   end },
}

for _, each in ipairs {
   { "JSON", '{"a":"${city}"},', "[", "null]" }, { "braces", "{" }, { "ids in braces",
      '"{110D559F-DEA5-42EA-9C1C-8A5DF7E70EF9}",', "[", "1]" }, { "queries of GraphQL",
      '{"query":"{viewer}"},', "[", "1]" }, { "names in braces", '{"a": {city}},', "[", "1]" },
   { "brackets", "[", "[" },
   { "quotes", '"', "[" }, { "blanks", " ", "{" }, { "braces and blanks", "{ ", "[" },
   { "XML", "<a>{b c}</a>", "<r>", "</r>" },
   { "angles", "<", "<" }, { "a form", "a=b&c={d e}&" }, { "FreeMarker", "<#if a>b</#if>${a.b}" },
   { "words", "query a " },
   { "lines", "a\n", "{" }, { "empty lines", "\n", "#" }, { "commas and blanks", ",  ", "[" },
} do
   rows[#rows + 1] = { name = "definition: a body of " .. each[1], from = 256, make = body(each[2], each[3], each[4]) }
end

for _, row in ipairs(rows) do
   row.work = function(value)
      validation.problems(value, {})
      warnings.of(value)
   end
end

local function both(n)
   local old = definition { headers = list_of(n, header), inputs = list_of(n, input) }
   local new = definition { headers = list_of(n, function(index)
      return { name = "X-Header-" .. index, value = "another" }
   end), inputs = list_of(n, input) }
   return { old, new }
end

rows[#rows + 1] = { name = "definition: problems of each header", work = validation.check, make = function(n)
   return definition { headers = list_of(n, function() return { name = 1, value = 2 } end) }
end }
rows[#rows + 1] = { name = "definition: differences in each header", make = both, work = function(input_of)
   tostring(assert(difference.between(input_of[1], input_of[2])))
end }
rows[#rows + 1] = { name = "definition: display", make = function(n) return both(n)[1] end,
   work = function(value) display.connection("connection", value) end }
rows[#rows + 1] = { name = "definition: inputs of its texts", work = samples.inputs,
   make = function(n) return definition { headers = list_of(n, header), body = references(n) } end }
rows[#rows + 1] = { name = "definition: to curl", make = function(n)
   return definition { headers = list_of(n, header), inputs = list_of(n, input), body = references(n) }
end, work = function(value) assert(write.line(value, {})) end }

return rows
