-- What was acknowledged is there, whatever becomes of the process, and whoever else has the file.
local dkjson = require "dkjson"
local emulator = require "personalize.emulator"
local process = require "spec.support.emulator_process"
local socket = require "socket"
local support = require "spec.support.emulator"

local ROUNDS, WRITERS = 12, 4

describe("an emulator with a file", function()
   local path, running
   before_each(function()
      path, running = os.tmpname(), {}
   end)
   after_each(function()
      for _, one in ipairs(running) do one:clean() end
      for _, suffix in ipairs { "", "-wal", "-shm" } do os.remove(path .. suffix) end
   end)

   local function start()
      local one = process.start(("--json --quiet --database %s"):format(path))
      running[#running + 1] = one
      assert(one.url, one.ready)
      return one
   end

   local function token_of(url)
      local session = setmetatable({ url = url, e = { options = function()
         return { client_id = "emulator-client-id", client_secret = "emulator-client-secret" }
      end } }, { __index = support.session })
      return session:get_token()
   end

   local function request(token, name)
      local body = dkjson.encode(support.definition { name = name })
      return ("POST /v2/connections HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
         .. "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"):format(token, #body, body)
   end

   -- The name of the connection of an answer that has arrived as a whole, or nil.
   local function read_answer(client)
      local line = client:receive "*l"
      if line ~= "HTTP/1.1 201 Created" then return nil end
      local length
      repeat
         line = client:receive "*l"
         length = line and tonumber(line:match "^Content%-Length: (%d+)$") or length
      until not line or line == ""
      local body = line and client:receive(length)
      return body and dkjson.decode(body).name
   end

   -- Writers send one after the other and never wait; answers are read when the process is gone as well.
   local function write_until_killed(one, round, acknowledged)
      local token = token_of(one.url)
      local clients = {}
      for i = 1, WRITERS do
         clients[i] = assert(socket.connect("127.0.0.1", tonumber(one.url:match "%d+$")))
         clients[i]:setoption("tcp-nodelay", true)
      end
      local kill_after, sent = math.random(5, 60), 0
      while sent < kill_after do
         for i, client in ipairs(clients) do client:send(request(token, ("%d/%d/%d"):format(round, sent, i))) end
         sent = sent + 1
         if sent > 2 then
            for _, client in ipairs(clients) do acknowledged[#acknowledged + 1] = read_answer(client) end
         end
      end
      one:signal "KILL"
      for _, client in ipairs(clients) do
         client:settimeout(5)
         repeat
            local name = read_answer(client)
            acknowledged[#acknowledged + 1] = name
         until not name
         client:close()
      end
   end

   local function names_of(session)
      local count = {}
      local _, body = session:send("GET", "/v2/connections")
      for _, item in ipairs(body.items) do count[item.name] = (count[item.name] or 0) + 1 end
      return count, #body.items
   end

   it("keeps every acknowledged write when it is killed at any moment", function()
      local acknowledged = {}
      for round = 1, ROUNDS do write_until_killed(start(), round, acknowledged) end
      assert.is_true(#acknowledged > ROUNDS * WRITERS)
      local session = support.start { database = path }
      finally(function() session:stop() end)
      local count, total = names_of(session)
      for _, name in ipairs(acknowledged) do assert.equal(1, count[name], name) end
      for name, times in pairs(count) do assert.equal(1, times, name) end
      assert.equal(total, session.e:counts().connections)
   end)

   it("shares it with other processes: nothing is lost, nothing is mixed up", function()
      local one, two = start(), start()
      local own = support.start { database = path }
      finally(function() own:stop() end)
      local clients = {}
      for i, url in ipairs { one.url, two.url, own.url } do
         clients[i] = { token = token_of(url), connection = socket.connect("127.0.0.1", tonumber(url:match "%d+$")) }
      end
      for n = 1, 40 do
         for i, client in ipairs(clients) do client.connection:send(request(client.token, ("%d-%d"):format(i, n))) end
         for i, client in ipairs(clients) do
            assert.equal(("%d-%d"):format(i, n), read_answer(client.connection))
         end
      end
      local count, total = names_of(own)
      assert.equal(120, total)
      for i = 1, 3 do
         for n = 1, 40 do assert.equal(1, count[("%d-%d"):format(i, n)]) end
      end
   end)

   it("gets its examples once: what became of them stays", function()
      local ref = "/v2/connections/47c20b31-b5d8-492f-94e5-064958716c21"
      local session = support.start { database = path, seed = true }
      session:send("PUT", ref, support.definition { name = "changed" })
      session:stop()
      session = support.start { database = path, seed = true }
      finally(function() session:stop() end)
      local _, body = session:send("GET", ref)
      assert.same({ "changed", 3 }, { body.name, session.e:counts().connections })
   end)

   it("keeps it to its owner: secrets are in it", function()
      os.remove(path)
      local session = support.start { database = path }
      finally(function() session:stop() end)
      session:create()
      for _, suffix in ipairs { "", "-wal", "-shm" } do
         local pipe = io.popen(("stat -c %%a %s%s"):format(path, suffix))
         assert.equal("600", pipe:read "*l", suffix)
         pipe:close()
      end
   end)

   it("makes no file that a link names, which everybody could read", function()
      local target = path .. ".target"
      os.remove(path)
      assert(require "lfs".link(target, path, true))
      finally(function() os.remove(target) end)
      local none, err = emulator.start { database = path }
      assert.is_nil(none)
      assert.equal(("cannot use %s: it is a link to a file that does not exist"):format(path), err.message)
      assert.is_nil(io.open(target))
      io.open(target, "w"):close()
      local session = support.start { database = path }
      finally(function()
         session:stop()
         for _, suffix in ipairs { "", "-wal", "-shm" } do os.remove(target .. suffix) end
      end)
      assert.equal(0, session.e:counts().connections)
   end)

   it("says so when the disk is full, loses nothing that it acknowledged, and goes on to read", function()
      local one = process.start(("--json --quiet --database %s"):format(path), "ulimit -f 1000; trap '' XFSZ;")
      running[#running + 1] = one
      local session = setmetatable({ url = one.url, token = token_of(one.url) }, { __index = support.session })
      local refs, status, body, headers = {}
      for n = 1, 1000 do
         status, body, headers = session:send("POST", "/v2/connections", support.definition { name = "n" .. n })
         if status ~= 201 then break end
         refs[n] = body.ref
      end
      assert.equal(500, status)
      assert.equal("The emulator could not write its database", body.developerMessage)
      assert.equal("broken", headers["x-emulator-behaviour"])
      assert.is_true(#refs > 10)
      assert.equal(200, (session:send("GET", "/v2/connections/" .. refs[1])))
      one:signal "KILL"
      local after = support.start { database = path }
      finally(function() after:stop() end)
      local _, list = after:send("GET", "/v2/connections")
      assert.equal(#refs, #list.items)
      for n, item in ipairs(list.items) do assert.equal(refs[n], item.ref) end
      after:create()
   end)

   it("ends cleanly when it is told to: the log is folded into the file", function()
      for _, signal in ipairs { "INT", "TERM" } do
         local one = start()
         assert.is_true(one:stop(signal))
         assert.is_nil(io.open(path .. "-wal"))
      end
   end)

   local function content()
      local file = assert(io.open(path, "rb"))
      local text = file:read "*a"
      file:close()
      return text
   end

   local function refused(expected)
      local before = content()
      local none, err = emulator.start { database = path }
      assert.is_nil(none)
      assert.equal("config", err.kind)
      assert.equal(("cannot use %s: %s"):format(path, expected), err.message)
      assert.is_true(before == content())
      assert.is_nil(io.open(path .. "-journal"))
   end

   it("says why a file cannot be opened", function()
      os.remove(path)
      assert(os.execute("mkdir " .. path))
      finally(function() os.execute("rmdir " .. path) end)
      local none, err = emulator.start { database = path }
      assert.is_nil(none)
      assert.equal(("cannot use %s: "):format(path), err.message:sub(1, #path + 13))
   end)

   local function write(bytes)
      local file = assert(io.open(path, "wb"))
      file:write(bytes)
      file:close()
   end

   -- Of a database's header: 4 bytes at an offset.
   local function with_header(bytes, offset, four)
      return bytes:sub(1, offset) .. four .. bytes:sub(offset + 5)
   end

   it("refuses another program's, a newer one and a damaged one, and leaves them as they are", function()
      local session = support.start { database = path .. ".own" }
      for i = 1, 200 do session:create { name = "n" .. i } end
      session:stop()
      assert(os.rename(path .. ".own", path))
      local bytes = content()
      write(with_header(bytes, 68, "\0\0\0\7"))
      refused "it belongs to another program"
      write(with_header(bytes, 60, "\0\0\0\99"))
      refused "a newer version of the emulator wrote it"
      for _, damage in ipairs {
         bytes:sub(1, 8192) .. ("\255"):rep(8192) .. bytes:sub(16385),
         bytes:sub(1, #bytes - 4096 * 3),
         "nonsense" .. bytes:sub(9),
      } do
         write(damage)
         local none, err = emulator.start { database = path }
         assert.is_nil(none)
         assert.matches("it is damaged$", (err.message:gsub("it is not a database$", "it is damaged")))
         assert.is_true(damage == content())
      end
   end)
end)
