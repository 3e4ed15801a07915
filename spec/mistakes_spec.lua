-- Mistakes that people make, at the shell and in Lua, and what they are told. Each message has to say what to do, to
-- somebody who knows no more than the README. What Lua itself says of a nil (`client.conections.list()`) is not ours.
local command = require "spec.support.command"
local emulator = require "personalize.emulator"
local folder = require "spec.support.folder"
local lfs = require "lfs"
local personalize = require "personalize"

local files = {
   ["bad.json"] = '{\n  "name": "x",\n}\n',
   ["empty.json"] = "",
   ["list.json"] = '[{"name": "x"}]',
   ["weather.json"] = '{"name": "Weather Data System", "systemType": "DATA_SYSTEM", "auth": {"authType": "NONE"}, '
      .. '"request": {"requestType": "GET", "connectionUrl": "https://x.example"}}',
   ["wget.txt"] = "wget https://x.example\n",
}

-- Whether a message is as the table has it, where `...` stands for any text.
local function fits(expected, said)
   local pattern = expected:gsub("%.%.%.", "\1"):gsub("%p", "%%%0"):gsub("\1", ".*")
   return said:find("^" .. pattern .. "$") ~= nil
end

describe("a mistake", function()
   local running, place, port

   local function plain(text)
      return (text:gsub(place:gsub("%p", "%%%0"), "FOLDER"):gsub("%f[%d]" .. port .. "%f[%D]", "PORT"))
   end

   local function check(row, said, outcome)
      local is_expected = row[2] == outcome and row[3] and fits(row[3], said)
      if not is_expected then error(("%s\nsays\n%s\n%s"):format(row[1], outcome, said), 0) end
   end

   setup(function()
      running = assert(emulator.start { seed = true })
      port, place = running.url:match ":(%d+)", folder.new()
      for _, name in ipairs { "bin", "personalize", "sound", "broken" } do assert(lfs.mkdir(place .. "/" .. name)) end
      for name, text in pairs(files) do folder.write(place, name, text) end
      folder.write(place .. "/sound", "hours.json", (files["weather.json"]:gsub("Weather Data System", "Hours")))
      folder.write(place .. "/broken", "bad.json", files["bad.json"])
      folder.write(place .. "/personalize", "open.env", "PERSONALIZE_REGION=eu\n")
      folder.write(place .. "/personalize", "broken.env", "PERSONALIZE_REGION: eu\n")
      folder.write(place .. "/bin", "personalize", ("#!/bin/sh\nexec %s '%s/bin/personalize' \"$@\"\n"):format(
         command.interpreter, lfs.currentdir()))
      os.execute(("cd %s; chmod 644 personalize/open.env; chmod 600 personalize/broken.env; chmod 755 bin/personalize")
         :format(place))
   end)

   teardown(function()
      running:stop()
      folder.remove(place)
   end)

   -- All that is said: an answer in JSON too.
   local function run(line, is_bare)
      local words = { ("cd %s; unset UNSET; export PATH=%s/bin:$PATH XDG_CONFIG_HOME=%s PORT=%s EDITOR=true"):format(
         place, place, place, port) }
      for name, value in pairs(command.environment(running)) do
         words[#words + 1] = is_bare and "unset " .. name or ("export %s='%s'"):format(name, value)
      end
      local out, err, code = command.shell(table.concat(words, "; ") .. "; " .. line .. " </dev/null")
      return plain(out .. err):gsub("\n?Usage: .*", ""):gsub("\n$", ""), code
   end

   for _, row in ipairs(require "spec.mistakes.shell") do
      it("at the shell: " .. row[1], function()
         local said, code = run(row[1], row.bare)
         check(row, said, code)
      end)
   end

   describe("in a script:", function()
      local names

      setup(function()
         local client = assert(personalize.new(running:options()))
         local closed = assert(personalize.new(running:options()))
         closed:close()
         local connections = client.connections
         names = { personalize = personalize, client = client, connections = connections, closed = closed,
            weather = assert(connections.find "Weather Data System"), emulator = running, starting = emulator,
            oauth = assert(connections.find "First web service"), sync = personalize.sync, print = print }
         names.ref = names.weather.ref
      end)

      -- What comes of it: `raises`, or the kind of the error that it returns.
      local function try(text)
         local chunk
         if setfenv then -- luacheck: ignore
            chunk = setfenv(assert(loadstring("return " .. text, "=script")), names) -- luacheck: ignore
         else
            chunk = assert(load("return " .. text, "=script", "t", names))
         end
         local fine, first, second = pcall(chunk)
         if not fine then return "raises", tostring(first):gsub("^script:%d+: ", "") end
         return first == nil and second and second.kind or "nothing", tostring(second)
      end

      for _, row in ipairs(require "spec.mistakes.lua") do
         it(row[1], function()
            local outcome, said = try(row[1])
            check(row, plain(said), outcome)
         end)
      end
   end)

   it("is one of 60 at least, no two the same", function()
      local seen, count = {}, 0
      for _, list in ipairs { "shell", "lua" } do
         for _, row in ipairs(require("spec.mistakes." .. list)) do
            assert.is_nil(seen[row[1]], row[1])
            seen[row[1]] = true
            count = count + 1
         end
      end
      assert.is_true(count >= 60, count)
   end)
end)
