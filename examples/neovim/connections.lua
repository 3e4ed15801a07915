-- The connections of a tenant in a buffer of Neovim, while the editor goes on:
--
--     PERSONALIZE_BASE_URL=... nvim -c 'luafile examples/neovim/connections.lua' -c PersonalizeConnections
--
-- Neovim's Lua has to find the library: `make install`, or LUA_PATH and LUA_CPATH of a build for LuaJIT.
local personalize = require "personalize"

assert(personalize.use_loop "luv")
local client = assert(personalize.from_env())

local function show(buffer, text)
   if not vim.api.nvim_buf_is_valid(buffer) then return end -- it was closed meanwhile
   vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(text, "\n", { trimempty = true }))
end

vim.api.nvim_create_user_command("PersonalizeConnections", function()
   local buffer = vim.api.nvim_create_buf(false, true)
   vim.api.nvim_win_set_buf(0, buffer)
   show(buffer, "Retrieving connections ...")
   -- a call waits in a coroutine; what follows it may use all of Neovim's functions
   coroutine.wrap(function()
      local list, err = client.connections.list()
      show(buffer, tostring(list or err))
   end)()
end, {})
