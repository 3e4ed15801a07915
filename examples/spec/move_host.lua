-- A script as people write them: everything that names one host names another one from now on.
--
--    lua5.4 move_host.lua old.example.com new.example.com --dry-run
--
-- It says what it would change, and without --dry-run does it, in the tenant of the environment (PERSONALIZE_...).
-- move_host_spec.lua beside it tests it against the emulator.
local move_host = {}

-- These are the service's, or names that others refer to.
local left_alone = {
   name = true, ref = true, href = true, clientKey = true, revision = true, modifiedAt = true, modifiedByRef = true,
   modifiedByUserRef = true,
}

-- The text before a host, as far as it decides whether it is one: without escapes of URLs and of JSON.
local function decoded(text)
   text = text:sub(-200):gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end)
   return (text:gsub("\\[bfnrt]", " "))
end

-- True where a host can begin: not within a longer name, nor in an address of mail. User info of a URL may be there.
local function begins(before)
   before = decoded(before)
   if before:find "@$" then return before:find "//[^/%s?#\"'<>]*@$" ~= nil end
   return not before:find "[%w_.}\128-\255-]$"
end

-- True where a host can end: not within a longer name.
local function ends(behind)
   return not behind:find "^[%w_@\128-\255-]" and not behind:find "^%.[%w_${\128-\255-]"
end

--- A text with one host instead of another, whatever its case; and how often.
function move_host.text(text, from, to)
   local parts, count, place, lower = {}, 0, 1, text:lower()
   local replaces_port = to:find ":%d+$" ~= nil
   while true do
      local first, last = lower:find(from:lower(), place, true)
      if not first then break end
      parts[#parts + 1] = text:sub(place, first - 1)
      if begins(text:sub(1, first - 1)) and ends(text:sub(last + 1)) then
         count = count + 1
         parts[#parts + 1] = to
         if replaces_port then last = select(2, text:find("^:%d+", last + 1)) or last end
      else
         parts[#parts + 1] = text:sub(first, last)
      end
      place = last + 1
   end
   parts[#parts + 1] = text:sub(place)
   return table.concat(parts), count
end

-- Changes a table in place; adds the paths of what was changed.
local function move(value, path, from, to, paths)
   for key, member in pairs(value) do
      local own = type(key) == "number" and ("%s[%d]"):format(path, key) or path == "" and key or path .. "." .. key
      if type(member) == "table" then
         move(member, own, from, to, paths)
      elseif type(member) == "string" and not (path == "" and left_alone[key]) then
         local moved, count = move_host.text(member, from, to)
         if count > 0 then
            value[key] = moved
            paths[#paths + 1] = own
         end
      end
   end
end

--- Changes a connection in place.
-- @return the paths of the members that were changed
function move_host.connection(connection, from, to)
   local paths = {}
   move(connection, "", from, to, paths)
   table.sort(paths)
   return paths
end

--- Moves all connections in use.
-- @param connections a client's
-- @param from the host, as in a URL
-- @param to the other one; with a port, if one is to be replaced
-- @param options `dry_run`, and those of `connections.patch`: `secrets`, `missing_secrets`, ...
-- @return a line for each that was changed; or nil, what went wrong, and the lines so far
function move_host.run(connections, from, to, options)
   local calls = {}
   for name, value in pairs(options or {}) do calls[name] = value end
   calls.dry_run = nil
   local list, err = connections.list()
   if not list then return nil, err, {} end
   local lines = {}
   for _, connection in ipairs(list) do
      local paths = connection.archived and {} or move_host.connection(connection, from, to)
      if paths[1] and not (options and options.dry_run) then
         local changed
         -- what is there now is retrieved and changed, not what was listed
         changed, err = connections.patch(connection.ref, function(current)
            move_host.connection(current, from, to)
         end, calls)
         if not changed then return nil, err, lines end
      end
      if paths[1] then lines[#lines + 1] = connection.name .. ": " .. table.concat(paths, ", ") end
   end
   return lines
end

-- As a script.
if arg and tostring(arg[0]):find "move_host%.lua$" then
   local from, to, option = ...
   if not to or (option and option ~= "--dry-run") then
      io.stderr:write "usage: move_host.lua OLD-HOST NEW-HOST [--dry-run]\n"
      os.exit(64)
   end
   local connections = assert(require "personalize".from_env()).connections
   local lines, err, done = move_host.run(connections, from, to, { dry_run = option ~= nil })
   for _, line in ipairs(lines or done) do print(line) end
   if not lines then
      io.stderr:write(tostring(err), "\n")
      os.exit(1)
   end
end

return move_host
