-- Advice names the option at fault, and an error's one line what was called.
local patient = require "spec.support.patient"
local personalize = require "personalize"
local server = require "spec.support.server"

local BEHAVIOUR = [[ return function(connection)
   for request in function() return connection:request() end do
      if request.path:find "token$" and not request.path:find "^/%a+" then
         connection:respond(200, { "Content-Length: 27" }, '{"access_token":"token-t"}  ')
      elseif request.path:find "page" then
         local status = tonumber(request.path:match "%d+")
         local body = "<html><head><title>Sorry &amp; bye</title></head></html>"
         connection:respond(status, { "Content-Type: text/html", "Content-Length: " .. #body }, body)
      elseif request.path:find "moved" then
         connection:respond(302, { "Location: /login", "Content-Length: 0" })
      elseif request.path:find "plain401" then
         connection:respond(401, { "Content-Length: 0" })
      elseif request.path:find "large" then
         connection:respond(200, { "Content-Length: 100000" }, (" "):rep(100000))
      elseif request.path:find "slow" then
         connection:sleep(2)
         return
      end
   end
end ]]

describe("advice", function()
   local s

   setup(function() s = server.start(BEHAVIOUR) end)
   teardown(function() s:stop() end)

   local function client(options)
      options.base_url = options.base_url or s.url
      options.timeout, options.retry = options.timeout or patient(5), options.retry or false
      if not options.client_id and not options.client_key then options.access_token = "token-given" end
      return assert(personalize.new(options))
   end

   local function message_of(options, path)
      return select(2, client(options):request { path = path or "/" }).message
   end

   it("names token_url where the token endpoint is at fault", function()
      for path, words in pairs { page200 = 'text/html instead of JSON: "Sorry & bye"; is token_url',
         page404 = '"Sorry & bye" %(is token_url', page403 = '"Sorry & bye" %(is token_url',
         page500 = '"Sorry & bye" %(is token_url',
         moved = "check token_url", plain401 = "check client_id and client_secret" } do
         local message = message_of { token_url = s.url .. "/" .. path .. "/token", client_id = "a",
            client_secret = "secret of " .. path }
         assert.matches("^no access token: ", message)
         assert.matches(words, message)
         assert.not_matches("base_url", message)
      end
      assert.matches("client_key and api_token", message_of { token_url = s.url .. "/plain401/token", client_key = "a",
         api_token = "top-secret-token" })
      assert.matches("token_url right%?", message_of { token_url = "http://127.0.0.1:1/token", client_id = "a",
         client_secret = "secret" })
   end)

   it("names base_url where the API is at fault", function()
      assert.matches('"Sorry & bye"; is base_url that of the API%?', message_of({}, "/page200"))
      assert.matches('"Sorry & bye" %(is base_url that of the API%?', message_of({}, "/page404"))
      assert.matches("check base_url", message_of({}, "/moved"))
      assert.matches("base_url right%?", message_of { base_url = "http://127.0.0.1:1" })
      assert.matches("access_token is right", message_of({}, "/plain401"))
      assert.not_matches("base_url", message_of({}, "/page502"))
   end)

   -- a reset that comes at once can be there before the connection is, so it waits
   it("names base_url where no TLS is spoken, however the server ends that", function()
      for _, ending in ipairs { "connection:fill() connection:close()", "connection:fill() connection:reset()",
         "connection:sleep(0.2) connection:reset()",
         "connection:fill() connection:send 'HTTP/1.1 400 Bad Request\\r\\n\\r\\n'" } do
         local one = server.start(("return function(connection) %s end"):format(ending))
         local _, err = client { base_url = one.url:gsub("^http", "https") }:request { path = "/" }
         one:stop()
         assert.equal("tls", err.kind)
         assert.matches("is base_url right%?%)$", err.message)
      end
   end)

   it("names the limit that was reached", function()
      assert.matches("max_response_bytes", message_of({ max_response_bytes = 1000 }, "/large"))
      local _, err = client { base_url = s.url .. "/large", max_response_bytes = 1000 }.connections.list()
      assert.matches("max_response_bytes.*each { page_size = 100 }", err.message)
      _, err = client { base_url = s.url .. "/large", max_response_bytes = 1000 }.connections.get "r1"
      assert.not_matches("each", err.message)
      local function of_page(size)
         local _, raised = pcall(function()
            local one = client { base_url = s.url .. "/large", max_response_bytes = 1000 }
            one.connections.each { page_size = size }()
         end)
         return raised.message
      end
      assert.matches("max_response_bytes.*each { page_size = 100 }", of_page(101))
      assert.matches("max_response_bytes of personalize.new is the limit; fewer than the 10 items that were asked for "
         .. "take less", of_page(10), 1, true)
      assert.matches("max_response_bytes of personalize.new is the limit[^;]*$", of_page(1))
      assert.matches("stall_timeout is 0.1 s", message_of({ stall_timeout = 0.1 }, "/slow"))
      assert.matches("max_response_headers", message_of({ max_response_headers = 1 }, "/page404"))
   end)

   it("stands beside what was called, and how often", function()
      local _, err = client { retry = { attempts = 2, base_delay = 0 } }:request { path = "/page502",
         query = { token = "abcdefgh" } }
      assert.equal(('server (502): the answer is text/html, not the service\'s JSON: "Sorry & bye" '
         .. "[GET %s/page502?token=***, 2 attempts]"):format(s.url), tostring(err))
      _, err = client { base_url = s.url .. "/plain401" }.connections.get "r1"
      assert.matches("%[GET " .. s.url:gsub("%p", "%%%0") .. "/plain401/v2/connections/r1%]$", tostring(err))
      assert.not_matches("[\r\n]", tostring(err))
   end)
end)
