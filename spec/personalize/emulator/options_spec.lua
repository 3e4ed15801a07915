-- The emulator's options and those of a fault: what each takes, what it is without, what is refused.
local options = require "personalize.emulator.options"

describe("the emulator's options", function()
   local function takes(name, value)
      local fine, read = pcall(options.read, { [name] = value }, "spec")
      return fine and rawequal(read[name], value)
   end

   local function fault_takes(name, value)
      return pcall(options.read_fault, { [name] = value }, "spec")
   end

   it("have their defaults", function()
      assert.same({ port = 0, database = ":memory:", seed = false, strict = false, honour_offset = true,
         missing_secret = "clear", update_revision = false, put_creates = false, unique_names = false,
         mask_unknown_auth = false, token_ttl = 900, outbound = "loopback", journal_secrets = false,
         journal_limit = 10000, address = "127.0.0.1", remote_control = false, request_timeout = 60,
         client_id = "emulator-client-id", client_secret = "emulator-client-secret",
         client_key = "pqsPERS3lw12v5a9rrHPW1c4hET73GxQ", api_token = "emulator-api-token" }, options.read(nil, "spec"))
      assert.same({ 8080, false }, { options.read({ port = 8080 }, "spec").port,
         options.read({ honour_offset = false }, "spec").honour_offset })
   end)

   it("take whole numbers up to a limit", function()
      for name, most in pairs { port = 65535, page_limit = 2 ^ 31 - 1, journal_limit = 2 ^ 24 } do
         for _, value in ipairs { 0, 1, most } do assert.is_true(takes(name, value), name) end
         for _, value in ipairs { -1, most + 1, 1.5, "1", true } do assert.is_false(takes(name, value), name) end
      end
   end)

   it("take texts, URLs, seconds and hosts of their form", function()
      for _, value in ipairs { "", "a\0b", 5, true } do assert.is_false(takes("database", value)) end
      assert.is_true(takes("database", "a b"))
      for _, value in ipairs { "http://a", "https://a.example:8080", "http://[::1]:80" } do
         assert.is_true(takes("public_url", value))
      end
      for _, value in ipairs { "a", "ftp://a", "http://a/", "http://", "https://a b", "xhttp://a", 5 } do
         assert.is_false(takes("public_url", value))
      end
      for _, value in ipairs { 0, 0.5, 2 ^ 31 } do assert.is_true(takes("token_ttl", value)) end
      for _, value in ipairs { -0.1, 2 ^ 31 + 1, "5" } do assert.is_false(takes("token_ttl", value)) end
      for _, value in ipairs { "any", "a.example", "::1", { "a" }, { "a", "b:80" } } do
         assert.is_true(takes("outbound", value))
      end
      for _, value in ipairs { "", "a/b", 5, {}, { "a", "" }, { "a b" }, { 5 } } do
         assert.is_false(takes("outbound", value))
      end
      for name, value in pairs { missing_secret = "drop", seed = "yes", request_timeout = 0 } do
         assert.is_false(takes(name, value))
      end
      assert.is_true(takes("missing_secret", "keep"))
   end)

   it("take certificates with their keys alone", function()
      for _, pair in ipairs { { "tls_cert", "tls_key" }, { "client_cert", "client_cert_key" } } do
         assert.is_true(options.check_pairs { [pair[1]] = "a", [pair[2]] = "b" })
         for _, name in ipairs(pair) do
            local fine, err = options.check_pairs { [name] = "a" }
            assert.same({ nil, "config", ("%s and %s go together"):format(pair[1], pair[2]) },
               { fine, err.kind, err.message })
         end
      end
      assert.is_true(options.check_pairs {})
   end)

   it("of a fault take what they should", function()
      for _, name in ipairs { "method", "path", "content_type" } do
         assert.same({ true, false, false }, { fault_takes(name, ""), (fault_takes(name, "a\0")),
            (fault_takes(name, 5)) })
      end
      for _, name in ipairs { "times", "probability", "status", "delay", "truncate" } do
         assert.same({ true, true, false, false }, { (fault_takes(name, 0)), (fault_takes(name, 1.5)),
            (fault_takes(name, -1)), (fault_takes(name, "1")) })
      end
      for _, name in ipairs { "after", "reset" } do
         assert.same({ true, true, false }, { (fault_takes(name, true)), (fault_takes(name, false)),
            (fault_takes(name, 1)) })
      end
      assert.same({ true, false }, { (fault_takes("body", "a\0")), (fault_takes("body", 5)) })
      assert.same({ false, false, false }, { (fault_takes("retry_after", "a\0")), (fault_takes("retry_after", -1)),
         (fault_takes("retry_after", true)) })
      assert.same({ "soon", "2", "1.5", "0.1" }, { options.read_fault({ retry_after = "soon" }, "spec").retry_after,
         options.read_fault({ retry_after = 2 }, "spec").retry_after,
         options.read_fault({ retry_after = 1.5 }, "spec").retry_after,
         options.read_fault({ retry_after = 0.1 }, "spec").retry_after })
      assert.is_nil(options.read_fault({}, "spec").retry_after)
   end)

   it("raise misuse at the caller's caller", function()
      for name, message in pairs { read = 'spec: option "port": expected an integer from 0 to 65535, got -1',
         read_fault = 'spec: unknown option "port"' } do
         local function public() options[name]({ port = -1 }, "spec") return true end
         local function user() public() return true end
         local fine, problem = pcall(user)
         assert.is_false(fine)
         local line = debug.getinfo(user, "S").linedefined
         assert.is_truthy(problem:find(("options_spec.lua:%d: %s"):format(line, message), 1, true), problem)
      end
   end)
end)
