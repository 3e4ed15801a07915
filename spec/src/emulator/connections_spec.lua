-- What the emulator does with connections that are created, updated, retrieved and listed.
local support = require "spec.support.emulator"

local uuid = "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$"

describe("the emulator's connections", function()
   local session
   before_each(function() session = support.start() end)
   after_each(function() session:stop() end)

   local function path_of(connection) return "/v2/connections/" .. connection.ref end

   local function get(connection)
      local status, body, _, text = session:send("GET", path_of(connection))
      assert.equal(200, status)
      return body, text
   end

   it("are created with everything that the service fills in", function()
      local status, body, headers =
         session:send("POST", "/v2/connections", support.definition { name = "A" })
      assert.equal(201, status)
      assert.equal("application/json", headers["content-type"])
      assert.matches(uuid, headers["x-request-id"])
      assert.is_string(headers.date)
      assert.matches(uuid, body.ref)
      assert.equal(session.url .. "/v2/connections/" .. body.ref, body.href)
      assert.equal("pqsPERS3lw12v5a9rrHPW1c4hET73GxQ", body.clientKey)
      assert.matches("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d%.%d%d%dZ$", body.modifiedAt)
      assert.matches(uuid, body.modifiedByRef)
      assert.is_false(body.archived)
      assert.equal(1000, body.connectionTimeout)
      assert.equal(1000, body.socketTimeout)
      assert.equal("assets/images/icons/connections/plug.svg", body.icon)
      assert.is_nil(body.revision)
      assert.equal(1, get(body).revision)
   end)

   it("stand in the published order, unknown members behind, all of it as written", function()
      local _, created, _, text = session:send("POST", "/v2/connections",
         [[{"zeta":{"b":[],"a":1.50},"systemType":"DATA_SYSTEM","big":12345678901234567890123,
            "name":"A","request":{},"auth":{"authType":"X","odd":[{}]},"e\u0000\u00e9":"\ud83d\ude00"}]])
      assert.equal(('{"clientKey":"%s","href":"%s","ref":"%s","name":"A","modifiedByRef":"%s",'
         .. '"modifiedAt":"%s","archived":false,"auth":{"authType":"X","odd":[{}]},"request":{},'
         .. '"systemType":"DATA_SYSTEM","connectionTimeout":1000,"socketTimeout":1000,'
         .. '"icon":"assets/images/icons/connections/plug.svg",'
         .. '"zeta":{"b":[],"a":1.50},"big":12345678901234567890123,"e\\u0000\195\169":"\240\159\152\128"}')
         :format(created.clientKey, created.href, created.ref, created.modifiedByRef, created.modifiedAt),
         text)
      local _, retrieved = get(created)
      assert.equal(text, (retrieved:gsub('"revision":1,', "")))
   end)

   it("ignore what the server owns", function()
      local created = session:create { ref = "mine", href = 7, clientKey = "k", revision = 9,
         modifiedAt = false, modifiedByRef = {}, modifiedByUserRef = "u" }
      assert.matches(uuid, created.ref)
      assert.equal("pqsPERS3lw12v5a9rrHPW1c4hET73GxQ", created.clientKey)
      assert.is_nil(created.modifiedByUserRef)
      assert.equal(1, get(created).revision)
   end)

   it("are replaced as a whole by an update, and the revision counts up", function()
      local created = session:create { description = "old", archived = true, socketTimeout = 5 }
      local status, updated = session:send("PUT", path_of(created),
         support.definition { name = "B", extra = { 1 } })
      assert.equal(200, status)
      assert.equal("B", updated.name)
      assert.is_nil(updated.description)
      assert.is_false(updated.archived)
      assert.equal(1000, updated.socketTimeout)
      assert.same({ 1 }, updated.extra)
      assert.is_nil(updated.revision) -- as published
      updated.revision = 2
      assert.equal(created.ref, updated.ref)
      assert.equal(created.href, updated.href)
      assert.same(updated, get(created))
      session:send("PUT", path_of(created), support.definition())
      assert.equal(3, get(created).revision)
   end)

   it("take null for what is not sent, where there is a default", function()
      local null = require "dkjson".null
      local created = session:create { archived = null, connectionTimeout = null, socketTimeout = null, icon = null,
         description = null }
      assert.same({ false, 1000, 1000, "assets/images/icons/connections/plug.svg" },
         { created.archived, created.connectionTimeout, created.socketTimeout, created.icon })
   end)

   it("are changed later each time, however soon it is", function()
      local created = session:create()
      local before = created.modifiedAt
      for _ = 1, 50 do
         local _, updated = session:send("PUT", path_of(created), support.definition())
         assert.is_true(updated.modifiedAt > before)
         before = updated.modifiedAt
      end
   end)

   it("may share a name", function()
      local a, b = session:create { name = "same" }, session:create { name = "same" }
      assert.not_equal(a.ref, b.ref)
   end)

   it("of which there is none are 404", function()
      local missing = { ref = "00000000-0000-4000-8000-000000000000" }
      assert.equal(404, (session:send("GET", path_of(missing))))
      local status, body = session:send("PUT", path_of(missing), support.definition())
      assert.equal(404, status)
      assert.equal("There is no connection of this ref", body.developerMessage)
   end)

   it("keep an auth that is an array of one object", function()
      local created = session:create { auth = { { authType = "NONE", clientSecret = "s" } } }
      assert.same({ { authType = "NONE" } }, created.auth)
      assert.equal("s", session.e:stored_secret(created.ref))
   end)

   it("keep SQL as text", function()
      local sql = "'; DROP TABLE connections; --\" \\ %s ${x}"
      local created = session:create { name = sql, description = sql, [sql] = sql }
      local body = get(created)
      assert.equal(sql, body.name)
      assert.equal(sql, body[sql])
   end)

   it("given a member twice take the last", function()
      local status, body = session:send("POST", "/v2/connections", [[{"name":"first","auth":{},
         "request":{},"systemType":"S","name":"last"}]])
      assert.equal(201, status)
      assert.equal("last", body.name)
   end)

   it("answer HEAD like GET, without the body", function()
      local created = session:create()
      local status, _, headers, text = session:send("HEAD", path_of(created))
      local _, whole = get(created)
      assert.equal(200, status)
      assert.equal("", text)
      assert.equal(tostring(#whole), headers["content-length"])
   end)
end)

describe("the emulator's list", function()
   local session
   after_each(function() session:stop() end)

   local function names(path)
      local status, body = session:send("GET", path or "/v2/connections")
      assert.equal(200, status)
      local all = {}
      for i, item in ipairs(body.items) do all[i] = item.name end
      return table.concat(all, " "), body
   end

   local function start(options)
      session = support.start(options)
      for i = 1, 12 do session:create { name = "c" .. i } end
   end

   it("is empty at first, and an array", function()
      session = support.start()
      local _, _, _, text = session:send("GET", "/v2/connections")
      assert.equal(('{"href":"%s/v2/connections","items":[]}'):format(session.url), text)
   end)

   it("holds everything in the order of creation unless told otherwise", function()
      start()
      assert.equal("c1 c2 c3 c4 c5 c6 c7 c8 c9 c10 c11 c12", (names()))
      assert.equal("c1 c2 c3", (names "/v2/connections?limit=3"))
      assert.equal("c11 c12", (names "/v2/connections?limit=5&offset=10"))
      assert.equal("c12", (names "/v2/connections?offset=11&unknown=1"))
      assert.equal("", (names "/v2/connections?offset=100"))
      assert.equal("", (names "/v2/connections?limit=0"))
      assert.equal("c1", (names "/v2/connections?limit=5&limit=1"))
   end)

   it("refuses what is not a number of items", function()
      start()
      for _, query in ipairs { "limit=-1", "limit=ten", "offset=-3", "limit=", "limit=1.5",
         "limit=99999999999999999999", "limit=%zz", "offset=%00" } do
         local status, body = session:send("GET", "/v2/connections?" .. query)
         assert.equal(400, status, query)
         assert.equal(400, body.status)
      end
   end)

   it("is cut silently by page_limit", function()
      start { page_limit = 10 }
      assert.equal("c1 c2 c3 c4 c5 c6 c7 c8 c9 c10", (names()))
      assert.equal("c1 c2 c3 c4 c5 c6 c7 c8 c9 c10", (names "/v2/connections?limit=50"))
      local last, body = names "/v2/connections?limit=50&offset=10"
      assert.equal("c11 c12", last)
      assert.is_nil(body.limit)
   end)

   it("can ignore the offset", function()
      start { honour_offset = false }
      assert.equal("c1 c2", (names "/v2/connections?limit=2&offset=10"))
   end)

   it("refuses unknown query parameters when strict", function()
      session = support.start { strict = true }
      local status, body = session:send("GET", "/v2/connections?sort=name")
      assert.equal(400, status)
      assert.equal("Unknown query parameter: sort", body.developerMessage)
   end)

   it("holds the published examples when seeded", function()
      session = support.start { seed = true }
      local dkjson = require "dkjson"
      local function published(name)
         local file = assert(io.open("src/emulator/seed/" .. name .. ".json"))
         local text = file:read "*a":gsub("<baseURL>", session.url)
         file:close()
         return dkjson.decode(text)
      end
      local _, body = names()
      local created = published "create-response"
      created.revision = 1
      assert.same({ published "list".items[1], published "retrieve", created }, body.items)
      for i, secret in ipairs { "emulator-api-token", false, false } do
         assert.equal(secret, body.items[i].auth.authType == "OAUTH" and session.e:stored_secret(body.items[i].ref))
         assert.equal(secret or nil, session.e:stored_secret(body.items[i].ref))
      end
   end)
end)
