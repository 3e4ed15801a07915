-- `personalize create`: what it warns of and refuses. `samples_spec.lua` has --from-curl and --outputs-from.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local tenant = require "spec.support.tenant"

describe("personalize create", function()
   local made, environment

   before_each(function()
      made = tenant.start()
      environment = command.environment(made.emulator)
   end)

   after_each(function() made:stop() end)

   local function run(...) return command.here(environment, { "create", ... }) end

   local function text_of(members) return dkjson.encode(tenant.definition(members)) end

   it("creates one", function()
      local out, err, code = run(text_of())
      assert.matches('^connection "Weather"\n', out)
      assert.same({ "", 0 }, { err, code })
      assert.equal("Weather", assert(made.connections.list())[1].name)
   end)

   it("refuses another in use of the same name, unless it is wanted", function()
      local first = made:create()
      assert(made.connections.archive(made:create()))
      made:create { name = "Other" }
      local out, err, code = run(text_of())
      assert.same({ "", ('personalize create: conflict: there is a connection named "Weather" already (%s): '
         .. "`personalize ensure` brings it up to date, --another creates a second one\n"):format(first.ref), 1 },
         { out, err, code })
      out, err, code = run(text_of(), "--another", "--json")
      assert.same({ "", 0 }, { err, code })
      local second = dkjson.decode(out).ref
      err = select(2, run(text_of()))
      local refs = err:match "already %((.-)%): "
      assert.is_true(refs == first.ref .. ", " .. second or refs == second .. ", " .. first.ref, refs)
      assert(made.connections.archive(first.ref))
      assert(made.connections.archive(second))
      assert.same({ "", 0 }, { select(2, run(text_of())) })
   end)

   it("refuses what is not valid, before it looks for others", function()
      made.emulator:fail { path = "/v2/connections", status = 403, times = 100 }
      local before = #made:calls()
      local out, err, code = run('{"name": "W"}')
      assert.same({ "", 1 }, { out, code })
      assert.matches("^personalize create: validation: ", err)
      out, err, code = run(text_of { descripton = "x" })
      assert.same({ "", "personalize create: validation: descripton: probably description is meant\n", 1 },
         { out, err, code })
      assert.equal(before, #made:calls())
      out, err, code = run(text_of())
      assert.same({ "", 1 }, { out, code })
      assert.matches("^personalize create: forbidden %(403%): ", err)
      made.emulator:heal()
      assert.equal(0, select(3, run(text_of { descripton = "x" }, "--unknown-members", "send")))
   end)

   it("warns of each thing once", function()
      for name, case in pairs {
         Piped = { "curl https://x.example -H 'X-Api-Key: hush' | jq .", "only the curl command is read",
            "customHeaders[1].value: has a credential in clear" },
         Basic = { "curl https://x.example -u user:hush", "the password of --user stands here in clear" },
      } do
         local file = os.tmpname()
         local handle = assert(io.open(file, "w"))
         handle:write(case[1])
         handle:close()
         local _, err, code = run("--from-curl", file, "--name", name)
         os.remove(file)
         assert.equal(0, code, err)
         for index = 2, #case do assert.equal(1, select(2, err:gsub(case[index]:gsub("%p", "%%%0"), "")), err) end
      end
   end)

   it("says how it is used", function()
      local out, err, code = run()
      assert.same({ "", 64 }, { out, code })
      assert.matches("^personalize create: give either a definition or %-%-from%-curl", err)
   end)
end)
