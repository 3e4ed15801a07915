-- Every answer names the row of the table that it is of, and the table knows how sure that is.
local emulator = require "personalize.emulator"
local support = require "spec.support.emulator"

local MISSING = "/v2/connections/00000000-0000-4000-8000-000000000000"

describe("the table of behaviours", function()
   it("has a name, an evidence, a when and a what in every row", function()
      local seen, evidences = {}, { documented = true, inferred = true, guessed = true, own = true }
      local rows = emulator.behaviours()
      assert.is_true(#rows > 40)
      for _, row in ipairs(rows) do
         assert.matches("^[%l%d-]+$", row.name)
         assert.is_nil(seen[row.name])
         seen[row.name] = true
         assert.is_true(evidences[row.evidence])
         assert.is_true(#row.when > 0 and #row.what > 0)
         assert.is_true(row.status == 0 or row.status >= 200 and row.status < 600)
      end
   end)
end)

describe("an answer's labels", function()
   local session, rows
   setup(function()
      session = support.start { seed = true }
      rows = {}
      for _, row in ipairs(emulator.behaviours()) do rows[row.name] = row end
   end)
   teardown(function() session:stop() end)

   local function assert_labelled(name, status, headers)
      assert.equal(name, headers["x-emulator-behaviour"])
      assert.equal(rows[name].evidence, headers["x-emulator-evidence"])
      if rows[name].status > 0 then assert.equal(rows[name].status, status) end
   end

   local ref = "/v2/connections/47c20b31-b5d8-492f-94e5-064958716c21"
   local minimal = support.definition()
   local typed = { ["content-type"] = "text/plain" }

   for _, case in ipairs {
      { "list", "GET", "/v2/connections" }, { "list", "GET", "/v2/connections?unknown=1" },
      { "list-page", "GET", "/v2/connections?limit=1" }, { "list-page", "GET", "/v2/connections?offset=1" },
      { "retrieve", "GET", ref }, { "create", "POST", "/v2/connections", minimal }, { "update", "PUT", ref, minimal },
      { "test", "POST", "/v2/connections/testConnection", { connection = support.definition {
         request = { connectionUrl = "gopher://x" } } } },
      { "unauthorized", "GET", "/v2/connections", nil, { authorization = "Bearer x" } },
      { "not-found", "GET", MISSING }, { "not-found", "PUT", MISSING, minimal },
      { "no-such-path", "GET", "/v3" }, { "no-such-path", "GET", "/v2/connections/x" },
      { "no-such-method", "DELETE", ref }, { "media-type", "POST", "/v2/connections", "{}", typed },
      { "malformed-body", "POST", "/v2/connections", "{" }, { "validation", "POST", "/v2/connections", "{}" },
      { "query", "GET", "/v2/connections?limit=x" }, { "query", "GET", "/v2/connections?a=%zz" },
      { "too-large", "POST", "/v2/connections", (" "):rep(10 * 2 ^ 20 + 1) },
      { "root", "GET", "/" }, { "control", "GET", "/_emulator/counts" },
      { "control-invalid", "POST", "/_emulator/clock", "{}" },
   } do
      it(("are %s for %s %s"):format(case[1], case[2], case[3]), function()
         local status, _, headers = session:send(case[2], case[3], case[4], case[5])
         assert_labelled(case[1], status, headers)
      end)
   end

   it("tell token calls apart", function()
      local pair = "pqsPERS3lw12v5a9rrHPW1c4hET73GxQ:emulator-api-token"
      local basic = { authorization = "Basic " .. require "mime".b64(pair) }
      local good = "grant_type=client_credentials&client_id=emulator-client-id&client_secret="
      for _, case in ipairs {
         { "token", "/oauth/token", good .. "emulator-client-secret" },
         { "token-refused", "/oauth/token", good .. "x" },
         { "token-malformed", "/oauth/token", "%zz" }, { "token-malformed", "/oauth/token", "a=b" },
         { "token-grant", "/oauth/token", "grant_type=x" },
         { "v2-token", "/v2/oauth/token", "grant_type=client_credentials", basic },
         { "v2-token-refused", "/v2/oauth/token", "grant_type=client_credentials" },
      } do
         local status, _, headers = session:form(case[2], case[3], case[4])
         assert_labelled(case[1], status, headers)
      end
   end)

   it("say when an answer is of an option", function()
      local strict = support.start { strict = true, page_limit = 2, seed = true }
      finally(function() strict:stop() end)
      for _, case in ipairs {
         { "list-cap", "GET", "/v2/connections" }, { "list-cap", "GET", "/v2/connections?limit=9" },
         { "list-page", "GET", "/v2/connections?limit=2" },
         { "unknown-query", "GET", "/v2/connections?x=1" }, { "unknown-query", "GET", ref .. "?limit=1" },
         { "unknown-member", "POST", "/v2/connections", support.definition { colour = 1 } },
         { "validation", "POST", "/v2/connections", support.definition { colour = 1, name = 1 } },
      } do
         local status, _, headers = strict:send(case[2], case[3], case[4])
         assert_labelled(case[1], status, headers)
      end
   end)

   it("say that an update created, or that a name is taken", function()
      local other = support.start { put_creates = true, unique_names = true }
      finally(function() other:stop() end)
      local status, _, headers = other:send("PUT", MISSING, minimal)
      assert_labelled("create", status, headers)
      status, _, headers = other:send("PUT", MISSING, minimal)
      assert_labelled("update", status, headers)
      status, _, headers = other:send("POST", "/v2/connections", minimal)
      assert_labelled("name-taken", status, headers)
   end)

   it("say when a secret was missing from an update", function()
      local created = session:create { auth = { authType = "OAUTH", clientId = "a", clientSecret = "hidden" } }
      local path = "/v2/connections/" .. created.ref
      local status, _, headers = session:send("PUT", path, created)
      assert_labelled("update-without-secret", status, headers)
      status, _, headers = session:send("PUT", path, created)
      assert_labelled("update", status, headers)
   end)
end)
