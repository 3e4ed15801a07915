-- The types for the Lua language server, made of the comments and the schema.
local model = require "doc.reference.model"
local types = require "doc.reference.types"

local function lines_of(text)
   local lines = {}
   for line in text:gmatch "[^\n]+" do lines[line] = true end
   return lines
end

-- What an annotation begins with, as far as its type goes: spaces stand in it after `:`, `,` and `|` alone.
local function type_at_start(text)
   local depth, last = 0, ""
   for place = 1, #text do
      local letter = text:sub(place, place)
      if letter == " " and depth == 0 and not last:find "[:,|]" then return text:sub(1, place - 1) end
      if letter == "(" then depth = depth + 1 elseif letter == ")" then depth = depth - 1 end
      if letter ~= " " then last = letter end
   end
   return text
end

-- The types in the annotations of a file.
local function annotated(text)
   local found = {}
   for line in text:gmatch "[^\n]+" do
      local rest = line:match "^%-%-%-@field %S+ (.*)" or line:match "^%-%-%-@param %S+ (.*)"
         or line:match "^%-%-%-@return (.*)" or line:match "^%-%-%-@class %S+: (.*)"
      if rest then found[#found + 1] = type_at_start(rest) end
   end
   return found
end

describe("the types", function()
   local files = types.files((model.read()))

   it("write LuaCATS", function()
      for from, to in pairs {
         ["string"] = "string",
         ["{string,...}"] = "string[]",
         ["string|{string,...}"] = "string|string[]",
         ['{string|integer,...}|nil'] = "(string|integer)[]|nil",
         ["fun(connection:personalize.members,path:string):string|nil"]
            = "fun(connection: personalize.members, path: string): string|nil",
         ["fun():string,number"] = "fun(): string, number",
         ['"refuse"|"send"'] = '"refuse"|"send"',
      } do
         assert.equal(to, types.luacats(from))
      end
   end)

   it("have a connection's members with type, unit and secrecy", function()
      local lines = lines_of(files["personalize/members.lua"])
      assert.is_true(lines["---@meta _"])
      assert.is_true(lines["---@class personalize.members"])
      assert.is_true(lines["---@field auth personalize.members.auth Authentication. The attribute table calls it an "
         .. "array; every published body has one object. Required. Documented, by the attribute table and examples."])
      assert.is_true(lines["---@field connectionTimeout? integer Limit for connecting; the server's default is 1000. "
         .. "In milliseconds. Documented, by the attribute table and examples."])
      assert.is_true(lines["---@field clientSecret? string OAuth client secret: goes in and never comes back. "
         .. "Write-only secret. Of `OAUTH`. Inferred: no published page has it."])
      assert.matches('\n%-%-%-@field requestType%? "GET"|"POST"|"PUT"|string ',
         files["personalize/members.lua"])
   end)

   it("have a connection's methods, and its members by inheritance", function()
      local text = files["personalize/connection.lua"]
      assert.matches("\n%-%-%-@class personalize.connection: personalize.members\nlocal connection = {}\n", text)
      assert.matches("\n%-%-%-@param opts%? personalize.connection.save_opts [^\n]+\n"
         .. "%-%-%-@return personalize.connection|nil connection itself\n"
         .. "%-%-%-@return personalize.error|nil err [^\n]+\nfunction connection:save%(opts%) end\n", text)
   end)

   it("make a class of the options that a function alone takes", function()
      local text = files["personalize/connections.lua"]
      assert.matches("\n%-%-%-@class personalize.connections.list_opts: personalize.connections.call_options\n"
         .. "%-%-%-@field limit%? integer the most connections to return\n%-%-%-@field offset%? integer [^\n]+\n", text)
      assert.matches("\n%-%-%-@param opts%? personalize.connections.list_opts ", text)
      assert.matches("\n%-%-%-@return boolean|personalize.error changed ", text)
      assert.matches("\nreturn connections\n$", text)
   end)

   it("list the words that there are", function()
      assert.matches('\n%-%-%-@alias personalize.error.kind\n%-%-%-| "config" # ', files["personalize/error.lua"])
      assert.matches('\n%-%-%-| "token" # ', files["personalize.lua"])
   end)

   it("load, and use no name that they do not declare", function()
      local declared, count = {}, 0
      for name in ("nil any boolean string number integer function table lightuserdata fun true false"):gmatch "%a+" do
         declared[name] = true
      end
      for path, text in pairs(files) do
         assert((loadstring or load)(text, path)) -- luacheck: ignore
         for name in text:gmatch "\n%-%-%-@class ([%w_.]+)" do declared[name] = true end
         for name in text:gmatch "\n%-%-%-@alias ([%w_.]+)" do declared[name] = true end
      end
      for path, text in pairs(files) do
         for _, kind in ipairs(annotated(text)) do
            local bare = kind:gsub('"[^"]*"', ""):gsub("([%w_]+): ", function(name)
               return declared[name] and name .. ": " or ""
            end)
            for name in bare:gmatch "[%a_][%w_.]*" do
               count = count + 1
               assert.is_true(declared[name], ("%s: %s in %s"):format(path, name, kind))
            end
         end
      end
      assert.is_true(count > 400, count)
   end)

   it("are the files in the tree", function()
      for path, text in pairs(files) do
         local file = assert(io.open("types/" .. path))
         assert.equal(text, file:read "*a", path)
         file:close()
      end
   end)
end)
