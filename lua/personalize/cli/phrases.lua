--- Translates messages of the library for the command: options of Lua functions become options of the command.
-- @module personalize.cli.phrases
-- @local

local letters = require "personalize.letters"

local phrases = {}

-- Texts in messages -> the command's texts. Longer texts come first.
local replacements = {
   { 'give a secrets function, or missing_secrets = "send" to send the update without it',
      'give it as {"$env": "NAME"}, or --missing-secrets send to send the update without it' },
   { 'plan with missing_secrets = "send"', "plan with --missing-secrets send" },
   { 'missing_secrets = "send"', "--missing-secrets send" },
   { 'unknown_members = "send"', "--unknown-members send" },
   { "renames = true (--rename)", "--rename" },
   { 'references = "anywhere" (--references anywhere)', "--references anywhere" },
   { "renames = true, or --rename", "--rename" },
   { "force_secrets = true", "--force-secrets" },
   { "archive_missing = true", "--archive-missing" },
   { "extract_secrets = true", "--extract-secrets" },
   { "extract_secrets makes ", "--extract-secrets makes " },
   { "(details name ", "(--json names " },
   { ": a plan would create it; prune removes", ": a plan would create it; --prune removes" },
   { " (err.connection)", "" },
   { "max_list_items of personalize.new is the limit, against lists that never end: raise it if there are so many",
      "that is the limit, against lists that never end: if there are so many, `personalize request` has them page by "
         .. "page" },
   { ", and for hosts named in plain_http_hosts", "" },
   { "Not a directory (expected a folder, such as an export makes)",
      "Not a directory (expected a folder, such as an export makes; `apply --plan FILE` applies a saved plan)" },
   { "; expect = false overwrites it", ": look at it again" },
}

-- Where the library's advice names other options that have a variable. The words are too common to translate elsewhere.
local in_advice = {
   { "is the proxy up, and ", "proxy", " right?" }, { "is ", "proxy", " that of a proxy?" },
   { "is ", "proxy", " right?" }, { "are ", "region", " and proxy right?" }, { "and ", "proxy", " right?" },
   { "the user and the password in ", "proxy", "" }, { "which the URL in ", "proxy", " can hold" },
   { "is ", "region", " that of the API?" }, { "is ", "region", " right?" }, { "and ", "region", " right?" },
   { "check ", "region", "" },
}
for _, each in ipairs(in_advice) do each.whole = table.concat(each) end

local function plain(pattern)
   return (pattern:gsub("%p", "%%%0"))
end

-- Options that the command reads from environment variables, if a message of the library names them.
local of_variables = { "base_url", "token_url", "ca_file" }

-- Credentials, only where a message advises to check them, because members of a connection have the same names.
local of_credentials = { "client_id and client_secret", "client_key and api_token", "access_token" }

local function in_variables(message, prefix)
   for _, words in ipairs(of_credentials) do
      local named = words:gsub("[%l_]*_[%l_]+", function(name) return prefix .. "_" .. letters.upper(name) end)
      message = message:gsub("check " .. words, "check " .. named):gsub("check that " .. words, "check that " .. named)
   end
   return message
end

local function in_sentences(message, prefix)
   for _, each in ipairs(in_advice) do
      local first, last = message:find(each.whole, 1, true)
      if first then
         message = message:sub(1, first - 1) .. each[1] .. prefix .. "_" .. letters.upper(each[2]) .. each[3]
            .. message:sub(last + 1)
      end
   end
   return message
end

--- Translates one message.
-- @tparam string message
-- @tparam[opt="PERSONALIZE"] string prefix of the environment variables
function phrases.of_command(message, prefix)
   prefix = prefix or "PERSONALIZE"
   for _, name in ipairs(of_variables) do
      if message:find(name, 1, true) then
         message = message:gsub("%f[%w_]" .. name .. "%f[^%w_]", prefix .. "_" .. letters.upper(name))
      end
   end
   if message:find("check ", 1, true) then message = in_variables(message, prefix) end
   message = in_sentences(message, prefix)
   for _, each in ipairs(replacements) do
      if message:find(each[1], 1, true) then message = message:gsub(plain(each[1]), (each[2]:gsub("%%", "%%%%"))) end
   end
   return message
end

return phrases
