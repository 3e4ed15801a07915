-- What a plan has for each file and for each connection of the tenant; nothing is sent.
local compute = require "personalize.sync.compute"
local folder = require "personalize.sync.folder"
local json = require "personalize.json"
local personalize = require "personalize"
local references = require "personalize.sync.references"
local tenant = require "spec.support.tenant"

local function env(name) return { ["$env"] = name } end

local function entry(name, members, content)
   local given = tenant.definition(members)
   given.name = name
   local made = folder.entry(name .. ".json", given, true, content)
   references.look_up_all(made.references, {})
   return made
end

local function connection(ref, name, members)
   local made = tenant.definition(members)
   made.ref, made.name = ref, name
   return made
end

local function oauth(members)
   local auth = { authType = "OAUTH", clientId = "id", accessTokenUrl = "https://example.com/t" }
   for name, value in pairs(members or {}) do auth[name] = value end
   return auth
end

-- Fills a plan; `opts` has the client's options too.
local function fill(entries, connections, opts, source)
   opts, source = opts or {}, source or {}
   local client = opts.client
      or assert(personalize.new { base_url = "https://api.example.com", access_token = "t", secrets = opts.own_secrets,
         missing_secrets = opts.own_missing_secrets, unknown_members = opts.own_unknown_members })
   opts.is_meant = opts.is_meant or function() return true end
   source.entries, source.problems, source.refs = entries, source.problems or {}, source.refs or {}
   local plan = { client = client, private = {} }
   local filled = compute.fill(plan, source, connections, opts)
   if not opts.client then client:close() end
   return filled, plan.private
end

-- The entries of a list of problems or warnings, a line each.
local function lines(list, member)
   local found = {}
   for index, each in ipairs(list) do
      found[index] = ("%s %s: %s"):format(each.file or "-", each.path or "-", each[member or "message"])
   end
   return found
end

