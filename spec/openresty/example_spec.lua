-- examples/openresty/nginx.conf starts as it stands there, by the line that it names, for root and for others.
local command = require "spec.support.command"
local emulator = require "personalize.emulator"
local folder = require "spec.support.folder"
local nginx = require "spec.support.nginx"
local openresty = require "spec.support.openresty"
local read = require "spec.support.read"

describe("examples/openresty #openresty", function()
   local service, path, library, environment

   setup(function() library = openresty.copy_library() end)
   teardown(function() folder.remove(library) end)

   before_each(function()
      service = assert(emulator.start { seed = true })
      path = nginx.folder "755"
      os.execute(("cp -r examples/openresty '%s/admin'"):format(path))
      environment = command.environment(service)
      environment.LUA_PATH = ("%s/lua/?.lua;%s/lua/?/init.lua;;"):format(library, library)
      environment.LUA_CPATH = library .. "/lib/?.so;;"
   end)

   after_each(function()
      local pid = tonumber(nginx.read(path .. "/admin/nginx.pid"))
      if pid then
         openresty.run("kill -QUIT " .. pid)
         openresty.wait_for(function() return not openresty.is_running(pid) end, 10)
      end
      service:stop()
      folder.remove(path)
   end)

   -- Runs the line of the configuration's comment, with a free port instead of the one that it listens to.
   local function start(before)
      local port = nginx.free_port()
      local text = read(path .. "/admin/nginx.conf")
      local line = text:match "\n#   (nginx [^\n]*)\n":gsub("/srv/admin", path .. "/admin")
      folder.write(path .. "/admin", "nginx.conf", (text:gsub("127%.0%.0%.1:8088", "127.0.0.1:" .. port)))
      local words = { "env -u LD_PRELOAD" }
      for name, value in pairs(environment) do words[#words + 1] = name .. "=" .. command.quote(value) end
      words[#words + 1] = line
      local output, errors, code = command.shell(("cd / && %s %s"):format(before or "", table.concat(words, " ")))
      return port, code, output .. errors
   end

   local function names_at(port)
      local body
      openresty.wait_for(function()
         body = command.shell(("curl --silent --fail http://127.0.0.1:%d/connections"):format(port))
         return body ~= ""
      end, 5)
      local names = {}
      for name in body:gmatch '\n      "name": "([^"]*)"' do names[#names + 1] = name end
      return names
   end

   local seeded = { "First web service", "Weather Data System", "Connect to Data System" }

   it("starts as written", function()
      local port, code, said = start()
      assert.same({ 0, "" }, { code, said })
      assert.same(seeded, names_at(port))
   end)

   it("starts as written for somebody without rights", function()
      if command.shell "id -u" == "0\n" then os.execute(("chown -R nobody '%s'"):format(path)) end
      local port, code, said = start(command.shell "id -u" == "0\n" and
         "setpriv --reuid=nobody --regid=nogroup --clear-groups" or "")
      assert.equal(0, code, said)
      assert.same(seeded, names_at(port))
   end)

   it("says why it does not start, where a variable lacks", function()
      environment.PERSONALIZE_CLIENT_SECRET = nil
      local _, code, said = start()
      assert.equal(1, code)
      assert.matches("PERSONALIZE_CLIENT_SECRET is missing", said .. read(path .. "/admin/error.log"))
   end)
end)
