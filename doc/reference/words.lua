-- The words of the code that people meet as data, found in its sources: kinds of errors, types of events.
local words = {}

local function sources()
   local pipe = assert(io.popen "find lua/personalize src/http -name '*.lua' -o -name 'failure.c' | sort")
   local texts = {}
   for path in pipe:lines() do
      local file = assert(io.open(path))
      texts[#texts + 1] = file:read "*a"
      file:close()
   end
   pipe:close()
   return texts
end

local function collect(patterns)
   local found = {}
   for _, text in ipairs(sources()) do
      for _, pattern in ipairs(patterns) do
         for word in text:gmatch(pattern) do found[word] = true end
      end
   end
   return found
end

--- The kinds of errors: those that Lua makes, those of a status, and those of the core. The core has two more, which it
-- does not hand out, and one that it raises.
function words.kinds()
   local found = collect {
      'fail%(?%s*"([%l_]+)"', 'errors%.new { kind = "([%l_]+)"', '%.kind = "([%l_]+)"', '%[%d%d%d%] = "([%l_]+)"',
      '<= 599 and "([%l_]+)"%) or "[%l_]+"', '<= 599 and "[%l_]+"%) or "([%l_]+)"', '%[PZ_KIND_%u+%] = "([%l_]+)"',
   }
   found.none, found.pending, found.memory = nil, nil, nil
   return found
end

--- The types of events.
function words.events()
   return collect { 'emit%("([%l_]+)"', 'emit%([%w_.]+, "([%l_]+)"' }
end

return words
