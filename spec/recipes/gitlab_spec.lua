-- examples/ci/gitlab.yml: its scripts run here as GitLab's runner runs them, against an emulator. GitLab's API is a
-- stand-in that keeps notes.
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local lyaml = require "lyaml"
local read = require "spec.support.read"
local recipe = require "spec.support.recipe"
local server = require "spec.support.server"
local tenant = require "spec.support.tenant"

local pipeline = lyaml.load(read "examples/ci/gitlab.yml")

-- Notes as JSON, the oldest first. Without the token nothing is told.
local API = [[
   local notes = { '{"id": 1, "body": "looks good"}' }
   return function(connection)
      for request in function() return connection:request() end do
         if request.headers["private-token"] ~= "of-the-project" then
            connection:respond(401, { "Content-Length: 0" }, "")
         elseif request.method == "GET" then
            connection:answer("[" .. table.concat(notes, ",") .. "]")
         else
            local id = tonumber(request.path:match "/notes/(%d+)$") or #notes + 1
            notes[id] = ('{"id": %d, "request": "%s", %s'):format(id, request.method, request.body:sub(2))
            connection:answer(notes[id])
         end
      end
   end]]

describe("examples/ci/gitlab.yml", function()
   local t, place, api

   before_each(function()
      t = tenant.start()
      api = server.start(API)
      place = recipe.new()
      place:reach(t.emulator)
      for name, value in pairs {
         CI_API_V4_URL = api.url .. "/api/v4", CI_PROJECT_ID = "5", CI_MERGE_REQUEST_IID = "7",
         CONNECTIONS_TOKEN = "of-the-project", CI_SERVER_HOST = "gitlab.example.com",
         CI_PROJECT_PATH = "team/connections", CI_DEFAULT_BRANCH = "main",
      } do
         place.environment[name] = value
      end
      -- what is at gitlab.example.com is a repository beside it; the runner has no branch checked out
      place:run [[
         git init --quiet --bare --initial-branch main remote
         git --git-dir remote config receive.advertisePushOptions true
         git config --global url."$PWD/remote".insteadOf \
            https://connections:of-the-project@gitlab.example.com/team/connections.git
         git clone --quiet remote clone 2>/dev/null
         mkdir clone/connections
         cat >clone/connections/Weather.json <<END
{ "name": "Weather", "systemType": "DATA_SYSTEM", "auth": { "authType": "NONE" },
  "request": { "requestType": "GET", "connectionUrl": "https://api.example.com/v1" } }
END
         cd clone && git add . && git -c user.name=x -c user.email=x@example.com commit --quiet --message files &&
         git push --quiet origin HEAD:main && git checkout --quiet --detach
      ]]
   end)

   after_each(function()
      place:remove()
      api:stop()
      t:stop()
   end)

   -- As the runner does: all lines in one shell.
   local function run(job, part)
      return place:run("set -eo pipefail\n" .. table.concat(pipeline[job][part or "script"], "\n"), { folder = "clone",
         shell = "bash" })
   end

   local function notes()
      local client = "curl -s -H 'PRIVATE-TOKEN: of-the-project' %s/api/v4/projects/5/merge_requests/7/notes"
      return dkjson.decode((place:run(client:format(api.url))))
   end

   it("has jobs for merge requests, merges and schedules", function()
      local rules = {}
      for name, job in pairs(pipeline) do
         if job.rules then rules[name] = job.rules[1]["if"] end
      end
      assert.same({
         validate = '$CI_PIPELINE_SOURCE == "merge_request_event"',
         plan = '$CI_PIPELINE_SOURCE == "merge_request_event"',
         apply = '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH',
         drift = '$CI_PIPELINE_SOURCE == "schedule"',
      }, rules)
      assert.equal("v" .. require "personalize"._VERSION, pipeline.variables.PERSONALIZE_VERSION)
   end)

   it("says what is wrong in a file, without a tenant", function()
      assert.same({ "", 0 }, { select(2, run "validate") })
      folder.write(place.path .. "/clone/connections", "Broken.json", "{\n")
      local output, errors, code = run "validate"
      assert.equal(1, code)
      assert.matches("Broken.json", output .. errors)
      assert.same({}, t.emulator:requests())
   end)

   it("shows a merge request what it would change, in one note that is kept up to date", function()
      assert.same({ "", 0 }, { select(2, run "plan") })
      assert.equal(2, #notes())
      assert.equal("POST", notes()[2].request)
      assert.matches('^<!%-%- connections %-%->.*### `Weather`\n\ncreate, `Weather.json`', notes()[2].body)
      assert(t.connections.create(tenant.definition()))
      assert.same({ "", 0 }, { select(2, run "plan") })
      assert.equal(2, #notes())
      assert.equal("PUT", notes()[2].request)
      assert.is_nil(notes()[2].body:find("create,", 1, true))
   end)

   it("fails for a plan with problems, and shows them", function()
      folder.write(place.path .. "/clone/connections", "Broken.json", "{")
      assert.equal(1, select(3, run "plan"))
      assert.matches("Broken.json", notes()[2].body)
   end)

   it("applies a merge, and keeps the lock", function()
      assert.same({ "", 0 }, { select(2, run "apply") })
      local ref = assert(t.connections.find "Weather").ref
      place:run [[
         git clone --quiet remote other && cd other && echo text >README && git add . &&
         git -c user.name=x -c user.email=x@example.com commit --quiet --message other && git push --quiet
      ]]
      assert.same({ "", 0 }, { select(2, run("apply", "after_script")) })
      local pushed = place:run("git --git-dir remote show main:connections/personalize.lock")
      assert.truthy(pushed:find(ref, 1, true), pushed)
      assert.same({ "", 0 }, { select(2, run("apply", "after_script")) })
      assert.equal("3\n", (place:run "git --git-dir remote rev-list --count main"))
   end)

   it("fails the night's pipeline where production differs, and says in what", function()
      assert.equal(0, select(3, run "apply"))
      assert.equal(0, select(3, run "drift"))
      assert(t.connections.patch(assert(t.connections.find "Weather"),
         { request = { connectionUrl = "https://elsewhere.example.com" } }))
      local output, _, code = run "drift"
      assert.equal(2, code)
      assert.matches("elsewhere.example.com", output)
   end)
end)
