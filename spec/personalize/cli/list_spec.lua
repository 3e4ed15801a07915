-- `personalize list`: its tables by the terminal's width, its filters, and what other programs read.
local command = require "spec.support.command"
local columns = require "personalize.cli.columns"
local dkjson = require "dkjson"
local json = require "personalize.json"
local records = require "personalize.cli.records"
local tenant = require "spec.support.tenant"
local text = require "personalize.text"

describe("personalize list", function()
   local made, environment

   before_each(function()
      made = tenant.start()
      environment = command.environment(made.emulator)
   end)

   after_each(function() made:stop() end)

   local function run(...)
      local out, err, code = command.run(environment, { "list", ... })
      assert.same({ "", 0 }, { err, code })
      return out
   end

   local function names(...)
      local found = {}
      for name in run("--output", "names", ...):gmatch "[^\n]+" do found[#found + 1] = name end
      return found
   end

   local function request(method, url)
      return { requestType = method, connectionUrl = url }
   end

   it("counts what it lists, and what is archived", function()
      assert.equal("no connections\n", run())
      local first = made:create()
      assert.matches("\n1 connection\n$", run())
      made:create { name = "Plug" }
      assert.matches("\n2 connections\n$", run())
      assert(made.connections.archive(first))
      assert.matches("\n1 connection, and 1 archived %(%-%-archived%)\n$", run())
      assert.equal("no connections, and 1 archived (--archived)\n", run("--select", "Weather"))
      assert.equal("no connection matches\n", run("--select", "Zzz*"))
      assert.equal("no connection matches\n", run("--filter", "auth=OAUT"))
   end)

   describe("on a terminal", function()
      local long = "https://api.example.com/" .. ("a-long-path/"):rep(10)

      before_each(function()
         made:create { request = request("GET", long) }
         made:create { name = "天気予報システムのデータ接続", request = request("POST", "https://x.example/短い") }
         made:create { name = "A name that is rather long for a column" }
      end)

      -- The lines of the table at a width.
      local function lines_at(width, ...)
         local out, code = command.in_terminal(environment, { "list", ... }, width)
         assert.equal(0, code)
         local lines = {}
         for line in out:gmatch "[^\n]+" do lines[#lines + 1] = line end
         return lines
      end

      it("fits its width, from 40 to 200 columns", function()
         for _, width in ipairs { 40, 60, 80, 100, 132, 200 } do
            local lines = lines_at(width)
            assert.equal(5, #lines)
            assert.matches("^NAME ", lines[1])
            local widest = 0
            for _, line in ipairs(lines) do widest = math.max(widest, text.width(line)) end
            assert.is_true(widest <= width, width .. ": " .. table.concat(lines, "\n"))
            -- the room that there is is used
            assert.is_true(widest > width * 0.8, width .. ": " .. table.concat(lines, "\n"))
            assert.equal(width >= 200, lines[1]:find "REF" ~= nil)
            assert.equal(width >= 60, lines[1]:find "AUTH" ~= nil)
            assert.matches("^Weather ", lines[2])
            assert.matches("URL", lines[1])
         end
      end)

      it("aligns wide characters", function()
         local before_system
         for _, line in ipairs(lines_at(200)) do
            if not line:find "^%d" then
               local before = line:match "^(.-)DATA_SYSTEM" or line:match "^(.-)SYSTEM TYPE"
               before_system = before_system or text.width(before)
               assert.equal(before_system, text.width(before), line)
            end
         end
      end)

      it("cuts nothing with --wide, and leaves no named column out", function()
         assert.matches(long, table.concat(lines_at(60, "--wide"), "\n"), 1, true)
         local lines = lines_at(60, "--columns", "name,ref,url")
         assert.matches("^NAME +REF +URL", lines[1])
         assert.matches("^ARCHIVED", lines_at(60, "--columns", "archived")[1])
      end)

      it("shows nothing that a terminal would obey", function()
         made:create { name = "Bell\7\27[31mred\194\155\226\128\174", description = "a\r\nb" }
         for _, how in ipairs { { "--output", "csv" }, { "--output", "tsv" }, { "--output", "names" }, { "--json" },
            { "--columns", "name,description" }, { "--wide" } } do
            local out = command.in_terminal(environment, { "list", how[1], how[2] }, 100)
            assert.not_matches("[%z\1-\8\11-\31\127]", out, how[2] or how[1])
            assert.not_matches("\194\155", out)
            assert.not_matches("\226\128\174", out)
         end
      end)

      it("shows no bar where the list is quick, and one where it takes its time", function()
         made.emulator:fail { method = "GET", path = "/v2/connections", delay = 0.5 }
         local out = command.in_terminal(environment, { "list", "--count" }, 80)
         assert.matches("\r3 connections", out)
         assert.matches("\27%[K3\n$", out)
         assert.equal("3\n", (command.in_terminal(environment, { "list", "--count" }, 80)))
      end)
   end)

   it("is never cut on a pipe", function()
      local long = "https://api.example.com/" .. ("path/"):rep(60)
      made:create { name = ("Long "):rep(20) .. "name", request = request("GET", long) }
      local out = run()
      assert.matches(long, out, 1, true)
      assert.matches("^NAME +REF +SYSTEM TYPE +METHOD +URL +AUTH +REV +MODIFIED +ARCHIVED\n", out)
      assert.matches(("\n%sname  %%x+%%-"):format(("Long "):rep(20)), out)
   end)

   describe("chooses", function()
      before_each(function()
         made:create { description = "Rain and sun",
            inputMappings = { { key = "city", label = "City", type = "string", exampleValue = "x" },
               { key = "day", label = "Day", type = "string", exampleValue = "x" } } }
         made:create { name = "Plug", request = request("POST", "https://plug.example.com/") }
         made:create { name = "plug 10", systemType = "DESTINATION" }
         assert(made.connections.archive(made:create { name = "Old" }))
      end)

      it("by members and columns", function()
         for expression, expected in pairs {
            ["method=POST"] = { "Plug" }, ["request.requestType=POST"] = { "Plug" },
            ["system!=DATA_SYSTEM"] = { "plug 10" }, ["url~PLUG.example"] = { "Plug" },
            ["url!~plug"] = { "Weather", "plug 10" }, ["name=?lug*"] = { "Plug", "plug 10" },
            ["description="] = { "Plug", "plug 10" }, ["description!="] = { "Weather" },
            ["description~rain AND"] = { "Weather" }, ["inputMappings.key=day"] = { "Weather" },
            ["inputMappings.key!=day"] = { "Plug", "plug 10" }, ["archived=true"] = { "Old" },
            ["archived=yes"] = { "Old" }, ["archived=no"] = { "Weather", "Plug", "plug 10" },
            ["connectionTimeout=1000"] = { "Weather", "Plug", "plug 10" }, ["auth==NONE"] = { "Weather", "Plug",
               "plug 10" },
         } do
            assert.same(expected, names("--filter", expression), expression)
         end
         assert.same({ "Plug" }, names("--filter", "name~plug", "--filter", "method=POST"))
         assert.same({ "plug 10" }, names("--filter", "name~plug", "--select", "*10"))
      end)

      it("and says what it does not know", function()
         local out, err, code = command.run(environment, { "list", "--filter", "methd=POST" })
         assert.same({ "", 'personalize list: --filter: no connection has a member "methd" (did you mean '
            .. "method?)\n", 64 }, { out, err, code })
         for option, value in pairs { columns = "name,nothing", sort = "nothing" } do
            out, err, code = command.run(environment, { "list", "--" .. option, value })
            assert.same({ "", 64 }, { out, code })
            assert.equal(('personalize list: --%s: no connection has a member "nothing"; the columns are name, ref, '
               .. "system, method, url, auth, revision, modified, archived, description\n"):format(option), err)
         end
         out, err, code = command.run(environment, { "list", "--json", "--sort", "nme" })
         assert.same({ "", 64 }, { err, code })
         assert.same({ error = { kind = "usage", message = '--sort: no connection has a member "nme" (did you mean '
            .. "name?)" } }, dkjson.decode(out))
         for _, wrong in ipairs { "method", "=POST", "method>3", "" } do
            out, err, code = command.run(environment, { "list", "--filter", wrong })
            assert.same({ "", 64 }, { out, code })
            assert.matches("^personalize: %-%-filter: expected NAME=VALUE", err)
         end
      end)

      it("an order", function()
         assert.same({ "Plug", "plug 10", "Weather" }, names("--sort", "name"))
         assert.same({ "Weather", "plug 10", "Plug" }, names("--sort", "name", "--reverse"))
         assert.same({ "Weather", "Plug", "plug 10" }, names("--sort", "description"))
         assert.same({ "plug 10", "Plug", "Weather" }, names "--reverse")
         assert.same({ "Weather", "Plug", "plug 10" }, names("--sort", "revision"))
      end)

      it("columns", function()
         assert.equal("NAME     inputMappings.key\nWeather  [\"city\",\"day\"]\nPlug     -\nplug 10  -\n"
            .. "3 connections, and 1 archived (--archived)\n", run("--columns", "name, inputMappings.key"))
         local data = dkjson.decode(run("--json", "--columns", "name,request.connectionUrl", "--select", "Plug"))
         assert.same({ { name = "Plug", ["request.connectionUrl"] = "https://plug.example.com/" } }, data)
      end)

      it("their number", function()
         assert.equal("3\n", run "--count")
         assert.equal("4\n", run("--count", "--archived"))
         assert.equal("0\n", run("--count", "--select", "none"))
         assert.equal("3\n", run("--count", "--json"))
      end)
   end)

   describe("for other programs", function()
      it("is CSV as RFC 4180 has it", function()
         made:create { name = 'He said "a, b"', description = "one\ntwo",
            request = request("GET", "https://x.example/") }
         local list = assert(made.connections.list())
         assert.equal('name,description,archived\r\n"He said ""a, b""","one\ntwo",false\r\n',
            run("--output", "csv", "--columns", "name,description,archived"))
         assert.equal(("name,ref,system,method,url,auth,revision,modified,archived\r\n\"He said \"\"a, b\"\"\",%s,"
            .. "DATA_SYSTEM,GET,https://x.example/,NONE,1,%s,false\r\n"):format(list[1].ref, list[1].modifiedAt),
            run("--output", "csv"))
      end)

      it("is tab-separated, or names a line each", function()
         made:create { name = "a\tb\\c", description = "one\ntwo" }
         made:create { name = "d\ne" }
         assert.equal("name\tdescription\na\\tb\\\\c\tone\\ntwo\nd\\ne\t\n",
            run("--output", "tsv", "--columns", "name,description"))
         assert.equal("a\tb\\c\nd\\ne\n", run("--output", "names"))
         assert.equal("", run("--output", "names", "--select", "none"))
         assert.equal("name\r\n", run("--output", "csv", "--columns", "name", "--select", "none"))
      end)

      it("masks credentials", function()
         made:create { customHeaders = { { name = "X-Api-Key", value = "canary" } },
            request = request("GET", "https://user:canary@x.example/?api_key=canary") }
         for _, how in ipairs { "csv", "tsv", "table" } do
            local out = run("--output", how, "--columns", "name,url,customHeaders")
            assert.not_matches("canary", out)
            assert.matches("%*%*%*", out)
         end
      end)
   end)

   it("has JSON alone with --json", function()
      made:create()
      assert.same({ "Weather" }, { dkjson.decode(run "--json")[1].name })
      local out, err, code = command.run(environment, { "list", "--json", "--output", "csv" })
      assert.same({ 64, "" }, { code, err })
      assert.equal("usage", dkjson.decode(out).error.kind)
   end)
end)

describe("the columns of a table", function()
   it("give way by importance", function()
      local chosen = columns.usual(true)
      local row = {}
      for _, column in ipairs(chosen) do row[column] = ("x"):rep(20) end
      for width = 1, 250 do
         local fitting, widths = columns.fit(chosen, { row }, width, true)
         assert.equal("name", fitting[1].name)
         local shown = columns.table(fitting, { row }, widths)
         if width >= 20 then
            for line in shown:gmatch "[^\n]+" do assert.is_true(text.width(line) <= width, width .. shown) end
         end
      end
   end)

   it("of records are data", function()
      local column = { name = "n" }
      local function csv(value)
         return records.of("csv", { column }, { {} }, function() return value end, false):match "^n\r\n(.*)\r\n$"
      end
      for _, case in ipairs { { nil, "" }, { true, "true" }, { 12, "12" }, { 1.5, "1.5" }, { "x", "x" },
         { " x", '" x"' },
         { '"', '""""' }, { "a\rb", '"a\rb"' }, { "=1+1", "=1+1" } } do
         assert.equal(case[2], csv(case[1]))
      end
   end)

   it("of numbers are exact, in records, tables and filters", function()
      local column = { name = "n" }
      for _, number in ipairs { "9007199254740993", "-9007199254740993", "9223372036854775807", "0", "-1", "0.1",
         "1e300", "18446744073709551616" } do
         local value = json.decode(number)
         assert.equal(number, (records.data(value)))
         assert.equal(number, (columns.cell(column, value)))
      end
      assert.equal("3", records.data(3.0))
      assert.equal("9007199254740992", records.data(2 ^ 53))
   end)
end)
