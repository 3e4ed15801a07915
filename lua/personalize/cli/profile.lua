--- Profiles: files with the variables of a tenant, `~/.config/personalize/NAME.env`. They are parsed and never
-- executed. Messages name the line of an error and never show a value.
-- @module personalize.cli.profile
-- @local

local errors = require "personalize.error"
local misspelt = require "personalize.environment.misspelt"
local native = require "personalize.native"
local options = require "personalize.options"
local text = require "personalize.text"

local profile = {}

local extension = ".env"

local largest = 64 * 1024

local function home()
   local folder = os.getenv "HOME"
   return folder and folder ~= "" and folder or nil
end

--- The folder of the profiles; nil and an error object if there is no home folder.
function profile.folder()
   local base = os.getenv "XDG_CONFIG_HOME"
   if base and base:find "^/" then return base .. "/personalize" end
   if home() then return home() .. "/.config/personalize" end
   return errors.fail("config", "profiles are in ~/.config/personalize, and neither HOME nor XDG_CONFIG_HOME is set")
end

-- The names of the existing profiles.
local function present(folder)
   local listing, names = native.file.list(folder) or {}, {}
   for file in pairs(listing) do
      local name = file:sub(-#extension) == extension and file:sub(1, -#extension - 1)
      if name and name ~= "" then names[name] = true end
   end
   return names
end

local function missing(folder, path, name, reason)
   local names, list = present(folder), {}
   for each in pairs(names) do list[#list + 1] = text.line(each) end
   table.sort(list)
   local nearest = options.nearest(name, names)
   return errors.fail("config", ("profile %s: %s: %s%s"):format(name, text.line(path), reason,
      nearest and (" (did you mean %s?)"):format(text.line(nearest))
      or #list > 0 and (" (there are: %s)"):format(table.concat(list, ", ")) or ""))
end

-- Refuses a file that others than its owner can read.
local function check_mode(folder, path, name)
   local mode, is_own = native.file.mode(path)
   if not mode then return missing(folder, path, name, is_own) end
   if not is_own then
      return errors.fail("config", ("profile %s: %s belongs to another user"):format(name, text.line(path)))
   end
   if mode % 64 == 0 then return true end
   return errors.fail("config", ("profile %s: others may read or change %s (mode %04o): chmod 600 it"):format(name,
      text.line(path), mode))
end

local escapes = { n = "\n", t = "\t", r = "\r" }

-- Parses the value after the `=`; nil and what is wrong.
local function value_of(rest)
   rest = rest:gsub("^%s+", ""):gsub("%s+$", "")
   local quote = rest:match "^[\"']"
   if not quote then return (rest:gsub("%s+#.*$", ""):gsub("^#.*$", "")) end
   local inner, after
   if quote == "'" then
      inner, after = rest:match "^'([^']*)'(.*)$"
   else
      local place = 2
      while place <= #rest and rest:sub(place, place) ~= '"' do
         place = place + (rest:sub(place, place) == "\\" and 2 or 1)
      end
      if place <= #rest then
         inner, after = rest:sub(2, place - 1):gsub("\\(.)", function(c) return escapes[c] or c end),
            rest:sub(place + 1)
      end
   end
   if not inner then return nil, "a quote is not closed" end
   if not after:find "^%s*$" and not after:find "^%s+#" then return nil, "there is something behind the quotes" end
   return inner
end

local function check_name(name, variables)
   if not misspelt.is_known(name) then
      local nearest = misspelt.nearest(name)
      return ("%s is no variable of personalize%s"):format(name,
         nearest and (" (did you mean %s?)"):format(nearest) or "")
   end
   return variables[name] and name .. " stands there already" or nil
end

-- Expands the home folder at the start of a file's name, as a shell would.
local function expand(name, value)
   if not name:find "_FILE$" or not value:find "^~/" or not home() then return value end
   return home() .. value:sub(2)
end

-- Reads one line into `variables`; returns what is wrong with it, or nil.
local function read_line(line, variables)
   if line:find "^%s*$" or line:find "^%s*#" then return nil end
   local name, rest = line:gsub("^%s*export%s+", ""):match "^%s*([%a_][%w_]*)=(.*)$"
   if not name then return "expected NAME=VALUE" end
   local wrong = check_name(name, variables)
   if wrong then return wrong end
   local value
   value, wrong = value_of(rest)
   if not value then return ("%s: %s"):format(name, wrong) end
   if value:find "%c" then return name .. ": the value holds a control character" end
   variables[name] = expand(name, value)
   return nil
end

--- Parses the text of a profile.
-- @treturn table name -> value
-- @return `nil`, the number of the wrong line, and what is wrong with it
function profile.parse(content)
   local variables, number = {}, 0
   for line in (content:gsub("^\239\187\191", "") .. "\n"):gmatch "(.-)\r?\n" do
      number = number + 1
      local wrong = read_line(line, variables)
      if wrong then return nil, number, wrong end
   end
   return variables
end

--- Reads a profile.
-- @tparam string name
-- @treturn table name of a variable -> value
-- @return `nil` and an error object of kind `config`
function profile.read(name)
   if not name:find "^[%w_-][%w._-]*$" then
      return errors.fail("config", ("%s is no name of a profile: letters, digits, -, _ and dots")
         :format(options.describe(name)))
   end
   local folder, err = profile.folder()
   if not folder then return nil, err end
   local path, fine = folder .. "/" .. name .. extension
   fine, err = check_mode(folder, path, name)
   if not fine then return nil, err end
   local file, reason = io.open(path, "rb")
   if not file then return missing(folder, path, name, reason) end
   local content = file:read(largest + 1) or ""
   file:close()
   if #content > largest then
      return errors.fail("config", ("profile %s: %s is longer than %d bytes"):format(name, text.line(path), largest))
   end
   local variables, line, wrong = profile.parse(content)
   if variables then return variables end
   return errors.fail("config", ("profile %s: %s:%d: %s"):format(name, text.line(path), line, wrong))
end

return profile
