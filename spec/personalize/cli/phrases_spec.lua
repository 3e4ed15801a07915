-- What the library says of its options, in the command's words.
local phrases = require "personalize.cli.phrases"

describe("messages of the command", function()
   it("name its own options", function()
      for lua, shell in pairs {
         ['auth.clientSecret: missing; give a secrets function, or missing_secrets = "send" to send the update '
            .. "without it"]
            = 'auth.clientSecret: missing; give it as {"$env": "NAME"}, or --missing-secrets send to send the update '
            .. "without it",
         ['or plan with missing_secrets = "send"'] = "or plan with --missing-secrets send",
         ['elsewhere with references = "anywhere" (--references anywhere)'] = "elsewhere with --references anywhere",
         ['unknown_members = "send" sends it'] = "--unknown-members send sends it",
         ["renames are applied with renames = true (--rename)"] = "renames are applied with --rename",
         ["when that is allowed: renames = true, or --rename."] = "when that is allowed: --rename.",
         ["it was changed meanwhile; expect = false overwrites it"] = "it was changed meanwhile: look at it again",
         ["extract_secrets makes a reference of it"] = "--extract-secrets makes a reference of it",
         ["2 values stand in 1 file (details name them); extract_secrets makes references where they can stand"]
            = "2 values stand in 1 file (--json names them); --extract-secrets makes references where they can stand",
         ["1 value stands in 1 file (details name it)"] = "1 value stands in 1 file (--json names it)",
         ["a plan would create it; prune removes the file"] = "a plan would create it; --prune removes the file",
         ["the answer is HTML instead of JSON; is base_url that of the API?"]
            = "the answer is HTML instead of JSON; is PERSONALIZE_BASE_URL that of the API?",
         ["a private authority is given by ca_file"] = "a private authority is given by PERSONALIZE_CA_FILE",
         ["check client_id and client_secret, and that token_url is theirs"] = "check PERSONALIZE_CLIENT_ID and "
            .. "PERSONALIZE_CLIENT_SECRET, and that PERSONALIZE_TOKEN_URL is theirs",
         ["check that access_token is right"] = "check that PERSONALIZE_ACCESS_TOKEN is right",
         ["no way (is the proxy up, and proxy right?)"] = "no way (is the proxy up, and PERSONALIZE_PROXY right?)",
         ["it wants a user and a password, which the URL in proxy can hold"]
            = "it wants a user and a password, which the URL in PERSONALIZE_PROXY can hold",
         ["check the user and the password in proxy"] = "check the user and the password in PERSONALIZE_PROXY",
         ["is proxy that of a proxy?"] = "is PERSONALIZE_PROXY that of a proxy?",
         ["is proxy right?"] = "is PERSONALIZE_PROXY right?",
         ["are region and proxy right?"] = "are PERSONALIZE_REGION and PERSONALIZE_PROXY right?",
         ["are base_url and proxy right?"] = "are PERSONALIZE_BASE_URL and PERSONALIZE_PROXY right?",
         ["is the server up, and region right?"] = "is the server up, and PERSONALIZE_REGION right?",
         ["is region that of the API?"] = "is PERSONALIZE_REGION that of the API?",
         ["of another host: is region right?"] = "of another host: is PERSONALIZE_REGION right?",
         ["an API answers where it is asked; check region"] = "an API answers where it is asked; check "
            .. "PERSONALIZE_REGION",
         ["the region of the proxy"] = "the region of the proxy",
         ["the list has more than 9 connections (10 received); max_list_items of personalize.new is the limit, "
            .. "against lists that never end: raise it if there are so many"]
            = "(10 received); that is the limit, against lists that never end: if there are so many, "
            .. "`personalize request` has them page by page",
         ["auth.client_id: probably clientId is meant"] = "auth.client_id: probably clientId is meant",
         ["my_base_urls and database_url"] = "my_base_urls and database_url",
         ["100% of it"] = "100% of it", [""] = "",
      } do
         local advice = lua:find "^a plan" and "the tenant has no such connection: " .. lua or lua
         local said = phrases.of_command(advice)
         assert.matches(shell, said, 1, true)
         assert.not_matches(' = "send"', said, 1, true)
      end
   end)
end)
