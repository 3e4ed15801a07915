-- Reads the fenced blocks of a Markdown document. A comment in the line above a block says what a reader need not
-- see: `<!-- not run: REASON -->` or `<!-- file: NAME -->` (the block is what stands in that file).
local read = require "spec.support.read"

local markdown = {}

-- Each line of a text, without its end.
local function lines_of(text)
   return (text:gsub("\n?$", "\n")):gmatch "([^\n]*)\n"
end
markdown.lines = lines_of

-- A block of the language `text` is what the block before it writes.
local function attach_outputs(blocks)
   local attached = {}
   for _, block in ipairs(blocks) do
      local before = attached[#attached]
      if block.language == "text" and before and before.language ~= "text" and not before.output then
         before.output = block.text
      else
         attached[#attached + 1] = block
      end
   end
   return attached
end

--- The blocks of a document in their order: `document`, `line`, `language`, `text`, and where known `output` (a
-- following block of the language `text`), `not_run` (a reason), `file` (a name).
function markdown.blocks(path)
   local blocks, open, previous, number = {}, nil, "", 0
   for line in lines_of(read(path)) do
      number = number + 1
      local fence = line:match "^```(.*)$"
      if fence and not open then
         open = {
            document = path, line = number, language = fence, lines = {},
            not_run = previous:match "^<!%-%- not run: (.-) %-%->$", file = previous:match "^<!%-%- file: (.-) %-%->$",
         }
      elseif fence then
         open.text, open.lines = table.concat(open.lines, "\n") .. "\n", nil
         blocks[#blocks + 1], open = open, nil
      elseif open then
         open.lines[#open.lines + 1] = line
      end
      previous = line
   end
   assert(not open, path .. ": a block does not end")
   return attach_outputs(blocks)
end

-- Headings as GitHub addresses them: `#the-rules`.
local function anchors(path)
   local found = {}
   for heading in ("\n" .. read(path)):gmatch "\n#+ ([^\n]+)" do
      found[(heading:lower():gsub("[^%w%- ]", ""):gsub(" ", "-"))] = true
   end
   return found
end

--- The links of a document that lead nowhere in this tree.
function markdown.broken_links(path)
   local broken, folder = {}, path:match "^.*/" or ""
   for target in read(path):gmatch "%]%(([^)]+)%)" do
      local name, anchor = target:match "^([^#]*)#?(.*)$"
      local place = name == "" and path or folder .. name
      if not target:find "^%a+:" then
         local file = io.open(place)
         if file then file:close() end
         if not file or (anchor ~= "" and not anchors(place)[anchor]) then broken[#broken + 1] = target end
      end
   end
   return broken
end

return markdown
