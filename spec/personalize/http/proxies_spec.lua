-- Proxies: what they refuse, whom they see, and what they never get. With real ones, and with one that answers
-- anything.
local certificates = require "spec.support.certificates"
local nginx = require "spec.support.nginx"
local patient = require "spec.support.patient"
local personalize = require "personalize"
local proxies = require "spec.support.proxies"
local retry = require "personalize.http.retry"
local server = require "spec.support.server"

local PASSWORD = "p@ss/word+1%"

local function escaped(text)
   return (text:gsub("[^%w]", function(byte) return ("%%%02X"):format(byte:byte()) end))
end

describe("through a proxy", function()
   local folder, target, base_url, random

   setup(function()
      folder = nginx.folder()
      certificates.make(folder, { server = "IP:0.0.0.0" })
      target = nginx.start(folder, [[server { listen 127.0.0.1:%PORT1% ssl http2;
         ssl_certificate %FOLDER%/server.pem;
         ssl_certificate_key %FOLDER%/server.key;
         location / {
            return 200 '{"ref":"r1","proxy":"$http_proxy_authorization","bearer":"$http_authorization"}';
         } }]])
      base_url = "https://0.0.0.0:" .. target.ports[1]
      random, retry.random = retry.random, function() return 0 end
   end)
   teardown(function()
      retry.random = random
      target:stop()
   end)

   local function new(options)
      options.base_url = options.base_url or base_url
      if not options.client_id then options.access_token = "token-that-was-given" end
      options.ca_file, options.timeout = folder .. "/ca.pem", patient(10)
      return assert(personalize.new(options))
   end

   for _, name in ipairs(proxies.NAMES) do
      describe(name, function()
         local open, guarded

         setup(function()
            open = proxies.start(name, { allowed = target.ports[1] })
            guarded = proxies.start(name, { allowed = target.ports[1], user = "user", password = "s3cret-pass" })
         end)
         teardown(function()
            open:stop()
            guarded:stop()
         end)

         local function through(proxy, user, other)
            return new { proxy = ("http://%s127.0.0.1:%d"):format(user, proxy.port), base_url = other }
         end

         it("lets calls through, and the server sees nothing of it", function()
            for proxy, user in pairs { [open] = "", [guarded] = "user:s3cret-pass@" } do
               local got = assert(through(proxy, user):request { path = "/x" })
               assert.equal("", got.proxy)
               assert.equal("Bearer token-that-was-given", got.bearer)
            end
         end)

         it("has no use for a wrong password, and is asked once", function()
            for user, words in pairs { ["user:wrong-pass@"] = "check the user and the password in proxy",
               ["user:%73ecret-other@"] = "check the user", [""] = "it wants a user and a password" } do
               for _, method in ipairs { "GET", "POST" } do
                  local value, err = through(guarded, user):request { method = method, path = "/x" }
                  assert.is_nil(value)
                  assert.equal("auth", err.kind)
                  assert.equal(1, err.attempts)
                  assert.is_false(err.retryable)
                  assert.is_true(err.status == 407 or err.status == 401) -- tinyproxy's for a wrong one
                  assert.matches(("the proxy http://127.0.0.1:%d answered"):format(guarded.port), err.message)
                  assert.matches(words, err.message)
                  assert.not_matches("wrong%-pass", tostring(err))
                  assert.not_matches("ecret%-other", tostring(err))
               end
            end
         end)

         it("that refuses a port is no failure of the network", function()
            local value, err = through(open, "", "https://0.0.0.0:1"):request { path = "/x" }
            assert.is_nil(value)
            assert.equal("forbidden", err.kind)
            assert.equal(403, err.status)
            assert.equal(1, err.attempts)
            assert.matches("does not let this host or port through", err.message)
         end)
      end)
   end

   it("that cannot reach the server is asked again", function()
      local port = nginx.free_port()
      for _, name in ipairs(proxies.NAMES) do
         local proxy = proxies.start(name, { allowed = port })
         local value, err = new { base_url = "https://0.0.0.0:" .. port,
            proxy = "127.0.0.1:" .. proxy.port }:request { path = "/x" }
         proxy:stop()
         assert.is_nil(value)
         assert.equal("connect", err.kind)
         assert.equal(4, err.attempts)
         assert.is_true(err.status >= 500)
         assert.is_true(err.retryable)
      end
   end)

   it("that is not there is named", function()
      local _, err = new { proxy = "http://user:s3cret-pass@127.0.0.1:1" }:request { path = "/x" }
      assert.equal("connect", err.kind)
      assert.matches("is the proxy up, and proxy right%?", err.message)
      assert.not_matches("s3cret", tostring(err))
   end)

   it("sees no token where it could read it", function()
      local proxy = "http://127.0.0.1:1"
      for name, url in pairs { base_url = "http://api.test", token_url = "http://0.0.0.0/token" } do
         local options = { base_url = "https://api.test", client_id = "id", client_secret = "secret", proxy = proxy,
            plain_http_hosts = { "api.test", "0.0.0.0" } }
         options[name] = url
         local client, err = personalize.new(options)
         assert.is_nil(client)
         assert.equal("config", err.kind)
         assert.matches("^" .. name .. ": http:// would show tokens in clear text to the proxy", err.message)
      end
      local client, err = personalize.new { base_url = "https://api.test", access_token = "token", proxy = "a b" }
      assert.is_nil(client)
      assert.matches("^proxy: not the URL", err.message)
   end)

   describe("that answers anything", function()
      local s

      setup(function()
         s = server.start [[ return function(connection)
            for request in function() return connection:request() end do
               if request.method == "CONNECT" then
                  local status = tonumber(request.path:match ":(%d+)$") - 1000
                  local body = "denied: " .. tostring(request.headers["proxy-authorization"])
                  connection:respond(status, { "Content-Length: " .. #body, "Proxy-Authenticate: Basic realm=x",
                     "X-Request-Id: abc" }, body)
               else
                  local body = '{"access_token":"token-1","ref":"r1","path":"' .. request.path .. '"}'
                  connection:respond(200, { "Content-Length: " .. #body }, body)
               end
            end
         end ]]
      end)
      teardown(function() s:stop() end)

      local function count(pattern)
         local found = 0
         for _, request in ipairs(s:requests()) do
            if (request.method .. " " .. request.path):find(pattern) then found = found + 1 end
         end
         return found
      end

      it("counts by its status", function()
         for status, expected in pairs {
            [302] = { "connect", 1 }, [400] = { "connect", 1 }, [401] = { "auth", 1 }, [403] = { "forbidden", 1 },
            [404] = { "connect", 1 }, [405] = { "connect", 1 }, [407] = { "auth", 1 }, [408] = { "connect", 3 },
            [429] = { "connect", 3 }, [500] = { "connect", 3 }, [502] = { "connect", 3 }, [503] = { "connect", 3 },
            [504] = { "connect", 3 },
         } do
            local host = "0.0.0.0:" .. 1000 + status
            for _, method in ipairs { "GET", "POST" } do
               local before = count("^CONNECT " .. host)
               local value, err = new { base_url = "https://" .. host, retry = { attempts = 3, base_delay = 0 },
                  proxy = ("http://user:%s@127.0.0.1:%d"):format(escaped(PASSWORD), s.port),
               }:request { method = method, path = "/x" }
               assert.is_nil(value)
               assert.equal(expected[1], err.kind, status)
               assert.equal(status, err.status)
               assert.equal(expected[2], err.attempts, status)
               assert.equal(expected[2], count("^CONNECT " .. host) - before)
               assert.equal(expected[2] > 1, err.retryable)
               local shown = tostring(err) .. tostring(err.body) .. err.traceback
               for _, secret in ipairs { PASSWORD, escaped(PASSWORD), "dXNlcjpwQHNzL3dvcmQrMSU=" } do
                  assert.is_nil(shown:find(secret, 1, true))
               end
            end
         end
      end)

      it("refuses the token call with its own kind, and no token is renewed for it", function()
         for status, kind in pairs { [407] = "auth", [403] = "forbidden", [400] = "connect" } do
            local _, err = new { base_url = s.url, client_id = "id", client_secret = "secret " .. status,
               token_url = ("https://0.0.0.0:%d/token"):format(1000 + status),
               proxy = s.url }:request { path = "/x" }
            assert.equal(kind, err.kind)
            assert.matches("^no access token: the proxy ", err.message)
         end
      end)

      it("gets nothing that is for this machine", function()
         local own = server.start [[ return function(connection)
            for request in function() return connection:request() end do
               local body = '{"access_token":"token-1","ref":"r1"}'
               connection:respond(200, { "Content-Length: " .. #body }, body)
            end
         end ]]
         for _, host in ipairs { "127.0.0.1", "localhost" } do
            local before = #s:requests()
            local url = ("http://%s:%d"):format(host, own.port)
            local client = assert(personalize.new { base_url = url, token_url = url .. "/token", client_id = "id",
               client_secret = "secret of " .. host, proxy = s.url, timeout = patient(5) })
            local value = assert(client:request { path = "/x" })
            assert.equal("r1", value.ref)
            assert.equal(before, #s:requests())
         end
         own:stop()
      end)
   end)

   describe("that makes no connection and does not say why", function()
      -- what is sent after each thing that came; then it hangs up
      local function start(answers)
         return server.start(([[ return function(connection)
            for answer in (%q):gmatch "[^|]*" do
               if not connection:fill() then return end
               connection:send((answer:gsub("%%x%%x", function(digits) return string.char(tonumber(digits, 16)) end)))
            end
            connection:close()
         end ]]):format(answers))
      end

      local function hex(text)
         return (text:gsub(".", function(c) return ("%02x"):format(c:byte()) end))
      end

      local socks5 = { hang_up = "0500", unreachable = "0500|05040001000000000000",
         refused = "0500|05050001000000000000" }
      local other = hex "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
      local cases = {
         { "http", "", attempts = 2, "is proxy right%?" },
         { "http", hex "SSH-2.0-OpenSSH_9\r\n", attempts = 2, "is proxy right%?" },
         { "http", hex "HTTP/1.1 \r\n\r\n", attempts = 1, "is proxy that of a proxy%?" },
         { "socks5h", "", attempts = 2, "is proxy right%?" },
         { "socks5h", socks5.hang_up, attempts = 2, "is proxy right%?" },
         { "socks5h", socks5.unreachable, attempts = 2, "%(4%) %(it may not reach the server; is proxy right%?" },
         { "socks5h", socks5.refused, attempts = 2, "is proxy right%?" },
         { "socks5h", other, attempts = 1, "is proxy that of a proxy%?" },
         { "socks4", "", attempts = 2, "is proxy right%?" },
         { "socks4", "005b000000000000", attempts = 2, "is proxy right%?" },
         { "socks4", other, attempts = 1, "is proxy that of a proxy%?" },
      }

      for index, case in ipairs(cases) do
         it(("is named, and asked about: %s %d"):format(case[1], index), function()
            local s = start(case[2])
            local _, err = new { proxy = ("%s://user:s3cret-pass@127.0.0.1:%d"):format(case[1], s.port),
               retry = { attempts = 2, base_delay = 0 } }:request { path = "/x" }
            s:stop()
            assert.equal("connect", err.kind)
            assert.matches(("^the proxy %s://127.0.0.1:%d did not connect: "):format(case[1], s.port), err.message)
            assert.matches(case[3], err.message)
            assert.not_matches("base_url", err.message)
            assert.not_matches("s3cret", tostring(err))
            assert.same({ case.attempts, case.attempts > 1 }, { err.attempts, err.retryable })
         end)
      end

      it("is asked about beside the server if it answers like a server without TLS", function()
         local s = start(hex "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n|6869")
         local _, err = new { proxy = s.url, retry = false }:request { path = "/x" }
         s:stop()
         assert.equal("tls", err.kind)
         assert.matches("are base_url and proxy right%?", err.message)
      end)
   end)

   it("keeps its credentials out of everything, however they are written", function()
      local echo = server.start [[ return function(connection)
         for request in function() return connection:request() end do
            local body = '{"message":"you sent p@ss/word+1% and p%40ss%2fword%2B1%25 and dXNlcjpwQHNzL3dvcmQrMSU= '
               .. 'and \\u0070@ss/word+1%"}'
            connection:respond(400, { "Content-Length: " .. #body }, body)
         end
      end ]]
      for _, form in ipairs { "http://user:%s@127.0.0.1:9", "user:%s@127.0.0.1:9", "socks5h://user:%s@127.0.0.1:9" } do
         local seen = {}
         local client = assert(personalize.new { base_url = echo.url, access_token = "token-that-was-given",
            proxy = form:format(escaped(PASSWORD)), on_event = function(event)
               for _, value in pairs(event) do seen[#seen + 1] = tostring(value) end
            end })
         local _, err = client:request { path = "/x" }
         assert.equal("validation", err.kind)
         assert.matches("you sent %*%*%* and %*%*%* and %*%*%* and %*%*%*", err.message)
         local all = table.concat(seen, " ") .. tostring(err) .. err.body
         assert.not_matches("word", all)
         assert.is_nil(all:find("dXNlcjpwQHNzL3dvcmQrMSU", 1, true))
      end
      echo:stop()
   end)
end)
