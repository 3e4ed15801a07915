-- References to secrets in files: found, checked, looked up.
local reference = require "personalize.sync.references"
local rewriting = require "personalize.sync.references.resolve"

describe("a reference", function()
   it("is an object with $env or $file", function()
      assert.same({ "env", "A" }, { reference.of { ["$env"] = "A" } })
      assert.same({ "file", "a/b" }, { reference.of { ["$file"] = "a/b" } })
      for _, value in ipairs { "$env", {}, { env = "A" }, { ["$$env"] = "A" }, 5 } do
         assert.is_nil(reference.of(value))
      end
   end)

   it("is found wherever it stands", function()
      local found = reference.scan {
         auth = { clientSecret = { ["$env"] = "A" } },
         list = { { value = "x" }, { value = { ["$file"] = "f" } } },
      }
      assert.equal(2, #found)
      assert.same({ "auth.clientSecret", "env", "A" }, { found[1].path, found[1].kind, found[1].target })
      assert.same({ "list", 2, "value" }, found[2].keys)
      assert.is_nil(found.has_escapes)
      assert.is_true(reference.scan({ a = { ["$$env"] = 1 } }).has_escapes)
   end)

   it("is refused at places where no secret stands, unless it may stand anywhere", function()
      local function is_refused(path) return not reference.is_usual_place(path) end
      for _, path in ipairs { "auth.clientSecret", "auth.clientId", "auth.accessTokenUrl", "auth[2].password",
         "auth.oauthCustomHeaders[1].value", "auth.formUrlEncodedItems[3].value", "request.connectionUrl",
         "request[1].connectionUrl", "customHeaders[12].value", "urlParameters[1].value", "urlParameters[2]",
         "inputMappings[1].exampleValue", "apiKey", "request.password", "deep.list[3].token" } do
         assert.is_false(is_refused(path), path)
      end
      for _, path in ipairs { "name", "description", "icon", "systemType", "archived", "connectionTimeout", "auth",
         "request", "request.requestBody", "request.requestType", "exampleValue", "customHeaders",
         "customHeaders[1].name",
         "customHeaders[1]", "inputMappings[1].key", "inputMappings[1].label", "inputMappings[1].mapping",
         "outputMappings[1].outputReference", "outputMappings[1].type", "urlParameters[1].name", "zebra", "zebra[1].x",
         "auths.x", "customHeaders[1].values", "request.connectionUrl.x" } do
         assert.is_true(is_refused(path), path)
      end
      local found = reference.scan { description = { ["$file"] = "/proc/self/environ" }, icon = { ["$env"] = "HOME" } }
      local problems = reference.problems(found)
      assert.same({ "description", "icon" }, { problems[1].path, problems[2].path })
      assert.matches("is a reference %(%$file /proc/self/environ%), and those stand in auth", problems[1].message)
      assert.same({}, reference.problems(found, "anywhere"))
   end)

   it("is refused where it makes no sense", function()
      local problems = reference.problems(reference.scan { auth = {
         a = { ["$env"] = "A", other = 1 }, b = { ["$env"] = 5 }, c = { ["$file"] = "" }, d = { ["$env"] = "A=B" },
         e = { ["$env"] = "FINE_1" }, f = { ["$file"] = "/run/secrets/x" },
      } })
      local lines = {}
      for index, problem in ipairs(problems) do lines[index] = problem.path .. ": " .. problem.message end
      assert.same({
         "auth.a: has members beside $env; data of that name is written $$env",
         'auth.b: a reference is {"$env": "NAME"}',
         'auth.c: a reference is {"$file": "path"}',
         "auth.d: is no name of an environment variable: letters, digits and _",
      }, lines)
   end)

   it("stands for a variable or for a file's text, whole but for the line break at its end", function()
      local path = os.tmpname()
      local file = assert(io.open(path, "wb"))
      file:write("two\nlines\r\n\n")
      file:close()
      assert.equal("two\nlines", reference.look_up("file", path))
      assert.equal("two\nlines", reference.look_up("file", path:match "[^/]*$", path:match "^(.*)/"))
      assert.equal(os.getenv "PATH", reference.look_up("env", "PATH"))
      file = assert(io.open(path, "wb"))
      file:write(("x"):rep(70000))
      file:close()
      assert.same({ nil, ("the file %s of a secret: is longer than 65536 bytes"):format(path) },
         { reference.look_up("file", path) })
      os.remove(path)
      assert.same({ nil, ("the file %s of a secret: No such file or directory"):format(path) },
         { reference.look_up("file", path) })
      assert.same({ nil, "the environment variable NO_SUCH_VARIABLE_ is not set" },
         { reference.look_up("env", "NO_SUCH_VARIABLE_") })
      assert.matches("of a secret: ", (select(2, reference.look_up("file", "/tmp"))))
   end)

   it("is resolved with what is escaped, and nothing else is changed", function()
      local resolved = assert(rewriting.resolve {
         a = { ["$env"] = "PATH" }, b = { ["$$env"] = 1, ["$$$env"] = 2 }, c = "$env",
      })
      assert.same({ a = os.getenv "PATH", b = { ["$env"] = 1, ["$$env"] = 2 }, c = "$env" }, resolved)
      local none, err = rewriting.resolve { a = { ["$env"] = "NO_SUCH_VARIABLE_" } }
      assert.is_nil(none)
      assert.equal("config", err.kind)
   end)

   it("is not seen in the service's data", function()
      local data = { a = { ["$env"] = 1 }, b = { ["$$file"] = { ["$file"] = "x" } }, c = "$env", ["$environment"] = 1 }
      local escaped = rewriting.escape(data)
      assert.same({
         a = { ["$$env"] = 1 }, b = { ["$$$file"] = { ["$$file"] = "x" } }, c = "$env", ["$environment"] = 1,
      }, escaped)
      assert.same(data, rewriting.resolve(escaped))
      local plain = { a = { b = 1 } }
      assert.equal(plain, rewriting.escape(plain))
   end)
end)
