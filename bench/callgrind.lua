-- Instructions counted by valgrind's callgrind: what a program computes, whatever else the machine does.
local callgrind = {}

-- A program that replaces itself, as `env` does, is followed.
local COMMAND = "valgrind --tool=callgrind --trace-children=yes --callgrind-out-file=/dev/null %s 2>&1"

--- Whether valgrind is here.
function callgrind.is_here()
   local outcome = os.execute "valgrind --version >/dev/null 2>&1"
   return outcome == true or outcome == 0
end

--- The instructions of a whole process.
-- @tparam string command for the shell; without a pipe or a list
-- @treturn integer
function callgrind.count(command)
   local pipe = assert(io.popen(COMMAND:format(command)))
   local text = pipe:read "*a"
   pipe:close()
   return tonumber(text:match ".*Collected : (%d+)" or error("callgrind counted nothing:\n" .. text))
end

return callgrind
