-- Two who create the same at the same time, from different places: nothing can prevent it, for names need not be
-- unique, so it is looked for afterwards and said.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local personalize = require "personalize"
local socket = require "socket"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

describe("twins", function()
   local made, path

   before_each(function()
      made, path = tenant.start(nil, { retry = false }), folder.new()
      for _, name in ipairs { "A", "B" } do
         folder.write(path, name .. ".json", personalize.json.encode(tenant.definition { name = name }))
      end
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   it("that somebody made at the same time are reported with both refs, and fail", function()
      local plan, other = assert(sync.plan(made.client, path)), nil
      local result, err = plan:apply { concurrency = 1, on_progress = function(done)
         if done == 1 then other = made:create({ name = "A" }).ref end
      end }
      assert.is_nil(result)
      assert.equal("conflict", err.kind)
      local twins = err.result.twins
      assert.equal(1, #twins)
      local expected = { other, err.result.created[1].ref }
      table.sort(expected)
      table.sort(twins[1].refs)
      assert.same(expected, twins[1].refs)
      assert.equal("A", twins[1].name)
      local said = ('2 connections are named "A" now, for somebody else created it at the same time: %s'):format(
         table.concat(twins[1].refs, ", "))
      assert.equal(said, err.message)
      assert.matches(said, tostring(err.result), 1, true)
      assert.same({ { path = "A", message = said } }, err.problems)
      assert.same({ 2, 0 }, { #err.result.created, #err.result.failed })
   end)

   it("are none where one of the two is archived, or of another name", function()
      assert(made.connections.archive(made:create { name = "A", archived = true }))
      assert(made.connections.archive(made:create { name = "A" }))
      made:create { name = "C" }
      local result = assert(assert(sync.plan(made.client, path)):apply())
      assert.same({}, { result.twins[1] })
   end)

   it("that could not be looked for are said to be so", function()
      local plan = assert(sync.plan(made.client, path))
      local result, err = plan:apply { concurrency = 1, on_progress = function(done)
         if done == 2 then made.emulator:fail { method = "GET", path = "/v2/connections", status = 400 } end
      end }
      assert.is_nil(result)
      assert.matches("^whether somebody else created the same could not be seen: ", err.message)
      assert.equal("validation", err.kind)
      assert.equal(2, #err.result.created)
   end)

   it("make the command fail", function()
      local environment = command.environment(made.emulator)
      made.emulator:fail { method = "POST", path = "/v2/connections", delay = 1, times = 1 }
      local line = command.line(environment, { "apply", path, "--yes" })
      local pipe = io.popen(line .. " 2>&1; echo code $?")
      local deadline = socket.gettime() + 20
      repeat socket.sleep(0.01) until made.emulator:counts().creates >= 1 or socket.gettime() > deadline
      -- one of the two creates waits, the other is done
      local ref = made:create({ name = "A" }).ref
      made:create { name = "B" }
      local said = pipe:read "*a"
      pipe:close()
      assert.matches("code 1\n$", said)
      assert.matches(ref, said, 1, true)
      assert.matches("2 connections are named", said)
   end)
end)
