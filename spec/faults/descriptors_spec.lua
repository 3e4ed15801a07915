-- A process that can open no more files: in a process of its own, for the limit is the process's.
local certificates = require "spec.support.certificates"
local child = require "spec.faults.child"
local folder = require "spec.support.folder"
local server = require "spec.support.server"

-- `fill` opens what can be opened, and `leave` closes so many of them again.
local FEW = [[
   local personalize = require "personalize"
   local held = {}
   local function fill()
      local file
      repeat
         file = io.open "/dev/null"
         held[#held + 1] = file
      until not file
   end
   local function leave(count)
      for _ = 1, count do table.remove(held):close() end
   end
   local function new(base_url, options)
      options = options or {}
      options.base_url, options.access_token = base_url, "token"
      if options.retry == nil then options.retry = false end
      return assert(personalize.new(options))
   end
   local function said(client)
      local _, err = client:request { path = "/" }
      return ("%s|%s|%s|%s"):format(err.kind, err.message, err.attempts, err.retryable)
   end
]]

describe("without descriptors", function()
   local one, other

   setup(function() one, other = server.start(server.ECHO), server.start(server.ECHO) end)
   teardown(function()
      one:stop()
      other:stop()
   end)

   local function run(script)
      local output, status = child.run(FEW .. ("local ONE, OTHER = %q, %q\n"):format(one.url, other.url) .. script, nil,
         "ulimit -n 64; LC_ALL=C ")
      assert.equal(0, status, output)
      return output
   end

   it("a call says so, is repeated, and does not ask whether the server is up", function()
      local output = run [[
         new(ONE):request { path = "/" } -- the engine has its own
         fill()
         print(said(new(OTHER)))
         print(said(new(OTHER, { retry = { attempts = 3, base_delay = 0 } })))
         print(said(new("https://api.test", { proxy = OTHER })))
         leave(1)
         print((said(new(OTHER)):match "^%a+"))
      ]]
      local line = "connect|no socket could be opened: Too many open files|%d|true\n"
      assert.equal(line:format(1) .. line:format(3) .. line:format(1) .. "decode\n", output)
   end)

   it("a map goes on with those that end", function()
      assert.equal("60\n", run [[
         new(ONE):request { path = "/" }
         fill()
         leave(5)
         local client, items = new(OTHER, { retry = { attempts = 50, base_delay = 0.01, max_delay = 0.05 } }), {}
         for index = 1, 60 do items[index] = index end
         local results = personalize.map(items, function()
            local _, err = client:request { path = "/" }
            return err.kind == "decode" or nil, err
         end, { concurrency = 60 })
         local count = 0
         for index = 1, 60 do count = count + (results[index] and 1 or 0) end
         print(count)
      ]])
   end)

   it("neither a name nor a file of certificates is blamed, unless there is enough for it", function()
      local path = folder.new()
      finally(function() folder.remove(path) end)
      certificates.make(path, {})
      local output = run(([[
         local client = new("https" .. OTHER:sub(5), { ca_file = %q })
         new(ONE):request { path = "/" }
         fill()
         print(said(new("https://api.test")))
         leave(1)
         print(said(client))
         leave(10)
         os.remove(%q)
         print(said(client))
      ]]):format(path .. "/ca.pem", path .. "/ca.pem"))
      local lookup, without, with = output:match "^(.-)\n(.-)\n(.-)\n$"
      for _, line in ipairs { lookup, without } do
         assert.matches("^connect|.+; hardly a descriptor is left: Too many open files|1|true$", line)
      end
      assert.matches("^config|", with)
      assert.not_matches("descriptor", with)
   end)
end)
