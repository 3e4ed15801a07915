-- Speaks to an emulator without our client: plain HTTP by LuaSocket, JSON by dkjson.
local dkjson = require "dkjson"
local emulator = require "personalize.emulator"
local http = require "socket.http"
local letters = require "personalize.letters"
local ltn12 = require "ltn12"
local socket = require "socket"

local support = {}

local Session = {}
Session.__index = Session

-- Starts one with these options and gets a token; stop it with session:stop().
function support.start(options)
   local running = assert(emulator.start(options))
   local session = setmetatable({ e = running, url = running.url }, Session)
   session.token = session:get_token()
   return session
end

function Session:stop() self.e:stop() end

-- Status, decoded body (nil if it is not JSON), headers, body as text.
function Session:send(method, path, body, headers)
   local sink = {}
   local sent = { authorization = self.token and "Bearer " .. self.token }
   if type(body) == "table" then body = dkjson.encode(body) end
   if body then
      sent["content-type"] = "application/json"
      sent["content-length"] = #body
   end
   for name, value in pairs(headers or {}) do sent[name] = value or nil end
   local _, status, answered = http.request {
      method = method, url = self.url .. path, headers = sent,
      source = body and ltn12.source.string(body), sink = ltn12.sink.table(sink),
      redirect = false,
   }
   local text, named = table.concat(sink), {}
   -- LuaSocket's own small letters are those of the locale
   for name, value in pairs(answered or {}) do named[letters.lower(name)] = value end
   return status, dkjson.decode(text, 1, nil, nil), answered and named, text
end

function Session:form(path, form, headers)
   local all = { ["content-type"] = "application/x-www-form-urlencoded", authorization = false }
   for name, value in pairs(headers or {}) do all[name] = value end
   return self:send("POST", path, form, all)
end

function Session:get_token()
   local own = self.e:options()
   local status, body = self:form("/oauth/token", "grant_type=client_credentials&client_id="
      .. own.client_id .. "&client_secret=" .. own.client_secret)
   assert(status == 200, status)
   return body.access_token
end

function Session:create(members)
   local status, body = self:send("POST", "/v2/connections", support.definition(members))
   assert(status == 201, status)
   return body
end

-- The least that the service takes, with these members besides or instead.
function support.definition(members)
   local definition = {
      name = "Connect", auth = { authType = "NONE" }, systemType = "DATA_SYSTEM",
      request = { requestType = "GET", connectionUrl = "http://127.0.0.1/" },
   }
   for name, value in pairs(members or {}) do definition[name] = value end
   return definition
end

-- Has the emulator test a connection with these members, and gives its reply, decoded.
function support.test(session, members)
   local status, body = session:send("POST", "/v2/connections/testConnection",
      { connection = support.definition(members) })
   assert(status == 200, status)
   return body
end

-- Has the emulator test a connection with these members while a server in this thread accepts its call and answers with
-- these bytes. Gives the reply, decoded and as text. `%d` in a given URL is the server's port.
function support.answered_with(session, bytes, members)
   local server = assert(socket.bind("127.0.0.1", 0))
   local _, port = server:getsockname()
   local definition = support.definition(members)
   local url = members and members.request and members.request.connectionUrl or "http://127.0.0.1:%d/"
   definition.request = { connectionUrl = url:format(port) }
   local body = dkjson.encode { connection = definition }
   local host, own_port = session.url:match "^http://([^:]+):(%d+)$"
   local client = assert(socket.connect(host, tonumber(own_port)))
   client:send(("POST /v2/connections/testConnection HTTP/1.0\r\nAuthorization: Bearer %s\r\n"
      .. "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s")
      :format(session.token, #body, body))
   server:settimeout(5)
   local connection = assert(server:accept())
   repeat local line = connection:receive "*l" until line == "" or not line
   connection:send(bytes)
   connection:close()
   server:close()
   client:settimeout(5)
   local answer = client:receive "*a"
   client:close()
   local text = answer:match "\r\n\r\n(.*)$"
   return dkjson.decode(text), text
end

-- Sends bytes as they are, closes that side, and gives what comes until the other side closes as well. The second
-- value is "closed", or "timeout" when the connection was still open after `seconds`.
function support.raw(url, bytes, seconds)
   local host, port = url:match "^http://([^:]+):(%d+)$"
   local connection = assert(socket.connect(host, tonumber(port)))
   connection:settimeout(seconds or 5)
   connection:send(bytes)
   connection:shutdown "send"
   local all, reason, partial = connection:receive "*a"
   connection:close()
   return all or partial, reason == "timeout" and "timeout" or "closed"
end

support.session = Session

return support
