-- list, each, get and find, against services of several habits.
local personalize = require "personalize"
local server = require "spec.support.server"
local tenant = require "spec.support.tenant"

local function refs_of(list)
   local refs = {}
   for index, connection in ipairs(list) do refs[index] = connection.ref end
   return refs
end

local function sorted(list)
   table.sort(list)
   return list
end

describe("reading connections", function()
   local it_is

   local function start(emulator_options, client_options)
      it_is = tenant.start(emulator_options, client_options)
      return it_is.connections
   end

   after_each(function()
      if it_is then it_is:stop() end
      it_is = nil
   end)

   describe("list", function()
      it("brings all, whatever the paging", function()
         for _, options in ipairs { {}, { page_limit = 10 }, { page_limit = 25 } } do
            options.honour_offset = true
            for _, count in ipairs { 0, 9, 10, 11, 25, 26 } do
               local connections = start(options)
               local refs = it_is:create_many(count)
               local list = assert(connections.list())
               assert.equal(count, #list)
               assert.same(sorted(refs), sorted(refs_of(list)))
               assert.same({}, it_is:warnings())
               it_is:stop()
            end
         end
      end)

      it("ends, and warns, where the service pages at ten and ignores the offset", function()
         local connections = start { page_limit = 10, honour_offset = false }
         it_is:create_many(15)
         local list = assert(connections.list())
         assert.equal(10, #list)
         assert.equal(1, #it_is:warnings())
         assert.matches("the same ones again", it_is:warnings()[1])
      end)

      it("needs one request for a list that is surely complete", function()
         local connections = start()
         it_is:create_many(3)
         connections.list()
         local calls = it_is:calls()
         assert.equal("GET /v2/connections", calls[#calls])
         assert.equal(4, #calls)
      end)

      it("brings one page when asked for one", function()
         local connections = start { honour_offset = true }
         local refs = it_is:create_many(5)
         local all = refs_of(assert(connections.list()))
         assert.equal(#refs, #all)
         local page = assert(connections.list { limit = 2, offset = 1 })
         assert.same({ all[2], all[3] }, refs_of(page))
      end)

      it("knows what stood beside the items, and tells of the call", function()
         local connections = start { seed = true }
         local list = assert(connections.list())
         assert.matches("/v2/connections$", list.href)
         assert.equal(200, personalize.meta(list).status)
         assert.matches("^%[{", personalize.json.encode(list))
         assert.matches("\n3 connections$", tostring(list))
      end)

      it("works when called with a colon", function()
         local connections = start()
         local ref = it_is:create_many(1)[1]
         assert.equal(1, #connections:list())
         assert.equal(1, #connections:list { limit = 5 })
         assert.equal(ref, connections:get(ref).ref)
         assert.equal(ref, connections:find("C1").ref)
         for connection in connections:each() do assert.equal(ref, connection.ref) end
         assert.is_true(connections:validate(tenant.definition()))
         assert.equal("x", connections:build("x"):table().name)
      end)

      it("raises misuse where it was called", function()
         local connections = start()
         for _, misuse in ipairs {
            function() connections.list { limits = 1 } end, function() connections.list { limit = 0 } end,
            function() connections.list(5) end, function() connections:list { timeout = "1" } end,
            function() connections.each { page = 1 } end,
            function() connections.get() end, function() connections.get("a", { retry = 5 }) end,
            function() connections.get("a", { retry = { attempt = 5 } }) end,
            function() connections.find() end, function() connections.find(5) end,
            function() connections.find("a", "b") end,
         } do
            local line = debug.getinfo(misuse, "S").linedefined
            local fine, message = pcall(misuse)
            assert.is_false(fine)
            assert.matches("reading_spec.lua:" .. line .. ": ", tostring(message), 1, true)
         end
         assert.same({}, it_is:calls())
      end)
   end)

   describe("each", function()
      it("asks for pages as they are needed", function()
         local connections = start()
         it_is:create_many(7)
         it_is.emulator:reset()
         it_is:create_many(7)
         local created, count = #it_is:calls(), 0
         for connection in connections.each { page_size = 3 } do
            count = count + 1
            assert.is_string(connection.ref)
            if count == 4 then break end
         end
         local calls = it_is:calls()
         assert.equal(created + 2, #calls)
         assert.equal("GET /v2/connections?limit=3&offset=3", calls[#calls])
      end)

      it("sees what is created meanwhile, and nothing twice", function()
         local connections = start { page_limit = 10, honour_offset = true }
         local refs, seen, count = it_is:create_many(25), {}, 0
         for connection in connections.each() do
            assert.is_nil(seen[connection.ref])
            seen[connection.ref] = true
            count = count + 1
            if count % 10 == 5 and count < 30 then it_is:create { name = "New" .. count } end
         end
         for _, ref in ipairs(refs) do assert.is_true(seen[ref]) end
      end)

      it("ends where the list shrinks meanwhile", function()
         local connections = start { page_limit = 10 }
         it_is:create_many(25)
         local count = 0
         for _ in connections.each() do
            count = count + 1
            if count == 5 then it_is.emulator:reset() end
         end
         assert.equal(10, count)
      end)

      it("raises the error of a page", function()
         local connections = start()
         it_is:create_many(1)
         it_is.emulator:stop()
         local fine, err = pcall(function()
            for _ in connections.each { timeout = 0.5 } do error "got one" end
         end)
         assert.is_false(fine)
         assert.is_true(personalize.is_error(err))
         assert.equal("connect", err.kind)
      end)
   end)

   describe("find", function()
      it("finds by name, members or a function", function()
         local connections = start { page_limit = 10, honour_offset = true }
         it_is:create_many(12)
         local wanted = it_is:create { name = "Target", description = "d", systemType = "DESTINATION" }
         assert.equal(wanted.ref, connections.find("Target").ref)
         assert.equal(wanted.ref, connections.find({ systemType = "DESTINATION", auth = { authType = "NONE" } }).ref)
         assert.equal(wanted.ref, connections.find(function(c) return c.description == "d" end).ref)
         assert.equal(wanted.ref, connections.find(connections.build("Target"):description "d").ref)
         assert.equal(200, personalize.meta(connections.find "Target").status)
      end)

      it("says when there is none", function()
         local connections = start()
         local none, err = connections.find "a\nb"
         assert.is_nil(none)
         assert.equal('not_found: no connection is named "a\\nb"', tostring(err))
         none, err = connections.find { name = "x" }
         assert.is_nil(none)
         assert.equal("not_found: no connection fits", tostring(err))
      end)

      it("lets an error of the function through", function()
         local connections = start()
         it_is:create_many(1)
         assert.error_matches(function() connections.find(function() error "mine" end) end, "mine")
      end)
   end)

   describe("get", function()
      it("takes a ref or a connection", function()
         local connections = start()
         local created = it_is:create()
         assert.equal(created.ref, connections.get(created.ref).ref)
         assert.equal(created.ref, connections.get(created).ref)
         assert.equal(created.ref, connections.get({ ref = created.ref }).ref)
      end)

      it("refuses what is no ref, before any request", function()
         local connections = start()
         for _, ref in ipairs { "", ".", "..", "../x", "a/b", "%2e%2e", "a b", "a\n", "a?b", "a#b", ("x"):rep(201) } do
            local none, err = connections.get(ref)
            assert.is_nil(none)
            assert.equal("validation", err.kind)
            assert.equal("ref", err.problems[1].path)
         end
         for _, value in ipairs { {}, { ref = 5 }, connections.build "x" } do
            local none, err = connections.get(value)
            assert.is_nil(none)
            assert.matches("^validation: ref: the connection has none", tostring(err))
         end
         assert.same({}, it_is:calls())
      end)
   end)

   describe("a service that misbehaves", function()
      local misbehaving

      local function serve(behaviour)
         misbehaving = server.start(behaviour)
         return assert(personalize.new { base_url = misbehaving.url, access_token = "t", retry = false }).connections
      end

      after_each(function() misbehaving:stop() end)

      it("repeats pages: ends, with each connection once", function()
         local connections = serve [[
            return function(connection)
               for request in function() return connection:request() end do
                  local items = {}
                  for number = 1, 10 do items[number] = ('{"ref":"r%d"}'):format(number) end
                  connection:answer('{"items":[' .. table.concat(items, ",") .. ']}')
               end
            end]]
         assert.equal(10, #connections.list())
         assert.equal(2, #misbehaving:requests())
      end)

      it("brings new connections on each page: ends with the deadline", function()
         local connections = serve [[
            local count = 0
            return function(connection)
               for request in function() return connection:request() end do
                  local items = {}
                  for number = 1, 10 do
                     count = count + 1
                     items[number] = ('{"ref":"r%d"}'):format(count)
                  end
                  connection:answer('{"items":[' .. table.concat(items, ",") .. ']}')
               end
            end]]
         local list, err = connections.list { timeout = 0.3 }
         assert.is_nil(list)
         assert.equal("timeout", err.kind)
      end)

      it("answers with something else: an error of kind decode, for every function", function()
         local connections = serve [[
            local answers = { '[]', '{"items":{}}', '{"items":[1]}', 'null', '5', '"x"', '' }
            return function(connection)
               for request in function() return connection:request() end do
                  connection:answer(answers[request.number] or '{}')
               end
            end]]
         for _ = 1, 7 do
            local list, err = connections.list()
            assert.is_nil(list)
            assert.equal("decode", err.kind)
            assert.matches("expected a list", err.message)
         end
      end)

      it("answers with auth and request as arrays: nothing breaks", function()
         local connections = serve [[
            local body = '{"ref":"r1","name":"a","systemType":"DATA_SYSTEM","auth":[{"authType":"NONE"}],'
               .. '"request":[{"requestType":"GET","connectionUrl":"https://example.com"}]}'
            return function(connection)
               for request in function() return connection:request() end do
                  connection:answer(request.path:find "r1" and body or '{"items":[' .. body .. ']}')
               end
            end]]
         local list = assert(connections.list())
         assert.matches("a     DATA_SYSTEM  GET     https://example.com  NONE", tostring(list), 1, true)
         local found = assert(connections.find { auth = { authType = "NONE" } })
         assert.equal("r1", found.ref)
         assert.is_true(connections.validate(found))
         assert.matches("authType=NONE", tostring(found))
         assert.is_true(select(2, connections.patch("r1", { request = { requestType = "POST" } })))
         assert.is_false(select(2, connections.patch("r1", { request = { requestType = "GET" } })))
         assert(found:save())
      end)
   end)
end)
