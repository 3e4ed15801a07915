--- Checks files of connections without a tenant, and without looking up references.
-- @module personalize.sync.validate
-- @local

local errors = require "personalize.error"
local folder = require "personalize.sync.folder"
local json = require "personalize.json"
local native = require "personalize.native"
local options = require "personalize.options"
local report = require "personalize.sync.report"
local text = require "personalize.text"
local variable = require "personalize.connections.variable"

local validate = {}

options.rule("paths", "a path or an array of paths", function(value)
   if type(value) == "string" then return true end
   if type(value) ~= "table" or #value == 0 then return false end
   for index = 1, #value do
      if type(value[index]) ~= "string" then return false end
   end
   return true
end)

local function add(list, found)
   for _, each in ipairs(found) do list[#list + 1] = each end
end

-- A path in short form, as people and code hosts write it: without `./` and the like.
local function shown(path)
   path = path:gsub("^%./+", "")
   return path == "" and "." or path
end

-- The problems of an entry's members, without those that were reported already.
local function more_problems(entry, opts, told)
   local is_told, found = {}, {}
   for _, problem in ipairs(told) do
      if problem.file == entry.file and problem.path then is_told[problem.path] = true end
   end
   for _, problem in ipairs(folder.check(entry, opts)) do
      if not is_told[problem.path] then found[#found + 1] = problem end
   end
   return found
end

local function check_entry(result, entry, opts, told)
   local problems = more_problems(entry, opts, told)
   add(result.problems, problems)
   if #problems == 0 and #told == 0 then add(result.warnings, folder.warnings(entry, opts)) end
end

local function warn_of_name(result, entry, code, message)
   table.insert(result.warnings,
      folder.locate({ { path = "name", code = code, message = message } }, entry.file, entry.text)[1])
end

-- Reports two files in use with one name: a plan cannot tell which connection each belongs to. Also warns of different
-- names that make one variable in decision models.
local function check_names(result, entries)
   local first, names, owners = {}, {}, {}
   for _, entry in ipairs(entries) do
      local name = entry.name
      if not entry.archived then
         if first[name] then
            warn_of_name(result, entry, "name_twice",
               ("is the name in %s, too: a plan that changes one of them cannot tell which is meant")
                  :format(first[name].file))
         end
         first[name] = first[name] or entry
         names[#names + 1], owners[#owners + 1] = name, entry
      end
   end
   for index, other in pairs(variable.twins(names)) do
      warn_of_name(result, owners[index], "name_variable_twice", variable.describe(names[index], other))
   end
end

local function check_folder(result, path, opts)
   local name = shown(path)
   local prefix = name == "." and "" or name:gsub("/+$", "") .. "/"
   local read, err = folder.read(path, { prefix = prefix, references = opts.references })
   if not read then
      table.insert(result.problems, { file = name, path = "", message = err.message })
      return
   end
   add(result.problems, read.problems)
   for _, entry in ipairs(read.entries) do check_entry(result, entry, opts, {}) end
   for _, entry in ipairs(read.broken) do check_entry(result, entry, opts, read.problems) end
   for file in pairs(read.listing) do
      if folder.is_connection_file(file) then table.insert(result.files, prefix .. file) end
   end
   if #read.entries + #read.problems == 0 then
      table.insert(result.warnings, { file = name, path = "", code = "no_files",
         message = "the folder has no file of a connection (its name ends in .json)" })
   end
   return read.entries
end

-- The system's error number for a file with content where none is read.
local too_large = 27

-- The name of a file in messages. What names no file may be the JSON itself.
local function title_of(path, parent, name)
   local content, _, code = native.file.read(parent, name, 0)
   return (content or code == too_large) and shown(path) or text.path(shown(path))
end

local function check_file(result, path, opts)
   local parent, name = path:match "^(.*)/([^/]*)$"
   if parent == "" then parent = "/" end
   local title = title_of(path, parent or ".", name or path)
   table.insert(result.files, title)
   local entry, problems, broken = folder.read_entry(parent or ".", name or path,
      { title = title, references = opts.references })
   add(result.problems, problems or {})
   if entry or broken then check_entry(result, entry or broken, opts, problems or {}) end
   return entry, parent or "."
end

local function in_order(list)
   local places = {}
   for index, each in ipairs(list) do
      places[each] = ("%s\0%09d\0%09d\0%09d"):format(each.file, each.line or 0, each.column or 0, index)
   end
   table.sort(list, function(a, b) return places[a] < places[b] end)
end

--- Checks files and folders.
-- @tparam table paths array of paths
-- @tparam table opts `unknown_members`, `references`
-- @treturn table `files`, `problems`, `warnings`
function validate.run(paths, opts)
   local result = setmetatable({ files = json.array {}, problems = json.array {}, warnings = json.array {} },
      { __name = "personalize.sync.validation", __tostring = report.validation, __jsontype = "object" })
   local beside = {} -- folder -> entries of the files in it
   for _, path in ipairs(paths) do
      if native.file.list(path) then
         check_names(result, check_folder(result, path, opts) or {})
      else
         local entry, parent = check_file(result, path, opts)
         beside[parent] = beside[parent] or {}
         table.insert(beside[parent], entry)
      end
   end
   for _, entries in pairs(beside) do check_names(result, entries) end
   table.sort(result.files)
   in_order(result.problems)
   in_order(result.warnings)
   return result
end

--- See `sync.validate`.
function validate.validate(paths, opts)
   local result = validate.run(type(paths) == "string" and { paths } or paths, opts)
   if #result.problems == 0 then return result end
   local lines = {}
   for index, problem in ipairs(result.problems) do
      lines[index] = { path = "", message = folder.describe(problem) }
   end
   return errors.fail("validation", errors.summary(lines), { problems = result.problems, result = result })
end

return validate
