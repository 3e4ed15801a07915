--- `--filter`, `--sort` and `--reverse` of `personalize list`.
-- @module personalize.cli.filters
-- @local

local columns = require "personalize.cli.columns"
local glob = require "personalize.sync.glob"
local json = require "personalize.json"
local letters = require "personalize.letters"
local list = require "personalize.resource.list"
local options = require "personalize.options"
local records = require "personalize.cli.records"
local selection = require "personalize.cli.selection"

local filters = {}

-- Parses one expression: a name, a comparison and a value; or nil and what is wrong.
local function parse(expression)
   local name, operator, value = expression:match "^%s*([%w_.-]+)%s*([!=~]+)(.*)$"
   if operator == "==" then operator = "=" end
   if operator == "=" or operator == "!=" or operator == "~" or operator == "!~" then
      return { name = name, operator = operator, value = value:gsub("^%s+", ""):gsub("%s+$", "") }
   end
   return nil, ("--filter: expected NAME=VALUE, NAME!=VALUE, NAME~TEXT or NAME!~TEXT, got %s")
      :format(options.describe(expression))
end

--- Adds the options.
function filters.add(own)
   own:option("--filter", "Only connections whose member or column has a value: method=POST, auth!=NONE, with * and ? "
      .. "as in --select; url~example.com for a part of it. May be given again.")
      :argname "<expression>":count "*":convert(parse)
   own:option("--sort", "Column or member to sort by, as for --columns."):argname "<column>"
   own:flag("--reverse", "Reverse the order.")
end

local truths = { yes = "true", no = "false" }

-- Makes a function that compares the values of a column with an expression.
local function comparer(each, column)
   local is_part = each.operator:find "~" ~= nil
   local wanted = column.default ~= nil and truths[letters.lower(each.value)] or each.value
   local lower, fits = letters.lower(wanted), glob.matcher { wanted }
   return function(value)
      local shown = records.data(value)
      if is_part then return letters.lower(shown):find(lower, 1, true) ~= nil end
      return shown == wanted or fits(shown)
   end
end

local function any(values, fits, default)
   if #values == 0 then return fits(default) end
   for _, value in ipairs(values) do
      if fits(value) then return true end
   end
   return false
end

-- Makes a function that tells whether a connection matches one expression.
local function matcher(each, items)
   local column, err = columns.find(each.name, items, "--filter")
   if not column then return nil, err end
   local fits, is_negated = comparer(each, column), each.operator:find "!" ~= nil
   return function(connection)
      return any(columns.values(connection, column.path), fits, column.default) ~= is_negated
   end, column
end

-- The tests of all expressions. Archived connections are included only if an expression asks for them.
local function tests_of(arguments, items)
   local tests, wants_archived = {}, arguments.archived
   for _, expression in ipairs(arguments.filter) do
      local fits, column = matcher(expression, items)
      if not fits then return nil, column end
      tests[#tests + 1] = fits
      wants_archived = wants_archived or column.path == "archived"
   end
   return tests, wants_archived
end

-- Orders numbers before texts, compares texts without case, and puts missing values last.
local function sort_key(value)
   if type(value) == "number" then return 1, value, "" end
   local shown = records.data(value)
   if shown == "" then return 3, 0, "" end
   return 2, 0, letters.lower(shown)
end

local function sorted(found, column, is_reversed)
   local keys, places = {}, {}
   for index, connection in ipairs(found) do
      local value = list.value_at(connection, column.path)
      if value == nil then value = column.default end
      keys[connection], places[connection] = { sort_key(value) }, index
   end
   table.sort(found, function(a, b)
      for part = 1, 3 do
         if keys[a][part] ~= keys[b][part] then
            -- missing values stay last
            if part == 1 then return keys[a][1] < keys[b][1] end
            if is_reversed then a, b = b, a end
            return keys[a][part] < keys[b][part]
         end
      end
      return places[a] < places[b]
   end)
end

local function reverse(found)
   for index = 1, math.floor(#found / 2) do
      found[index], found[#found + 1 - index] = found[#found + 1 - index], found[index]
   end
end

--- Selects and sorts the connections.
-- @tparam table arguments
-- @tparam table items all connections
-- @treturn table the selected connections: a JSON array
-- @treturn number how many more would be selected if they were not archived
-- @return `nil` and an error object
function filters.apply(arguments, items)
   local tests, wants_archived = tests_of(arguments, items)
   if not tests then return nil, wants_archived end
   local is_meant, found, hidden = glob.matcher(selection.names(arguments)), json.array {}, 0
   for _, connection in ipairs(items) do
      local fits = is_meant(records.data(list.value_at(connection, "name")))
      for _, test in ipairs(tests) do fits = fits and test(connection) end
      if fits and not wants_archived and list.value_at(connection, "archived") == true then
         hidden = hidden + 1
      elseif fits then
         found[#found + 1] = connection
      end
   end
   if not arguments.sort then
      if arguments.reverse then reverse(found) end
      return found, hidden
   end
   local column, err = columns.find(arguments.sort, items, "--sort")
   if not column then return nil, err end
   sorted(found, column, arguments.reverse)
   return found, hidden
end

return filters
