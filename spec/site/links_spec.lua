-- The check of the site's links finds files and anchors that are not there, and what would be fetched from elsewhere.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local lfs = require "lfs"

describe("the check of the site's links", function()
   local place

   before_each(function() place = folder.new() end)
   after_each(function() folder.remove(place) end)

   local function check(pages, base)
      assert(lfs.mkdir(place .. "/doc"))
      for name, text in pairs(pages) do
         folder.write(place .. "/" .. (name:match "^(.*)/" or ""), name:match "[^/]*$", text)
      end
      local line = "SITE_BASE=%s %s doc/site/links.lua %s"
      local out, err, code = command.shell(line:format(base or "/", command.interpreter, place))
      return err, code, out
   end

   it("finds nothing where all is well", function()
      local pages = { ["index.html"] = '<a href="/doc/a.html#here">x</a> <a href="doc/">x</a> <a href="#top">x</a>'
            .. '<i id="top"></i> <a href="https://example.com/none">x</a> <img src="data:image/png;base64,AA">',
         ["doc/a.html"] = '<h2 id="here">x</h2> <a href="../index.html">x</a> <a href="/">x</a>',
         ["doc/index.html"] = '<a href="./a.html?x=1">x</a>' }
      local err, code, out = check(pages)
      assert.same({ "", 0, "3 pages, 6 links, 0 that lead nowhere\n" }, { err, code, out })
   end)

   it("finds links, anchors and files that are elsewhere", function()
      local err, code = check { ["doc/a.html"] = '<a href="b.html">x</a> <a href="#none">x</a> '
         .. '<a href="/doc/a.html#no">x</a> <script src="https://cdn.example/x.js"></script>' }
      assert.equal("doc/a.html: b.html leads to nothing\ndoc/a.html: #none: doc/a.html has no such anchor\n"
         .. "doc/a.html: /doc/a.html#no: doc/a.html has no such anchor\n"
         .. "doc/a.html: fetches https://cdn.example/x.js\n", err)
      assert.equal(1, code)
   end)

   it("knows the folder that a site is served from", function()
      local err, code = check({ ["index.html"] = '<a href="/x/doc/a.html">x</a> <a href="/doc/a.html">x</a>',
         ["doc/a.html"] = "" }, "/x/")
      assert.same({ "index.html: /doc/a.html leads to nothing\n", 1 }, { err, code })
   end)

   it("fails where there are no pages", function()
      assert.equal(1, select(2, check {}))
   end)
end)
