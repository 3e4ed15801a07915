-- Tables that show by metamethods what they do not hold: they are followed or refused, never sent as empty.
local json = require "personalize.json"
local personalize = require "personalize"
local proxy = require "personalize.proxy"
local tenant = require "spec.support.tenant"

local function read_only(value)
   return setmetatable({}, {
      __index = value, __len = function() return #value end, __newindex = error,
      __pairs = function() return next, value, nil end,
   })
end

local function inheriting(own, behind) return setmetatable(own, { __index = behind }) end

-- A list that is made as it is read.
local function computed(length, item)
   return setmetatable({}, {
      __index = function(_, index) return item(index) end, __len = function() return length end,
   })
end

local function text(value) return (json.encode(value, { canonical = true })) end

describe("a table with metamethods", function()
   it("is followed", function()
      assert.equal('{"a":[{"b":1}]}', text(read_only { a = read_only { read_only { b = 1 } } }))
      assert.equal('{"a":1,"b":2,"c":3}', text(inheriting({ a = 1 }, inheriting({ a = 9, b = 2 }, { c = 3 }))))
      assert.equal('["x1","x2"]', text(computed(2, function(index) return "x" .. index end)))
      assert.equal("[]", text(read_only(personalize.array {})))
      assert.equal("[[]]", text { read_only(personalize.array {}) })
      local Class = { kind = "class", method = print }
      Class.__index = Class
      assert.equal('{"name":"a","kind":"class"}', text(setmetatable({ name = "a" }, Class)))
      assert.equal('{"a":1}', text(setmetatable({}, { __metatable = "locked", __index = { a = 1 } })))
   end)

   it("is followed 128 levels deep, and refused below", function()
      local function nested(levels)
         local value = inheriting({}, { b = 1 })
         for _ = 1, levels do value = { a = value } end
         return value
      end
      local deep = { max_depth = 1000 }
      assert.equal(('{"a":'):rep(128) .. '{"b":1}' .. ("}"):rep(128), json.encode(nested(128), deep))
      local nothing, err = json.encode(nested(129), deep)
      assert.is_nil(nothing)
      assert.matches(": has metamethods$", err.message)
   end)

   it("is refused where it cannot be listed, with its path", function()
      local open = setmetatable({}, { __index = function() return 1 end })
      for _, case in ipairs {
         { open, "" }, { { a = open }, "a" }, { { a = { 1, { open } } }, "a[2][1]" },
         { { a = { b = read_only { c = open } } }, "a.b.c" },
         { { setmetatable({}, { __index = { f = print } }) }, "[1]" },
         { { x = setmetatable({}, { __pairs = function() error "no" end }) }, "x" },
      } do
         local nothing, err = json.encode(case[1])
         assert.is_nil(nothing)
         assert.equal("encode", err.kind)
         assert.equal(case[2], err.problems[1].path)
      end
   end)

   it("is a list of the items that it shows", function()
      local a, b = { name = "a" }, inheriting({}, { name = "b" })
      local Class = { kind = "class" }
      Class.__index = Class
      for _, list in ipairs { read_only { a, b }, inheriting({}, { a, b }), inheriting({ a }, { 9, b }),
         inheriting({}, inheriting({ [2] = b }, { a })), setmetatable({ a, b }, Class),
         setmetatable({ a, b }, { __index = function() return 1 end }),
         computed(2, function(index) return index == 1 and a or b end) } do
         local plain = assert(proxy.list(list))
         assert.equal(2, #plain)
         assert.is_true(rawequal(a, plain[1]) and rawequal(b, plain[2]))
      end
      for _, list in ipairs { {}, read_only {}, setmetatable({}, Class), inheriting({}, {}),
         setmetatable({}, { __index = function() end }), computed(0, print) } do
         assert.equal(0, #assert(proxy.list(list)))
      end
      local plain = { a, b }
      assert.is_true(rawequal(plain, proxy.list(plain)))
   end)

   it("is refused as a list where its items cannot be counted", function()
      for _, open in ipairs { setmetatable({}, { __index = function() return 1 end }),
         inheriting({}, setmetatable({}, { __index = function() return 1 end })) } do
         local nothing, reason = proxy.list(open)
         assert.is_nil(nothing)
         assert.matches("its items cannot be counted: give a plain table", reason, 1, true)
      end
      local nothing, reason = proxy.list(setmetatable({}, { __len = function() error "no" end }))
      assert.is_nil(nothing)
      assert.matches("raised an error when it was read: .*no", reason)
   end)

   it("is refused whatever the names on the way to it are", function()
      local open = setmetatable({}, { __index = function() end })
      for _, case in ipairs {
         { { x = { [0.5] = open } }, "x[0.5]" }, { { [-1 / 0] = { a = open } }, "[-inf].a" },
         { { a = { [true] = open } }, "a.true" },
         { { a = { [setmetatable({}, { __tostring = error })] = open } }, "a.a table" },
      } do
         local nothing, _, path = proxy.plain(case[1])
         assert.is_nil(nothing)
         assert.equal(case[2], path)
      end
      local nothing, err = json.encode { setmetatable({}, { __index = { b = 2 } }), x = { [0.5] = open } }
      assert.is_nil(nothing)
      assert.equal("encode", err.kind)
   end)

   it("is left alone where it only looks different", function()
      for _, value in ipairs { personalize.array {}, setmetatable({ a = 1 }, { __tostring = print }),
         setmetatable({ 1 }, { __jsontype = "array", __index = { a = 1 } }), { a = { b = {} } } } do
         assert.equal(value, (proxy.plain(value)))
      end
      local knot = {}
      knot.a, knot.b = knot, knot
      assert.equal(knot, (proxy.plain(knot)))
   end)

   describe("in a definition", function()
      local made, connections
      before_each(function()
         made = tenant.start()
         connections = made.connections
      end)
      after_each(function() made:stop() end)

      local headers = { { name = "X-A", value = "1" }, { name = "X-B", value = "2" } }

      it("is sent as what it shows, on every way in", function()
         local c = assert(connections.create(read_only(tenant.definition { customHeaders = read_only(headers) })))
         assert.equal(text(headers), text(c.customHeaders))
         local ways = {
            update = function(value) return connections.update(c.ref, tenant.definition { customHeaders = value }) end,
            save = function(value)
               assert(c:reload()).customHeaders = value
               return c:save()
            end,
            patch = function(value) return connections.patch(c, read_only { customHeaders = value }) end,
            ["patch by a function"] = function(value)
               return connections.patch(c, function(it) it.customHeaders = value end)
            end,
            ensure = function(value) return connections.ensure(tenant.definition { customHeaders = value }) end,
            request = function(value)
               return made.client:request { method = "PUT", path = "/v2/connections/" .. c.ref,
                  body = tenant.definition { customHeaders = value } }
            end,
            auth = function(value)
               return connections.update(c.ref, connections.build("B"):data_system():get("https://x.example")
                  :auth(inheriting({}, { authType = "OAUTH", accessTokenUrl = "https://x.example", clientSecret = "s",
                     oauthCustomHeaders = value })))
            end,
         }
         for name, way in pairs(ways) do
            assert(connections.update(c.ref, tenant.definition()))
            local sent = assert(way(read_only { read_only(headers[1]), headers[2] }))
            if name == "auth" then assert.matches('"oauthCustomHeaders":%[{"name":"X%-A"', made:last_body()) end
            local shown = name == "auth" and sent.auth.oauthCustomHeaders or sent.customHeaders
            assert.equal(text(headers), text(shown), name)
         end
      end)

      it("is seen by checks, differences, copies and what is shown", function()
         local _, err = connections.validate(read_only(tenant.definition { descripton = "x" }))
         assert.equal("descripton", err.problems[1].path)
         _, err = connections.validate(tenant.definition { request = read_only { requestType = 5 } })
         assert.equal("request.requestType", err.problems[1].path)
         local c = made:create()
         c.customHeaders = read_only(headers)
         assert.equal("customHeaders", assert(connections.get(c)):diff(c)[1].path)
         assert.equal(text(headers), text(assert(c:copy "x").customHeaders))
         assert.matches("X%-B", tostring(c))
         assert.matches("X%-B", c:to_json { mask = true })
      end)

      it("is refused where it cannot be listed, and nothing is sent", function()
         local open = setmetatable({}, { __index = function() return 1 end })
         local calls = #made:calls()
         for _, call in ipairs {
            function() return connections.create(tenant.definition { customHeaders = open }) end,
            function() return connections.ensure(open) end,
            function() return connections.patch("a", open) end,
            function() return connections.validate(open) end,
         } do
            local nothing, err = call()
            assert.is_nil(nothing)
            assert.equal("encode", err.kind)
         end
         assert.equal(calls, #made:calls())
      end)
   end)
end)
