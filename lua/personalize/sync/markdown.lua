--- A plan as Markdown for a pull request: counts, and a section with folded details for each connection. Secrets are
-- masked.
-- @module personalize.sync.markdown
-- @local

local difference = require "personalize.connections.difference"
local folder = require "personalize.sync.folder"
local report = require "personalize.sync.report"
local text = require "personalize.text"

local markdown = {}

-- A comment on GitHub may have 65,536 characters, on GitLab more. Items beyond this are listed without details.
local most_bytes = 60000

-- Text as inline code: nothing in it acts as Markdown, HTML or a mention. It may contain backticks.
local function code(value)
   local line, longest = text.line(value), 0
   if line == "" then return "` `" end
   for ticks in line:gmatch "`+" do longest = math.max(longest, #ticks) end
   local fence = ("`"):rep(longest + 1)
   local blank = (line:find "^`" or line:find "`$" or line:find "^ .* $") and " " or ""
   return fence .. blank .. line .. blank .. fence
end

-- Lines in a code block with a fence that none of them can close.
local function fenced(lines)
   local longest = 2
   for ticks in lines:gmatch "`+" do longest = math.max(longest, #ticks) end
   local fence = ("`"):rep(longest + 1)
   return ("%sdiff\n%s\n%s"):format(fence, lines, fence)
end

-- The heading of an item's section; and its details, or nil.
local function section(item, verb, opts)
   local parts = { verb }
   if item.rename then parts[1] = ("rename from %s"):format(code(item.rename.from)) end
   if item.file and item.file ~= item.name then parts[#parts + 1] = code(item.file) end
   if item.revision then parts[#parts + 1] = "from revision " .. code(tostring(item.revision)) end
   if item.modifiedAt then parts[#parts + 1] = "changed " .. code(item.modifiedAt) end
   local head = ("### %s\n\n%s"):format(code(item.name), table.concat(parts, ", "))
   if item.force_secrets then head = head .. "\n\nIts secrets, which cannot be compared, are sent." end
   if not item.differences or #item.differences == 0 then return head end
   return head, ("<details><summary>%s</summary>\n\n%s\n\n</details>"):format(
      text.count(#item.differences, "member differs", "members differ"),
      fenced(difference.describe(item.differences, opts)))
end

local function add_list(parts, title, list, describe)
   if #list == 0 then return end
   local lines = { title, "" }
   for index, each in ipairs(list) do
      if index > 50 then
         lines[#lines + 1] = ("- and %d more"):format(#list - 50)
         break
      end
      lines[#lines + 1] = "- " .. describe(each)
   end
   parts[#parts + 1] = table.concat(lines, "\n")
end

local function name_of(item)
   return code(type(item) == "table" and item.name or item)
end

local function described(problem)
   return code(folder.describe(problem))
end

local function sections_of(plan)
   local sections = {}
   for _, kind in ipairs { { "creates", "create" }, { "updates", "update" }, { "archives", "archive" } } do
      for _, item in ipairs(plan[kind[1]]) do sections[#sections + 1] = { item, kind[2] } end
   end
   return sections
end

local function add_sections(parts, plan, opts)
   local length, left_out = 0, 0
   for _, part in ipairs(parts) do length = length + #part end
   for _, each in ipairs(sections_of(plan)) do
      local head, details = section(each[1], each[2], opts)
      local whole = details and head .. "\n\n" .. details or head
      local chosen = (opts.full or length + #whole <= most_bytes) and whole or length + #head <= most_bytes and head
      if chosen then
         parts[#parts + 1] = chosen
         length = length + #chosen + 2
      end
      if chosen ~= whole then left_out = left_out + 1 end
   end
   if left_out > 0 then
      parts[#parts + 1] = ("Of %d more connections there was no room for the details."):format(left_out)
   end
end

--- A plan as Markdown.
-- @tparam personalize.sync.plan plan
-- @tparam[opt] table opts `full`: do not shorten long texts, and include all sections regardless of their length
-- @treturn string
function markdown.of(plan, opts)
   opts = { full = opts and opts.full, is_diff = true }
   local parts = { ("## Plan for %s\n\n**%s**"):format(code(report.tenant(plan)), report.summary(plan)) }
   add_list(parts, "Problems have to be solved before anything is sent:", plan.problems, described)
   add_list(parts, "Warnings:", plan.warnings, described)
   add_list(parts, "In the tenant and in no file, left alone:", plan.unmanaged, name_of)
   add_list(parts, "Secrets cannot be compared, so these may differ in them:", plan.uncompared, name_of)
   add_sections(parts, plan, opts)
   return table.concat(parts, "\n\n")
end

return markdown
