-- `--dry-run` of commands that write: what is shown in place of the write. `writes_spec.lua` runs each such command.
local argparse = require "argparse"
local command = require "spec.support.command"
local dkjson = require "dkjson"
local json = require "personalize.json"
local output = require "personalize.cli.output"
local rehearsal = require "personalize.cli.rehearsal"
local tenant = require "spec.support.tenant"

describe("a rehearsal", function()
   local made

   before_each(function() made = tenant.start() end)
   after_each(function() made:stop() end)

   -- Does the work without a write: what is said for people or as JSON, and the result.
   local function rehearse(arguments, work)
      local streams = { out = command.stream(), err = command.stream() }
      local rehearsed = rehearsal.begin(made.client)
      work(made.connections)
      local code, err = rehearsal.show(output.new(streams, arguments), made.client, rehearsed, arguments)
      return streams.out.text, code, err, streams.err.text
   end

   it("is an option", function()
      local parser = argparse "x"
      rehearsal.add(parser)
      assert.same({ dry_run = true }, parser:parse { "--dry-run" })
   end)

   it("tells a write that nothing was sent", function()
      rehearsal.begin(made.client)
      local value, err = made.connections.create(tenant.definition())
      assert.is_nil(value)
      assert.same({ "cancelled", "a dry run sends nothing" }, { err.kind, err.message })
      assert.equal(0, made.emulator:counts().creates)
   end)

   it("shows what would be created, its secrets hidden", function()
      local definition = tenant.oauth { name = "A\nB" }
      local out, code, err, said = rehearse({}, function(connections) connections.create(definition) end)
      assert.same({ ('would create "A\\nB" in %s\n'):format(made.emulator.url), 0, "a dry run: nothing was sent\n" },
         { out, code, said })
      assert.is_nil(err)
      out = rehearse({ json = true }, function(connections) connections.create(definition) end)
      local data = dkjson.decode(out)
      assert.same({ true, "create", made.emulator.url, "A\nB", "***" }, { data.dry_run, data.action, data.tenant,
         data.connection.name, data.connection.auth.clientSecret })
      -- any call may be rehearsed, such as one without a name
      out = rehearse({}, function() made.client:request { method = "POST", path = "/v2/x", body = {} } end)
      assert.equal(("would create (no name) in %s\n"):format(made.emulator.url), out)
   end)

   it("shows a definition that is as deep as a body may be", function()
      local deep = {}
      for _ = 1, 126 do deep = { deep } end
      local out = rehearse({ json = true }, function(connections)
         connections.create(tenant.definition { exampleOfOurs = deep })
      end)
      assert.same(deep, json.decode(out, { max_depth = 129 }).connection.exampleOfOurs)
   end)

   it("shows the first of several writes", function()
      local out = rehearse({}, function(connections)
         connections.create(tenant.definition { name = "First" })
         connections.create(tenant.definition { name = "Second" })
      end)
      assert.matches('^would create "First"', out)
   end)

   it("shows what would change", function()
      local long = ("x"):rep(200)
      local created = made:create { description = "old" }
      local function patch(connections) connections.patch(created.ref, { description = long }) end
      local title = ("%s (organisation %s)"):format(made.emulator.url, created.clientKey)
      local out, code = rehearse({}, patch)
      assert.equal(('would update "Weather" (%s) in %s:\n'):format(created.ref, title), out:match "^[^\n]*\n")
      assert.matches('\ndescription: "old" %-> "x+"?%.%.%.\n$', out)
      assert.equal(0, code)
      assert.matches(('\ndescription: "old" %%-> "%s"\n$'):format(long), (rehearse({ full = true }, patch)))
      local data = dkjson.decode((rehearse({ json = true }, patch)))
      assert.same({ true, "update", title, created.ref, "Weather", "description" }, { data.dry_run, data.action,
         data.tenant, data.ref, data.name, data.differences[1].path })
      assert.equal(1, #data.differences)
   end)

   it("fails where the connection cannot be read once more", function()
      local created = made:create()
      local out, code, err = rehearse({}, function(connections)
         connections.patch(created.ref, { description = "x" })
         made.emulator:fail { path = "/v2/connections/*", status = 403 }
      end)
      assert.same({ "", nil, "forbidden" }, { out, code, err.kind })
   end)

   it("says when nothing would change", function()
      made:create()
      local function ensure(connections) connections.ensure(tenant.definition()) end
      local out, code, err, said = rehearse({}, ensure)
      assert.same({ "nothing would change\n", 0, "a dry run: nothing was sent\n" }, { out, code, said })
      assert.is_nil(err)
      out = rehearse({ json = true }, ensure)
      assert.matches('"differences": %[%]', out)
      local data = dkjson.decode(out)
      assert.same({ true, "none", made.emulator.url }, { data.dry_run, data.action, data.tenant })
   end)
end)
