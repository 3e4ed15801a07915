-- Connections as code: files, plans, references, values of an environment. The client is made and never called.
local annotations = require "personalize.cli.annotations"
local compute = require "personalize.sync.compute"
local filters = require "personalize.cli.filters"
local folder = require "personalize.sync.folder"
local json = require "personalize.json"
local markdown = require "personalize.sync.markdown"
local personalize = require "personalize"
local plan_of = require "personalize.sync.plan"
local references = require "personalize.sync.references"
local replacement = require "personalize.sync.values.replacement"
local source_position = require "personalize.sync.source_position"
local sync = require "personalize.sync"

local client = assert(personalize.new { base_url = "https://example.com", access_token = "token" })

local function every() return true end

local function definition(name, url)
   return { name = name, description = "of the weather", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
      request = { requestType = "GET", connectionUrl = url or "https://example.com/weather" },
      customHeaders = json.array { { name = "Accept", value = "application/json" } }, inputMappings = json.array {},
      outputMappings = json.array {} }
end

-- A source of so many files, and the connections of a tenant.
local function source_of(n, name_of, url)
   local source = { entries = {}, problems = {}, warnings = json.array {}, refs = {}, base = "." }
   local connections = {}
   for index = 1, n do
      local given, current = definition(name_of(index), url), definition(name_of(index))
      local content = assert(json.encode(given, { canonical = true, pretty = true }))
      source.entries[index] = folder.entry(("File-%d.json"):format(index), given, true, content)
      current.ref, current.revision, current.archived = ("ref-%d"):format(index), 1, false
      connections[index] = current
   end
   return { source = source, connections = connections }
end

local function fill(input)
   return compute.fill({ client = client, private = {} }, input.source, input.connections, { is_meant = every })
end

local function numbered(index) return ("Connection %06d"):format(index) end

local function plan(input)
   local filled = fill(input)
   return plan_of.new({ tenant = "https://example.com#1", creates = filled.creates, updates = filled.updates,
      archives = filled.archives, unchanged = filled.unchanged, unmanaged = filled.unmanaged,
      uncompared = filled.uncompared, problems = filled.problems, warnings = filled.warnings }, {})
end

local function changed(n) return source_of(n, numbered, "https://example.org/other") end

local function with_connections(n, count)
   local input = changed(n)
   for index = #input.connections, count + 1, -1 do input.connections[index] = nil end
   return input
end

-- A file whose headers are all wrong, and the paths of what is.
local function wrong_file(n)
   local lines, paths = {}, {}
   for index = 1, n do
      lines[index] = '{"name":1,\n"value":2}'
      paths[index] = ("customHeaders[%d].value"):format(index)
   end
   return '{"name":"Weather",\n"customHeaders":[' .. table.concat(lines, ",\n") .. "]}", paths
end

local path = os.tmpname()

local function validate(n, content)
   local file = assert(io.open(path, "w"))
   file:write(content or (wrong_file(n)))
   assert(file:close())
   return path
end

local function long_body(n)
   local value = definition("Weather")
   value.request.requestBody = ("https://old.example.com/a "):rep(n)
   return { given = value, references = {}, literals = {} }
end

local function pairs_of(n)
   local list = {}
   for index = 1, n do
      list[("https://old%d.example.com"):format(index)] = ("https://new%d.example.com"):format(index)
   end
   return list
end

local function connections(n)
   local list = json.array {}
   for index = 1, n do list[index] = definition(numbered(index * 7919 % n)) end
   return list
end

local rows = {
   { name = "plan: nothing differs", from = 16, fresh = true, make = function(n) return source_of(n, numbered) end,
      work = fill },
   { name = "plan: creates", from = 16, fresh = true, make = function(n) return with_connections(n, 0) end,
      work = fill },
   { name = "plan: updates", from = 16, fresh = true, sorts = true, make = changed, work = fill },
   { name = "plan: all files of one name", from = 16, sorts = true, fresh = true,
      make = function(n) return source_of(n, function() return "Weather" end) end, work = fill },
   { name = "plan: in no file", fresh = true, make = function(n)
      local input = source_of(n, numbered)
      input.source.entries = {}
      return input
   end, work = fill },
   { name = "plan: as text, updates", from = 16, make = function(n) return plan(changed(n)) end, work = tostring },
   { name = "plan: Markdown, creates", make = function(n) return plan(with_connections(n, 0)) end, work = markdown.of },
   { name = "plan: Markdown, updates", from = 16, make = function(n) return plan(changed(n)) end, work = markdown.of },
   { name = "plan: Markdown in full, updates", from = 16, make = function(n) return plan(changed(n)) end,
      work = function(made) markdown.of(made, { full = true }) end },
   { name = "file: problems", make = validate, work = sync.validate },
   { name = "file: the same member many times", work = sync.validate, make = function(n)
      return validate(n, "{" .. ('"name":"a",\n'):rep(n) .. '"name":"b"}')
   end },
   { name = "file: references that are wrong", work = sync.validate, make = function(n)
      return validate(n, '{"name":"a","x":[' .. ('{"$env":1},\n'):rep(n) .. "1]}")
   end },
   { name = "file: positions of many paths", make = function(n)
      local text, paths = wrong_file(n)
      return { text, paths }
   end, work = function(input) source_position.positions(input[1], input[2]) end },
   { name = "file: positions on one line", make = function(n)
      local text, paths = wrong_file(n)
      return { text:gsub("\n", " "), paths }
   end, work = function(input) source_position.positions(input[1], input[2]) end },
   { name = "annotation of a long message", make = function(n)
      return { file = "a", path = "b", message = ("%\n"):rep(n) }
   end, work = function(found) annotations.of("error", found) end },
   { name = "references: in many headers", make = function(n)
      local value = definition("Weather")
      for index = 1, n do value.customHeaders[index] = { name = "X-" .. index, value = { ["$env"] = "V" .. index } } end
      return value
   end, work = function(value)
      references.problems(references.scan(value))
      references.literals(value)
   end },
   { name = "values: one text in a long body", fresh = true, make = long_body,
      work = function(entry)
         replacement.new { ["https://old.example.com"] = "https://new.example.com" }.definition(entry)
      end },
   { name = "values: many texts, a short body", sorts = true, make = pairs_of,
      work = function(list) replacement.new(list).definition(long_body(8)) end },
   { name = "list: filtered and sorted", sorts = true, make = connections, work = function(items)
      local url = { name = "url", operator = "~", value = "weather" }
      assert(filters.apply({ filter = { url }, sort = "name", names = {} }, items))
   end },
}

return rows
