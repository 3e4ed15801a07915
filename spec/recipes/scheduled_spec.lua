-- examples/scheduled: what cron and systemd would run each night, run as they run it, against an emulator.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local read = require "spec.support.read"
local recipe = require "spec.support.recipe"
local tenant = require "spec.support.tenant"
local unit_file = require "spec.support.unit_file"

describe("examples/scheduled", function()
   local t, place

   before_each(function()
      t = tenant.start()
      place = recipe.new()
      for _, name in ipairs { "srv", "etc", "log" } do os.execute(("mkdir '%s/%s'"):format(place.path, name)) end
      folder.write(place.path .. "/etc", "client-secret", t.emulator:options().client_secret .. "\n")
      folder.write(place.path .. "/srv", "Weather.json", [[{ "name": "Weather", "systemType": "DATA_SYSTEM",
         "auth": { "authType": "NONE" },
         "request": { "requestType": "GET", "connectionUrl": "https://api.example.com/v1" } }]])
      place:program("personalize-drift", read "examples/scheduled/personalize-drift")
   end)

   after_each(function()
      place:remove()
      t:stop()
   end)

   -- The paths of a text, below the place.
   local function here(text)
      for from, to in pairs { ["/srv/connections"] = "/srv", ["/etc/personalize"] = "/etc",
         ["/var/log/personalize"] = "/log" } do
         text = text:gsub(from, place.path .. to)
      end
      return text
   end

   -- The emulator instead of the region that an environment names; nothing else of it.
   local function reaching(environment)
      assert.equal("eu", environment.PERSONALIZE_REGION)
      assert.is_nil(environment.PERSONALIZE_CLIENT_SECRET)
      environment.PERSONALIZE_REGION = nil
      for name, value in pairs(command.environment(t.emulator)) do
         if name ~= "PERSONALIZE_CLIENT_SECRET" then environment[name] = value end
      end
      return environment
   end

   local function apply()
      place:reach(t.emulator)
      assert.equal(0, select(3, place:run "personalize apply srv --yes"))
      place.environment = {}
   end

   -- A file of cron.d as cron reads it: the variables, and its jobs.
   local function crontab(text)
      local environment, jobs = {}, {}
      for line in text:gmatch "[^\n]+" do
         local name, value = line:match "^([%u_]+)=(.*)$"
         if name then
            environment[name] = value
         elseif not line:find "^#" then
            local fields = {}
            local rest = line:gsub("^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+) ", function(...)
               fields = { ... }
               return ""
            end)
            assert.equal(6, #fields, line)
            assert.is_nil(rest:find("%", 1, true), "cron takes % for the end of a line")
            jobs[#jobs + 1] = { time = table.concat(fields, " ", 1, 5), user = fields[6], command = rest }
         end
      end
      return environment, jobs
   end

   it("runs each night by cron, logs what it saw, and mails what differs", function()
      local function log() return read(place.path .. "/log/drift.log") end
      local environment, jobs = crontab(here(read "examples/scheduled/personalize.cron"))
      assert.equal(1, #jobs)
      assert.same({ "17 2 * * *", "personalize" }, { jobs[1].time, jobs[1].user })
      environment = reaching(environment)
      environment.PATH = place.path .. "/.bin:" .. environment.PATH

      local output, errors, code = place:run(jobs[1].command, { environment = environment, shell = "sh" })
      assert.matches('create +"Weather"', output)
      assert.same({ "", 2 }, { errors, code })
      assert.matches('^%d+%-%d+%-%d+ %d+:%d+:%d+: exit code 2\n.*create +"Weather"', log())

      apply()
      output, errors, code = place:run(jobs[1].command, { environment = environment, shell = "sh" })
      assert.same({ "", "", 0 }, { output, errors, code })
      assert.matches("\n%d+%-%d+%-%d+ %d+:%d+:%d+: exit code 0\n", log())

      folder.write(place.path .. "/etc", "client-secret", "a wrong one\n")
      output, errors, code = place:run(jobs[1].command, { environment = environment, shell = "sh" })
      assert.matches("auth", output)
      assert.same({ "", 1 }, { errors, code })
      assert.is_nil(log():find("a wrong one", 1, true))
   end)

   it("has a rotation of the log that logrotate takes", function()
      local text = here(read "examples/scheduled/personalize.logrotate")
      folder.write(place.path, "rotate", (text:gsub("\n    su [^\n]*", "")))
      os.execute(("echo text >'%s/log/drift.log'; chmod -R go-w '%s'"):format(place.path, place.path))
      local _, errors, code = command.shell(("/usr/sbin/logrotate --force --state '%s/state' '%s/rotate'"):format(
         place.path, place.path))
      assert.same({ "", 0 }, { errors, code })
      assert.is_nil((io.open(place.path .. "/log/drift.log")))
   end)

   it("runs each night by systemd, with a secret of its own", function()
      local service = unit_file.read "examples/scheduled/personalize-drift.service".Service
      assert.same({ "client-secret:/etc/personalize/client-secret" }, service.LoadCredential)
      -- what LoadCredential does, and the specifier %d
      local text = here(service.LoadCredential[1])
      os.execute(("mkdir '%s/credentials'; cp '%s' '%s/credentials/%s'"):format(place.path, text:match ":(.*)",
         place.path, text:match "^[^:]*"))
      local environment = unit_file.environment(service)
      for name, value in pairs(environment) do environment[name] = value:gsub("%%d", place.path .. "/credentials") end
      environment = reaching(environment)
      local line = here(service.ExecStart[1]:gsub("^/usr/local/bin/", ""))
      assert.equal(2, select(3, place:run(line, { environment = environment })))
      apply()
      assert.equal(0, select(3, place:run(line, { environment = environment })))
   end)

   it("has units that systemd takes", function()
      for _, name in ipairs { "personalize-drift.service", "personalize-drift.timer" } do
         local text = read("examples/scheduled/" .. name):gsub("/usr/local/bin/", place.path .. "/.bin/")
         folder.write(place.path, name, text)
      end
      local output, errors, code = command.shell(("cd '%s' && env -u LD_PRELOAD systemd-analyze verify "
         .. "./personalize-drift.service ./personalize-drift.timer"):format(place.path))
      assert.same({ "", "", 0 }, { output, errors, code })
   end)
end)
