-- References become what they stand for, and data that looks like one is escaped in files.
local errors = require "personalize.error"
local resolve = require "personalize.sync.references.resolve"

describe("resolving", function()
   local getenv = os.getenv
   before_each(function()
      os.getenv = function(name) return name == "KEY" and "canary-canary" or nil end -- luacheck: ignore
   end)
   after_each(function() os.getenv = getenv end) -- luacheck: ignore

   it("puts values in, gives the secrets, and shares what has none", function()
      local definition = { ["$$schema"] = "own", auth = { clientSecret = { ["$env"] = "KEY" } }, list = { { a = 1 } },
         data = { ["$$env"] = "x" } }
      local resolved, texts = resolve.resolve(definition, {})
      assert.same({ ["$schema"] = "own", auth = { clientSecret = "canary-canary" }, list = { { a = 1 } },
         data = { ["$env"] = "x" } }, resolved)
      assert.same({ "canary-canary" }, texts)
      assert.is_true(rawequal(definition.list, resolved.list))
      assert.same({ ["$env"] = "KEY" }, definition.auth.clientSecret)
   end)

   it("fails by all that lead nowhere", function()
      local resolved, err = resolve.resolve({ auth = { a = { ["$env"] = "NONE" }, b = { ["$env"] = "KEY" },
         c = { ["$env"] = "NEITHER" } } }, {})
      assert.same({ nil, "config" }, { resolved, err.kind })
      table.sort(err.problems, function(a, b) return a.path < b.path end)
      assert.same({ { path = "auth.a", message = "the environment variable NONE is not set" },
         { path = "auth.c", message = "the environment variable NEITHER is not set" } }, err.problems)
   end)

   it("is undone by escaping", function()
      local data = { ["$env"] = "x", ["$$file"] = 1, ["$schema"] = 2, ["$other"] = 3, inner = { ["$schema"] = 4 } }
      local escaped = resolve.escape(data)
      assert.same({ ["$$env"] = "x", ["$$$file"] = 1, ["$$schema"] = 2, ["$other"] = 3, inner = { ["$schema"] = 4 } },
         escaped)
      assert.same(data, (resolve.resolve(escaped, {})))
      local plain = { name = "A", list = { 1 } }
      assert.is_true(rawequal(plain, (resolve.escape(plain))))
   end)

   it("replaces references by others, and keeps those without", function()
      local definition = { a = { ["$env"] = "A" }, b = { ["$env"] = "B" }, c = { ["$file"] = "A" } }
      assert.same({ a = { ["$env"] = "Z" }, b = { ["$env"] = "B" }, c = { ["$file"] = "A" } },
         resolve.replace(definition, function(kind, target)
            return kind == "env" and target == "A" and { ["$env"] = "Z" } or nil
         end))
   end)

   it("fills with harmless values for a validation", function()
      assert.same({ auth = { accessTokenUrl = "https://reference.invalid/", useMutualTls = false },
         connectionTimeout = 0 }, resolve.fill { auth = { accessTokenUrl = { ["$env"] = "A" },
         useMutualTls = { ["$env"] = "B" } }, connectionTimeout = { ["$env"] = "C" } })
   end)

   it("hides what was looked up in an error, its problems too", function()
      local function err()
         return errors.new { kind = "validation", message = "no canary-canary",
            problems = { { path = "a.canary-canary", message = "is canary-canary" } } }
      end
      local hidden = resolve.hide(err(), { "canary-canary" })
      assert.same({ "no ***", { { path = "a.***", message = "is ***" } } }, { hidden.message, hidden.problems })
      assert.equal("no canary-canary", resolve.hide(err(), {}).message)
      assert.equal("a text", resolve.hide("a text", { "a text" }))
   end)

   it("covers one object for an array of it, and whatever else stands there", function()
      local function covered(value, ...)
         local keys = { ... }
         return resolve.covered(value, { { keys = keys } })
      end
      assert.same({ auth = { { id = "***", x = 1 } } }, covered({ auth = { { id = "a", x = 1 } } }, "auth", "id"))
      assert.same({ auth = { id = "***", x = 1 } }, covered({ auth = { id = "a", x = 1 } }, "auth", 1, "id"))
      assert.same({ list = { "a", "***" } }, covered({ list = { "a", "b" } }, "list", 2))
      assert.same({ list = "***" }, covered({ list = "a" }, "list", 2, "id"))
      assert.same({ a = "***" }, covered({ a = { b = 1 } }, "a"))
      assert.same({ b = 1 }, covered({ b = 1 }, "a", "c"))
      local given = { a = { ["$env"] = "X" } }
      assert.same({ a = { ["$env"] = "X" } }, covered(given, "a"))
   end)
end)