-- How many items each array of a plan has: creates, updates, archives, unchanged, unmanaged.
local function counts(filled)
   return { #filled.creates, #filled.updates, #filled.archives, #filled.unchanged, #filled.unmanaged }
end

describe("a merged connection", function()
   it("has what the definition gives, keeps what it lacks, and nothing that the service owns", function()
      local current = connection("r", "A", { revision = 3, zebra = { a = { 1 } }, icon = "x" })
      local merged = compute.merged(current, { icon = "y", zebra = { b = 2 } })
      local expected = tenant.definition { name = "A", icon = "y", zebra = { a = { 1 }, b = 2 } }
      assert.same(expected, merged)
      assert.same({ a = { 1 } }, current.zebra)
   end)

   it("has another auth as a whole where its type is another", function()
      local function auth_of(current, given) return compute.merged({ auth = current }, { auth = given }).auth end
      local given = { authType = "NONE" }
      local auth = auth_of(oauth(), given)
      assert.same({ authType = "NONE" }, auth)
      assert.is_false(rawequal(given, auth))
      assert.same(oauth { authType = "oauth", x = 1 }, auth_of(oauth(), { authType = "oauth", x = 1 }))
      assert.same(oauth { clientId = "b" }, auth_of(oauth(), { clientId = "b" }))
      assert.same({ authType = "NONE", clientId = "b" }, auth_of({ clientId = "b" }, { authType = "NONE" }))
      assert.same(oauth(), compute.merged({ auth = oauth() }, {}).auth)
   end)

   it("is none where an object faces several", function()
      assert.same({ nil, "request holds 2 objects: give the whole array" },
         { compute.merged({ request = { { a = 1 }, { b = 1 } } }, { request = { a = 2 } }) })
   end)
end)

describe("a file without a connection", function()
   it("is created, with what applying it needs", function()
      local a, b = entry "A", entry("B", { customHeaders = { { name = "X-Id", value = env "PATH" } } })
      local filled, private = fill({ a, b }, {})
      assert.same({ { name = "A", file = "A.json" }, { name = "B", file = "B.json",
         references = { { path = "customHeaders[1].value", kind = "env", target = "PATH" } } } }, filled.creates)
      assert.is_true(rawequal(a, private[filled.creates[1]].entry))
      assert.is_nil(private[filled.creates[1]].base)
      assert.same({ {}, {}, { 2, 0, 0, 0, 0 } }, { filled.problems, filled.warnings, counts(filled) })
   end)

   it("is a problem where it cannot be told apart from another, or is not valid", function()
      local filled = fill({ entry "A", entry "A" }, {})
      assert.same({ 'A.json name: 2 files define "A": A.json, A.json',
         'A.json name: 2 files define "A": A.json, A.json' }, lines(filled.problems))
      assert.same({ 0, 0, 0, 0, 0 }, counts(filled))
      filled = fill({ entry("A", { icon = 5 }) }, {})
      assert.same({ "A.json icon: expected a string, got a number" }, lines(filled.problems))
      assert.same({ 0, 0, 0, 0, 0 }, counts(filled))
   end)

   it("may have look-alikes that the tenant had from which it comes, or where that is allowed", function()
      local function problems(opts, origin)
         local odd = entry("A", { descripton = "x" })
         odd.origin = origin
         return lines(fill({ odd }, {}, opts).problems)
      end
      local probably = { "A.json descripton: probably description is meant" }
      assert.same(probably, problems())
      assert.same({}, problems({}, { descripton = "y" }))
      assert.same({}, problems { unknown_members = "send" })
      assert.same({}, problems { own_unknown_members = "send" })
      assert.same(probably, problems { own_unknown_members = "send", unknown_members = "refuse" })
   end)

   it("needs its references, and no secret besides", function()
      local filled = fill({ entry("A", { auth = oauth { clientSecret = env "NOT_SET_FOR_THIS" } }) }, {})
      assert.same({ "A.json auth.clientSecret: the environment variable NOT_SET_FOR_THIS is not set" },
         lines(filled.problems))
      assert.same({ 1, 0, 0, 0, 0 }, counts(filled))
      assert.same({}, fill({ entry("A", { auth = oauth() }) }, {}).problems)
   end)
end)

describe("a file with its connection", function()
   it("is unchanged where that has all of it", function()
      local filled, private = fill({ entry "A" }, { connection("r", "A", { icon = "x" }) })
      assert.same({ { name = "A", file = "A.json", ref = "r" } }, filled.unchanged)
      assert.same({ {}, {}, {}, { 0, 0, 0, 1, 0 } }, { filled.uncompared, filled.problems, private, counts(filled) })
      assert.same({ r = true }, filled.seen)
   end)

   it("is unchanged although there are two of its name, and no problem", function()
      local both = { connection("r", "A"), connection("s", "A", { icon = "x" }) }
      local filled = fill({ entry "A" }, both, nil, { refs = { ["A.json"] = "r" } })
      assert.same({ {}, "r", { 0, 0, 0, 1, 1 } }, { filled.problems, filled.unchanged[1].ref, counts(filled) })
      filled = fill({ entry "A" }, both, nil, { refs = { ["A.json"] = "s" } })
      assert.same({ 0, 0, 0, 1, 1 }, counts(filled))
      filled = fill({ entry("A", { icon = "y" }) }, both, nil, { refs = { ["A.json"] = "r" } })
      assert.same({ 'A.json name: 2 connections of the tenant are named "A": which one is meant cannot be told' },
         lines(filled.problems))
      assert.same({ 0, 0, 0, 0, 1 }, counts(filled))
   end)

   it("is not unchanged where it has look-alikes, even of nothing", function()
      local filled = fill({ entry("A", { descripton = json.null }) }, { connection("r", "A") })
      assert.same({ "A.json descripton: probably description is meant" }, lines(filled.problems))
      assert.same({ 0, 0, 0, 0, 0 }, counts(filled))
      filled = fill({ entry("A", { descripton = "x" }) }, { connection("r", "A", { descripton = "x" }) })
      assert.same({ {}, { 0, 0, 0, 1, 0 } }, { filled.problems, counts(filled) })
   end)

   it("with secrets that cannot be compared is named, or sent if that is forced", function()
      local secret = entry("A", { auth = oauth { clientSecret = env "PATH" } })
      local current = connection("r", "A", { auth = oauth() })
      local filled = fill({ secret }, { current })
      assert.same({ { "A" }, { 0, 0, 0, 1, 0 } }, { filled.uncompared, counts(filled) })
      filled = fill({ secret }, { current }, { force_secrets = true })
      assert.same({ {}, { 0, 1, 0, 0, 0 } }, { filled.uncompared, counts(filled) })
      assert.same({ true, { { path = "auth.clientSecret", kind = "env", target = "PATH" } } },
         { filled.updates[1].force_secrets, filled.updates[1].references })
      filled = fill({ entry "A" }, { connection("r", "A") }, { force_secrets = true })
      assert.same({ 0, 0, 0, 1, 0 }, counts(filled))
   end)

   it("is an update where it differs, with the facts of what it changes", function()
      local given = entry("A", { icon = "y" })
      local current = connection("r", "A", { icon = "x", revision = 3, modifiedAt = "now", modifiedByRef = json.null,
         modifiedByUserRef = "someone", zebra = 1 })
      local filled, private = fill({ given }, { current })
      local item = filled.updates[1]
      assert.same({ "A", "A.json", "r", 3, "now", "someone", nil, nil }, { item.name, item.file, item.ref,
         item.revision, item.modifiedAt, item.modifiedByRef, item.force_secrets, item.rename })
      assert.equal('icon: "x" -> "y"', tostring(item.differences))
      assert.is_true(rawequal(given, private[item].entry) and rawequal(current, private[item].base))
      assert.same({ 0, 1, 0, 0, 0 }, counts(filled))
      current.modifiedByRef = "other"
      assert.equal("other", fill({ given }, { current }).updates[1].modifiedByRef)
   end)

   it("is a rename where the lock knows the connection by another name, if that leaves no twin", function()
      local filled = fill({ entry "B" }, { connection("r", "A") }, nil, { refs = { ["B.json"] = "r" } })
      assert.same({ "B", { from = "A", to = "B" } }, { filled.updates[1].name, filled.updates[1].rename })
      filled = fill({ entry("B", { icon = "y" }) }, { connection("r", "A"), connection("s", "B") }, nil,
         { refs = { ["B.json"] = "r" } })
      assert.matches('^B.json name: is the connection r by the lock, and s is in use as "B", too',
         lines(filled.problems)[1])
      assert.same({ 0, 0, 0, 0, 1 }, counts(filled))
   end)

   it("is judged by itself, but for what its connection has already", function()
      local filled = fill({ entry("A", { icon = "y", descripton = "x" }) }, { connection("r", "A") })
      assert.same({ "A.json descripton: probably description is meant" }, lines(filled.problems))
      assert.same({ 0, 0, 0, 0, 0 }, counts(filled))
      filled = fill({ entry("A", { icon = "y", descripton = "x" }) }, { connection("r", "A", { descripton = "x" }) })
      assert.same({ {}, { 0, 1, 0, 0, 0 } }, { filled.problems, counts(filled) })
   end)

   it("is a problem where the two cannot be merged or compared", function()
      local several = connection("r", "A", { request = { { requestType = "GET" }, { requestType = "GET" } } })
      local filled = fill({ entry "A" }, { several })
      assert.same({ "A.json : request holds 2 objects: give the whole array" }, lines(filled.problems))
      assert.same({ 0, 0, 0, 0, 0 }, counts(filled))
      local deep = {}
      for _ = 1, 127 do deep = { deep } end
      filled = fill({ entry("A", { icon = "y" }) }, { connection("r", "A", { zebra = deep }) })
      assert.equal(1, #filled.problems)
      assert.matches("^A.json : the connection: zebra[%[%]1]+: nested too deeply", lines(filled.problems)[1])
      assert.same({ 0, 0, 0, 0, 0 }, counts(filled))
   end)
end)

describe("a secret that an update may erase", function()
   local missing = "A.json auth.clientSecret: is missing: the service never returns it, so an update without it may "
      .. 'erase it. Give it as {"$env": "NAME"}, or plan with missing_secrets = "send"'

   local function problems(opts, members)
      return lines(fill({ entry("A", { icon = "y", auth = oauth(members) }) },
         { connection("r", "A", { auth = oauth() }) }, opts).problems)
   end

   it("is a problem, unless it is given, may be missing, or a function is asked for it", function()
      assert.same({ missing }, problems())
      assert.same({}, problems({}, { clientSecret = env "PATH" }))
      assert.same({}, problems({}, { clientSecret = "s3cr3t-value" }))
      assert.same({}, problems { missing_secrets = "send" })
      assert.same({}, problems { own_missing_secrets = "send" })
      assert.same({ missing }, problems { own_missing_secrets = "send", missing_secrets = "refuse" })
      assert.same({}, problems { secrets = function() return "x" end })
      assert.same({}, problems { own_secrets = function() return "x" end })
   end)
end)

describe("a connection without a file", function()
   it("is left alone, or archived if that is asked for and it is in use", function()
      local a, b = connection("r", "A", { revision = 2, modifiedAt = "now" }), connection("s", "B", { archived = true })
      local filled = fill({}, { a, b })
      assert.same({ { name = "A", ref = "r", revision = 2, modifiedAt = "now", archived = false },
         { name = "B", ref = "s", archived = true } }, filled.unmanaged)
      local private
      filled, private = fill({}, { a, b }, { archive_missing = true })
      assert.same({ { name = "A", ref = "r", revision = 2, modifiedAt = "now", archived = false } }, filled.archives)
      assert.same({ name = "B", ref = "s", archived = true }, filled.unmanaged[1])
      assert.is_true(rawequal(a, private[filled.archives[1]].base))
      assert.same({ { 0, 0, 1, 0, 1 }, { r = true, s = true } }, { counts(filled), filled.seen })
   end)

   it("is not archived where a file is broken, for that may be its own", function()
      local broken = { { file = "b.json", path = "", message = "is broken" } }
      local filled = fill({}, { connection("r", "A") }, { archive_missing = true }, { problems = broken })
      assert.same({ { 0, 0, 0, 0, 1 }, { "b.json : is broken" } }, { counts(filled), lines(filled.problems) })
   end)

   it("is not archived without its secret", function()
      local current = connection("r", "A", { auth = oauth() })
      local filled = fill({}, { current }, { archive_missing = true })
      assert.same({ "A auth.clientSecret" }, { (lines(filled.problems)[1]:match "^[^:]*") })
      assert.same({}, fill({}, { current }, { archive_missing = true, missing_secrets = "send" }).problems)
      assert.same({}, fill({}, { current }).problems)
   end)
end)

describe("what is meant", function()
   it("is selected by its name, in files and in the tenant, and by either name where they differ", function()
      local connections = { connection("r", "Old"), connection("s", "C"), connection("t", "D") }
      local function selected(...)
         local names = {}
         for _, name in ipairs { ... } do names[name] = true end
         return counts(fill({ entry "New", entry "B" }, connections,
            { is_meant = function(name) return names[name] == true end }, { refs = { ["New.json"] = "r" } }))
      end
      assert.same({ 1, 1, 0, 0, 2 }, selected("New", "B", "C", "D"))
      assert.same({ 0, 1, 0, 0, 0 }, selected "New")
      assert.same({ 0, 1, 0, 0, 0 }, selected "Old")
      assert.same({ 1, 0, 0, 0, 0 }, selected "B")
      assert.same({ 0, 0, 0, 0, 1 }, selected "C")
      assert.same({ 0, 0, 0, 0, 0 }, selected())
   end)
end)

describe("the warnings of a plan", function()
   local function warnings(entries, connections, source, opts)
      return fill(entries, connections, opts, source).warnings
   end

   local key = { customHeaders = { { name = "X-Api-Key", value = "0123456789abcdef" } } }

   it("are those of each file, after those of the source", function()
      local first = json.array { { file = "x", path = "icon", code = "c", message = "m" } }
      assert.same({ "x icon: c", "A.json customHeaders[1].value: credential_in_header" },
         lines(warnings({ entry("A", key) }, {}, { warnings = first }), "code"))
      assert.same({ "A.json descripton: look_alike" },
         lines(warnings({ entry("A", { descripton = "x" }) }, {}, nil, { unknown_members = "send" }), "code"))
      assert.same({}, warnings({ entry("A", { descripton = "x" }) }, { connection("r", "A", { descripton = "x" }) },
         nil, { unknown_members = "send" }))
   end)

   it("are told once of each place", function()
      for _, told in ipairs { { file = "A.json", path = "customHeaders[1].value", message = "m" },
         { path = "", message = "m", details = { { file = "A.json", path = "customHeaders[1].value" } } } } do
         assert.same({ told }, { (warnings({ entry("A", key) }, {}, { warnings = json.array { told } })[1]) })
         assert.equal(1, #warnings({ entry("A", key) }, {}, { warnings = json.array { told } }))
         assert.equal(2, #warnings({ entry("B", key) }, {}, { warnings = json.array { told } }))
      end
      local of_the_file = json.array { { file = "A.json", message = "m" } }
      assert.equal(2, #warnings({ entry("A", key) }, {}, { warnings = of_the_file }))
   end)

   it("name two names with one variable, at the file's", function()
      local message = 'name: is the variable "weather" in decision models, as "%s" is; let one name differ in more '
         .. "than capitals and blanks"
      assert.same({ "weather.json " .. message:format "Weather" },
         lines(warnings({ entry "weather" }, { connection("r", "Weather") })))
      assert.same({ "weather.json " .. message:format "Weather" },
         lines(warnings({ entry "Weather", entry "weather" }, {})))
      assert.same({}, warnings({}, { connection("r", "Weather"), connection("s", "weather") }))
      assert.same({}, warnings({ entry "weather" }, { connection("r", "Weather", { archived = true }) }))
      assert.same({}, warnings({ entry("weather", { archived = true }) }, { connection("r", "Weather") }))
   end)

   describe("of an unpublished type of authentication", function()
      local message = 'A.json auth: authType "NEW" is not published: if it has a secret that the service does not '
         .. 'return, sending this may erase it; give it as {"$env": "NAME"}'

      local function told(auth, source, current)
         local found = {}
         -- the reference beside it is none of its secrets
         local given = { auth = auth, icon = "y", customHeaders = { { name = "X-Id", value = env "PATH" } } }
         for _, line in ipairs(lines(warnings({ entry("A", given) },
            current and { connection("r", "A", { auth = current }) } or {}, source))) do
            if line:find "is not published" then found[#found + 1] = line end
         end
         return found
      end

      it("tell that a secret may be lacking, unless one is given", function()
         assert.same({ message }, told { authType = "new" })
         assert.same({ message }, told { authType = "new", user = "someone" })
         assert.same({}, told { authType = "new", key = env "PATH" })
         assert.same({}, told { { authType = "new", key = env "PATH" } })
         assert.same({}, told { authType = "new", token = "0123456789abcdef" })
         assert.same({}, told { authType = "NONE" })
      end)

      it("tell it of what an update would send", function()
         assert.same({ message }, told({ x = 1 }, nil, { authType = "new" }))
      end)

      it("tell it once", function()
         local function with(code)
            return { warnings = json.array { { file = "A.json", code = code, message = "m" } } }
         end
         assert.same({}, told({ authType = "new" }, with "auth_type_unknown"))
         assert.same({ message }, told({ authType = "new" }, with "another"))
      end)
   end)
end)

describe("the problems of a plan", function()
   it("are in the order of files, then of lines, then as they were found", function()
      local function problem(file, line, message) return { file = file, line = line, path = "", message = message } end
      local filled = fill({ entry("A", { icon = 5 }) }, {}, nil, { problems = { problem("b", 10, "5"),
         problem("b", 2, "4"), problem("b", 1, "3"), problem("b", nil, "1"), problem("b", nil, "2"),
         problem(nil, nil, "0") } })
      local order = {}
      for index, each in ipairs(filled.problems) do order[index] = each.message end
      assert.same({ "0", "expected a string, got a number", "1", "2", "3", "4", "5" }, order)
   end)
end)

describe("who uses what is renamed or archived", function()
   it("is looked for where that is asked for", function()
      local made = tenant.start()
      local model = "00000000-0000-4000-8000-000000000001"
      made.emulator:put("/v2/decisionModelDefinitions", { { ref = model, name = "Tiers" } })
      made.emulator:put("/v2/decisionModelDefinitions/" .. model .. "/variants", {
         { ref = "00000000-0000-4000-8000-000000000002", name = "V", definition = "old.a; gone.b; kept.c; newer.d" } })
      local function uses(check_uses)
         return lines(fill({ entry "Newer", entry("Kept", { icon = "y" }) }, { connection("r", "Old"),
            connection("s", "Gone"), connection("t", "Kept") }, { client = made.client, archive_missing = true,
            check_uses = check_uses }, { refs = { ["Newer.json"] = "r" } }).warnings)
      end
      local mention = ('decision model "Tiers" (%s) mentions it: variant "V": definition'):format(model)
      assert.same({ "Newer.json name: " .. mention, "Gone archived: " .. mention }, uses(true))
      assert.same({}, uses(false))
      made:stop()
   end)
end)
