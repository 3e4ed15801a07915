-- Profiles: files of variables for a tenant, parsed and never run.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local profile = require "personalize.cli.profile"
local tenant = require "spec.support.tenant"

describe("a profile", function()
   it("is lines of NAME=VALUE", function()
      local variables = assert(profile.parse(table.concat({ "\239\187\191# a comment", "",
         "PERSONALIZE_REGION=eu", "  export PERSONALIZE_CLIENT_ID = x", }, "\n"):gsub(" = ", "=") .. "\r\n"
         .. "PERSONALIZE_CLIENT_SECRET='a#b $(touch /x) `c` \\n'\r\n"
         .. 'PERSONALIZE_AUDIENCE="a \\"b\\" \\\\ ${HOME}" # behind\n'
         .. "PERSONALIZE_PROXY= http://p.example:1#x  # behind\nPERSONALIZE_CA_FILE=\n"))
      assert.same({
         PERSONALIZE_REGION = "eu", PERSONALIZE_CLIENT_ID = "x",
         PERSONALIZE_CLIENT_SECRET = "a#b $(touch /x) `c` \\n", PERSONALIZE_AUDIENCE = 'a "b" \\ ${HOME}',
         PERSONALIZE_PROXY = "http://p.example:1#x", PERSONALIZE_CA_FILE = "",
      }, variables)
   end)

   it("tells which line is wrong, and never its value", function()
      for line, reason in pairs {
         ["canary"] = "expected NAME=VALUE",
         ["PERSONALIZE CLIENT=canary"] = "expected NAME=VALUE",
         ["9A=canary"] = "expected NAME=VALUE",
         ["PERSONALIZE_CLIENTID=canary"]
            = "PERSONALIZE_CLIENTID is no variable of personalize (did you mean PERSONALIZE_CLIENT_ID?)",
         ["CLIENT_SECRET=canary"]
            = "CLIENT_SECRET is no variable of personalize (did you mean PERSONALIZE_CLIENT_SECRET?)",
         ["PATH=canary"] = "PATH is no variable of personalize",
         ["PERSONALIZE_REGION=canary"] = "PERSONALIZE_REGION stands there already",
         ["PERSONALIZE_PROXY='canary"] = "PERSONALIZE_PROXY: a quote is not closed",
         ['PERSONALIZE_PROXY="canary\\"'] = "PERSONALIZE_PROXY: a quote is not closed",
         ["PERSONALIZE_PROXY='canary'x"] = "PERSONALIZE_PROXY: there is something behind the quotes",
         ['PERSONALIZE_PROXY="canary\\n"'] = "PERSONALIZE_PROXY: the value holds a control character",
         ["PERSONALIZE_PROXY=canary\0"] = "PERSONALIZE_PROXY: the value holds a control character",
      } do
         local variables, number, wrong = profile.parse("# first\nPERSONALIZE_REGION=eu\n" .. line .. "\n")
         assert.is_nil(variables)
         assert.same({ 3, reason }, { number, wrong })
      end
   end)

   describe("of the command", function()
      local made, home, environment

      before_each(function()
         made, home = tenant.start(), folder.new()
         environment = { HOME = home, XDG_CONFIG_HOME = "", PERSONALIZE_REGION = "us",
            PERSONALIZE_CLIENT_ID = "of the environment", PERSONALIZE_CLIENT_SECRET = "of-the-environment" }
      end)

      after_each(function()
         made:stop()
         folder.remove(home)
      end)

      -- Writes the profile of the emulator's tenant below a folder of configuration.
      local function write(name, base, mode, lines)
         base = (base or home .. "/.config") .. "/personalize"
         assert(os.execute("mkdir -p " .. command.quote(base)))
         lines = lines or {}
         for variable, value in pairs(command.environment(made.emulator)) do
            lines[#lines + 1] = ("%s='%s'\n"):format(variable, value)
         end
         folder.write(base, name .. ".env", table.concat(lines))
         assert(os.execute(("chmod %s %s/%s.env"):format(mode or "600", base, name)))
         return base
      end

      local function list(...)
         return command.run(environment, { "list", "--count", ... })
      end

      it("is read in place of the environment", function()
         write "staging"
         assert.same({ "0\n", "", 0 }, { list("--profile", "staging") })
         local other = home .. "/other"
         write("staging", other)
         os.execute("rm -r " .. home .. "/.config")
         environment.XDG_CONFIG_HOME = other
         assert.same({ "0\n", "", 0 }, { list("--profile", "staging") })
      end)

      it("may name files below the home", function()
         local lines = { "PERSONALIZE_REGION_FILE=~/region\n" }
         write("eu", nil, nil, lines)
         local out, err, code = list("--profile", "eu")
         assert.same({ "", 1 }, { out, code })
         assert.matches("PERSONALIZE_REGION_FILE: " .. home .. "/region: No such file", err, 1, true)
      end)

      it("is refused where others may read or change it", function()
         for _, mode in ipairs { "644", "640", "604", "620", "601" } do
            local base = write("staging", nil, mode)
            assert.same({ "", ("personalize list: config: profile staging: others may read or change %s/staging.env "
               .. "(mode 0%s): chmod 600 it\n"):format(base, mode), 1 }, { list("--profile", "staging") })
         end
         write("staging", nil, "400")
         assert.equal(0, select(3, list("--profile", "staging")))
      end)

      it("is named where it is not there, or is none", function()
         local base = write "staging"
         local start = ("personalize list: config: profile %%s: %s/%%s.env: "):format(base)
         assert.same({ "", start:format("stagin", "stagin")
            .. "No such file or directory (did you mean staging?)\n", 1 }, { list("--profile", "stagin") })
         assert.same({ "", start:format("prod", "prod") .. "No such file or directory (there are: staging)\n", 1 },
            { list("--profile", "prod") })
         os.execute(("mkdir %s/folder.env && mkfifo %s/pipe.env"):format(base, base))
         assert.matches("is not a regular file", (select(2, list("--profile", "folder"))))
         assert.matches("is not a regular file", (select(2, list("--profile", "pipe"))))
         for _, name in ipairs { "../x", "a/b", "", ".hidden", "a b" } do
            assert.matches("is no name of a profile", (select(2, list("--profile", name))), name)
         end
         assert.matches("give %-%-profile or %-%-prefix, not both", (select(2, list("--profile", "staging", "--prefix",
            "A"))))
         environment.HOME = ""
         assert.matches("neither HOME nor XDG_CONFIG_HOME is set", (select(2, list("--profile", "staging"))))
      end)

      it("names a bad line by its number alone", function()
         local base = write("staging", nil, nil, { "# one\n", "PERSONALIZE_SECRT=canary\n" })
         local out, err, code = list("--profile", "staging")
         assert.same({ "", ("personalize list: config: profile staging: %s/staging.env:2: PERSONALIZE_SECRT is no "
            .. "variable of personalize\n"):format(base), 1 }, { out, err:gsub(" %(did you mean.-%)", ""), code })
         assert.not_matches("canary", err)
      end)

      it("can be that of either side", function()
         write "staging"
         local other = tenant.start()
         for name, value in pairs(command.environment(other.emulator, "PROD")) do environment[name] = value end
         made:create()
         local out, err, code = command.run(environment, { "promote", "--from-profile", "staging", "--to", "PROD",
            "--yes" })
         assert.same({ "", 0 }, { err, code })
         assert.matches("1 created", out)
         environment.PERSONALIZE_REGION, environment.PERSONALIZE_CLIENT_ID = nil, nil
         out, err, code = command.run(environment, { "diff", "Weather", "Weather", "--prefix", "PROD", "--to-profile",
            "staging" })
         assert.equal("", err)
         assert.matches("^no differences", out)
         assert.equal(0, code)
         out, err, code = command.run(environment, { "promote", "--from", "A", "--from-profile", "b", "--to", "C" })
         assert.same({ "", "personalize promote: give --from or --from-profile\n", 64 }, { out, err, code })
         other:stop()
      end)

      it("is what the doctor looks at", function()
         write "staging"
         local out, _, code = command.run(environment, { "doctor", "--profile", "staging" })
         assert.equal(0, code)
         assert.matches("client_id from PERSONALIZE_CLIENT_ID %(emulator%-client%-id%)", out)
         assert.matches("; of the profile staging\n", out)
         assert.not_matches("of the environment", out)
      end)
   end)
end)
