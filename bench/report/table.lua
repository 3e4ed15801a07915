-- Rows as aligned text and as Markdown.
local table_of = {}

local columns = {
   { title = "", width = 50 }, { title = "ours", width = 17 }, { title = "against", width = 26 },
   { title = "ours", right = true, width = 8 }, { title = "theirs", right = true, width = 8 },
   { title = "unit", width = 9 }, { title = "ratio", right = true, width = 6 }, { title = "target", width = 9 },
   { title = "rounds", right = true, width = 6 }, { title = "spread", width = 12 },
}

local function number(value)
   if not value then return "" end
   local magnitude = math.abs(value)
   local format = magnitude >= 100 and "%.0f" or magnitude >= 10 and "%.1f" or "%.2f"
   return format:format(value)
end

local function target(row)
   local text = row.at_least and "≥ " .. number(row.at_least) or row.at_most and "≤ " .. number(row.at_most) or ""
   return row.missed and text .. " ✗" or text
end

local function cells(row)
   if row.reason then
      return { row.what, row.ours, row.other, "", "", "", "", "not measured: " .. row.reason, "", "" }
   end
   return { row.what, row.ours, row.other or "", number(row.our_value), number(row.other_value), row.unit,
      row.ratio and ("%.2f"):format(row.ratio) or "", target(row), ("%d"):format(row.rounds),
      number(row.lowest) .. " – " .. number(row.highest) }
end

-- Characters, not bytes.
local function length(text)
   return select(2, text:gsub("[^\128-\191]", ""))
end

local function padded(text, width, right)
   local space = (" "):rep(width - length(text))
   return right and space .. text or text .. space
end

local function aligned(row, widths)
   local out = {}
   for index, column in ipairs(columns) do
      out[index] = padded(row[index], math.max(widths[index], length(row[index])), column.right)
   end
   return (table.concat(out, "  "):gsub(" +$", ""))
end

--- One row while the others are not known yet.
function table_of.line(row)
   local widths = {}
   for index, column in ipairs(columns) do widths[index] = column.width end
   return aligned(cells(row), widths)
end

local function titles()
   local out = {}
   for index, column in ipairs(columns) do out[index] = column.title end
   return out
end

local function all_cells(rows)
   local out = { titles() }
   for index, row in ipairs(rows) do out[index + 1] = cells(row) end
   return out
end

--- All rows, each column as wide as it needs to be.
function table_of.text(rows)
   local all, widths, lines = all_cells(rows), {}, {}
   for index in ipairs(columns) do
      widths[index] = 0
      for _, row in ipairs(all) do
         local is_reason = row[index]:find "^not measured"
         widths[index] = math.max(widths[index], is_reason and 0 or length(row[index]))
      end
   end
   for index, row in ipairs(all) do lines[index] = aligned(row, widths) end
   return table.concat(lines, "\n") .. "\n"
end

--- All rows as a table of Markdown.
function table_of.markdown(rows)
   local lines, rules = {}, {}
   for index, column in ipairs(columns) do rules[index] = column.right and "---:" or "---" end
   for _, row in ipairs(all_cells(rows)) do
      lines[#lines + 1] = "| " .. table.concat(row, " | ") .. " |"
      if #lines == 1 then lines[2] = "| " .. table.concat(rules, " | ") .. " |" end
   end
   return table.concat(lines, "\n") .. "\n"
end

-- What the README says of each row.
local brief_columns = { 1, 2, 3, 7, 8 }

-- The rows that it has: what a user asks first, missed targets among them.
local brief_rows = {
   ["retrieves one after the other, emulator, HTTP/1.1"] = "libcurl in C",
   ["retrieves, 32 in flight, emulator, HTTP/1.1"] = "libcurl, jansson in C",
   ["list of 10000, time, nginx, HTTP/1.1"] = "lua-socket, lua-cjson, Lua 5.4",
   ["first call of a new process, emulator, HTTP/1.1"] = "libcurl in C",
   ["answers, 32 clients, upstream without delay over HTTP"] = "lua-resty-http, cjson",
}

--- The ratios of a few rows, as a table of Markdown.
function table_of.brief(rows)
   local lines = { "|  | ours | against | ratio | target |", "| --- | --- | --- | ---: | --- |" }
   for _, row in ipairs(rows) do
      local all = cells(row)
      if row.ratio and brief_rows[all[1]] == all[3] and all[2] ~= "LuaJIT" then
         local picked = {}
         for place, column in ipairs(brief_columns) do picked[place] = all[column] end
         lines[#lines + 1] = "| " .. table.concat(picked, " | ") .. " |"
      end
   end
   return table.concat(lines, "\n") .. "\n"
end

return table_of
