-- A path with a zero byte raised in the library's own files, also where it came out of a file of a connection.
local folder = require "spec.support.folder"
local personalize = require "personalize"
local sync = require "personalize.sync"

describe("a path with a zero byte", function()
   local client = assert(personalize.new { base_url = "http://127.0.0.1:1", access_token = "token", retry = false })

   local function failure(value, err)
      assert.is_nil(value)
      return ("%s: %s"):format(err.kind, err.message)
   end

   it("is one that cannot be read", function()
      assert.equal("validation: a\\000b: holds a zero byte", failure(sync.validate "a\0b"))
      assert.equal("config: a\\000b: holds a zero byte (expected a folder, such as an export makes)",
         failure(sync.plan(client, "a\0b")))
      assert.equal("config: a\\000b: holds a zero byte (expected a plan, as `plan --save` writes it)",
         failure(sync.load(client, "a\0b")))
   end)

   it("is a problem of the file that refers to it", function()
      local path = folder.new()
      finally(function() folder.remove(path) end)
      folder.write(path, "a.json", [[{"name": "A", "systemType": "DATA_SYSTEM",
         "auth": {"authType": "BASIC", "username": "me", "password": {"$file": "a\u0000b"}},
         "request": {"requestType": "GET", "connectionUrl": "https://example.com/"}}]])
      local _, err = sync.validate(path)
      assert.same({ "auth.password", 'a reference is {"$file": "path"}' }, { err.problems[1].path,
         err.problems[1].message })
   end)
end)
