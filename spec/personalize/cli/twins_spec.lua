-- No command gives a connection the name of another one in use, unless that is wanted. There is no delete.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local tenant = require "spec.support.tenant"
local twins = require "personalize.cli.twins"

describe("a name that another connection in use has", function()
   local made, environment, taken, other

   before_each(function()
      made = tenant.start()
      environment = command.environment(made.emulator)
      taken, other = made:create { name = "Taken" }, made:create { name = "Other" }
   end)

   after_each(function() made:stop() end)

   local function run(...) return command.here(environment, { ... }) end

   local function get() return assert(made.connections.get(other.ref)) end

   local function updates() return made.emulator:counts().updates end

   local function text(members) return dkjson.encode(tenant.definition(members)) end

   local rename = 'conflict: there is a connection named "Taken" in use (%s): --another gives this one the name too\n'
   local restore = 'conflict: there is a connection named "Other" in use (%s): --another restores this one too\n'

   local ways = {
      patch = function() return { "patch", other.ref, '{"name": "Taken"}' } end,
      update = function() return { "update", other.ref, text { name = "Taken" } } end,
      edit = function()
         environment.EDITOR = [[sed -i -e 's/"Other"/"Taken"/']]
         return { "edit", other.ref, "--yes" }
      end,
   }

   for name, arguments_of in pairs(ways) do
      it("is given by " .. name .. " only if that is wanted", function()
         local arguments = arguments_of()
         for _, dry in ipairs { "--dry-run", "--full" } do
            arguments[#arguments + 1] = dry
            local out, err, code = command.run(environment, arguments)
            arguments[#arguments] = nil
            local kept = err:match "your text is in (%S+);"
            if kept then os.remove(kept) end
            assert.same({ "", 1 }, { out:gsub("^.*%-> \"Taken\"\n", ""), code })
            assert.equal(("personalize %s: " .. rename):format(name, taken.ref), err:match "personalize [^\n]*\n")
         end
         assert.same({ "Other", 0 }, { get().name, updates() })
         arguments[#arguments + 1] = "--another"
         assert.equal(0, select(3, command.run(environment, arguments)))
         assert.equal("Taken", get().name)
      end)
   end

   it("is kept from one that leaves the archive", function()
      assert(made.connections.archive(other.ref))
      local live = made:create { name = "Other" }
      local before = updates()
      for name, changes in pairs { patch = '{"archived": false}', update = text { name = "Other" } } do
         local out, err, code = run(name, other.ref, changes)
         assert.same({ "", ("personalize %s: " .. restore):format(name, live.ref), 1 }, { out, err, code })
      end
      assert.same({ before, true }, { updates(), get().archived })
      -- what stays archived takes nobody's name
      assert.equal(0, select(3, run("patch", other.ref, '{"description": "x"}')))
      assert.equal(0, select(3, run("patch", other.ref, '{"name": "Taken"}')))
      assert.equal(0, select(3, run("update", other.ref, text { name = "Other", archived = true })))
      assert.equal(0, select(3, run("patch", other.ref, '{"archived": false}', "--another")))
      assert.is_false(get().archived)
   end)

   it("is told by the refs of all that would have it", function()
      local more = made:create { name = "Taken" }
      local out = { warn = function() end }
      local sent, err = twins.change(made.client, out, other, "Taken", false, function() error "was sent" end)
      assert.is_nil(sent)
      local expected, given = { taken.ref, more.ref, other.ref }, { err.refs[1], err.refs[2], err.refs[3] }
      table.sort(expected)
      table.sort(given)
      assert.same({ expected, 3 }, { given, #err.refs })
   end)

   it("is looked for only where a name is taken", function()
      local before = #made:calls()
      assert.equal(0, select(3, run("patch", other.ref, '{"description": "x"}')))
      assert.equal(0, select(3, run("patch", other.ref, '{"name": "Other", "description": "y"}')))
      for index = before + 1, #made:calls() do
         assert.not_matches("^GET /v2/connections$", made:calls()[index])
      end
      assert.equal(0, select(3, run("patch", other.ref, '{"name": "Free"}')))
      assert(made.connections.archive(taken.ref))
      assert.equal(0, select(3, run("patch", other.ref, '{"name": "Taken"}')))
   end)

   describe("at the same time", function()
      local out

      before_each(function()
         out = { warnings = {} }
         function out:warn(warning) table.insert(self.warnings, warning.message) end
      end)

      it("is told after a create", function()
         local refs = {}
         local sent, err = twins.create(made.client, out, "New", function()
            refs[2] = made:create({ name = "New" }).ref
            local created = made:create { name = "New" }
            refs[1] = created.ref
            return created
         end)
         assert.is_nil(sent)
         assert.equal("conflict", err.kind)
         table.sort(refs)
         local found = { err.refs[1], err.refs[2], err.refs[3] }
         table.sort(found)
         assert.same(refs, found)
         assert.equal(2, select(2, err.message:gsub("%x+%-%x+%-%x+%-%x+%-%x+[,)]", "")))
         assert.matches(' was written, and another connection got its name meanwhile: 2 in use are named "New" now (',
            err.message, 1, true)
         assert.matches("); `personalize archive REF` retires those that are too many", err.message, 1, true)
      end)

      it("is told after a rename", function()
         local sent, err = twins.change(made.client, out, other, "New", false, function()
            made:create { name = "New" }
            return made.connections.patch(other.ref, { name = "New" })
         end)
         assert.is_nil(sent)
         assert.same({ "conflict", 2 }, { err.kind, #err.refs })
      end)

      it("is no matter where one is archived, or the answer has no ref", function()
         local created = assert(twins.create(made.client, out, "New", function()
            assert(made.connections.archive(made:create { name = "New" }))
            local created = made:create { name = "New" }
            return { name = created.name }
         end))
         assert.equal("New", created.name)
      end)

      it("may be unknown, which is a warning", function()
         local created = assert(twins.create(made.client, out, "New", function()
            local created = made:create { name = "New" }
            made.emulator:fail { method = "GET", path = "/v2/connections", status = 403, times = 100 }
            return created
         end))
         assert.equal("New", created.name)
         assert.matches('^whether another connection got the name "New" meanwhile cannot be told: forbidden',
            out.warnings[1])
      end)
   end)
end)
