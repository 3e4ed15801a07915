-- `--filter`, `--sort` and `--reverse`: which connections they leave, and in which order.
local argparse = require "argparse"
local filters = require "personalize.cli.filters"
local json = require "personalize.json"
local selection = require "personalize.cli.selection"

describe("filters", function()
   local function arguments_of(...)
      local parser = argparse "list"
      selection.add(parser)
      filters.add(parser)
      parser:flag "--archived"
      parser.error = function(_, message) error(message, 0) end
      return parser:parse { ... }
   end

   local function item(name, more)
      local made = { name = name, archived = false }
      for key, value in pairs(more or {}) do made[key] = value end
      return made
   end

   local items = {
      item("Weather", { description = "Rain and Sun", revision = 10, request = { requestType = "GET" },
         inputMappings = { { key = "city" }, { key = "day" } }, auth = { authType = "NONE" } }),
      item("plug", { revision = 9, request = { { requestType = "POST" } } }),
      item("Old", { archived = true, revision = json.decode "8.0", description = "rain" }),
      { name = "Bare" },
   }

   -- The names that are left, and how many archived ones would be left.
   local function apply(...)
      local found, hidden = assert(filters.apply(arguments_of(...), items))
      local names = {}
      for index, each in ipairs(found) do names[index] = each.name end
      return table.concat(names, ","), hidden
   end

   it("leave those in use, and count the archived ones", function()
      assert.same({ "Weather,plug,Bare", 1 }, { apply() })
      assert.same({ "Weather,plug,Old,Bare", 0 }, { apply "--archived" })
      assert.same({ "", 1 }, { apply("--select", "O*") })
      assert.same({ "plug,Bare", 0 }, { apply("--select", "p?ug", "--select", "Bare") })
      local none = assert(filters.apply(arguments_of("--select", "nobody"), items))
      assert.equal("[]", json.encode(none))
   end)

   it("compare members and columns", function()
      for expression, expected in pairs {
         ["name=Weather"] = "Weather", ["name==Weather"] = "Weather", [" name =  Weather "] = "Weather",
         ["name=weather"] = "", ["name=?lug"] = "plug", ["name!=?lug"] = "Weather,Bare", ["name~U"] = "plug",
         ["name~*"] = "", ["name~w.a"] = "", ["name!~u"] = "Weather,Bare", ["method=POST"] = "plug",
         ["request.requestType=GET"] = "Weather", ["inputMappings.key=day"] = "Weather",
         ["inputMappings.key!=day"] = "plug,Bare", ["description="] = "plug,Bare",
         ["revision=10"] = "Weather", ["auth.authType=NONE"] = "Weather",
         -- one that asks for the state brings the archived ones too
         ["archived=YES"] = "Old", ["archived=true"] = "Old", ["archived=no"] = "Weather,plug,Bare",
         ["archived!=yes"] = "Weather,plug,Bare", ["description=no"] = "", ["archived~fal"] = "Weather,plug,Bare",
      } do
         assert.equal(expected, (apply("--filter", expression)), expression)
      end
      assert.same({ "", 1 }, { apply("--filter", "description=rain") })
      assert.same({ "Weather", 0 }, { apply("--filter", "name~e", "--filter", "revision~1") })
      assert.same({ "plug", 0 }, { apply("--filter", "name~u", "--filter", "archived=no") })
   end)

   it("that are no comparisons, or of no member, are refused", function()
      for _, wrong in ipairs { "name", "=x", "name!x", "name=~x", "name!==x", "", "na me=x" } do
         local fine, message = pcall(arguments_of, "--filter", wrong)
         assert.is_false(fine, wrong)
         assert.equal(("--filter: expected NAME=VALUE, NAME!=VALUE, NAME~TEXT or NAME!~TEXT, got %q"):format(wrong),
            message)
      end
      for option, value in pairs { filter = "nobody=x", sort = "nobody" } do
         local found, err = filters.apply(arguments_of("--" .. option, value), items)
         assert.is_nil(found)
         assert.same({ "validation", ('--%s: no connection has a member "nobody"; the columns are name, ref, system, '
            .. "method, url, auth, revision, modified, archived, description"):format(option) },
            { err.kind, err.message })
      end
   end)

   it("keep the order, reverse it, and sort: numbers, texts without case, missing values last", function()
      assert.equal("Bare,plug,Weather", (apply "--reverse"))
      assert.equal("Bare,Old,plug,Weather", (apply("--reverse", "--archived")))
      assert.equal("Bare,Old,plug,Weather", (apply("--archived", "--sort", "name")))
      assert.equal("Weather,plug,Old,Bare", (apply("--archived", "--sort", "name", "--reverse")))
      assert.equal("Old,plug,Weather,Bare", (apply("--archived", "--sort", "revision")))
      assert.equal("Weather,plug,Old,Bare", (apply("--archived", "--sort", "revision", "--reverse")))
      -- equal ones stay as they were; a column with a default has no missing values
      assert.equal("Weather,plug,Bare,Old", (apply("--archived", "--sort", "archived")))
      assert.equal("Old,Weather,plug,Bare", (apply("--archived", "--sort", "archived", "--reverse")))
      assert.equal("plug,Weather,Old,Bare", (apply("--archived", "--sort", "method", "--reverse")))
      assert.equal("Weather,plug,Old,Bare", (apply("--archived", "--sort", "method")))
      items[#items + 1] = item("Mixed", { revision = "a" })
      assert.equal("plug,Weather,Mixed,Bare", (apply("--sort", "revision")))
      assert.equal("Weather,plug,Mixed,Bare", (apply("--sort", "revision", "--reverse")))
      items[#items] = nil
   end)
end)
