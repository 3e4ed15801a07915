-- The configuration in doc/openresty.md runs in a real nginx, as it stands there.
local command = require "spec.support.command"
local emulator = require "personalize.emulator"
local markdown = require "spec.support.documents.markdown"
local openresty = require "spec.support.openresty"

-- A configuration's parts for openresty.start, which has paths, ports and files of its own to add.
local function parts_of(text)
   local before, server, behind = text:match "^http {(.-)server (%b{})(.*)}%s*$"
   return { http = before .. behind, server = server:sub(2, -2) }
end

describe("doc/openresty.md #openresty", function()
   it("shows a configuration that serves", function()
      local service = assert(emulator.start { seed = true })
      local variables = {}
      for name, value in pairs(command.environment(service)) do
         variables[#variables + 1] = name .. "=" .. command.quote(value)
      end
      local count = 0
      for _, block in ipairs(markdown.blocks "doc/openresty.md") do
         if block.language == "nginx" then
            count = count + 1
            local options = parts_of(block.text)
            options.environment = table.concat(variables, " ")
            local server = openresty.start(options)
            finally(function()
               server:stop()
               service:stop()
            end)
            local status, body = server:get "/connections"
            assert.equal(200, status, body .. server:log())
            assert.equal("First web service\nWeather Data System\nConnect to Data System\n", body)
            assert.same({}, server:complaints())
            assert.equal(1, service:counts().tokens)

            service:fail { path = "/v2/*", status = 403 }
            assert.equal(502, (server:get "/connections"))
            assert.matches("forbidden %(403%)", server:complaints()[1])
         end
      end
      assert.equal(1, count)
   end)
end)
