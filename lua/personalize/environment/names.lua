--- The options of `personalize.new` that have an environment variable: `client_id` is read from
-- `PERSONALIZE_CLIENT_ID`, or from the file that `PERSONALIZE_CLIENT_ID_FILE` names.
-- @module personalize.environment.names
-- @local

return {
   "region", "base_url", "client_id", "client_secret", "client_key", "api_token", "access_token", "token_url",
   "audience", "proxy", "ca_file",
}
