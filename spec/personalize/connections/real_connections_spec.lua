-- Connections as people make them go through everything: created, read back, rebuilt, exported, planned, promoted.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local personalize = require "personalize"
local real_connections = require "spec.support.documents.real_connections"
local schema = require "personalize.schema"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

local json = personalize.json

-- The JSON of what is not the server's.
local function text_of(connection)
   local own = {}
   for name, value in pairs(connection) do
      if not schema.server_owned[name] then own[name] = value end
   end
   return assert(json.encode(own, { canonical = true, pretty = true }))
end

local function rebuilt(connections, given)
   local builder = connections.build(given.name):system_type(given.systemType)
      :request(given.request.requestType, given.request.connectionUrl, given.request.requestBody)
      :timeouts { connect_ms = given.connectionTimeout, socket_ms = given.socketTimeout }:icon(given.icon)
   if given.description then builder:description(given.description) end
   if given.exampleValue then builder:example(given.exampleValue) end
   if given.auth.authType == "NONE" then builder:no_auth() else builder:auth(given.auth) end
   for _, header in ipairs(given.customHeaders or {}) do builder:header(header.name, header.value) end
   for _, input in ipairs(given.inputMappings or {}) do
      builder:input(input.key, { type = input.type, example = input.exampleValue, label = input.label,
         mapping = input.mapping })
   end
   for _, output in ipairs(given.outputMappings or {}) do
      builder:output(output.outputReference, { type = output.type, label = output.label })
   end
   return builder
end

describe("a real connection", function()
   local made, to, path

   before_each(function() made, to, path = tenant.start({ missing_secret = "keep" }), tenant.start(), folder.new() end)

   after_each(function()
      made:stop()
      to:stop()
      folder.remove(path)
   end)

   for file in pairs(real_connections.all()) do
      it("comes back as it was created, and as it was built: " .. file, function()
         local given = real_connections.all()[file]
         local ref = assert(made.connections.create(given)).ref
         local secret = given.auth.clientSecret
         local read = assert(made.connections.get(ref))
         local expected = real_connections.all()[file]
         -- what the service never returns
         for _, name in ipairs { "clientSecret", "password" } do expected.auth[name] = nil end
         for _, name in ipairs { "archived", "connectionTimeout", "socketTimeout", "icon" } do
            if expected[name] == nil then expected[name] = read[name] end -- the server's defaults
         end
         assert.equal(text_of(expected), text_of(read))
         assert.equal(secret, made.emulator:stored_secret(ref, "clientSecret") or nil)
         assert.equal("unchanged", select(2, assert(made.connections.ensure(given))))
         local built = assert(json.decode(json.encode(rebuilt(made.connections, given):table())))
         for _, name in ipairs { "urlParameters", "archived", "customHeaders", "inputMappings", "outputMappings" } do
            -- the builder has none of the first two, and leaves empty lists out
            local is_left_out = type(given[name]) ~= "table" or #given[name] == 0
            if built[name] == nil and is_left_out then built[name] = given[name] end
         end
         assert.equal(text_of(given), text_of(built))
      end)
   end

   it("is exported, and the plan is empty; promoted with values, and the plan is empty", function()
      local count = 0
      for _, given in pairs(real_connections.all()) do
         assert(made.connections.create(given))
         count = count + 1
      end
      local exported = assert(sync.export(made.client, path))
      assert.is_true(assert(sync.plan(made.client, path)):is_empty())
      local environment = command.environment(made.emulator, "FROM")
      for name, value in pairs(command.environment(to.emulator, "TO")) do environment[name] = value end
      for _, each in ipairs(exported.references) do environment[each.target] = "canary-of-a-secret" end
      folder.write(path, "prod.values", '{"replace": {"track.example.com": "track.example.org"}}')
      local arguments = { "promote", "--from", "FROM", "--to", "TO", "--values", path .. "/prod.values", "--yes" }
      local _, err, code = command.run(environment, arguments)
      assert.equal(0, code, err)
      assert.equal(count, #assert(to.connections.list()))
      local out
      out, err, code = command.run(environment, arguments)
      assert.equal(0, code, err)
      assert.matches(count .. " unchanged", out)
   end)
end)
