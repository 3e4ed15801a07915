-- The checks of `personalize doctor`: each finding, what it says and advises. `doctor_spec.lua` runs the command.
local certificates = require "spec.support.certificates"
local command = require "spec.support.command"
local examination = require "personalize.cli.examination"
local folder = require "spec.support.folder"
local server = require "spec.support.server"
local tenant = require "spec.support.tenant"

describe("an examination", function()
   local made, other

   before_each(function() made = tenant.start() end)

   after_each(function()
      made:stop()
      if other then other:stop() end
      other = nil
   end)

   -- All findings of the tenant, in order, with these variables besides.
   local function examine(more, seconds)
      local variables, found = command.environment(made.emulator), {}
      for name, value in pairs(more or {}) do variables[name] = value end
      examination.run({ prefix = "PERSONALIZE", variables = variables, profile = "here" }, seconds, function(finding)
         found[#found + 1] = finding
      end)
      return found
   end

   local function named(found, name)
      for _, finding in ipairs(found) do
         if finding.name == name then return finding end
      end
      error(name .. " is missing")
   end

   local function names(found)
      local all = {}
      for index, finding in ipairs(found) do all[index] = finding.name .. " " .. finding.status end
      return table.concat(all, ", ")
   end

   -- A server that answers what a chunk says of a request.
   local function serve(chunk)
      other = server.start(("return function(connection) for request in function() return connection:request() end do "
         .. "%s end end"):format(chunk))
      return other.url
   end

   local advice = {
      connect = "Is the server up, and %s right? Check the name server and the firewall too; behind a proxy, set "
         .. "PERSONALIZE_PROXY.",
      timeout = "The server is not reached in time: check firewall and proxy, or give more with --timeout.",
      network = "The connection broke: check proxy and network, and try again.",
      auth = "Check PERSONALIZE_CLIENT_ID and PERSONALIZE_CLIENT_SECRET, and that PERSONALIZE_TOKEN_URL is theirs.",
      forbidden = "The credentials are right but may not do this. Ask whoever made them.",
      not_found = "Is PERSONALIZE_BASE_URL that of the API?",
      server = "The service may be down: try again.",
      no_token = "Is PERSONALIZE_TOKEN_URL that of the token endpoint?",
   }

   it("says where each value comes from", function()
      local path = folder.new()
      folder.write(path, "secret", "emulator-client-secret\n")
      local found = examine { PERSONALIZE_CLIENT_SECRET = "", PERSONALIZE_CLIENT_SECRET_FILE = path .. "/secret",
         PERSONALIZE_AUDIENCE = "https://u:pass@audience.example/", PERSONALIZE_PROXY = "",
         PERSONALIZE_TOKEN_URL_FILE = "" }
      folder.remove(path)
      assert.equal("configuration ok, service ok, clock ok, token endpoint ok, token ok, connections ok, paging note, "
         .. "secrets note, more note", names(found))
      local url = made.emulator.url
      assert.equal(("base_url from PERSONALIZE_BASE_URL (%s); client_id from PERSONALIZE_CLIENT_ID "
         .. "(emulator-client-id); client_secret from the file %s/secret (PERSONALIZE_CLIENT_SECRET_FILE); "
         .. "token_url from PERSONALIZE_TOKEN_URL (%s/oauth/token); audience from PERSONALIZE_AUDIENCE "
         .. "(https://***@audience.example/); service %s; of the profile here"):format(url, path, url, url),
         found[1].message)
      assert.equal("`personalize probe` asks what no published page answers; with --write it makes a connection for "
         .. "that, archived at once", found[#found].message)
      found = examine { PERSONALIZE_PROXY = "http://u:pass@127.0.0.1:9" }
      assert.matches("; client_secret from PERSONALIZE_CLIENT_SECRET %(22 characters%); ", found[1].message)
      assert.matches("; proxy from PERSONALIZE_PROXY %(25 characters%); ", found[1].message)
   end)

   it("says what is misspelt, and what of the configuration is wrong", function()
      local found = examine { PERSONALIZE_CLIENT_SECRT = "x", PERSONALIZE_BASE_URL = "" }
      assert.same({
         { name = "variable", status = "note", message = "PERSONALIZE_CLIENT_SECRT is set, and nothing reads it",
            advice = "Did you mean PERSONALIZE_CLIENT_SECRET?" },
         { name = "configuration", status = "failed", message = found[2].message,
            advice = "Set PERSONALIZE_REGION and the credentials; `man personalize` and doc/command.md list the "
               .. "variables." },
      }, found)
      assert.matches("^PERSONALIZE_REGION or PERSONALIZE_BASE_URL is needed", found[2].message)
      assert.is_nil(examine { PERSONALIZE_QQQQQQQQ = "x" }[1].advice)
   end)

   it("tells how a server answers, in which time and by which HTTP", function()
      local found = examine()
      for _, name in ipairs { "service", "token endpoint" } do
         assert.matches("^127%.0%.0%.1 answers in %d+ ms, without TLS, HTTP/1%.1$", named(found, name).message)
      end
      assert.matches("^%-?[01] s apart from the service's$", named(found, "clock").message)
      assert.matches("^0 listed in %d+ ms$", named(found, "connections").message)
      local count = 0
      for _, call in ipairs(made:calls()) do count = count + (call == "GET /v2/connections" and 1 or 0) end
      -- one asks whether the service can be reached at all, one is the list of each of two examinations
      assert.equal(2, count)
   end)

   it("ends at what cannot be reached, with advice", function()
      for _, case in ipairs {
         { { PERSONALIZE_BASE_URL = "http://127.0.0.1:9" }, "service", advice.connect:format "PERSONALIZE_BASE_URL" },
         { { PERSONALIZE_TOKEN_URL = "http://127.0.0.1:9" }, "token endpoint",
            advice.connect:format "PERSONALIZE_TOKEN_URL" },
         { { PERSONALIZE_CLIENT_SECRET = "wrong" }, "token", advice.auth },
      } do
         local found = examine(case[1])
         local last = found[#found]
         assert.same({ case[2], "failed", case[3] }, { last.name, last.status, last.advice })
         -- the advice is said once
         assert.not_matches("right?", last.message, 1, true)
      end
      local refused = examine { PERSONALIZE_CLIENT_SECRET = "no" }
      assert.equal(("auth (401): Unknown client_id or wrong client_secret [POST %s/oauth/token]"):format(
         made.emulator.url), named(refused, "token").message)
      made.emulator:fail { path = "/oauth/token", method = "POST", reset = true }
      local broken = named(examine(), "token")
      assert.same({ "failed", advice.network }, { broken.status, broken.advice })
      assert.matches("^network: ", broken.message)
      made.emulator:fail { path = "/v2/connections", delay = 2 }
      local found = examine(nil, 0.2)
      assert.same({ "service", "failed", advice.timeout }, { found[2].name, found[2].status, found[2].advice })
   end)

   it("tells of a list that is refused", function()
      for status, kind in pairs { [403] = "forbidden", [404] = "not_found" } do
         made.emulator:fail { path = "/v2/connections", status = status, times = 2 }
         local found = examine()
         local last = found[#found]
         assert.same({ "connections", "failed", advice[kind] }, { last.name, last.status, last.advice })
         assert.matches(("%%(%d%%)"):format(status), last.message)
      end
   end)

   -- What a token endpoint's answer is judged to be.
   local function token_of(body, status)
      local url = serve(([[
         local body = %q
         connection:respond(%d, { "Content-Length: " .. #body }, body)]]):format(body, status or 200))
      local finding = named(examine { PERSONALIZE_TOKEN_URL = url .. "/oauth/token" }, "token")
      other:stop()
      other = nil
      return { finding.status, finding.message, finding.advice }
   end

   it("judges the answer of the token endpoint", function()
      for body, message in pairs {
         ['{"access_token":"t"}'] = "lives an unknown number of s, scope: not stated",
         ['{"access_token":"t","expires_in":60,"scope":""}'] = "lives 60 s, scope: not stated",
         ['{"access_token":"t","expires_in":60,"scope":7}'] = "lives 60 s, scope: not stated",
         ['{"access_token":"t","expires_in":"a\\n","scope":"x\\n personalize.external_webservices:manage"}'] =
            "lives a\\n s, scope: x\\n personalize.external_webservices:manage",
      } do
         assert.same({ "ok", message }, token_of(body))
      end
      local long = ("x"):rep(300)
      assert.same({ "note", ("lives 60 s, scope: %s..."):format(long:sub(1, 197)),
         "One key is for one feature. Connections need (by inference) the scope "
         .. "personalize.external_webservices:manage: if they are refused below, make a key for them." },
         token_of(('{"access_token":"t","expires_in":60,"scope":"%s"}'):format(long)))
      local expected = "expected an object with an access_token"
      for body, message in pairs {
         ['{"access_token":7}'] = expected .. " (it has a number), got an object",
         ['"t"'] = expected .. ", got a string",
         x = "invalid JSON at line 1, column 1: a value is missing",
         [""] = expected .. ", got an empty answer",
         ["{}"] = expected .. " (it has nil), got an object",
      } do
         local said = token_of(body)
         assert.same({ "failed", ("decode (200): %s [POST token endpoint]"):format(message), advice.no_token },
            { said[1], said[2]:gsub("http://127%.0%.0%.1:%d+/oauth/token", "token endpoint"), said[3] })
      end
      assert.same({ "failed", "the token endpoint answered 201", advice.no_token },
         token_of('{"access_token":"t"}', 201))
      assert.equal(advice.server, token_of("{}", 500)[3])
      assert.equal("Too many calls: try again later.", token_of("{}", 429)[3])
      local said = token_of('{"error":"invalid_client","error_description":"no emulator-client-secret"}', 401)
      assert.same({ "failed", advice.auth }, { said[1], said[3] })
      assert.matches("^auth %(401%): .*no %*%*%* %[POST http://127", said[2])
      local found = examine { PERSONALIZE_CLIENT_ID = "", PERSONALIZE_CLIENT_SECRET = "", PERSONALIZE_TOKEN_URL = "",
         PERSONALIZE_ACCESS_TOKEN = "t" }
      assert.matches("access_token from PERSONALIZE_ACCESS_TOKEN %(1 characters%)", found[1].message)
      assert.equal("configuration ok, service ok, clock ok, token note, connections failed", names(found))
      assert.equal("given, so neither scope nor lifetime is known", found[4].message)
   end)

   it("tells a clock that is wrong, or that is not told", function()
      for seconds, expected in pairs { [-15] = { "ok", "^%-?%d+" }, [3600] = { "failed", "^36%d%d" },
         [-3600] = { "failed", "^%-3[56]%d%d" } } do
         local url = serve(([[
            connection:respond(200, { "Content-Length: 0", "Date: "
               .. os.date("!%%a, %%d %%b %%Y %%H:%%M:%%S GMT", os.time() - %d) })]]):format(seconds))
         local finding = named(examine { PERSONALIZE_BASE_URL = url }, "clock")
         other:stop()
         assert.equal(expected[1], finding.status)
         assert.matches(expected[2] .. " s apart from the service's$", finding.message)
         assert.equal(expected[1] == "failed" and "Set this machine's clock (NTP): tokens are judged by it." or nil,
            finding.advice)
      end
      local found = examine { PERSONALIZE_BASE_URL = serve [[connection:answer "{}"]] }
      assert.same({ name = "clock", status = "note", message = "the service states no date" }, named(found, "clock"))
   end)

   it("says whether the certificate is trusted", function()
      local path = folder.new()
      certificates.make(path, { server = "IP:127.0.0.1" })
      made:stop()
      made = tenant.start { tls_cert = path .. "/server.pem", tls_key = path .. "/server.key",
         ca_file = path .. "/ca.pem" }
      assert.matches("^127%.0%.0%.1 answers in %d+ ms, its certificate is trusted, HTTP/[12]", examine()[2].message)
      local found = examine { PERSONALIZE_CA_FILE = "" }
      folder.remove(path)
      assert.same({ "service", "failed", "A private authority is given by PERSONALIZE_CA_FILE. A proxy that "
         .. "opens TLS has one." }, { found[2].name, found[2].status, found[2].advice })
   end)

   it("does not speak of certificates where no TLS is spoken", function()
      local url = made.emulator.url:gsub("^http:", "https:")
      local found = examine { PERSONALIZE_BASE_URL = url }
      assert.same({ "service", "failed" }, { found[2].name, found[2].status })
      assert.matches("is PERSONALIZE_BASE_URL right?", found[2].advice, 1, true)
      assert.not_matches("authority", found[2].message .. found[2].advice)
   end)

   it("goes through a proxy where the calls do", function()
      local url = serve [[connection:respond(407, { "Content-Length: 0" })]]
      local found = examine { PERSONALIZE_BASE_URL = "https://service.example", PERSONALIZE_PROXY = url }
      assert.same({ "service", "failed", "It wants a user and a password, which the URL in PERSONALIZE_PROXY can "
         .. "hold." }, { found[2].name, found[2].status, found[2].advice })
      found = examine { PERSONALIZE_TOKEN_URL = "https://token.example", PERSONALIZE_PROXY = url }
      assert.equal("configuration ok, service ok, clock ok, token endpoint failed", names(found))
      local asked = {}
      for index, each in ipairs(other:requests()) do asked[index] = each.method .. " " .. each.path end
      assert.same({ "CONNECT service.example:443", "CONNECT token.example:443" }, asked)
      local of_proxy = "Is the proxy up, and PERSONALIZE_PROXY right?"
      for _, case in ipairs { { "PERSONALIZE_BASE_URL", "https://service.example", of_proxy },
         { "PERSONALIZE_TOKEN_URL", "https://token.example", of_proxy },
         { "PERSONALIZE_BASE_URL", "http://127.0.0.1:9", advice.connect:format "PERSONALIZE_BASE_URL" },
         { "PERSONALIZE_TOKEN_URL", "http://127.0.0.1:9", advice.connect:format "PERSONALIZE_TOKEN_URL" } } do
         found = examine { [case[1]] = case[2], PERSONALIZE_PROXY = "http://127.0.0.1:9" }
         assert.equal(case[3], found[#found].advice)
      end
   end)
end)
