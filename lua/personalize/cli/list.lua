--- `personalize list`: lists the connections of a tenant.
-- @module personalize.cli.list

local colour = require "personalize.cli.colour"
local columns = require "personalize.cli.columns"
local exit = require "personalize.cli.exit"
local filters = require "personalize.cli.filters"
local json = require "personalize.json"
local output = require "personalize.cli.output"
local records = require "personalize.cli.records"
local redaction = require "personalize.redaction"
local resolve = require "personalize.sync.references.resolve"
local selection = require "personalize.cli.selection"
local tenant = require "personalize.cli.tenant"
local text = require "personalize.text"

local command = {}

function command.add(parser)
   local own = parser:command("list", "List connections. Archived ones are left out unless --archived is given.")
   own:epilog("Examples:\n  personalize list --select 'Weather*' --json\n"
      .. "  personalize list --filter auth=OAUTH --filter url~example.com --sort modified\n"
      .. "  personalize list --columns name,ref,request.connectionUrl --output csv")
   selection.add(own)
   filters.add(own)
   own:flag("--archived", "Include archived connections.")
   own:option("--columns", "Columns, with commas: name, ref, system, method, url, auth, revision, modified, archived, "
      .. "description, or paths of members."):argname "<columns>"
   own:flag("--wide", "Show all columns whole, even beyond the terminal's width.")
   own:option("--output", "A table, records for other programs, or only names, one on a line.", "table")
      :choices { "table", "csv", "tsv", "names" }
   own:flag("--count", "Only their number.")
   own:flag("--json", "One JSON document: an array, with all members as `update` takes them.")
   own:flag("--mask", "Hide credentials in the JSON.")
   tenant.add(own)
end

-- The values of a column as one value; a member may have several.
local function value_of(item, column)
   local values = columns.values(item, column.path)
   if #values > 1 then return json.array(values) end
   return values[1]
end

local function masked_of(found)
   local masked = {}
   for index, connection in ipairs(found) do masked[index] = redaction.connection(connection) end
   return masked
end

-- Prints a table: cut to fit a terminal, whole for a pipe.
local function show_table(out, arguments, items, chosen)
   local width = not arguments.wide and colour.width(out.out) or nil
   local is_free = chosen == nil
   chosen = chosen or columns.usual(true)
   local cells, widths = {}, nil
   for index, item in ipairs(items) do
      cells[index] = {}
      for _, column in ipairs(chosen) do cells[index][column] = columns.cell(column, value_of(item, column)) end
   end
   if width and is_free and not arguments.archived then chosen = columns.without(chosen, "archived") end
   if width then chosen, widths = columns.fit(chosen, cells, width, is_free) end
   if #items > 0 then out:text(columns.table(chosen, cells, widths)) end
end

-- `total` is the number of connections before any was left out.
local function count_line(count, hidden, total)
   if count == 0 and hidden == 0 and total > 0 then return "no connection matches" end
   local line = count == 0 and "no connections" or text.count(count, "connection", "connections")
   if hidden == 0 then return line end
   return ("%s, and %d archived (--archived)"):format(line, hidden)
end

local function show(out, arguments, found, hidden, chosen, total)
   local items = masked_of(found)
   if arguments.output == "table" then
      show_table(out, arguments, items, chosen)
      return out:text(count_line(#found, hidden, total))
   end
   local kind = arguments.output
   if not chosen then
      chosen = kind == "names" and { columns.usual(false)[1] } or columns.usual(true)
   end
   out:raw(records.of(kind, chosen, items, value_of, colour.is_terminal(out.out)))
end

-- The data for JSON: the connections, or only the named columns of each.
local function data_of(arguments, found, chosen)
   local items, data = arguments.mask and masked_of(found) or found, json.array {}
   if not chosen then
      for index, item in ipairs(items) do data[index] = resolve.escape(item) end
      return data
   end
   for index, item in ipairs(items) do
      data[index] = {}
      for _, column in ipairs(chosen) do data[index][column.name] = value_of(item, column) end
   end
   return data
end

function command.run(arguments, streams)
   if arguments.json and arguments.output ~= "table" then
      return output.new(streams, arguments):usage "give --json or --output, not both"
   end
   return tenant.run(arguments, streams, function(client, out)
      local all, found, hidden, chosen, err
      all, err = client.connections.list()
      if not all then return nil, err end
      found, hidden = filters.apply(arguments, all)
      if not found then return out:usage(hidden.message) end
      if arguments.columns then
         chosen, err = columns.chosen(arguments.columns, all)
         if not chosen then return out:usage(err.message) end
      end
      if arguments.count then
         out:text(#found)
         out:json(#found)
         return exit.DONE
      end
      if arguments.json then
         out:json(data_of(arguments, found, chosen))
      else
         show(out, arguments, found, hidden, chosen, #all)
      end
      return exit.DONE
   end)
end

return command
