-- The columns of a list: which there are, what their cells show, and which ones fit a width.
local columns = require "personalize.cli.columns"
local errors = require "personalize.error"
local json = require "personalize.json"

-- What ends the message about a name to which none is similar.
local all_columns = "; the columns are name, ref, system, method, url, auth, revision, modified, archived, description"

local function titles_of(chosen)
   local titles = {}
   for index, column in ipairs(chosen) do titles[index] = column.title end
   return table.concat(titles, ",")
end

local function column_of(name) return assert(columns.find(name, {}, "--columns")) end

describe("a column's values", function()
   it("are those at its path, of each item of an array", function()
      local item = json.decode('{"name": "W", "auth": [{"authType": "A"}, 7, {"authType": null}, {"authType": "B"}], '
         .. '"request": {"requestType": "GET"}, "list": [{"inner": [{"x": 1}, {"x": 2}]}, {"inner": {"x": 3}}]}')
      for path, expected in pairs {
         name = { "W" }, ["auth.authType"] = { "A", "B" }, ["request.requestType"] = { "GET" }, ["name.x"] = {},
         ["list.inner.x"] = { 1, 2, 3 }, none = {}, ["request.none"] = {}, [""] = {},
      } do
         assert.same(expected, columns.values(item, path), path)
      end
      -- what calls itself empty is read as it is
      local proud = setmetatable({ { x = 1 } }, { __len = function() return 0 end, __index = { x = 2 } })
      assert.same({ 1 }, columns.values({ a = proud }, "a.x"))
   end)
end)

describe("a column", function()
   it("has a name, in any case, or is a member that is published, or that one of the items has", function()
      assert.same({ "name", "NAME", "name", 20, 28 }, { column_of "NAME".name, column_of "NAME".title,
         column_of "name".path, column_of "name".least, column_of "name".most })
      local other = { name = "inputMappings.key", title = "inputMappings.key", path = "inputMappings.key", least = 8,
         most = 40 }
      assert.same(other, column_of "inputMappings.key")
      local items = { { name = "A" }, { extra = { deep = "x" } } }
      assert.equal("extra.deep", columns.find("extra.deep", items, "--sort").path)
      local found, err = columns.find("extra.none", items, "--sort")
      assert.is_nil(found)
      assert.is_true(errors.is(err))
      assert.same({ "validation", '--sort: no connection has a member "extra.none"'
         .. all_columns }, { err.kind, err.message })
   end)

   it("that nobody knows is answered with the nearest one", function()
      for given, nearest in pairs { modifid = "modified", ["inputMappings.kay"] = "inputMappings.key" } do
         local _, err = columns.find(given, {}, "--filter")
         assert.equal(('--filter: no connection has a member "%s" (did you mean %s?)'):format(given, nearest),
            err.message)
      end
   end)

   it("is chosen by names with commas", function()
      assert.equal("NAME,URL,tags", titles_of(columns.chosen(" name ,, url\t,tags,", { { tags = "x" } })))
      local chosen, err = columns.chosen("name,nothing,url", {})
      assert.same({ nil, "validation", '--columns: no connection has a member "nothing"' .. all_columns },
         { chosen, err.kind, err.message })
      for _, nothing in ipairs { "", " , " } do
         chosen, err = columns.chosen(nothing, {})
         assert.same({ nil, "validation", "--columns: expected names of columns, or paths of members, with commas" },
            { chosen, err.kind, err.message })
      end
   end)

   it("is usual, the ref only where it is wanted", function()
      assert.equal("NAME,SYSTEM TYPE,METHOD,URL,AUTH,REV,MODIFIED,ARCHIVED", titles_of(columns.usual(false)))
      assert.equal("NAME,REF,SYSTEM TYPE,METHOD,URL,AUTH,REV,MODIFIED,ARCHIVED", titles_of(columns.usual(true)))
      assert.equal("NAME,METHOD", titles_of(columns.without(columns.chosen("name,url,method", {}), "url")))
   end)
end)

describe("a cell", function()
   it("shows a value on one line", function()
      for _, case in ipairs {
         { "archived", true, "yes" }, { "archived", nil, "no" }, { "archived", json.null, "no" },
         { "modified", "2025-07-02T14:04:05.000Z", "2025-07-02 14:04" }, { "modified", nil, "-" },
         { "modified", "a\nb", "a\\nb" }, { "name", "a\nb", "a\\nb" }, { "name", nil, "-" }, { "name", json.null, "-" },
         { "name", true, "true" }, { "name", false, "false" }, { "revision", 3, "3" },
         { "revision", json.decode "12345678901234567890", "12345678901234567890" },
         { "description", json.decode '{"b": 1, "a": ["x\\u2028"]}', '{"a":["x?"],"b":1}' },
         { "description", { print }, "?" },
      } do
         assert.equal(case[3], columns.cell(column_of(case[1]), case[2]), case[1] .. " " .. case[3])
      end
   end)
end)

