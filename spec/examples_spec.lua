-- What README, the guides and examples/ show, runs, and writes what they say that it writes.
local command = require "spec.support.command"
local event_loop = require "spec.support.event_loop"
local lfs = require "lfs"
local markdown = require "spec.support.documents.markdown"
local quoted = require "spec.support.documents.quoted"
local reading = require "spec.support.documents.reading"
local recipe = require "spec.support.recipe"
local tenant = require "spec.support.tenant"

-- The guide to event loops is run where Debian has one for this interpreter.
local function documents()
   local paths = {}
   for _, folder in ipairs { "", "doc/" } do
      for name in lfs.dir("./" .. folder) do
         local is_ours = name ~= "event-loops.md" or event_loop.exists_here "luv"
         if name:find "%.md$" and is_ours then paths[#paths + 1] = folder .. name end
      end
   end
   table.sort(paths)
   return paths
end

local function runnable(path)
   local blocks = {}
   for _, block in ipairs(markdown.blocks(path)) do
      -- nginx's is run by spec/openresty/guide_spec.lua
      local is_nginx = path == "doc/openresty.md" and block.language == "nginx"
      if not block.not_run and not is_nginx then blocks[#blocks + 1] = block end
   end
   return blocks
end

local function check(block, result)
   local where = ("%s:%d: "):format(block.document, block.line)
   if result.reason then error(("%s%s\n%s"):format(where, result.reason, result.output), 0) end
   local expected = block.output or block.language == "console" and block.text
      or block.language == "lua" and quoted.of_comments(block.text)
   if expected and not quoted.matches(expected, result.output) then
      error(("%sthe document says\n%s\nbut it is\n%s"):format(where, expected, result.output), 0)
   end
end

for _, path in ipairs(documents()) do
   local blocks = runnable(path)
   describe(path, function()
      local results
      if blocks[1] then setup(function() results = reading.read(blocks) end) end

      for number, block in ipairs(blocks) do
         it(("runs: line %d (%s)"):format(block.line, block.language), function() check(block, results[number]) end)
      end

      it("has no link that leads nowhere", function() assert.same({}, markdown.broken_links(path)) end)
   end)
end

describe("blocks that are not run", function()
   it("are few, each with its reason", function()
      local reasons = {}
      for _, path in ipairs(documents()) do
         for _, block in ipairs(markdown.blocks(path)) do
            if block.not_run then reasons[#reasons + 1] = ("%s: %s"):format(path, block.not_run) end
         end
      end
      assert.same({
         "README.md: CI runs them, in a clean clone",
         "doc/editors.md: its mistakes are for the language server, in make check-editor",
         "doc/installing.md: CI runs them, in a clean clone",
         "doc/installing.md: make rocks runs them, in a tree of its own",
         "doc/openresty.md: it takes OpenResty",
         "doc/recipes.md: examples/openresty/redis_tokens.lua runs in nginx",
         "doc/testing.md: it takes containers",
      }, reasons)
   end)
end)

describe("examples/spec", function()
   local place

   before_each(function() place = recipe.new() end)
   after_each(function() place:remove() end)

   -- What doc/testing.md says to run, for a folder and in a folder.
   local function run_spec(path, where)
      local line
      for _, block in ipairs(markdown.blocks "doc/testing.md") do
         line = block.language == "sh" and block.text:match "^[^\n]*busted[^\n]*" or line
      end
      line = line:gsub("lua5.4", command.interpreter):gsub("examples/spec", "-o TAP " .. path)
      local text = place:run(line, { folder = where, environment = place.library })
      local count = 0
      for result in text:gmatch "[^\n]+" do
         assert.falsy(result:find "^not ok", text)
         if result:find "^ok" then count = count + 1 end
      end
      assert.equal(10, count, text)
   end

   it("succeeds as documented, whatever the system's lua is", function()
      place:program("lua", "echo 'this is no Lua for it' >&2; exit 99")
      os.execute(("ln -s '%s/examples' '%s/examples'"):format(os.getenv "PWD", place.path))
      run_spec "examples/spec"
   end)

   it("succeeds wherever it is copied to", function()
      os.execute(("cp -r examples/spec '%s/my specs'"):format(place.path))
      run_spec "'my specs'"
      run_spec(".", "my specs")
      run_spec(("'%s/my specs/move_host_spec.lua'"):format(place.path))
   end)

   it("tests a script that runs", function()
      local t = tenant.start()
      finally(function() t:stop() end)
      t:create { name = "Weather", request = { requestType = "GET", connectionUrl = "https://old.example.com/v1" } }
      place:reach(t.emulator)
      local line = ("%s %s/examples/spec/move_host.lua "):format(command.interpreter, os.getenv "PWD")
      local function run(arguments) return { place:run(line .. arguments, { environment = place.library }) } end
      assert.same({ "", "usage: move_host.lua OLD-HOST NEW-HOST [--dry-run]\n", 64 }, run "old.example.com")
      assert.same({ "Weather: request.connectionUrl\n", "", 0 }, run "old.example.com new.example.com --dry-run")
      assert.equal(0, t.emulator:counts().updates)
      assert.same({ "Weather: request.connectionUrl\n", "", 0 }, run "old.example.com new.example.com")
      assert.equal("https://new.example.com/v1", assert(t.connections.find "Weather").request.connectionUrl)
      t.emulator:fail { path = "/v2/connections", status = 403 }
      local refused = run "a b"
      assert.same({ "", 1 }, { refused[1], refused[3] })
      assert.matches("^forbidden %(403%)", refused[2])
   end)
end)

describe("examples/quickstart.lua", function()
   it("does the main job against an emulator of its own, whatever tenant the environment names", function()
      local output, errors, code = command.shell("env PERSONALIZE_REGION=eu PERSONALIZE_BASE_URL=http://127.0.0.1:1 "
         .. "PERSONALIZE_CLIENT_ID=x PERSONALIZE_CLIENT_SECRET=y PERSONALIZE_PROXY=http://127.0.0.1:1 "
         .. reading.interpreter .. " examples/quickstart.lua")
      assert.same({ "", 0 }, { errors, code })
      assert.truthy(output:find("created: Example of the personalize library with ref ", 1, true), output)
      assert.truthy(output:find("archived:\ttrue", 1, true), output)
      assert.truthy(output:find("Opening hours of a shop, by its name\t2000 ms\t1 input", 1, true), output)
      assert.truthy(output:find("kind:\tnot_found\tstatus:\t404\tretryable:\tfalse", 1, true), output)
   end)
end)

describe("examples/openresty #openresty", function()
   it("serves connections, a page, metrics, and an archive that is guarded", function()
      local output, errors, code = command.shell("env -u LD_PRELOAD examples/openresty/demo.sh")
      assert.same({ "", 0 }, { errors, code })
      assert.truthy(output:find('"name": "Opening hours"', 1, true), output)
      assert.truthy(output:find("<title>Connections</title>", 1, true), output)
      local metrics = 'connection_up{name="Broken"} 0\nconnection_up{name="Opening hours"} 1'
      assert.truthy(output:find(metrics, 1, true), output)
      assert.truthy(output:find("without the token\n401", 1, true), output)
      assert.truthy(output:find('"archived": true', 1, true), output)
   end)
end)
