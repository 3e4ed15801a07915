-- What `personalize doctor` asks of a tenant: paging, secrets that come back, the shapes of members.
local personalize = require "personalize"
local questions = require "personalize.cli.questions"
local server = require "spec.support.server"
local tenant = require "spec.support.tenant"

describe("the questions", function()
   local made

   local function start(options) made = tenant.start(options) end

   after_each(function() made:stop() end)

   -- The answers as "name: message", to the connections of the tenant or to these.
   local function ask(all, client)
      local said = {}
      questions.ask(client or made.client, all or assert(made.connections.list()), function(finding)
         assert.equal("note", finding.status)
         said[#said + 1] = finding.name .. ": " .. finding.message
      end)
      return said
   end

   it("cannot be answered without connections", function()
      start()
      assert.same({ "paging: cannot be told from fewer than two connections",
         "secrets: cannot be told: no connection has a secret" }, ask())
      made:create()
      assert.equal("paging: cannot be told from fewer than two connections", ask()[1])
   end)

   it("tell of paging", function()
      start()
      made:create_many(2)
      assert.equal("paging: limit and offset are obeyed", ask()[1])
      local all = assert(made.connections.list())
      made.emulator:fail { path = "/v2/connections", status = 400 }
      assert.matches("^paging: limit is refused: validation %(400%)", ask(all)[1])
   end)

   it("tell of a service that ignores offsets, or limits, or fails for them", function()
      start { honour_offset = false }
      made:create_many(2)
      assert.equal("paging: limit is obeyed, offset is not", ask()[1])
      for _, case in ipairs { { '{"items":[]}', "limit is not obeyed: limit=1 brought 0 of 2" },
         { '{"items":[{"ref":"a"},{"ref":"b"},{"ref":"c"}]}', "limit is not obeyed: limit=1 brought 3 of 2" },
         { '{"items":[{"ref":"a"}]}', "limit is obeyed, offset is not" } } do
         local other = server.start(([[
            return function(connection)
               for request in function() return connection:request() end do
                  local is_second = request.path:find "offset=1"
                  local body = is_second and "{}" or %q
                  connection:respond(is_second and 400 or 200, { "Content-Length: " .. #body }, body)
               end
            end]]):format(case[1]))
         local client = assert(personalize.new { base_url = other.url, access_token = "t" })
         local said = ask({ {}, {} }, client)[1]
         client:close()
         other:stop()
         assert.equal("paging: " .. case[2], said)
      end
   end)

   it("count the secrets that come back, of each kind, and the shapes", function()
      start()
      local function connection(auth, request) return { auth = auth, request = request } end
      local said = ask { connection({ authType = "OAUTH", clientSecret = "***" }, {}),
         connection({ { authType = "oauth" }, { authType = "BASIC", password = "x" } }, { {} }),
         connection({ authType = "NONE", clientSecret = "x" }, { {} }), connection(7) }
      table.remove(said, 1)
      assert.same({ "secrets: something comes back for 1 of 2 clientSecrets (a mask?): it is never written to files",
         "auth: an object in 2 connections, an array in 1", "request: an object in 1 connections, an array in 2" },
         said)
      said = ask { connection { authType = "OAUTH" } }
      assert.same({ "secrets: no clientSecret comes back, of 1", "auth: an object in 1 connections, an array in 0",
         "request: an object in 0 connections, an array in 0" }, { said[2], said[3], said[4] })
   end)
end)
