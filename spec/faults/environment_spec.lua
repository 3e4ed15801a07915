-- What the process around the library can do to a call: nothing.
local child = require "spec.faults.child"
local http = require "spec.support.http"
local personalize = require "personalize"
local server = require "spec.support.server"

local ANSWERS = [[ return function(connection)
   for request in function() return connection:request() end do
      local body = ('{"ref":"r1","authorization":"%s","proxy":"%s","path":"%s"}'):format(
         request.headers.authorization or "", request.headers["proxy-authorization"] or "", request.path)
      connection:respond(200, { "Content-Length: " .. #body }, body)
   end
end ]]

describe("the environment", function()
   local target, trap

   before_each(function()
      target, trap = server.start(ANSWERS), server.start(ANSWERS)
   end)
   after_each(function()
      target:stop()
      trap:stop()
   end)

   it("sets no proxy", function()
      local proxies = {}
      for _, name in ipairs { "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" } do
         proxies[name] = trap.url
      end
      local output, status = child.run(([[
         local personalize = require "personalize"
         local client = assert(personalize.new { base_url = %q, access_token = "token" })
         print(assert(client.connections.get "r1").path)
         local named = assert(personalize.new { base_url = "http://api.test", plain_http_hosts = { "api.test" },
            access_token = "token", retry = false })
         print(select(2, named.connections.get "r1").kind)
         local tls = assert(personalize.new { base_url = "https://api.test", access_token = "token", retry = false })
         print(select(2, tls.connections.get "r1").kind)
      ]]):format(target.url), proxies)
      assert.equal("/v2/connections/r1\nconnect\nconnect\n", output)
      assert.equal(0, status)
      assert.same({}, trap:requests())
   end)

   it("takes no proxy away", function()
      local output = child.run(([[
         local personalize = require "personalize"
         local client = assert(personalize.new { base_url = "https://0.0.0.0:443", access_token = "token", proxy = %q,
            retry = false })
         print(client.connections.get "r1")
      ]]):format(trap.url), { no_proxy = "*", NO_PROXY = "0.0.0.0,127.0.0.1,localhost" })
      assert.matches("^nil", output)
      assert.equal("CONNECT", trap:requests()[1].method)
      assert.same({}, target:requests())
   end)

   it("lends no credentials of .netrc and no options of .curlrc", function()
      local home = os.tmpname()
      os.remove(home)
      os.execute("mkdir " .. home)
      for name, text in pairs {
         [".netrc"] = "machine 127.0.0.1 login thief password of-netrc\ndefault login a password b\n",
         [".curlrc"] = "proxy = " .. trap.url .. "\n",
      } do
         local file = assert(io.open(home .. "/" .. name, "w"))
         file:write(text)
         file:close()
      end
      local output = child.run(([[
         local client = assert(require "personalize".new { base_url = %q, access_token = "token" })
         print(assert(client.connections.get "r1").authorization)
      ]]):format(target.url), { HOME = home, CURL_HOME = home, XDG_CONFIG_HOME = home, NETRC = home .. "/.netrc" })
      assert.equal("Bearer token\n", output)
      assert.same({}, trap:requests())
      os.execute("rm -rf " .. home)
   end)

   it("does not end a script with SIGPIPE", function()
      local gone = server.start [[ return function(connection)
         if not connection:head() then return end
         connection:reset()
      end ]]
      local output, status = child.run(([[
         local personalize = require "personalize"
         local client = assert(personalize.new { base_url = %q, access_token = "token",
            retry = { attempts = 3, base_delay = 0 } })
         local _, err = client:request { method = "PUT", path = "/", body = ("x"):rep(2 ^ 24) }
         print(err.kind, err.attempts)
         _, err = client:request { method = "POST", path = "/", body = ("x"):rep(2 ^ 24) }
         print(err.kind, err.attempts)
      ]]):format(gone.url))
      assert.equal("network\t3\nambiguous\t1\n", output)
      assert.equal(0, status)
      gone:stop()
   end)

   it("loses no descriptor and no memory to calls that fail", function()
      local client = assert(personalize.new { base_url = "http://127.0.0.1:1", access_token = "token", retry = false })
      client.connections.get "r1"
      http.collect()
      local before = http.open_descriptors()
      for _ = 1, 200 do assert.equal("connect", select(2, client.connections.get "r1").kind) end
      http.collect()
      assert.equal(before, http.open_descriptors())
   end)
end)

describe("a redirect", function()
   it("is not followed, and takes no credentials elsewhere", function()
      local elsewhere = server.start(ANSWERS)
      local s = server.start(([[ return function(connection)
         for request in function() return connection:request() end do
            connection:respond(tonumber(request.path:match "%%d+$"), { "Location: %s/stolen", "Content-Length: 0" })
         end
      end ]]):format(elsewhere.url))
      local client = assert(personalize.new { base_url = s.url, access_token = "token" })
      for _, status in ipairs { 300, 301, 302, 303, 307, 308 } do
         local value, err = client:request { method = "GET", path = "/" .. status }
         assert.is_nil(value)
         assert.equal("http", err.kind)
         assert.equal(status, err.status)
         assert.equal(1, err.attempts)
         assert.matches("not followed", err.message)
      end
      assert.same({}, elsewhere:requests())
      s:stop()
      elsewhere:stop()
   end)
end)
