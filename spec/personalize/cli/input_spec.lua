-- Definitions and values for commands: from files, the standard input, and arguments.
local argparse = require "argparse"
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local input = require "personalize.cli.input"
local json = require "personalize.json"
local lfs = require "lfs"

local expected = " (expected a JSON file, - for the standard input, or JSON that begins with {)"

describe("input", function()
   local path

   before_each(function() path = folder.new() end)
   after_each(function() folder.remove(path) end)

   -- Nothing, and an error of a kind and message.
   local function assert_fails(kind, message, value, err)
      assert.is_nil(value)
      assert.same({ kind, message }, { err.kind, err.message })
   end

   it("is a definition of a file, or of JSON that is given", function()
      folder.write(path, "w.json", '\239\187\191{"$schema": "x", "name": "W"}')
      assert.same({ name = "W" }, input.definition(path .. "/w.json"))
      assert.same({ name = "W" }, input.definition ' {"name": "W"}')
      assert_fails("config", path .. "/none: No such file or directory" .. expected, input.definition(path .. "/none"))
      assert_fails("config", path .. ": Is a directory" .. expected, input.definition(path))
      folder.write(path, "empty", "")
      assert_fails("config", path .. "/empty: is empty" .. expected, input.definition(path .. "/empty"))
      for _, given in ipairs { "[{}]", "[]" } do
         assert_fails("validation", "the JSON given: expected an object, {...}, got an array: one connection at a "
            .. "time", input.definition(given))
      end
      for _, text in ipairs { "null", "7", '"x"' } do
         folder.write(path, "x", text)
         assert_fails("validation", path .. "/x: expected an object, {...}", input.definition(path .. "/x"))
      end
      local value, err = input.definition '{"a": hush}'
      assert.is_nil(value)
      assert.equal("decode", err.kind)
      assert.matches("^the JSON given: invalid JSON at line 1", err.message)
      assert.not_matches("hush", err.message)
   end)

   it("is any value", function()
      assert.same({ 1 }, input.value "[1]")
      folder.write(path, "x", " 7")
      assert.equal(7, input.value(path .. "/x"))
      folder.write(path, "x", "null")
      assert.equal(json.null, input.value(path .. "/x"))
      folder.write(path, "x", "{")
      for _, given in ipairs { "{", path .. "/x" } do
         local value, err = input.value(given)
         assert.is_nil(value)
         assert.equal("decode", err.kind)
         assert.equal(given == "{" and "the JSON given: " or path .. "/x: ", err.message:match "^.-: ")
      end
      assert_fails("config", path .. "/none: No such file or directory" .. expected, input.value(path .. "/none"))
   end)

   it("has a bound", function()
      local largest = 16 * 1024 * 1024
      folder.write(path, "x", (" "):rep(largest - 2) .. "{}")
      assert.equal(largest, #assert(input.text(path .. "/x")))
      folder.write(path, "x", (" "):rep(largest - 1) .. "{}")
      assert_fails("config", path .. "/x: is longer than 16777216 bytes", input.text(path .. "/x"))
   end)

   it("leaves no file open, except the standard input", function()
      local function count_open()
         local count = 0
         for _ in lfs.dir "/proc/self/fd" do count = count + 1 end
         return count
      end
      folder.write(path, "x", "text")
      collectgarbage "stop"
      local before = count_open()
      input.text(path .. "/x")
      local after = count_open()
      collectgarbage "restart"
      assert.equal(before, after)
   end)

   it("is what comes by the standard input", function()
      local function say(text)
         return command.shell(("printf %%s %s | %s -e %s"):format(command.quote(text), command.interpreter,
            command.quote [[
            local value, err = require "personalize.cli.input".definition "-"
            print(value and value.name or err.kind .. ": " .. err.message)
            print(io.read "*a")]]))
      end
      assert.equal("W\n\n", (say '{"name": "W"}'))
      assert.equal("config: the standard input: is empty" .. expected .. "\n\n", (say ""))
      assert.equal("validation: the standard input: expected an object, {...}\n\n", (say "7"))
   end)

   it("has its references looked up, from the folder of the file", function()
      folder.write(path, "secret", "of a file\n")
      local text = '{"auth": {"clientSecret": {"$file": "secret"}}}'
      folder.write(path, "w.json", text)
      local definition, texts = input.resolved(path .. "/w.json")
      assert.same({ auth = { clientSecret = "of a file" } }, definition)
      assert.same({ "of a file" }, texts)
      assert.is_nil((input.resolved(text)))
      assert.same(definition, (input.resolved(text, { secrets_folder = path })))
      assert.same(definition, (input.resolved_text(text, "the text", { secrets_folder = path })))
      local none, err = input.resolved_text(text, "the text")
      assert.is_nil(none)
      assert.equal("config", err.kind)
      assert.matches("^auth.clientSecret: ", err.message)
      assert_fails("config", path .. "/none: No such file or directory" .. expected, input.resolved(path .. "/none"))
      assert_fails("validation", "title: expected an object, {...}", input.resolved_text("7", "title"))
   end)

   it("may have references at the usual places alone, unless they may be anywhere", function()
      local text = '{"description": {"$env": "HOME"}}'
      local value, err = input.resolved_text(text, "the text")
      assert.is_nil(value)
      assert.equal("validation", err.kind)
      assert.matches("^the text: description: is a reference", err.message)
      assert.same({ description = os.getenv "HOME" },
         (input.resolved_text(text, "the text", { references = "anywhere" })))
      assert.is_nil((input.resolved(text)))
      assert.same({ description = os.getenv "HOME" }, (input.resolved(text, { references = "anywhere" })))
   end)

   it("has options", function()
      local parser = argparse "x"
      input.add_references(parser)
      assert.same({ references = "usual", secrets_folder = "s" },
         parser:parse { "--references", "usual", "--secrets-folder", "s" })
      assert.is_false((parser:pparse { "--references", "nowhere" }))
   end)
end)
