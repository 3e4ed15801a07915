-- examples/ci/github.yml: its shell steps run here as GitHub runs them, against an emulator. `gh` is a stand-in.
local folder = require "spec.support.folder"
local lyaml = require "lyaml"
local read = require "spec.support.read"
local recipe = require "spec.support.recipe"
local tenant = require "spec.support.tenant"

local workflow = lyaml.load(read "examples/ci/github.yml")

describe("examples/ci/github.yml", function()
   local t, place, expressions

   before_each(function()
      t = tenant.start()
      place = recipe.new()
      place:reach(t.emulator)
      place.environment.GITHUB_STEP_SUMMARY = place.path .. "/summary"
      place:program("gh", ("printf '%%s\\n' \"$*\" >>'%s/gh'; shift 3; cat \"$4\" >'%s/comment'"):format(place.path,
         place.path))
      -- what is remote is a repository beside it
      place:run [[
         git init --quiet --bare --initial-branch main remote
         git clone --quiet remote clone 2>/dev/null
         mkdir clone/connections
         cat >clone/connections/Weather.json <<END
{ "name": "Weather", "systemType": "DATA_SYSTEM",
  "auth": { "authType": "OAUTH", "clientId": "id", "clientSecret": { "\$env": "WEATHER_CLIENT_SECRET" },
            "accessTokenUrl": "https://example.com/token" },
  "request": { "requestType": "GET", "connectionUrl": "https://api.example.com/v1" } }
END
         cd clone
         git config user.name somebody
         git config user.email somebody@example.com
         git add . && git commit --quiet --message files && git push --quiet origin HEAD:main
      ]]
      expressions = {
         ["secrets.PERSONALIZE_CLIENT_ID"] = t.emulator:options().client_id,
         ["secrets.PERSONALIZE_CLIENT_SECRET"] = t.emulator:options().client_secret,
         ["secrets.WEATHER_CLIENT_SECRET"] = "hush-hush",
         ["github.token"] = "token-of-the-run",
         ["github.event.pull_request.number"] = "7",
      }
   end)

   after_each(function()
      place:remove()
      t:stop()
   end)

   local function step_of(job, name)
      for _, step in ipairs(workflow.jobs[job].steps) do
         if step.name == name then return step end
      end
      error(("the job %s has no step %q"):format(job, name))
   end

   local function evaluated(value)
      return (tostring(value):gsub("%${{%s*(.-)%s*}}", function(expression)
         return assert(expressions[expression], expression)
      end))
   end

   -- As GitHub does when a step names no shell: bash -e.
   local function run(job, name)
      local step, environment = step_of(job, name), {}
      for variable, value in pairs(step.env or {}) do environment[variable] = evaluated(value) end
      return place:run(evaluated(step.run), { environment = environment, folder = "clone" })
   end

   it("has what GitHub needs to start it", function()
      local on = workflow[true] -- YAML's word `on`
      assert.same({ "connections/**" }, on.pull_request.paths)
      assert.same({ "main" }, on.push.branches)
      assert.equal("17 2 * * *", on.schedule[1].cron)
      assert.same({ contents = "read" }, workflow.permissions)
   end)

   it("installs as the guide says, in each job alike, and runs nothing that is not run here", function()
      local runs = {}
      for job, content in pairs(workflow.jobs) do
         assert.equal(step_of("drift", "Install personalize").run, step_of(job, "Install personalize").run)
         for _, step in ipairs(content.steps) do
            if step.run and step.name ~= "Install personalize" then runs[#runs + 1] = job .. ": " .. step.name end
         end
      end
      table.sort(runs)
      assert.same({ "apply: Apply", "apply: Keep the lock", "check: Plan", "check: Validate",
         "drift: Compare production with the files" }, runs)
      assert.equal("v" .. require "personalize"._VERSION, workflow.env.PERSONALIZE_VERSION)
   end)

   it("shows a pull request what it would change", function()
      local _, errors, code = run("check", "Plan")
      assert.same({ "", 0 }, { errors, code })
      assert.equal("pr comment 7 --edit-last --create-if-none --body-file plan.md\n", place:read "gh")
      assert.matches("### `Weather`\n\ncreate, `Weather.json`", place:read "comment")
      assert.is_nil(place:read "comment":find("hush-hush", 1, true))
      assert.equal(0, t.emulator:counts().creates)
   end)

   it("fails for a plan with problems, and shows them", function()
      expressions["secrets.WEATHER_CLIENT_SECRET"] = ""
      folder.write(place.path .. "/clone/connections", "Broken.json", "{")
      local _, _, code = run("check", "Plan")
      assert.equal(1, code)
      assert.matches("Broken.json", place:read "comment")
   end)

   it("fails where no plan can be made, and comments nothing", function()
      expressions["secrets.PERSONALIZE_CLIENT_SECRET"] = "a wrong one"
      local _, errors, code = run("check", "Plan")
      assert.equal(1, code)
      assert.matches("auth", errors)
      assert.is_nil((io.open(place.path .. "/comment")))
   end)

   it("says at its line what is wrong in a file, without a tenant", function()
      assert.same({ "", 0 }, { select(2, run("check", "Validate")) })
      folder.write(place.path .. "/clone/connections", "Broken.json", "{\n")
      local output, _, code = run("check", "Validate")
      assert.equal(1, code)
      assert.matches("::error file=connections/Broken.json,line=2,", output)
      assert.same({}, t.emulator:requests())
   end)

   it("applies a merge, and keeps the lock", function()
      local _, errors, code = run("apply", "Apply")
      assert.same({ "", 0 }, { errors, code })
      local ref = assert(t.connections.find "Weather").ref
      assert.equal("hush-hush", t.emulator:stored_secret(ref))
      _, errors, code = run("apply", "Keep the lock")
      assert.same({ "", 0 }, { errors, code })
      local pushed = place:run("git --git-dir remote show main:connections/personalize.lock")
      assert.truthy(pushed:find(ref, 1, true), pushed)
      _, errors, code = run("apply", "Keep the lock") -- again: there is nothing to keep
      assert.same({ "", 0 }, { errors, code })
      assert.equal("2\n", (place:run "git --git-dir remote rev-list --count main"))
   end)

   it("keeps the lock after others pushed", function()
      assert.equal(0, select(3, run("apply", "Apply")))
      place:run [[
         git clone --quiet remote other && cd other && echo text >README && git add . &&
         git -c user.name=x -c user.email=x@example.com commit --quiet --message other && git push --quiet
      ]]
      assert.same({ "", 0 }, { select(2, run("apply", "Keep the lock")) })
      assert.equal("3\n", (place:run "git --git-dir remote rev-list --count main"))
   end)

   it("fails the night's run where production differs, and says in what", function()
      assert.equal(0, select(3, run("apply", "Apply")))
      assert.same({ "", 0 }, { select(2, run("drift", "Compare production with the files")) })
      local weather = assert(t.connections.find "Weather")
      assert(t.connections.patch(weather, { request = { connectionUrl = "https://elsewhere.example.com" } },
         { missing_secrets = "send" }))
      local output, errors, code = run("drift", "Compare production with the files")
      assert.equal(2, code, output .. errors)
      assert.matches("elsewhere.example.com", place:read "summary")
   end)
end)
