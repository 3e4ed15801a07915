-- What a command says, on which stream, as text or as one JSON document.
local bound = require "personalize.sync.bound"
local colour = require "personalize.cli.colour"
local errors = require "personalize.error"
local json = require "personalize.json"
local output = require "personalize.cli.output"

describe("the output of a command", function()
   local out, err

   local function stream()
      return { text = "", write = function(self, ...)
         self.text = self.text .. table.concat { ... }
         return self
      end, flush = function() return true end }
   end

   local function new(arguments)
      out, err = stream(), stream()
      arguments.command = arguments.command or "get"
      return output.new({ out = out, err = err }, arguments)
   end

   local function said() return { out.text, err.text } end

   it("is text where JSON is not wanted, and JSON alone where it is", function()
      local it_is = new {}
      it_is:text "a"
      it_is:raw "b"
      it_is:document "{}"
      it_is:plan "  create  x\ny"
      assert.is_nil(it_is:json { a = 1 })
      it_is:note "noted\27"
      assert.same({ "a\nb{}\n  create  x\ny\n", "noted\\027\n" }, said())
      it_is = new { json = true }
      it_is:text "a"
      it_is:raw "b"
      it_is:document "{}"
      it_is:plan "x"
      it_is:note "n"
      assert.is_true(it_is:json { a = 1 })
      assert.same({ '{\n  "a": 1\n}\n', "" }, said())
   end)

   it("is the error of a document that cannot be written", function()
      local streams = { out = stream(), err = stream() }
      local it_is = output.new(streams, { json = true })
      local knot = {}
      knot.knot = knot
      for index, value in ipairs { { a = print }, knot } do
         local done, problem = it_is:json(value)
         assert.same({ nil, true }, { done, errors.is(problem) })
         assert.is_true(streams.has_failed)
         -- one document is enough
         if index == 1 then assert.same({ error = { kind = "encode", message = problem.message,
            problems = { { path = "a", message = problem.problems[1].message } } } }, json.decode(streams.out.text)) end
      end
      assert.equal(1, select(2, streams.out.text:gsub('"error"', "")))
   end)

   it("has the bound of files, which a plan that can be saved keeps", function()
      local it_is = new { json = true }
      assert.is_true(it_is:json { ("x"):rep(65 * 2 ^ 20) })
      assert.equal(65 * 2 ^ 20 + #'[\n  ""\n]\n', #out.text)
      local whole = bound.largest_file
      bound.largest_file = 500
      it_is = new { json = true }
      assert.is_true(it_is:json { ("x"):rep(500 - #'[\n  ""\n]\n') })
      assert.equal(500, #out.text)
      it_is = new { json = true }
      local done, problem = it_is:json { ("x"):rep(500) }
      bound.largest_file = whole
      assert.is_nil(done)
      assert.same({ "encode", "the document of --json: would have more than 500 bytes, the largest file of connections "
         .. "as code; where the command has --select, it chooses fewer connections" },
         { problem.kind, problem.message })
      assert.same({ error = { kind = problem.kind, message = problem.message } }, json.decode(out.text))
   end)

   it("may be deeper than a body may be", function()
      local deep = {}
      for _ = 1, 139 do deep = { deep } end
      assert.is_true(new({ json = true }):json(deep))
      assert.same(deep, json.decode(out.text, { max_depth = 140 }))
      deep = { deep, "\255" }
      assert.is_true(new({ json = true }):json(deep))
      assert.equal("?", json.decode(out.text, { max_depth = 141 })[2])
   end)

   it("has each warning once, with its place", function()
      local it_is = new {}
      it_is:warnings { { file = "f", line = 3, path = "name", message = "m" }, { message = "n" }, { message = "n" } }
      assert.same({ "", "warning: f:3: name: m\nwarning: n\n" }, said())
   end)

   it("ends with an error and its exit code", function()
      local problem = errors.new { kind = "validation", message = "no", status = 400, request_id = "r",
         problems = { { path = "a", message = "b" } }, body = "hidden" }
      assert.equal(1, new({}):fail(problem))
      assert.same({ "", "personalize get: validation (400): no\n" }, said())
      assert.equal(1, new({ json = true }):fail(problem))
      assert.same({ error = { kind = "validation", message = "no", status = 400, request_id = "r",
         problems = { { path = "a", message = "b" } } } }, json.decode(out.text))
      assert.equal("", err.text)
      new({}):fail "a text"
      assert.equal("personalize get: config: a text\n", err.text)
   end)

   it("tells with --verbose what an error has besides, and what caused it", function()
      local cause = errors.new { kind = "network", message = "broke", attempts = 1 }
      new({ verbose = true }):fail(errors.new { kind = "timeout", message = "late", url = "https://x", cause = cause })
      assert.matches("\n  url: https://x\n  because of network: broke[^\n]*\n  attempts: 1\n$", err.text)
   end)

   it("says how it is used, and ends with 64", function()
      assert.equal(64, new({}):usage("wrong", "Usage: x"))
      assert.same({ "", "personalize get: wrong\nUsage: x\n" }, said())
      assert.equal(64, new({ json = true }):usage("wrong", "Usage: x"))
      assert.same({ { error = { kind = "usage", message = "wrong" } }, "" }, { json.decode(out.text), err.text })
   end)

   it("is UTF-8 and nothing that a terminal obeys, whatever bytes the arguments are", function()
      assert.equal(64, new({ json = true }):usage("unknown 'a\27\233'\nDid you mean 'b'?"))
      assert.same({ error = { kind = "usage", message = "unknown 'a\\027?'\nDid you mean 'b'?" } },
         json.decode(out.text))
      new({ json = true }):usage "unknown 'a\23\127'"
      assert.equal("unknown 'a\\023\\127'", json.decode(out.text).error.message)
      new({}):usage("unknown 'a\27\233'\nDid you mean 'b'?", "Usage: x")
      assert.equal("personalize get: unknown 'a\\027?'\nDid you mean 'b'?\nUsage: x\n", err.text)
      local it_is = new { json = true }
      assert.is_true(it_is:json { ["\233"] = json.array { "\233", "\27é", 5, json.null, json.array {} } })
      assert.equal('{\n  "?": [\n    "?",\n    "\\u001bé",\n    5,\n    null,\n    []\n  ]\n}\n', out.text)
   end)

   it("takes its bar away before it says something, once", function()
      local it_is = new {}
      it_is:bar "1/2"
      it_is:text "a"
      it_is:text "b"
      it_is:clear()
      assert.same({ "a\nb\n", "\r1/2\27[K\r\27[K" }, said())
      assert.is_nil(it_is:columns_of_bar()) -- no terminal
   end)

   it("has a bar on a terminal, as wide as that is, that is seen at once", function()
      local own, own_width, flushed = colour.is_terminal, colour.width, 0
      finally(function() colour.is_terminal, colour.width = own, own_width end)
      colour.is_terminal = function() return true end
      for width, columns in pairs { [120] = 120, [false] = 80 } do
         colour.width = function() return width or nil end
         assert.equal(columns, new({}):columns_of_bar())
         assert.is_nil(new({ json = true }):columns_of_bar())
      end
      local it_is = new {}
      err.flush = function() flushed = flushed + 1 end
      it_is:bar "1/2"
      assert.equal(1, flushed)
      it_is:clear()
      assert.equal(2, flushed)
   end)

   it("is coloured where that is wanted", function()
      local it_is = new { color = "always" }
      it_is:plan "  create  x\n  archive x\n+ y"
      it_is:warn { message = "m" }
      assert.same({ "\27[32m  create  x\27[0m\n\27[31m  archive x\27[0m\n\27[32m+ y\27[0m\n",
         "\27[33mwarning: m\27[0m\n" }, said())
   end)

   it("remembers what cannot be written", function()
      local streams = { out = { write = function() return nil, "full" end }, err = stream() }
      local it_is = output.new(streams, {})
      it_is:text "a"
      it_is:text "b"
      assert.equal("full", streams.refused)
   end)
end)
