-- Runs the fault matrix: see matrix.lua for what a row is.
local socket = require "socket"
local personalize = require "personalize"
local retry = require "personalize.http.retry"
local native = require "personalize.native"
local matrix = require "spec.faults.matrix"
local patient = require "spec.support.patient"
local memory = require "spec.faults.memory"
local tls_server = require "spec.faults.tls"
local row_server = require "spec.faults.server"
local http2_server = require "spec.faults.http2"
local waiting = require "personalize.http.waiting"

local DEFINITION = {
   name = "Weather", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
   request = { requestType = "GET", connectionUrl = "https://example.com/" },
}

local CALLS = {
   list = function(connections) return connections.list() end,
   get = function(connections) return connections.get "r1" end,
   create = function(connections) return connections.create(DEFINITION) end,
   update = function(connections) return connections.update("r1", DEFINITION) end,
   test = function(connections) return connections.test(DEFINITION) end,
}

-- A port whose queue of connections is full: Linux drops further attempts.
local function full_port()
   local listener = assert(socket.bind("127.0.0.1", 0, 0))
   local _, port = listener:getsockname()
   local held = { listener }
   for _ = 1, 3 do
      local client = socket.tcp()
      client:settimeout(0)
      client:connect("127.0.0.1", port)
      held[#held + 1] = client
   end
   socket.sleep(0.01)
   return "http://127.0.0.1:" .. port, function()
      for _, thing in ipairs(held) do thing:close() end
   end
end

local function is_http2(row) return row.on_stream or row.on_preface end

local function hexadecimal(command)
   local pipe = assert(io.popen(command))
   local bytes = pipe:read "*a"
   pipe:close()
   return (bytes:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
end

local compressed

local function with_compressed(row)
   if not (row.on_request and row.on_request:find "@GZIP") then return row end
   compressed = compressed or {
      GZIP_GOOD = hexadecimal("printf '%s' '" .. row_server.ONE .. "' | gzip -nc"),
      GZIP_BOMB = hexadecimal "head -c 100000000 /dev/zero | gzip -nc",
   }
   return setmetatable({ on_request = row.on_request:gsub("@(%u+_%u+)@", compressed) }, { __index = row })
end

describe("the fault matrix", function()
   local tls, random, now

   setup(function()
      tls = tls_server.start()
      random, retry.random = retry.random, function() return 0.5 end
      now = native.now
   end)
   after_each(function() native.now = now end)
   teardown(function()
      tls.stop()
      retry.random = random
   end)

   -- The server of a row, its URL, and what ends it.
   local function start(row)
      if row.base_url then return nil, row.base_url, function() end end
      if row.unanswering then return nil, full_port() end
      if row.tls then return nil, tls.urls[row.tls], function() end end
      if is_http2(row) then
         local server = http2_server.start(row, tls.http2_port)
         return server, tls.urls.http2, function()
            server:stop()
            waiting.engine():close() -- its connections are to a port that the next row has, too
         end
      end
      local server = row_server.start(with_compressed(row))
      return server, server.url, function() server:stop() end
   end

   local function credentials(row, url, options)
      if row.tokens == "client" then
         options.client_id, options.client_secret = "id", "top-secret-of-client " .. url
         options.token_url = options.token_url or url .. "/token"
      elseif row.tokens == "key" then
         options.client_key, options.api_token = "key", "top-secret-api-token"
      elseif row.tokens == "function" then
         options.access_token = function() return "token-of-function" end
      else
         options.access_token = "token-that-was-given"
      end
   end

   local function client_options(row, url, warnings)
      local options = { base_url = url, plain_http_hosts = row.plain_http_hosts }
      for name, value in pairs(matrix.TIMEOUTS) do options[name] = value end
      for name, value in pairs(row.options or {}) do options[name] = value end
      if options.retry ~= false then
         local policy = {}
         for name, value in pairs(matrix.RETRY) do policy[name] = value end
         for name, value in pairs(options.retry or {}) do policy[name] = value end
         options.retry = policy
      end
      if options.ca_file == nil then options.ca_file = (row.tls or is_http2(row)) and tls.folder .. "/ca.pem" end
      if options.ca_file == false then options.ca_file = nil end
      if row.client_certificate then
         options.client_cert, options.client_cert_key = tls.folder .. "/caller.pem", tls.folder .. "/caller.key"
      end
      credentials(row, url, options)
      options.on_event = function(event)
         if event.type == "warning" then warnings[#warnings + 1] = event.message end
      end
      return options
   end

   -- What comes of a call; of several at once what comes of a failed one, if there is one.
   local function call(row, client)
      if not row.at_once then return CALLS[row.call](client.connections) end
      local items = {}
      for index = 1, row.at_once do items[index] = index end
      local results, errors = personalize.map(items, function() return CALLS[row.call](client.connections) end,
         { concurrency = row.at_once })
      local _, err = next(errors)
      return err == nil and results[1] or nil, err
   end

   -- Makes the row's calls; tells what came of the last one, and what it took.
   local function perform(row, url)
      local outcome = { warnings = {} }
      local client = assert(personalize.new(client_options(row, url, outcome.warnings)))
      for index = 1, row.times or 1 do
         if index == row.times and row.age then native.now = function() return now() + row.age end end
         memory.forget_peak()
         local began = personalize.now()
         outcome.value, outcome.err = call(row, client)
         outcome.elapsed, outcome.memory = personalize.now() - began, memory.grown()
      end
      return outcome
   end

   local function check_value(row, outcome)
      assert.is_nil(outcome.err, tostring(outcome.err))
      if row.value == "null" then return assert.equal(personalize.null, outcome.value) end
      assert.equal(row.value, row.call == "list" and #outcome.value or outcome.value.name)
      local meta = personalize.meta(outcome.value)
      assert.is_true(matrix.allows(row.attempts, meta.attempts), meta.attempts .. " attempts")
      assert.is_true(meta.status >= 200 and meta.status <= 299)
   end

   local function check_error(row, outcome)
      local err = outcome.err
      assert.is_nil(outcome.value)
      assert.is_true(personalize.is_error(err))
      assert.is_true(matrix.allows(row.kind, err.kind), err.kind .. " of " .. tostring(err))
      if row.attempts then assert.is_true(matrix.allows(row.attempts, err.attempts), err.attempts .. " attempts") end
      for _, name in ipairs { "status", "phase", "outcome", "retryable", "retry_after" } do
         if row[name] ~= nil then assert.equal(row[name], err[name], name .. " of " .. tostring(err)) end
      end
      if row.cause then assert.is_true(matrix.allows(row.cause, err.cause.kind), err.cause.kind .. " as the cause") end
      if row.message then assert.is_true(matrix.says(row.message, err.message), err.message) end
      assert.equal(row.outcome == "created", err.connection ~= nil)
      if err.attempts > 0 then
         local meta = personalize.meta(err) or err.meta
         assert.equal(err.attempts, meta.attempts)
         assert.is_table(meta.headers)
      end
      assert.is_nil(tostring(err):find("[\r\n]"))
   end

   local function check_sent(row, server)
      local sent = {}
      for _, request in ipairs(server:requests()) do
         local what = request.method .. " " .. request.path
         sent[what] = (sent[what] or 0) + 1
      end
      assert.same(row.sent, sent)
   end

   local function check_cost(row, outcome)
      if row.within then assert.is_true(outcome.elapsed <= patient(row.within), outcome.elapsed .. " s") end
      if row.after then assert.is_true(outcome.elapsed >= row.after, outcome.elapsed .. " s") end
      if row.memory then assert.is_true(outcome.memory <= row.memory, outcome.memory .. " MB") end
      assert.equal(row.warnings or 0, #outcome.warnings, outcome.warnings[1])
   end

   local function run(row)
      local server, url, stop = start(row)
      if not server then url, stop = url, stop or function() end end
      local fine, problem = pcall(function()
         local outcome = perform(row, url)
         if row.kind then check_error(row, outcome) else check_value(row, outcome) end
         if row.sent then check_sent(row, server) end
         check_cost(row, outcome)
      end)
      stop()
      if not fine then error(problem, 0) end
   end

   for _, chapter in ipairs(matrix.chapters()) do
      describe(chapter.title, function()
         for _, row in ipairs(chapter) do
            it(row.call .. ": " .. row.title, function() run(row) end)
         end
      end)
   end
end)
