-- Every command fails where what it writes cannot be written: a full disk, a reader that has gone.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local main = require "personalize.cli.main"
local personalize = require "personalize"
local tenant = require "spec.support.tenant"

describe("what cannot be written", function()
   local made, path, environment

   before_each(function()
      made, path = tenant.start(), folder.new()
      made:create { name = "A" }
      environment = command.environment(made.emulator)
      environment.EDITOR = "sh " .. path .. "/editor"
      folder.write(path, "editor", 'sed -i "s/example.com/example.org/" "$1"\n')
      local files = { ["new.json"] = { name = "New" }, ["a.json"] = { name = "A", description = "changed" } }
      for name, value in pairs(files) do
         folder.write(path, name, personalize.json.encode(tenant.definition(value)))
      end
      folder.write(path, "input", "print(1)\n")
      assert(personalize.sync.export(made.client, path .. "/files"))
      folder.write(path .. "/files", "more.json", personalize.json.encode(tenant.definition { name = "More" }))
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   -- command -> forms of it, each of which prints something
   local function forms_of()
      local new, a, files = path .. "/new.json", path .. "/a.json", path .. "/files"
      return {
         repl = { {} },
         list = { {}, { "--json" }, { "--count" } },
         get = { { "A" }, { "A", "--json" } },
         create = { { new, "--dry-run" }, { new } },
         ensure = { { a, "--dry-run" }, { a } },
         update = { { "A", a, "--dry-run" }, { "A", a } },
         patch = { { "A", '{"description":"x"}', "--dry-run" }, { "A", '{"description":"x"}' } },
         edit = { { "A", "--yes" } },
         archive = { { "A" } },
         restore = { { "A" } },
         test = { { "A" } },
         request = { { "GET", "/v2/connections" } },
         diff = { { "A", a } },
         uses = { { "A" } },
         validate = { { new }, { new, "--json" } },
         export = { { path .. "/exported" } },
         plan = { { files }, { files, "--json" }, { files, "--format", "markdown" } },
         apply = { { files, "--yes" } },
         promote = { { "--from", "PERSONALIZE", "--to", "PERSONALIZE", "--dry-run" } },
         doctor = { {}, { "--json" } },
         probe = { {}, { "--json" } },
         emulator = { { "--port", "0" }, { "--port", "0", "--json" } },
         help = { {}, { "list" } },
         completion = { { "bash" }, { "zsh" }, { "fish" } },
      }
   end

   local all = { "help", "completion" }
   for _, name in ipairs(main.names) do all[#all + 1] = name end

   for _, name in ipairs(all) do
      it("is an error of " .. name, function()
         local forms = assert(forms_of()[name], "state a form that prints something")
         for _, form in ipairs(forms) do
            local arguments = { name }
            for _, argument in ipairs(form) do arguments[#arguments + 1] = argument end
            local line = "timeout 20 " .. command.line(environment, arguments) .. " <" .. path .. "/input"
            local out, err = command.shell(line .. " >/dev/full; echo $?")
            assert.equal("1\n", out, line .. "\n" .. err)
            assert.matches("personalize: cannot write: No space left on device\n$", err, 1, false, line)
         end
      end)

      it("is an error of " .. name .. ", quietly, when nobody reads", function()
         local arguments = { name }
         for _, argument in ipairs(forms_of()[name][1]) do arguments[#arguments + 1] = argument end
         local line = "timeout 20 " .. command.line(environment, arguments) .. " <" .. path .. "/input"
         local out, err = command.shell("trap '' PIPE; { sleep 0.1; " .. line .. "; echo $? >&2; } | true")
         assert.equal("", out)
         assert.matches("1\n$", err)
         assert.not_matches("cannot write", err)
      end)
   end
end)
