-- The configurations in doc/openresty.md run in a real nginx, as they stand there; what it says of `init` holds.
local command = require "spec.support.command"
local emulator = require "personalize.emulator"
local markdown = require "spec.support.documents.markdown"
local openresty = require "spec.support.openresty"
local patient = require "spec.support.patient"
local socket = require "socket"

-- The guide's configuration in parts for openresty.start, which has paths, ports and files of its own to add: its first
-- block is a whole one, those that follow belong into its server or beside it.
local function guide()
   local parts
   for _, block in ipairs(markdown.blocks "doc/openresty.md") do
      if block.language == "nginx" and not parts then
         local before, server, behind = block.text:match "^http {(.-)server (%b{})(.*)}%s*$"
         parts = { http = before .. behind, server = server:sub(2, -2), count = 1 }
      elseif block.language == "nginx" then
         local part = block.text:find "^location" and "server" or "http"
         parts[part] = parts[part] .. block.text
         parts.count = parts.count + 1
      end
   end
   return parts
end

local function environment_of(service)
   local variables = {}
   for name, value in pairs(command.environment(service)) do
      variables[#variables + 1] = name .. "=" .. command.quote(value)
   end
   return table.concat(variables, " ")
end

describe("doc/openresty.md #openresty", function()
   local service

   before_each(function() service = assert(emulator.start { seed = true }) end)
   after_each(function() service:stop() end)

   local function start(options)
      options.environment = options.environment or environment_of(service)
      local server = openresty.start(options)
      finally(function() server:stop() end)
      return server
   end

   local function count_lists()
      local lists = 0
      for _, request in ipairs(service:requests()) do
         if request.path == "/v2/connections" then lists = lists + 1 end
      end
      return lists
   end

   it("shows a configuration that serves, and logs why a call failed", function()
      local parts = guide()
      assert.equal(4, parts.count)
      local server = start(parts)
      local status, body = server:get "/connections"
      assert.equal(200, status, body .. server:log())
      assert.equal("First web service\nWeather Data System\nConnect to Data System\n", body)
      assert.equal("First web service, Weather Data System, Connect to Data System\n", (server:body "/names"))
      assert.equal("3\n", (server:body "/quick"))
      -- three of the requests, and one of the timer
      assert.is_truthy(openresty.wait_for(function() return count_lists() == 4 end, 5))
      assert.same({}, server:complaints())
      assert.equal(1, service:counts().tokens)

      for _, target in ipairs { "/connections", "/names", "/quick" } do
         service:fail { path = "/v2/*", status = 403 }
         assert.equal(502, (server:get(target)))
      end
      local complaints = server:complaints()
      assert.equal(3, #complaints)
      for _, line in ipairs(complaints) do assert.matches("forbidden %(403%)", line) end
      service:fail { path = "/v2/*", delay = 10 }
      assert.equal(504, (server:get "/quick"))
   end)

   it("shows a configuration that says why it does not start", function()
      local parts = guide()
      parts.environment = "-u PERSONALIZE_REGION"
      local fine, message = pcall(start, parts)
      assert.is_false(fine)
      assert.matches("init_by_lua error: .*config: .*PERSONALIZE_REGION", message)
   end)

   it("fetches by a timer what it keeps for all workers", function()
      local parts = guide()
      parts.server = [[ location = /kept { content_by_lua_block { ngx.print(#ngx.shared.names:get_keys(0)) } } ]]
      local server = start(parts)
      assert.is_truthy(openresty.wait_for(function() return server:body "/kept" == "3" end, 5))
      assert.equal(1, count_lists())
      assert.same({}, server:complaints())
   end)

   it("is right that nginx prints no error that is a table", function()
      local server = start {
         http = [[ init_by_lua_block { client = require "personalize".from_env() } ]],
         server = [[ location / { content_by_lua_block { assert(client.connections.get "nowhere") } } ]],
      }
      assert.equal(500, (server:get "/"))
      assert.matches("unknown reason", server:complaints()[1])
   end)

   it("is right about calls in init: they hold the master at a reload, and the old workers go on", function()
      local seconds = patient(2)
      local server = start {
         http = [[ init_by_lua_block {
            client = require "personalize".from_env()
            local list, err = client.connections.list()
            if not list then error(tostring(err)) end
         } ]],
         server = [[ location / { content_by_lua_block { ngx.print(#assert(client.connections.list())) } } ]],
      }
      local before = table.concat(server:workers(), " ")
      service:fail { path = "/v2/connections", delay = seconds }
      local asked = socket.gettime()
      server:signal "HUP"
      socket.sleep(seconds / 4)
      assert.equal("3", (server:body "/"))
      assert.is_true(socket.gettime() - asked < seconds)
      assert.equal(before, table.concat(server:workers(), " "))
      assert.is_truthy(openresty.wait_for(function()
         return table.concat(server:workers(), " ") ~= before
      end, seconds + 5))
      assert.is_true(socket.gettime() - asked >= seconds)
   end)
end)
