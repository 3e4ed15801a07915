-- One constant states the version; whatever else says it is held against that.
local command = require "spec.support.command"
local personalize = require "personalize"
local read = require "spec.support.read"

describe("the version", function()
   local version = read("src/version.h"):match '#define PZ_VERSION "([^"]+)"'

   it("is what the module says", function()
      assert.matches("^%d+%.%d+%.%d+$", version)
      assert.equal(version, personalize._VERSION)
   end)

   it("is what the emulator and the command say", function()
      assert.equal(version, require "personalize.emulator"._VERSION)
      assert.same({ ("personalize %s\n"):format(version), "", 0 }, { command.run(nil, { "--version" }) })
   end)

   it("is that of the rockspecs of a release, which name its tarball", function()
      local build = os.tmpname()
      os.remove(build)
      local out, err, code = command.shell("env -u MAKEFLAGS -u LD_PRELOAD make -s rockspecs BUILD=" .. build)
      if select(3, command.shell "git rev-parse --verify HEAD") ~= 0 then
         -- a tarball is of a commit
         assert.matches("^make dist: needs a clone of the repository: git says: fatal: [^\n]+\n", err)
         assert.same({ "", 2 }, { out, code })
         return
      end
      assert.same({ "", "", 0 }, { out, err, code })
      for _, name in ipairs { "personalize", "personalize-emulator" } do
         local tarball = ("/v%s/personalize-%s.tar.gz"):format(version, version)
         for suffix, ending in pairs { ["scm-1"] = "/personalize.git", [version .. "-1"] = tarball } do
            local rockspec = {}
            local text = read((ending == tarball and build .. "/" or "") .. name .. "-" .. suffix .. ".rockspec")
            local run = setfenv and setfenv(loadstring(text), rockspec) or load(text, name, "t", rockspec)
            run()
            assert.same({ name, suffix, ending },
               { rockspec.package, rockspec.version, rockspec.source.url:sub(-#ending) })
            assert.equal(ending == tarball, (rockspec.source.md5 or ""):find "^%x+$" ~= nil)
         end
      end
      os.execute("rm -rf " .. build)
   end)

   it("is the newest in the changelog", function()
      local newest
      for heading in read("CHANGELOG.md"):gmatch "\n## %[([^%]]+)%]" do
         if heading ~= "Unreleased" then
            newest = heading
            break
         end
      end
      assert.equal(version, newest)
   end)

   it("is in the user agent", function()
      local server = require "spec.support.server"
      local service = server.start [[
         return function(connection)
            for request in function() return connection:request() end do
               connection:answer('{"agent": "' .. request.headers["user-agent"] .. '"}')
            end
         end]]
      local client = assert(personalize.new { base_url = service.url, access_token = "t",
         user_agent_suffix = "spec/1" })
      local agent = assert(client:request { path = "/" }).agent
      service:stop()
      assert.matches("^personalize%-lua/" .. version:gsub("%.", "%%.") .. " libcurl/[%d.]+ spec/1$", agent)
   end)
end)
