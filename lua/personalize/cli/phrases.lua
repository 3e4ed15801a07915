--- Messages of the library in the command's words: what is an option in Lua is one of the command's.
-- @module personalize.cli.phrases
-- @local

local phrases = {}

-- Texts of messages -> what the command says. Longer ones come first.
local replacements = {
   { 'give a secrets function, or missing_secrets = "send" to send the update without it',
      'give it as {"$env": "NAME"}, or --missing-secrets send to send the update without it' },
   { 'plan with missing_secrets = "send"', "plan with --missing-secrets send" },
   { 'missing_secrets = "send"', "--missing-secrets send" },
   { 'unknown_members = "send"', "--unknown-members send" },
   { "renames = true (--rename)", "--rename" },
   { "renames = true, or --rename", "--rename" },
   { "force_secrets = true", "--force-secrets" },
   { "archive_missing = true", "--archive-missing" },
   { "extract_secrets = true", "--extract-secrets" },
   { "extract_secrets makes a reference", "--extract-secrets makes a reference" },
   { ": a plan would create it; prune removes", ": a plan would create it; --prune removes" },
   { " (err.connection)", "" },
   { "; expect = false overwrites it", ": look at it again" },
}

local function plain(pattern)
   return (pattern:gsub("%p", "%%%0"))
end

--- A message of the library as the command says it.
function phrases.of_command(message)
   for _, each in ipairs(replacements) do
      if message:find(each[1], 1, true) then message = message:gsub(plain(each[1]), (each[2]:gsub("%%", "%%%%"))) end
   end
   return message
end

return phrases