describe("a table", function()
   -- Its lines, at a width; of the named columns, whose cells have so many letters.
   local function fit(names, letters, total, is_free)
      local chosen, row = columns.chosen(names, {}), {}
      for index, column in ipairs(chosen) do row[column] = ("x"):rep(letters[index]) end
      local fitting, widths = columns.fit(chosen, { row }, total, is_free)
      local given = {}
      for index, column in ipairs(fitting) do given[index] = widths[column] end
      return titles_of(fitting), given
   end

   local function assert_fit(titles, widths, ...)
      local shown, given = fit(...)
      assert.equal(titles, shown)
      assert.same(widths, given)
   end

   it("has columns as wide as their cells and titles where there is room", function()
      assert_fit("NAME,URL,METHOD", { 60, 70, 6 }, "name,url,method", { 60, 70, 3 }, 200, true)
      -- what is left goes to the first that needs it
      assert_fit("NAME,URL,METHOD", { 48, 48, 6 }, "name,url,method", { 60, 70, 3 }, 106, true)
      assert_fit("NAME,URL,METHOD", { 28, 40, 6 }, "name,url,method", { 60, 70, 3 }, 78, true)
      assert_fit("NAME,URL,METHOD", { 20, 16, 6 }, "name,url,method", { 60, 70, 3 }, 46, true)
      -- a column is no narrower than its title
      assert_fit("DESCRIPTION", { 11 }, "description", { 3 }, 80, true)
   end)

   it("drops columns, the least important first, and the name never", function()
      local names, letters = "name,system,method,url,auth,revision,modified,archived",
         { 20, 11, 6, 16, 5, 3, 16, 8 }
      local widest = 20 + 11 + 6 + 16 + 5 + 3 + 16 + 8 + 7 * 2
      for _, case in ipairs {
         { widest, "NAME,SYSTEM TYPE,METHOD,URL,AUTH,REV,MODIFIED,ARCHIVED" },
         { widest - 1, "NAME,SYSTEM TYPE,METHOD,URL,AUTH,MODIFIED,ARCHIVED" },
         { widest - 6, "NAME,METHOD,URL,AUTH,MODIFIED,ARCHIVED" }, { widest - 19, "NAME,METHOD,URL,AUTH,ARCHIVED" },
         { widest - 37, "NAME,METHOD,URL,ARCHIVED" }, { widest - 44, "NAME,URL,ARCHIVED" },
         { widest - 52, "NAME,URL" }, { widest - 62, "NAME" }, { 1, "NAME" },
      } do
         assert.equal(case[2], (fit(names, letters, case[1], true)), case[1])
         assert.equal("NAME,SYSTEM TYPE,METHOD,URL,AUTH,REV,MODIFIED,ARCHIVED", (fit(names, letters, case[1], false)))
      end
   end)

   it("shows refs only where all others have the room that they would like", function()
      assert_fit("NAME,REF,URL", { 28, 36, 48 }, "name,ref,url", { 30, 36, 70 }, 28 + 36 + 48 + 4, true)
      assert_fit("NAME,URL", { 30, 70 }, "name,ref,url", { 30, 36, 70 }, 28 + 36 + 48 + 3, true)
      assert_fit("NAME,REF,URL", { 24, 36, 16 }, "name,ref,url", { 30, 36, 70 }, 80, false)
   end)

   it("of one column is no wider than the terminal, nor than its cells", function()
      assert_fit("NAME", { 10 }, "name", { 60 }, 10, true)
      assert_fit("NAME", { 60 }, "name", { 60 }, 90, true)
      assert_fit("NAME", { 1 }, "name", { 60 }, 0, true)
   end)

   it("is titles and rows, aligned; cut where widths are given", function()
      local chosen = columns.chosen("name,method", {})
      local rows = { { [chosen[1]] = "天気 of today", [chosen[2]] = "GET" }, { [chosen[1]] = "B", [chosen[2]] = "POST" } }
      assert.equal("NAME           METHOD\n天気 of today  GET\nB              POST", columns.table(chosen, rows))
      assert.equal("NAME      METHOD\n天気 ...  GET\nB         POST",
         columns.table(chosen, rows, { [chosen[1]] = 8, [chosen[2]] = 6 }))
      local odd = { { name = "x", title = "a\nb", path = "x" } }
      assert.equal("a\\nb\n1", columns.table(odd, { { [odd[1]] = "1" } }, { [odd[1]] = 4 }))
   end)
end)
