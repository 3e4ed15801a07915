-- Secrets stay out of files: what becomes a reference, what stays one, and what is warned of.
local extract = require "personalize.sync.references.extract"

local function env(name) return { ["$env"] = name } end

local function secure(definition, earlier, is_extracting)
   local findings = extract.new_findings(is_extracting)
   findings.file, findings.item = "a.json", { name = "My weather", identity = "My weather" }
   local secured = extract.secure(definition, earlier, findings)
   extract.conclude(findings, "file")
   return secured, findings
end

local function oauth(members)
   local auth = { authType = "OAUTH", clientId = "i" }
   for name, value in pairs(members or {}) do auth[name] = value end
   return { name = "My weather", auth = auth }
end

describe("a definition for a file", function()
   it("has a reference for the published secret, whether one came or not", function()
      for _, secret in ipairs { false, "canary", "***" } do
         local given, findings = secure(oauth { clientSecret = secret or nil })
         assert.same(env "MY_WEATHER_CLIENT_SECRET", given.auth.clientSecret)
         assert.same({ { file = "a.json", path = "auth.clientSecret", kind = "env",
            target = "MY_WEATHER_CLIENT_SECRET" } }, findings.references)
         assert.same({}, findings.warnings)
      end
      local given, findings = secure { name = "A", auth = { authType = "NONE" } }
      assert.same({ { authType = "NONE" }, {} }, { given.auth, findings.references })
   end)

   it("keeps references of an earlier file", function()
      local given, findings = secure(oauth { clientId = "new", clientSecret = "canary" },
         oauth { clientId = env "ID", clientSecret = { ["$file"] = "/run/x" } })
      assert.same({ { ["$file"] = "/run/x" }, env "ID" }, { given.auth.clientSecret, given.auth.clientId })
      assert.same({}, findings.references)
   end)

   it("keeps references of an auth that the service says nothing of, and takes over none without one", function()
      local earlier = { name = "A", auth = { authType = "NEW", token = env "T", plain = "x" } }
      local given = secure({ name = "A", auth = { authType = "NEW" } }, earlier)
      assert.same({ authType = "NEW", token = env "T", plain = env "MY_WEATHER_PLAIN" }, given.auth)
      given = secure({ name = "A", auth = { authType = "NONE" } }, { name = "A" })
      assert.same({ authType = "NONE" }, given.auth)
      given = secure({ name = "A" }, earlier)
      assert.is_nil(given.auth)
      -- what stands where the service has something else is not kept
      given = secure({ name = "A", list = { 5 } }, { name = "A", list = { env "T" } })
      assert.same({ 5 }, given.list)
   end)

   it("has references for what an unknown auth masks, and is warned of where there is none", function()
      local given, findings = secure { name = "A", auth = { authType = "NEW", key = "***", shown = "x" } }
      assert.same({ env "MY_WEATHER_KEY", "x" }, { given.auth.key, given.auth.shown })
      assert.same({}, findings.warnings)
      given, findings = secure { name = "A", auth = { authType = "NEW", shown = "x" } }
      assert.same({ authType = "NEW", shown = "x" }, given.auth)
      assert.same({ "a.json", "auth", "auth_type_unknown" }, { findings.warnings[1].file, findings.warnings[1].path,
         findings.warnings[1].code })
      assert.matches('^authType "NEW" is not published', findings.warnings[1].message)
   end)

   it("is warned of unknown auths in one line, however many there are", function()
      local findings = extract.new_findings()
      local function add(count, first)
         for index = first, first + count - 1 do
            findings.file, findings.item = ("%d.json"):format(index), { name = "A", identity = "A" }
            extract.secure({ name = "A", auth = { authType = index == 2 and "OLD" or "NEW" } }, nil, findings)
         end
      end
      add(2, 1)
      local warnings = findings.warnings
      table.insert(warnings, 2, { code = "another" })
      extract.conclude(findings, "file")
      assert.same({ 2, "another", "auth_type_unknown", "auth" },
         { #warnings, warnings[1].code, warnings[2].code, warnings[2].path })
      assert.equal('2 files ("1.json", "2.json") have an authType that is not published ("NEW", "OLD"): if it has a '
         .. 'secret that the service does not return, it is not in the definition; give it as {"$env": "NAME"}',
         warnings[2].message)
      assert.same({ { file = "1.json", path = "auth" }, { file = "2.json", path = "auth" } }, warnings[2].details)
      findings = extract.new_findings()
      add(12, 3)
      extract.conclude(findings, "connection")
      assert.same({ 1, 12 }, { #findings.warnings, #findings.warnings[1].details })
      assert.matches('^12 connections %("3.json", .*"12.json", and 2 more%) have an authType that is not published '
         .. '%("NEW"%): ', findings.warnings[1].message)
   end)

   it("is warned of credentials that stay, or has references for them where these can stand", function()
      local function definition()
         return { name = "A", exampleValue = '{"password": "canary"}', customHeaders = {
            { name = "Accept", value = "text/html" }, { name = "X-Api-Key", value = "canary" },
            { name = "X-Token", value = "none" }, { name = "X-Secret", value = env "MINE" } } }
      end
      local given, findings = secure(definition())
      assert.same(definition(), given)
      assert.equal(1, #findings.warnings)
      assert.same({ "credential_in_file", "2 values look like a credential and stand in 1 file (details name them); "
         .. "extract_secrets makes references where they can stand" },
         { findings.warnings[1].code, findings.warnings[1].message })
      assert.same({ { file = "a.json", path = "customHeaders[2].value" }, { file = "a.json", path = "exampleValue" } },
         findings.warnings[1].details)
      assert.is_true(findings.has_credentials["a.json"])
      given, findings = secure(definition(), nil, true)
      assert.same(env "MY_WEATHER_CUSTOM_HEADERS_X_API_KEY", given.customHeaders[2].value)
      assert.equal("none", given.customHeaders[3].value)
      assert.equal("1 value looks like a credential and stands in 1 file (details name it)",
         findings.warnings[1].message)
   end)

   it("has variables that say what they are of", function()
      local given, findings = secure({ name = "A", apiKey = "canary", auth = { authType = "OAUTH", clientSecret = "x",
         oauthCustomHeaders = { { name = "X-Api-Key", value = "canary" } } },
         customHeaders = { { name = "Accept", value = "a/b" }, { token = "canary" } },
         inputMappings = { { key = "password", exampleValue = "canary" } },
         zebra = { { list = { { password = "canary" } } } }, zoo = { name = "Z", token = "canary" } }, nil, true)
      local targets = {}
      for index, each in ipairs(findings.references) do targets[index] = each.path .. " " .. each.target end
      table.sort(targets)
      assert.same({ "apiKey MY_WEATHER_API_KEY",
         "auth.clientSecret MY_WEATHER_CLIENT_SECRET",
         "auth.oauthCustomHeaders[1].value MY_WEATHER_AUTH_OAUTH_CUSTOM_HEADERS_X_API_KEY",
         "customHeaders[2].token MY_WEATHER_CUSTOM_HEADERS_2_TOKEN",
         "inputMappings[1].exampleValue MY_WEATHER_INPUT_MAPPINGS_PASSWORD",
         "zebra[1].list[1].password MY_WEATHER_ZEBRA_1_LIST_1_PASSWORD",
         "zoo.token MY_WEATHER_ZOO_TOKEN" }, targets)
      assert.equal("a/b", given.customHeaders[1].value)
      assert.same({}, findings.warnings)
   end)

   it("keeps credentials that are no text, and is warned of them", function()
      local given, findings = secure({ name = "A", zebra = { password = 12345, token = { 1 } } }, nil, true)
      assert.equal(12345, given.zebra.password)
      local paths = {}
      for index, each in ipairs(findings.credentials) do paths[index] = each.path end
      assert.equal("zebra.password", paths[1])
      assert.same({}, findings.references)
      assert.same({ ["a.json"] = true }, findings.has_credentials)
   end)

   it("is told of with all others in one warning", function()
      local findings = extract.new_findings(false)
      for _, file in ipairs { "a.json", "b.json" } do
         findings.file, findings.item = file, { name = file, identity = file }
         extract.secure({ name = "A", apiKey = "canary" }, nil, findings)
      end
      extract.secure({ name = "A" }, nil, findings)
      extract.conclude(findings, "file")
      assert.equal("2 values look like a credential and stand in 2 files (details name them); extract_secrets makes "
         .. "references where they can stand", findings.warnings[1].message)
      assert.equal(1, #findings.warnings)
   end)

   it("keeps what the service has where the earlier file has another type or no reference", function()
      local function auth(given, earlier) return (secure({ name = "A", auth = given }, { auth = earlier })).auth end
      assert.same({ authType = "NEW", shown = "x" }, auth({ authType = "NEW", shown = "x" },
         { authType = "OTHER", plain = "y" }))
      assert.same({ authType = "NEW", token = env "T", shown = "x" }, auth({ authType = "NEW", shown = "x" },
         { authType = "NEW", token = env "T", empty = "", count = 5 }))
      assert.same({ authType = "NEW", shown = env "S", authority = "y" }, auth({ authType = "NEW", shown = "x",
         authority = "y" }, { authType = "NEW", shown = env "S" }))
      assert.same({ authType = "NEW", clientId = "" }, auth({ authType = "NEW", clientId = "" }, {}))
      assert.same({ authType = "NEW", list = { 1 } }, auth({ authType = "NEW", list = { 1 } }, "x"))
   end)
end)
