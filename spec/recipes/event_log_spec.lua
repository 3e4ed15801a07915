-- examples/event_log.lua: events as lines of JSON, in a script and in the workers of an nginx.
local dkjson = require "dkjson"
local emulator = require "personalize.emulator"
local folder = require "spec.support.folder"
local lfs = require "lfs"
local openresty = require "spec.support.openresty"
local personalize = require "personalize"
local read = require "spec.support.read"

describe("examples/event_log.lua", function()
   local e, path

   before_each(function()
      e = assert(emulator.start { seed = true })
      path = folder.new()
   end)

   after_each(function()
      e:stop()
      folder.remove(path)
   end)

   local function lines_of(text)
      local lines = {}
      for line in text:gmatch "([^\n]*)\n" do
         lines[#lines + 1] = assert(dkjson.decode(line), line)
      end
      return lines
   end

   local function types_of(lines)
      local types = {}
      for index, line in ipairs(lines) do types[index] = line.type end
      return types
   end

   it("writes each event as one line", function()
      local options = e:options()
      local file
      options.on_event, file = dofile "examples/event_log.lua".to_file(path .. "/events.log")
      local client = assert(personalize.new(options))
      assert(client.connections.list())
      e:fail { status = 503 }
      assert(client.connections.list())
      client.connections.get "00000000-0000-4000-8000-000000000000"
      local text = read(path .. "/events.log")
      local lines = lines_of(text)
      assert.same({ "request", "response", "token", "request", "response", "request", "response", "retry", "request",
         "response", "request", "response" }, types_of(lines))
      for _, line in ipairs(lines) do assert.matches("^%d+%-%d+%-%d+T%d+:%d+:%d+Z$", line.at) end
      assert.same({ "server", 503 }, { lines[8].error.kind, lines[8].error.status })
      assert.same({ "not_found", 404 }, { lines[12].error.kind, lines[12].error.status })
      assert.is_nil(text:find(e:options().client_secret, 1, true))
      client:close()
      file:close()
   end)

   it("writes a line for an event that JSON cannot hold", function()
      local written
      dofile "examples/event_log.lua".to(function(line) written = line end) { type = "warning", message = "\255" }
      local line = assert(dkjson.decode(written))
      assert.equal("warning", line.type)
      assert.matches("UTF%-8", line.unreadable)
   end)

   it("keeps the lines of nginx's workers apart, and opens its file anew at a reload #openresty", function()
      os.execute("chmod 777 " .. path)
      local nginx = openresty.start {
         http = ([[ init_by_lua_block {
            local event_log = dofile "%s/examples/event_log.lua"
            client = assert(require "personalize".new { base_url = "%s", token_url = "%s/oauth/token",
               client_id = "emulator-client-id", client_secret = "emulator-client-secret",
               on_event = event_log.to_file "%s/events.log" })
         } ]]):format(os.getenv "PWD", e.url, e.url, path),
         server = [[ location / { content_by_lua_block { ngx.print(#assert(client.connections.list())) } } ]],
      }
      local is_stopped = false
      finally(function() if not is_stopped then nginx:stop() end end)
      local targets = {}
      for index = 1, 60 do targets[index] = "/" end
      local function count_responses()
         nginx:get_all(targets)
         local count = 0
         for _, line in ipairs(lines_of(read(path .. "/events.log"))) do
            if line.type == "response" and line.method == "GET" then count = count + 1 end
         end
         return count
      end
      assert.equal(60, count_responses())
      local old = {}
      for _, pid in ipairs(nginx:workers()) do old[pid] = true end
      os.rename(path .. "/events.log", path .. "/events.log.1")
      nginx:signal "HUP"
      assert.is_truthy(openresty.wait_for(function() return lfs.attributes(path .. "/events.log") end, 5))
      -- those that end still have the file that they opened
      assert.is_truthy(openresty.wait_for(function()
         local workers = nginx:workers()
         for _, pid in ipairs(workers) do
            if old[pid] then return false end
         end
         return #workers == 2
      end, 10))
      assert.equal(60, count_responses())
      is_stopped = true
      assert.is_true(nginx:stop())
   end)
end)
