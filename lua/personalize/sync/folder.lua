--- Reads a folder of connections, with one JSON file for each. All problems are found in one run.
-- @module personalize.sync.folder
-- @local

local bound = require "personalize.sync.bound"
local compare = require "personalize.sync.compare"
local errors = require "personalize.error"
local json = require "personalize.json"
local letters = require "personalize.letters"
local lock = require "personalize.sync.lock"
local look_alikes = require "personalize.connections.look_alikes"
local naming = require "personalize.sync.naming"
local native = require "personalize.native"
local raw = require "personalize.raw"
local references = require "personalize.sync.references"
local resolve = require "personalize.sync.references.resolve"
local schema = require "personalize.schema"
local source_position = require "personalize.sync.source_position"
local text = require "personalize.text"
local validation = require "personalize.connections.validation"

local folder = {}

--- Whether a file of this name contains a connection.
function folder.is_connection_file(name)
   return name:sub(1, 1) ~= "." and letters.lower(name:sub(-#naming.extension)) == naming.extension
end

-- Removes the members that the service owns and `$schema`: they are not part of a definition.
local function without_server_owned(definition)
   if rawget(definition, "$schema") ~= nil then definition["$schema"] = nil end
   for name in pairs(schema.server_owned) do
      if rawget(definition, name) ~= nil then definition[name] = nil end
   end
   return definition
end

local no_references = {}

--- An entry: one connection as code.
-- @tparam string file its name, or the text that messages use for it
-- @tparam table given the definition, with references
-- @tparam boolean may_refer whether it may have references
-- @tparam ?string content the file's text
-- @treturn table `file`, `schema` (the file's `$schema`), `name`, `archived`, `given`, `text`, `references`, `literals`
-- (secrets in clear text)
function folder.entry(file, given, may_refer, content)
   local named_schema = rawget(given, "$schema")
   return {
      file = file, schema = named_schema, given = without_server_owned(given), name = raw.string(given, "name"),
      archived = raw.is_archived(given), text = content,
      references = may_refer and references.scan(given) or no_references, literals = references.literals(given),
   }
end

--- An entry without its name, and whether it is archived: to find what it describes under another name. Values of
-- references that were looked up are kept.
function folder.nameless(entry)
   local given = {}
   for name, value in next, entry.given do given[name] = value end
   given.name, given.archived = nil, nil
   local nameless, known = folder.entry(entry.file, json.mark_like(given, entry.given), true), {}
   for _, each in ipairs(entry.references) do known[each.path] = each.value end
   for _, each in ipairs(nameless.references) do each.value = known[each.path] end
   return nameless
end

--- Updates an entry after its definition was changed in place.
-- @tparam table entry
-- @tparam boolean has_new whether the change may have added references or secrets
-- @tparam ?string allowed as for `references.problems`
-- @treturn table array of `{ path =, message = }`: what is wrong with references
function folder.refresh(entry, has_new, allowed)
   entry.expected = compare.text_of(entry.given, entry.schema) or ""
   if not has_new then return {} end
   entry.references, entry.literals = references.scan(entry.given), references.literals(entry.given)
   entry.archived = raw.get(entry.given, "archived") == true
   return references.problems(entry.references, allowed)
end

-- The most problems of one file that are listed; more are only counted.
local most_problems = 100

-- The first problems of many, and the number of the others.
local function bounded(problems)
   if #problems <= most_problems then return problems end
   local told = {}
   for index = 1, most_problems do told[index] = problems[index] end
   told[#told + 1] = { path = "", message = ("and %d more of this file"):format(#problems - most_problems),
      code = "more" }
   return told
end

-- Gives the count of the others the last place that is listed, so that it stays behind when the problems are sorted.
local function place_count(problems)
   local count, last = problems[#problems], problems[1]
   if not count or count.code ~= "more" then return end
   for index = 2, #problems - 1 do
      local each = problems[index]
      if each.line > last.line or each.line == last.line and each.column > last.column then last = each end
   end
   count.line, count.column = last.line, last.column
end

--- Adds the file, line and column to problems; lists a limited number.
function folder.locate(problems, file, content)
   local paths = {}
   problems = bounded(problems)
   for index, problem in ipairs(problems) do paths[index] = problem.path or "" end
   local positions = content and #problems > 0 and source_position.positions(content, paths)
   for index, problem in ipairs(problems) do
      problem.file = file
      if positions then problem.line, problem.column = positions[index].line, positions[index].column end
   end
   if positions then place_count(problems) end
   return problems
end

-- Parses the text of a connection's file.
-- @return entry; or nil, an array of problems and, if it can be used nevertheless, the entry
local function parse(file, content, opts)
   local definition, duplicates = json.decode_file(content)
   if definition == nil then
      return nil, { { file = file, line = duplicates.line, column = duplicates.column, path = "",
         message = duplicates.message } }
   elseif type(definition) ~= "table" or raw.is_array(definition) or definition == json.null then
      return nil, { { file = file, line = 1, column = 1, path = "", message = "expected a connection (an object)" } }
   end
   local problems = {}
   for _, problem in ipairs(duplicates or {}) do
      problems[#problems + 1] = { path = problem.path, message = "stands more than once" }
   end
   if not raw.string(definition, "name") or definition.name == "" then
      problems[#problems + 1] = { path = "name", message = "is required (a string)" }
   end
   local entry = folder.entry(file, definition, references.is_possible(content), content)
   for _, problem in ipairs(references.problems(entry.references, opts.references)) do
      problems[#problems + 1] = problem
   end
   if #problems > 0 then return nil, folder.locate(problems, file, content), entry end
   return entry
end

--- Reads a connection's file. Its members are checked later, when the plan is computed.
-- @tparam string path the folder
-- @tparam string file its name there
-- @tparam table opts `title` (its name in messages, by default the file's name), `references` (`anywhere` or nil)
-- @return entry; or nil, an array of problems and, if it can be used nevertheless, the entry
function folder.read_entry(path, file, opts)
   local title = opts.title or file
   if not text.is_utf8(file) then
      -- neither the lock nor a saved plan could name the file
      return nil, { { file = text.line(title), path = "", message = "its name is not UTF-8: rename it" } }
   end
   local content, reason = native.file.read(path, file, bound.largest_file)
   if not content then return nil, { { file = title, path = "", message = reason } } end
   return parse(title, content, opts)
end

--- Checks an entry's members.
-- @tparam table entry
-- @tparam table opts for validation: `retrieved` (the connection as it is), and `unknown_members`
-- @treturn table array of `{ file =, line =, path =, message = }`
function folder.check(entry, opts)
   local filled = #entry.references > 0 and resolve.fill(entry.given) or entry.given
   return folder.locate(validation.problems(filled, opts), entry.file, entry.text)
end

--- Checks an entry for look-alikes only.
-- @treturn table as `folder.check`
function folder.look_alikes(entry, opts)
   local problems = {}
   if opts.unknown_members == "send" or not look_alikes.unpublished(entry.given) then return problems end
   look_alikes.check(entry.given, opts, function(path, message)
      problems[#problems + 1] = { path = path, message = message }
   end)
   return folder.locate(problems, entry.file, entry.text)
end

--- Finds parts of an entry that are allowed but probably a mistake.
-- @treturn table array of `{ file =, line =, path =, message =, code = }`
function folder.warnings(entry, opts)
   local filled = #entry.references > 0 and resolve.fill(entry.given) or entry.given
   local fine, warnings = validation.report(filled, opts, entry.references)
   local found = {}
   for _, each in ipairs(entry.literals) do
      if each.is_text then
         found[#found + 1] = { path = each.path, code = "clear_text_secret",
            message = "is a secret in clear text; a reference such as {\"$env\": \"NAME\"} keeps it out of the file" }
      end
   end
   for _, warning in ipairs(fine and warnings or {}) do
      found[#found + 1] = { path = warning.path, message = warning.message, code = warning.code }
   end
   return folder.locate(found, entry.file, entry.text)
end

local function sorted_names(listing, prefix, problems)
   local names = {}
   for name, kind in pairs(listing) do
      if folder.is_connection_file(name) then
         if kind == "file" then
            names[#names + 1] = name
         else
            problems[#problems + 1] = { file = prefix .. text.line(name), message = kind == "link"
               and "is a symbolic link, which is not followed" or "is not a regular file" }
         end
      end
   end
   table.sort(names)
   table.sort(problems, function(a, b) return a.file < b.file end)
   return names
end

--- Reads a folder.
-- @tparam string path
-- @tparam table opts `prefix` (before the names of files in messages), `references` (`anywhere` or nil)
-- @treturn table `path`, `entries` (by name of file), `problems` (array of `{ file =, line =, path =, message = }`),
-- `lock` (nil when it is damaged), `listing`, `broken` (entries that have problems)
-- @return `nil` and an error object of kind `config` when the folder cannot be read
function folder.read(path, opts)
   local listing, reason, code = native.file.list(path)
   if not listing then return folder.fail(path, reason, code, "expected a folder, such as an export makes") end
   local prefix = opts.prefix or ""
   local read = { path = path, entries = {}, problems = {}, listing = listing, broken = {} }
   for _, file in ipairs(sorted_names(listing, prefix, read.problems)) do
      local entry, problems, broken = folder.read_entry(path, file,
         { title = prefix .. file, references = opts.references })
      read.entries[#read.entries + 1] = entry
      read.broken[#read.broken + 1] = broken
      for _, problem in ipairs(problems or {}) do read.problems[#read.problems + 1] = problem end
   end
   local err
   read.lock, err = lock.read(path)
   if not read.lock then
      local message = err.message:sub(#lock.file + #": " + 1)
      read.problems[#read.problems + 1] = { file = prefix .. lock.file, message = message }
   end
   return read
end

--- Whether the folder exists and can be read.
function folder.exists(path)
   return native.file.list(path) ~= nil
end

--- A problem in one line: `Weather.json:12: request.connectionUrl: expected a string`.
function folder.describe(problem)
   local where = problem.file and text.line(problem.file) or nil
   if where and problem.line then where = where .. ":" .. problem.line end
   local path = problem.path ~= nil and problem.path ~= "" and text.line(problem.path) .. ": " or ""
   return (where and where .. ": " or "") .. path .. text.line(problem.message)
end

-- Error numbers, of the system and our own, for "nothing is there" and "it is of another kind".
local is_other = { [0] = true, [2] = true, [17] = true, [20] = true, [21] = true }

--- The error object for a path that cannot be used. It adds what was expected if the path is missing or of another
-- kind.
-- @tparam string path
-- @tparam string reason as `native.file` returns it
-- @tparam number code as `native.file` returns it
-- @tparam string expected
function folder.fail(path, reason, code, expected)
   local hint = is_other[code] and (" (%s)"):format(expected) or ""
   return errors.fail("config", ("%s: %s%s"):format(text.path(path), reason, hint))
end

--- The error object that lists all problems.
function folder.refuse(problems, what)
   local lines = {}
   for index, problem in ipairs(problems) do lines[index] = { path = "", message = folder.describe(problem) } end
   return errors.fail("validation", what .. ": " .. errors.summary(lines), { problems = problems })
end

return folder
