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

   it("is looked for in a text that may have one, or data that is escaped", function()
      for _, text in ipairs { '{"$env": "A"}', '{"a": {"$file": "f"}}', '{"\\u0024env": "A"}', '{"$$schema": 1}',
         '{"$schema": 1, "$env": 2}', '{"$schema": {"$some": "$schema"}, "$$file": 2}', '["$"]', '"$' } do
         assert.is_true(reference.is_possible(text), text)
      end
      for _, text in ipairs { '{"$schema": 1}', '{"$schema": 1, "a": {"$schema": "$s"}}', "{}", "",
         '{"a": "b$env"}', '{"\\u0025env": "A"}' } do
         assert.is_false(reference.is_possible(text), text)
      end
      for name, escapes in pairs { ["$$env"] = true, ["$$file"] = true, ["$$$schema"] = true, ["$$x"] = false,
         ["$x"] = false, ["a$$env"] = false } do
         assert.equal(escapes, reference.scan({ [name] = 1 }).has_escapes == true, name)
      end
   end)

   it("is known by its place, in the order of places", function()
      local found = reference.scan { b = { ["$env"] = "B" }, a = { { ["$env"] = "A", x = { ["$env"] = "C" } } },
         c = { ["$file"] = "f" } }
      assert.same({ { path = "a[1]", kind = "env", target = "A" }, { path = "b", kind = "env", target = "B" },
         { path = "c", kind = "file", target = "f" } }, reference.named(found))
      assert.same({ keys = { "a", 1, 2, "b" }, path = "a[1][2].b" }, reference.place { "a", 1, 2, "b" })
      assert.same({ ["$env"] = "X" }, reference.env "X")
   end)

   it("has what it was looked up for, or the reason why not", function()
      local found = reference.scan { a = { ["$env"] = "PATH" }, archived = { ["$env"] = "PATH" },
         c = { ["$env"] = "NO_SUCH_VARIABLE_" } }
      found[1].reason, found[3].value, found[3].text = "old", "old", "old"
      reference.look_up_all(found, {})
      local path = os.getenv "PATH"
      assert.same({ path, path, nil }, { found[1].value, found[1].text, found[1].reason })
      assert.same({ nil, nil, path }, { found[3].value, found[3].text, found[2].text })
      assert.same({ { path = "archived", message = "expected true or false, and $env PATH is something else" },
         { path = "c", message = "the environment variable NO_SUCH_VARIABLE_ is not set" } }, reference.missing(found))
      assert.same({ false, 0, "https://reference.invalid/" }, { reference.stand_in { path = "auth[2].useMutualTls" },
         reference.stand_in { path = "socketTimeout" }, reference.stand_in { path = "customHeaders[1].value" } })
   end)

   it("may be of a type of authentication that nobody published", function()
      local a, b, c = { authType = "new" }, { authType = "none" }, {}
      assert.same({ { a, "auth", "NEW" } }, reference.unknown_auths { auth = a })
      assert.same({ { a, "auth[3]", "NEW" } }, reference.unknown_auths { auth = { b, c, a } })
      assert.same({}, reference.unknown_auths { auth = b })
      assert.same({ true, false, false, false }, { reference.may_be_secret "token", reference.may_be_secret "clientId",
         reference.may_be_secret "authType", reference.may_be_secret(1) })
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
         "outputMappings[1].outputReference", "outputMappings[1].type", "urlParameters[1].name",
         "urlParameters[1].key", "zebra", "zebra[1].x",
         "auths.x", "customHeaders[1].values", "request.connectionUrl.x" } do
         assert.is_true(is_refused(path), path)
      end
      local found = reference.scan { description = { ["$file"] = "/proc/self/environ" }, icon = { ["$env"] = "HOME" } }
      local problems = reference.problems(found)
      assert.same({ "description", "icon" }, { problems[1].path, problems[2].path })
      assert.matches("is a reference %(%$file /proc/self/environ%), and those stand in auth", problems[1].message)
      assert.same({}, reference.problems(found, "anywhere"))
   end)

   it("stands for what the service keeps to itself: nothing, or stars or bullets alone", function()
      assert.is_true(reference.is_hidden(nil))
      assert.is_true(reference.is_hidden "***")
      assert.is_true(reference.is_hidden "\226\128\162\226\128\162")
      for _, value in ipairs { "", "\226\128", "a*", "*a", "visible", 5, true, {} } do
         assert.is_false(reference.is_hidden(value), tostring(value))
      end
   end)

   it("stands for no value with what was copied along", function()
      local getenv = os.getenv
      finally(function() os.getenv = getenv end) -- luacheck: ignore
      local other = "is no text of UTF-8: save it as UTF-8"
      for value, fault in pairs { ["\239\187\191x"] = "begins with a byte order mark: save it as UTF-8 without one",
         ["x\0"] = other, ["\255\254x"] = other, ["\254\255x"] = other,
         [" x"] = "begins with a blank or a line break", ["x\n"] = "ends with a blank or a line break",
         ["x\194\160"] = "ends with a blank or a line break", [""] = "is not set" } do
         os.getenv = function() return value end -- luacheck: ignore
         assert.same({ nil, "the environment variable KEY " .. fault }, { reference.look_up("env", "KEY", {}) })
      end
   end)

   it("should stand where a secret stands as it is", function()
      local function told(definition)
         local lines = {}
         for index, each in ipairs(reference.literals(definition)) do
            lines[index] = ("%s %s %s %s"):format(each.path, table.concat(each.keys, "/"), tostring(each.is_text),
               tostring(each.if_hidden))
         end
         return lines
      end
      assert.same({ "auth.clientSecret auth/clientSecret true nil" },
         told { auth = { authType = "OAUTH", clientId = "i", clientSecret = "canary" } })
      assert.same({ "auth.clientSecret auth/clientSecret false nil" }, told { auth = { clientSecret = "" } })
      assert.same({ "auth[1].clientSecret auth/1/clientSecret true nil" }, told { auth = { { clientSecret = "x" } } })
      assert.same({}, told { auth = { clientSecret = { ["$env"] = "A" } } })
      assert.same({}, told { auth = { authType = "NONE", other = "x" } })
      -- of an unpublished kind it is one only if the service keeps it to itself; what looks like none is no text
      assert.same({ "auth.password auth/password true true", "auth.realm auth/realm false true" },
         told { auth = { authType = "NEW", password = "canary", realm = "r", empty = "", count = 5,
            token = { ["$env"] = "T" } } })
   end)

   it("is refused where it makes no sense", function()
      local problems = reference.problems(reference.scan { auth = {
         a = { ["$env"] = "A", other = 1 }, b = { ["$env"] = 5 }, c = { ["$file"] = "" }, d = { ["$env"] = "A=B" },
         e = { ["$env"] = "FINE_1" }, f = { ["$file"] = "/run/secrets/x" }, g = { ["$file"] = "a\nb" },
         h = { ["$file"] = "a\0" }, i = { ["$env"] = "_A" }, j = { ["$env"] = "1A" },
      } })
      local lines = {}
      for index, problem in ipairs(problems) do lines[index] = problem.path .. ": " .. problem.message end
      assert.same({
         "auth.a: has members beside $env; data of that name is written $$env",
         'auth.b: a reference is {"$env": "NAME"}',
         'auth.c: a reference is {"$file": "path"}',
         "auth.d: is no name of an environment variable: letters, digits and _",
         'auth.g: a reference is {"$file": "path"}',
         'auth.h: a reference is {"$file": "path"}',
         "auth.j: is no name of an environment variable: letters, digits and _",
      }, lines)
   end)

   it("stands for a variable or for a file's text, whole but for the line break at its end", function()
      local path = os.tmpname()
      local file = assert(io.open(path, "wb"))
      file:write("two\nlines\r\n\n")
      file:close()
      local where = { base = path:match "^(.*)/" }
      assert.equal("two\nlines", reference.look_up("file", path, where))
      assert.equal("two\nlines", reference.look_up("file", path:match "[^/]*$", where))
      assert.equal(os.getenv "PATH", reference.look_up("env", "PATH"))
      file = assert(io.open(path, "wb"))
      file:write(("x"):rep(70000))
      file:close()
      assert.same({ nil, ("the file %s of a secret: is longer than 65536 bytes"):format(path) },
         { reference.look_up("file", path, where) })
      os.remove(path)
      assert.same({ nil, ("the file %s of a secret: No such file or directory"):format(path) },
         { reference.look_up("file", path, where) })
      assert.same({ nil, "the environment variable NO_SUCH_VARIABLE_ is not set" },
         { reference.look_up("env", "NO_SUCH_VARIABLE_") })
      assert.matches("of a secret: ", (select(2, reference.look_up("file", "/tmp", { base = "/" }))))
   end)

   it("reads regular files below the folder or a folder given, and never waits", function()
      local folder = require "spec.support.folder"
      local base, secrets = folder.new(), folder.new()
      folder.write(base, "own", "1\n")
      folder.write(secrets, "key", "2")
      assert(os.execute(([[cd '%s' && mkdir deep && echo 3 >deep/file && ln -s deep/file link && ln -s '%s/key' out
         ln -s /proc/self/environ proc && mkfifo pipe && ln -s pipe to_pipe && ln -s deep folder && mkfifo '%s/pipe'
         ln -s ..data/key '%s/linked' && mkdir '%s/..data' && echo 4 >'%s/..data/key']]):format(base, secrets, secrets,
         secrets, secrets, secrets)))
      local where, both = { base = base }, { base = base, secrets_folder = secrets }
      for target, text in pairs { own = "1", ["./own"] = "1", ["deep/file"] = "3", ["deep/../own"] = "1", link = "3",
         ["folder/file"] = "3", [base .. "/own"] = "1" } do
         assert.equal(text, reference.look_up("file", target, where), target)
         assert.equal(text, reference.look_up("file", target, both), target)
      end
      for target, reason in pairs {
         out = "lies neither below", proc = "lies neither below", ["/proc/self/environ"] = "lies neither below",
         ["../" .. secrets:match "[^/]*$" .. "/key"] = "lies neither below", [secrets .. "/key"] = "lies neither below",
         ["/etc/passwd"] = "lies neither below", ["/dev/zero"] = "lies neither below", pipe = "is not a regular file",
         to_pipe = "is not a regular file", deep = "is not a regular file", none = "No such file",
         ["own/x"] = "Not a directory", [("x"):rep(5000)] = "File name too long",
      } do
         local text, problem = reference.look_up("file", target, where)
         assert.is_nil(text, target)
         assert.matches(reason, problem)
      end
      assert.equal("2", reference.look_up("file", secrets .. "/key", both))
      assert.equal("2", reference.look_up("file", "key", both))
      assert.equal("4", reference.look_up("file", "linked", both))
      assert.matches("lies neither", (select(2, reference.look_up("file", "out", both))))
      assert.matches("is not a regular file", (select(2, reference.look_up("file", secrets .. "/pipe", both))))
      assert.matches("lies neither", (select(2, reference.look_up("file", "/proc/self/environ", both))))
      folder.remove(base)
      folder.remove(secrets)
   end)

   it("has the type that the schema has at its place", function()
      local values = { env = "PATH" }
      local getenv = os.getenv
      os.getenv = function(name) return values[name] or getenv(name) end -- luacheck: ignore
      values.FLAG, values.COUNT, values.TEXT = "true", "-12", "12"
      local given = { archived = { ["$env"] = "FLAG" }, connectionTimeout = { ["$env"] = "COUNT" },
         name = { ["$env"] = "TEXT" }, auth = { useMutualTls = { ["$env"] = "FLAG" } } }
      local resolved, texts = rewriting.resolve(given, {})
      assert.same({ archived = true, connectionTimeout = -12, name = "12", auth = { useMutualTls = true } }, resolved)
      assert.equal(4, #texts)
      values.FLAG, values.COUNT = "yes", "1.5"
      local none, err = rewriting.resolve(given, {})
      os.getenv = getenv -- luacheck: ignore
      assert.is_nil(none)
      assert.same({ "archived: expected true or false, and $env FLAG is something else",
         "auth.useMutualTls: expected true or false, and $env FLAG is something else",
         "connectionTimeout: expected an integer, and $env COUNT is something else" },
         { err.problems[1].path .. ": " .. err.problems[1].message,
            err.problems[2].path .. ": " .. err.problems[2].message,
            err.problems[3].path .. ": " .. err.problems[3].message })
   end)

   it("is resolved with what is escaped, and nothing else is changed", function()
      local resolved = assert(rewriting.resolve({
         a = { ["$env"] = "PATH" }, b = { ["$$env"] = 1, ["$$$env"] = 2 }, c = "$env",
      }, {}))
      assert.same({ a = os.getenv "PATH", b = { ["$env"] = 1, ["$$env"] = 2 }, c = "$env" }, resolved)
      local none, err = rewriting.resolve({ a = { ["$env"] = "NO_SUCH_VARIABLE_" } }, {})
      assert.is_nil(none)
      assert.equal("config", err.kind)
   end)

   it("is not seen in the service's data", function()
      local data = { a = { ["$env"] = 1 }, b = { ["$$file"] = { ["$file"] = "x" } }, c = "$env", ["$environment"] = 1 }
      local escaped = rewriting.escape(data)
      assert.same({
         a = { ["$$env"] = 1 }, b = { ["$$$file"] = { ["$$file"] = "x" } }, c = "$env", ["$environment"] = 1,
      }, escaped)
      assert.same(data, rewriting.resolve(escaped, {}))
      local plain = { a = { b = 1 } }
      assert.equal(plain, rewriting.escape(plain))
   end)
end)
