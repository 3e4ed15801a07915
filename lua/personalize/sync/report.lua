--- Formats plans and their results for people.
-- @module personalize.sync.report
-- @local

local difference = require "personalize.connections.difference"
local folder = require "personalize.sync.folder"
local renaming = require "personalize.connections.renaming"
local text = require "personalize.text"

local report = {}

local function title(item)
   local file = item.file and item.file ~= item.name and (" (%s)"):format(text.line(item.file)) or ""
   return ('"%s"%s'):format(text.line(item.name), file)
end

-- Describes the state that an update starts from.
local function origin(item)
   local parts = {}
   if item.revision then parts[#parts + 1] = "from revision " .. text.line(tostring(item.revision)) end
   if item.modifiedAt then parts[#parts + 1] = "changed " .. text.line(item.modifiedAt) end
   if item.modifiedByRef then parts[#parts + 1] = "by " .. text.line(item.modifiedByRef) end
   return #parts > 0 and ", " .. table.concat(parts, " ") or ""
end

--- A reference, without its value.
function report.reference(each)
   return ("%s is $%s %s"):format(text.line(each.path), each.kind, text.line(each.target))
end

local function add_references(lines, item)
   for _, each in ipairs(item.references or {}) do lines[#lines + 1] = "             " .. report.reference(each) end
end

local function add_update(lines, item, opts)
   if item.rename then
      lines[#lines + 1] = ('  rename   "%s" -> %s%s'):format(text.line(item.rename.from), title(item), origin(item))
      lines[#lines + 1] = "             " .. text.line(renaming.describe(item.rename.from, item.name))
   else
      lines[#lines + 1] = "  update   " .. title(item) .. origin(item)
   end
   if #item.differences > 0 then
      for line in difference.describe(item.differences, opts):gmatch "[^\n]+" do
         local is_told = item.rename and line:find "^name: "
         if not is_told then lines[#lines + 1] = "             " .. line end
      end
   end
   add_references(lines, item)
   if item.force_secrets then lines[#lines + 1] = "             its secrets, which cannot be compared, are sent" end
end

local function count_renames(plan)
   local count = 0
   for _, item in ipairs(plan.updates) do count = count + (item.rename and 1 or 0) end
   return count
end

local function add_changes(lines, plan, opts)
   if #plan.creates + #plan.updates + #plan.archives > 0 then lines[#lines + 1] = "" end
   for _, item in ipairs(plan.creates) do
      lines[#lines + 1] = "  create   " .. title(item)
      add_references(lines, item)
   end
   for _, item in ipairs(plan.updates) do add_update(lines, item, opts) end
   for _, item in ipairs(plan.archives) do lines[#lines + 1] = "  archive  " .. title(item) .. origin(item) end
   if count_renames(plan) > 0 and not (opts and opts.renames) then
      lines[#lines + 1] = ""
      lines[#lines + 1] = "Renames are applied only when that is allowed: renames = true, or --rename."
   end
end

local function names(list)
   local shown = {}
   for index, item in ipairs(list) do
      if index > 10 then
         shown[#shown + 1] = ("and %d more"):format(#list - 10)
         break
      end
      shown[#shown + 1] = ('"%s"'):format(text.line(type(item) == "table" and item.name or item))
   end
   return table.concat(shown, ", ")
end

local function add_rest(lines, plan)
   if #plan.unmanaged > 0 then
      lines[#lines + 1] = ""
      lines[#lines + 1] = ("%s in the tenant and in no file, left alone: %s"):format(
         text.count(#plan.unmanaged, "connection is", "connections are"), names(plan.unmanaged))
   end
   if #plan.uncompared > 0 then
      lines[#lines + 1] = ""
      lines[#lines + 1] = ("Secrets can't be compared, so these may differ in them: %s")
         :format(names(plan.uncompared))
   end
   if #plan.problems > 0 then
      lines[#lines + 1] = ""
      lines[#lines + 1] = text.count(#plan.problems, "problem has", "problems have")
         .. " to be solved before anything is sent:"
      for _, problem in ipairs(plan.problems) do lines[#lines + 1] = "  " .. folder.describe(problem) end
   end
end

local function counts_of(plan)
   local parts, renames = {}, count_renames(plan)
   for _, part in ipairs { { #plan.creates, "to create" }, { #plan.updates - renames, "to update" },
      { renames, "to rename" }, { #plan.archives, "to archive" } } do
      if part[1] > 0 then parts[#parts + 1] = ("%d %s"):format(part[1], part[2]) end
   end
   return parts
end

--- What a plan would do, in one line.
function report.summary(plan)
   local parts = counts_of(plan)
   if #plan.unchanged > 0 then parts[#parts + 1] = ("%d unchanged"):format(#plan.unchanged) end
   if plan:is_empty() and #plan.problems == 0 then
      table.insert(parts, 1, "nothing to do")
   elseif #parts == 0 then
      parts[1] = "nothing to send"
   end
   return table.concat(parts, ", ")
end

local function warning_lines(warnings)
   local lines = {}
   for index, warning in ipairs(warnings) do lines[index] = "warning: " .. folder.describe(warning) end
   return lines
end

--- A plan's tenant: its address, followed by its organisation if known.
function report.tenant(plan)
   local address, organisation = plan.tenant:match "^(.-)#(.*)$"
   return address and ("%s (organisation %s)"):format(text.line(address), text.line(organisation))
      or text.line(plan.tenant)
end

--- One line on what a plan would send, and to which tenant, for a question.
function report.counts(plan)
   return ("%s: %s"):format(report.tenant(plan), table.concat(counts_of(plan), ", "))
end

--- A plan without its warnings.
-- @tparam personalize.sync.plan plan
-- @tparam[opt] table opts `full`: do not shorten long texts; `renames`: they are allowed, so the note on them is left
-- out
function report.changes(plan, opts)
   local lines = { ("Plan for %s: %s."):format(report.tenant(plan), report.summary(plan)) }
   add_changes(lines, plan, opts)
   add_rest(lines, plan)
   return table.concat(lines, "\n")
end

--- A plan.
-- @tparam[opt] table opts as of `changes`
function report.plan(plan, opts)
   local changes, warnings = report.changes(plan, opts), warning_lines(plan.warnings)
   if #warnings == 0 then return changes end
   return changes .. "\n\n" .. table.concat(warnings, "\n")
end

--- Connections in use that share a name.
function report.twin(each)
   return ('%d connections are named "%s" now, for %s: %s'):format(#each.refs, text.line(each.name),
      each.unfinished and "one of them should have got another name, and did not"
         or "somebody else created it at the same time", table.concat(each.refs, ", "))
end

--- The result of applying a plan.
function report.result(result)
   local parts, lines = {}, {}
   for _, kind in ipairs { "created", "updated", "archived", "unchanged", "failed", "not_started" } do
      if #result[kind] > 0 then parts[#parts + 1] = ("%d %s"):format(#result[kind], (kind:gsub("_", " "))) end
   end
   lines[1] = (#parts > 0 and table.concat(parts, ", ") or "nothing to do") .. "."
   for _, item in ipairs(result.failed) do
      lines[#lines + 1] = ("  failed   %s: %s"):format(title(item), tostring(item.error))
   end
   for _, item in ipairs(result.not_started) do lines[#lines + 1] = "  not started  " .. title(item) end
   for _, each in ipairs(result.twins) do lines[#lines + 1] = "  twins    " .. report.twin(each) end
   for _, message in ipairs(result.warnings) do lines[#lines + 1] = "  warning: " .. text.line(message) end
   return table.concat(lines, "\n")
end

--- The result of an export, without its warnings.
function report.files(result)
   local lines = { ("%s written, %d unchanged in %s."):format(text.count(#result.written, "file", "files"),
      #result.unchanged, text.line(result.folder)) }
   for _, each in ipairs(result.references) do
      lines[#lines + 1] = ("  %s: %s"):format(text.line(each.file), report.reference(each))
   end
   for _, file in ipairs(result.removed) do lines[#lines + 1] = "  removed " .. text.line(file) end
   return table.concat(lines, "\n")
end

--- A finding in a file, in the format of compiler messages.
-- @tparam string kind `error` or `warning`
function report.finding(kind, found)
   local place = found.line and (":%d:%d"):format(found.line, found.column or 1) or ""
   local path = found.path ~= nil and found.path ~= "" and text.line(found.path) .. ": " or ""
   local code = found.code and (" [%s]"):format(text.line(found.code)) or ""
   return ("%s%s: %s: %s%s%s"):format(text.line(found.file), place, kind, path, text.line(found.message), code)
end

--- The number of checked files, and the number of findings.
function report.findings(result)
   return ("%s: %s, %s"):format(text.count(#result.files, "file", "files"),
      text.count(#result.problems, "problem", "problems"), text.count(#result.warnings, "warning", "warnings"))
end

--- The result of checking files.
function report.validation(result)
   local lines = {}
   for _, problem in ipairs(result.problems) do lines[#lines + 1] = report.finding("error", problem) end
   for _, warning in ipairs(result.warnings) do lines[#lines + 1] = report.finding("warning", warning) end
   lines[#lines + 1] = report.findings(result)
   return table.concat(lines, "\n")
end

--- The result of an export.
function report.export(result)
   local lines = { report.files(result) }
   for _, line in ipairs(warning_lines(result.warnings)) do lines[#lines + 1] = "  " .. line end
   return table.concat(lines, "\n")
end

return report
