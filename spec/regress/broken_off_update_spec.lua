-- An update that `plan:apply` had sent when it was cancelled (on_progress raised) was said not to have been started,
-- although it may have been carried out, as it is here. And what was archived took the ref of a file out of the lock,
-- where that file was called as the connection is.
local folder = require "spec.support.folder"
local personalize = require "personalize"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

local function text_of(name, url)
   return personalize.json.encode(tenant.definition { name = name,
      request = { requestType = "GET", connectionUrl = url } })
end

describe("plan:apply", function()
   local made, path

   before_each(function()
      made = tenant.start()
      path = folder.new()
   end)

   after_each(function()
      folder.remove(path)
      made:stop()
   end)

   it("does not call not started what it has sent", function()
      local refs = made:create_many(2)
      for index = 1, 2 do folder.write(path, index .. ".json", text_of("C" .. index, "https://api.example.com/v9")) end
      local plan = assert(sync.plan(made.client, path))
      made.emulator:fail { method = "PUT", path = "/v2/connections/" .. refs[1], delay = 1 }
      made.emulator:fail { method = "PUT", path = "/v2/connections/" .. refs[2], delay = 60, after = true }
      local result, err = plan:apply { concurrency = 2, on_progress = function() error "enough" end }
      assert.is_nil(result)
      assert.equal("C1", err.result.updated[1].name)
      assert.equal("C2", err.result.failed[1].name)
      assert.equal("cancelled", err.result.failed[1].error.kind)
      assert.same({}, { err.result.not_started[1] })
      assert.equal("https://api.example.com/v9", assert(made.connections.get(refs[2])).request.connectionUrl)
   end)

   it("archives and leaves the refs of files alone", function()
      local kept = made:create { name = "Weather" }
      made:create { name = "Weather.json" }
      folder.write(path, "Weather.json", text_of("Weather", "https://api.example.com/v1"))
      assert(assert(sync.plan(made.client, path, { archive_missing = true })):apply())
      assert.truthy(folder.read(path, "personalize.lock"):find(kept.ref, 1, true))
   end)
end)
