-- examples/openresty/nginx.service.d: the environment that nginx's own service gets, and how its secret is rotated.
local command = require "spec.support.command"
local emulator = require "personalize.emulator"
local folder = require "spec.support.folder"
local openresty = require "spec.support.openresty"
local unit_file = require "spec.support.unit_file"

describe("nginx's own service #openresty", function()
   local path, service, nginx, library

   setup(function() library = openresty.copy_library() end)
   teardown(function() folder.remove(library) end)

   -- The tenant, with this secret and no other.
   local function serve(secret, port)
      service = assert(emulator.start { seed = true, client_secret = secret, port = port,
         database = path .. "/tenant.db" })
   end

   -- Replaces the file, as the comment in the example says.
   local function write_secret(secret)
      folder.write(path, "client-secret", secret .. "\n")
   end

   local function variables()
      local environment = unit_file.environment(unit_file.read "examples/openresty/nginx.service.d/personalize.conf"
         .Service)
      assert.equal("eu", environment.PERSONALIZE_REGION)
      assert.equal("/etc/personalize/client-secret", environment.PERSONALIZE_CLIENT_SECRET_FILE)
      environment.PERSONALIZE_REGION = nil
      for name, value in pairs(command.environment(service)) do
         if name ~= "PERSONALIZE_CLIENT_SECRET" then environment[name] = value end
      end
      environment.PERSONALIZE_CLIENT_SECRET_FILE = path .. "/client-secret"
      local words = {}
      for name, value in pairs(environment) do words[#words + 1] = name .. "=" .. command.quote(value) end
      return table.concat(words, " ")
   end

   before_each(function()
      path = folder.new()
      serve "the first secret"
      write_secret "the first secret"
      nginx = openresty.start {
         main = "user nobody nogroup;", library = library, environment = variables(),
         http = [[
            lua_shared_dict personalize_tokens 64k;
            init_by_lua_block {
               local personalize = require "personalize"
               local err
               client, err = personalize.from_env { token_cache = "personalize_tokens" }
               if not client then error(tostring(err)) end
            }]],
         server = [[ location / { content_by_lua_block {
            local list, err = client.connections.list()
            ngx.print(list and #list or tostring(err))
         } } ]],
      }
   end)

   after_each(function()
      assert.is_true(nginx:stop())
      service:stop()
      folder.remove(path)
   end)

   -- As `systemctl reload nginx` does; true when new workers are there.
   local function reload()
      local before = {}
      for _, pid in ipairs(nginx:workers()) do before[pid] = true end
      nginx:signal "HUP"
      return openresty.wait_for(function()
         local pids = nginx:workers()
         for _, pid in ipairs(pids) do
            if before[pid] then return false end
         end
         return #pids == 2
      end, 3)
   end

   it("takes a rotated secret from its file by a reload", function()
      assert.equal("3", (nginx:body "/"))
      local port = tonumber(service.url:match "%d+$")
      service:stop()
      serve("the second secret", port) -- and no token of before is known
      assert.matches("auth", (nginx:body "/"))
      write_secret "the second secret"
      assert.is_true(reload())
      assert.equal("3", (nginx:body "/"))
      assert.is_nil(nginx:log():find("the second secret", 1, true))
   end)

   it("goes on with what it had when the file is gone", function()
      os.remove(path .. "/client-secret")
      assert.is_nil((reload()))
      assert.matches("PERSONALIZE_CLIENT_SECRET_FILE", table.concat(nginx:complaints(), "\n"))
      assert.equal("3", (nginx:body "/"))
   end)

   it("has a secret that only its master can read", function()
      os.execute(("chmod 600 '%s/client-secret'"):format(path))
      assert.is_true(reload())
      assert.equal("3", (nginx:body "/"))
   end)
end)
