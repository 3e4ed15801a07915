-- Draws rows as SVG, with gnuplot: two panels of bars each, the contestants' medians of one thing that was measured.
local plots = {}

local PLOTS = {
   { file = "benchmarks-calls.svg",
      { title = "retrieves a second, one after the other", what = "^retrieves one after the other, emulator" },
      { title = "retrieves a second, 32 in flight", what = "^retrieves, 32 in flight, emulator" } },
   { file = "benchmarks-list.svg",
      { title = "list of 10,000 connections, ms", what = "^list of %d+, time, nginx" },
      { title = "peak memory of it, MiB", what = "^list of %d+, peak memory, nginx" } },
}

local ours = { ["Lua 5.4"] = "personalize, Lua 5.4", LuaJIT = "personalize, LuaJIT" }

-- From above: the floor, the library, its peers. The number is the colour, too.
local function group_of(name)
   return name:find "in C$" and 1 or ours[name] and 2 or 3
end

-- Each contestant of the rows that fit, once.
local function contestants(rows, what)
   local seen, list = {}, {}
   local function add(name, value)
      if not value or seen[name] or name:find "^engine" then return end
      seen[name] = true
      list[#list + 1] = { name = name, value = value, group = group_of(name), position = #list }
   end
   for _, row in ipairs(rows) do
      if row.what:find(what) then
         add(row.ours, row.our_value)
         if row.other then add(row.other, row.other_value) end
      end
   end
   return list
end

-- They as lines of gnuplot's data, which are drawn from below.
local function data_of(list)
   table.sort(list, function(a, b)
      if a.group ~= b.group then return a.group > b.group end
      return a.position > b.position
   end)
   local lines = {}
   for index, contestant in ipairs(list) do
      lines[index] = ('"%s"\t%.6g\t%d\n'):format(ours[contestant.name] or contestant.name, contestant.value,
         contestant.group)
   end
   return table.concat(lines)
end

local function write(path, text)
   local file = assert(io.open(path, "w"))
   file:write(text)
   assert(file:close())
end

--- Writes the plots into a folder.
function plots.draw(rows, folder)
   for _, plot in ipairs(PLOTS) do
      local command = ("gnuplot -c bench/report/bars.gp '%s/%s'"):format(folder, plot.file)
      local files = {}
      for index, panel in ipairs(plot) do
         files[index] = os.tmpname()
         write(files[index], data_of(contestants(rows, panel.what)))
         command = ("%s %s '%s'"):format(command, files[index], panel.title)
      end
      assert(os.execute(command), "gnuplot failed")
      for _, file in ipairs(files) do os.remove(file) end
   end
end

return plots
