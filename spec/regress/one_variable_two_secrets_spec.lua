-- Two secrets with one variable: references that a folder had were not looked at when new ones were named, and names
-- depended on which connections were selected. The secret of one connection was sent as that of another.
local extract = require "personalize.sync.references.extract"
local folder = require "spec.support.folder"
local json = require "personalize.json"
local promote = require "personalize.sync.promote"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

local FIRST, SECOND = "WEATHER_API_CLIENT_SECRET", "WEATHER_API_CLIENT_SECRET_193A7644"

describe("the variables of secrets", function()
   local made, path

   before_each(function() made, path = tenant.start(), folder.new() end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function create(name) return assert(made.connections.create(tenant.oauth { name = name })) end

   local function export(opts) return assert(sync.export(made.client, path, opts)) end

   -- The variables of the new references.
   local function exported(opts)
      local targets = {}
      for index, each in ipairs(export(opts).references) do targets[index] = each.target end
      table.sort(targets)
      return targets
   end

   -- The variable of each connection's secret, from all files.
   local function in_files()
      local found = {}
      for name in pairs(folder.contents(path)) do
         if name:find "^[^.].*%.json$" then
            local given = assert(json.decode(folder.read(path, name)))
            found[given.name] = given.auth.clientSecret["$env"]
         end
      end
      return found
   end

   -- The variable of each promoted connection's secret: of the one of a name, or of all.
   local function promoted(selected)
      local found = {}
      local source = assert(promote.source(made.client, { is_meant = function(name)
         return not selected or name == selected
      end }))
      for _, entry in ipairs(source.entries) do found[entry.name] = entry.given.auth.clientSecret["$env"] end
      return found
   end

   it("are none that a file has already, of an earlier export or written by hand", function()
      create "Weather API"
      assert.same({ FIRST }, exported())
      create "Weather-API"
      assert.same({ SECOND }, exported())
      create "天気"
      assert.same({ "CONNECTION_CLIENT_SECRET" }, exported())
      folder.write(path, "own.json", json.encode(tenant.definition { name = "Own",
         auth = { authType = "NONE", token = { ["$env"] = "OTHER_CLIENT_SECRET" } } }))
      create "時間"
      create "Other"
      local targets = exported()
      assert.equal(2, #targets)
      assert.matches("^CONNECTION_CLIENT_SECRET_%x+$", targets[1])
      assert.matches("^OTHER_CLIENT_SECRET_%x+$", targets[2])
      assert.same({}, exported())
   end)

   it("are the same whatever is selected, and in whichever order the connections come", function()
      create "Weather-API"
      create "Weather API"
      local both = { ["Weather API"] = FIRST, ["Weather-API"] = SECOND }
      assert.same(both, promoted())
      assert.same({ ["Weather-API"] = SECOND }, promoted "Weather-API")
      assert.same({ ["Weather API"] = FIRST }, promoted "Weather API")
      assert.same({ SECOND }, exported { names = "Weather-API" })
      assert.same({ FIRST }, exported())
      assert.same(both, in_files())
      -- an archived one is not promoted, but it is exported
      assert(made.connections.archive(assert(made.connections.find "Weather API"), { missing_secrets = "send" }))
      assert.same({ ["Weather-API"] = SECOND }, promoted())
   end)

   it("are told of the selected connections alone", function()
      create "Weather API"
      made:create { name = "A", customHeaders = { { name = "X-Api-Key", value = "canary" } } }
      local result = export { names = "Weather*" }
      assert.same({ 1, 0 }, { #result.references, #result.warnings })
   end)

   it("differ for two headers of one connection", function()
      local created = made:create { customHeaders = { { name = "X-Api-Key", value = "canary" } } }
      export { extract_secrets = true }
      local headers = json.array { { name = "X-Api-Key", value = "canary" }, { name = "X-API-KEY", value = "sparrow" } }
      assert(made.connections.patch(created.ref, { customHeaders = headers }))
      local targets = exported { extract_secrets = true }
      assert.equal(1, #targets)
      assert.matches("^WEATHER_CUSTOM_HEADERS_X_API_KEY_%x+$", targets[1])
   end)

   it("differ for two places of one connection that are named alike", function()
      local findings = extract.new_findings(true)
      findings.file, findings.item = "a.json", { name = "A", identity = "A" }
      extract.secure({ name = "A", apiKey = "one", auth = { authType = "OAUTH", apiKey = "two", clientSecret = "x" },
         customHeaders = { { name = "X-Token", value = "three" }, { name = "X-Token", value = "four" } } },
         nil, findings)
      local of = {}
      for _, each in ipairs(findings.references) do of[each.path] = each.target end
      assert.same({ apiKey = "A_API_KEY", ["auth.apiKey"] = "A_API_KEY_2", ["auth.clientSecret"] = "A_CLIENT_SECRET",
         ["customHeaders[1].value"] = "A_CUSTOM_HEADERS_X_TOKEN",
         ["customHeaders[2].value"] = "A_CUSTOM_HEADERS_X_TOKEN_2" }, of)
   end)
end)
