-- Applies that are killed, and several at once: afterwards nothing is lost, nothing is there twice without a word, and
-- nothing is left lying about.
local command = require "spec.support.command"
local file = require "personalize.core".file
local folder = require "spec.support.folder"
local personalize = require "personalize"
local socket = require "socket"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

-- How often, and of how many connections.
local kills, killed_size = 30, 24
local rounds, processes, size = 50, 4, 5

describe("an apply", function()
   local made, path, environment

   before_each(function()
      made, path = tenant.start(), folder.new()
      environment = command.environment(made.emulator)
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function write(where, prefix, count)
      for index = 1, count do
         local name = ("%s_%02d"):format(prefix, index)
         folder.write(where, name .. ".json", personalize.json.encode(tenant.definition { name = name,
            request = { requestType = "GET", connectionUrl = "https://api.example.com/" .. name } }))
      end
   end

   -- name -> refs of all connections.
   local function refs_by_name()
      local refs = {}
      for _, each in ipairs(assert(made.connections.list())) do
         refs[each.name] = refs[each.name] or {}
         table.insert(refs[each.name], each.ref)
      end
      return refs
   end

   -- Starts the command; a function that waits for it and gives what it said and its exit code.
   local function start(arguments)
      local pipe = io.popen(("%s </dev/null 2>&1; echo code $?"):format(command.line(environment, arguments)))
      return function()
         local said = pipe:read "*a"
         pipe:close()
         return said, tonumber(said:match "code (%d+)\n$")
      end
   end

   -- Runs the command and kills it after so many seconds, if it still runs.
   local function kill_after(seconds, arguments)
      local line = command.line(environment, arguments)
      local pipe = io.popen(("exec %s >/dev/null 2>&1 </dev/null & echo $!"):format(line))
      local pid = pipe:read "*n"
      pipe:close()
      socket.sleep(seconds)
      os.execute(("kill -9 %d 2>/dev/null"):format(pid))
   end

   local function left_in(where)
      local left = {}
      for name in pairs(assert(file.list(where))) do
         if not name:find "^[^.].*%.json$" and name ~= "personalize.lock" then left[#left + 1] = name end
      end
      return left
   end

   it("that is killed at any point goes on when it is repeated, by folder or by plan", function()
      math.randomseed(7)
      local saved = folder.new()
      write(path, "K", killed_size)
      -- how long one takes, to kill others within that
      local begun = socket.gettime()
      local other = folder.new()
      write(other, "T", killed_size)
      assert.equal(0, (select(3, command.run(environment, { "apply", other, "--yes" }))))
      local whole = socket.gettime() - begun
      folder.remove(other)
      made.emulator:reset()
      for round = 1, kills do
         if round % 6 == 1 then
            -- from the start again
            made.emulator:reset()
            os.remove(path .. "/personalize.lock")
            assert(assert(sync.plan(made.client, path)):save(saved .. "/plan"))
         end
         local by_plan = round % 2 == 0
         local arguments = by_plan and { "apply", "--plan", saved .. "/plan", "--yes", "--concurrency", "1" }
            or { "apply", path, "--yes", "--concurrency", "1" }
         kill_after(whole * (0.3 + 0.9 * math.random()), arguments)
         for name, refs in pairs(refs_by_name()) do assert.equal(1, #refs, name) end
      end
      local _, err, code = command.run(environment, { "apply", "--plan", saved .. "/plan", "--yes" })
      assert.same({ "", 0 }, { err, code })
      _, err, code = command.run(environment, { "apply", path, "--yes" })
      assert.same({ "", 0 }, { err, code })
      local count = 0
      for name, refs in pairs(refs_by_name()) do
         assert.equal(1, #refs, name)
         count = count + 1
      end
      assert.equal(killed_size, count)
      assert.is_true(assert(sync.plan(made.client, path)):is_empty())
      assert.same({}, left_in(path))
      assert.same({ plan = "file" }, assert(file.list(saved)))
      folder.remove(saved)
   end)

   -- Every twin is prevented, or reported with all its refs by one that ended with 1.
   local function check_round(prefix, outcomes)
      local refs = refs_by_name()
      for index = 1, size do
         local name = ("%s_%02d"):format(prefix, index)
         local own = refs[name] or {}
         local all_failed = true
         for _, each in ipairs(outcomes) do all_failed = all_failed and each.code ~= 0 end
         assert.is_true(#own > 0 or all_failed, name)
         if #own > 1 then
            local is_reported = false
            for _, each in ipairs(outcomes) do
               local has_all = each.code == 1
               for _, ref in ipairs(own) do has_all = has_all and each.said:find(ref, 1, true) ~= nil end
               is_reported = is_reported or has_all
            end
            assert.is_true(is_reported, name .. " is there twice, and nobody said so")
         end
      end
   end

   it("beside others of the same folder is refused, or finds its work done", function()
      for round = 1, rounds do
         local prefix = ("R%d"):format(round)
         local own = folder.new()
         write(own, prefix, size)
         local waits, outcomes = {}, {}
         for index = 1, processes do waits[index] = start { "apply", own, "--yes" } end
         for index, wait in ipairs(waits) do
            local said, code = wait()
            outcomes[index] = { said = said, code = code }
            assert.is_true(code == 0 or said:find "is in use: process %d+ on " ~= nil, said)
         end
         for name, refs in pairs(refs_by_name()) do assert.equal(1, #refs, name) end
         check_round(prefix, outcomes)
         assert.same({}, left_in(own))
         folder.remove(own)
         made.emulator:reset()
      end
   end)

   it("beside others from folders of their own reports each twin with its refs", function()
      local twins = 0
      for round = 1, 6 do
         local prefix, folders = ("S%d"):format(round), {}
         -- slow creates: the others look before the first is there
         made.emulator:fail { method = "POST", path = "/v2/connections", delay = 0.5, times = processes * size }
         local waits, outcomes = {}, {}
         for index = 1, processes do
            folders[index] = folder.new()
            write(folders[index], prefix, size)
            waits[index] = start { "apply", folders[index], "--yes" }
         end
         for index, wait in ipairs(waits) do
            local said, code = wait()
            outcomes[index] = { said = said, code = code }
         end
         for _, refs in pairs(refs_by_name()) do twins = twins + #refs - 1 end
         check_round(prefix, outcomes)
         for _, each in ipairs(folders) do folder.remove(each) end
         made.emulator:reset()
      end
      assert.is_true(twins > 0, "no round made a twin: the check was not put to the test")
   end)
end)
