-- The example for Neovim, and the library within the editor. Neovim runs LuaJIT, whatever runs the specs.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local library_copy = require "spec.support.library_copy"
local patient = require "spec.support.patient"
local tenant = require "spec.support.tenant"

local root = os.getenv "PWD"

describe("in Neovim #neovim", function()
   local made, path

   setup(function()
      made = tenant.start { seed = true }
      path = folder.new()
   end)

   teardown(function()
      made:stop()
      folder.remove(path)
   end)

   -- What a program writes with `say`. It is run when the editor has started, with the example loaded.
   local function run(program)
      folder.write(path, "program.lua", "function say(...) io.stdout:write(table.concat({ ... }, ' '), '\\n') end\n"
         .. program)
      local environment = command.environment(made.emulator)
      environment.LUA_PATH = root .. "/lua/?.lua;" .. root .. "/lua/?/init.lua;;"
      environment.LUA_CPATH = library_copy.build "luajit" .. "/?.so;;"
      local words = { "env -u LD_PRELOAD" }
      for name, value in pairs(environment) do words[#words + 1] = name .. "=" .. command.quote(value) end
      words[#words + 1] = "timeout 60 nvim --headless -u NONE -i NONE -c 'luafile examples/neovim/connections.lua' "
         .. "-c 'luafile " .. path .. "/program.lua' -c 'qall!' </dev/null"
      local out, err, code = command.shell(table.concat(words, " "))
      assert.equal(0, code, out .. err)
      return out, err
   end

   it("lists connections in a buffer while the editor goes on", function()
      made.emulator:fail { path = "/v2/connections", delay = 0.5, times = 1 }
      local out, err = run [[
         local last, longest, ticks = vim.loop.hrtime(), 0, 0
         local timer = vim.loop.new_timer()
         timer:start(1, 1, function()
            local now = vim.loop.hrtime()
            longest, last, ticks = math.max(longest, now - last), now, ticks + 1
         end)
         local function text() return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n") end
         local begun = vim.loop.hrtime()
         vim.cmd "PersonalizeConnections"
         say((vim.loop.hrtime() - begun) / 1e9, text())
         vim.cmd "normal! ix" -- it can be typed meanwhile
         say(vim.wait(20000, function() return text():find "^NAME" ~= nil end, 5) and "listed" or text())
         timer:stop()
         say(longest / 1e9, ticks)
         say(text())
      ]]
      assert.equal("", err)
      local began, longest, ticks, list = out:match "^(%S+) Retrieving connections %.%.%.\nlisted\n(%S+) (%d+)\n(.*)\n$"
      assert.is_truthy(began, out)
      assert.is_true(tonumber(began) < patient(0.3), out)
      assert.is_true(tonumber(longest) < patient(0.2), out)
      assert.is_true(tonumber(ticks) > 50, out)
      assert.equal(tostring(assert(made.connections.list())), list)
   end)

   it("blocks outside of coroutines, and shows errors of coroutines as messages", function()
      local out, err = run [[
         local personalize = require "personalize"
         local client = assert(personalize.from_env())
         say(#assert(client.connections.list()))
         local listed = 0
         for i = 1, 5 do
            coroutine.wrap(function()
               local list = assert(client.connections.list())
               listed = listed + #list
               if i == 2 then error "mistake of mine" end
            end)()
         end
         vim.wait(20000, function() return listed == 15 end, 5)
         say(listed)
      ]]
      assert.equal("3\n15\n", out)
      assert.is_truthy(err:find "mistake of mine", err)
   end)

   it("needs no package luv, which would bring a loop that nobody runs", function()
      assert.equal("true\n", (run [[
         say(tostring(require "luv" == vim.loop))
      ]]))
   end)
end)
