-- luacheck: ignore wrk
-- For wrk: creates, with the token of the environment; reads the answers' statuses.
wrk.method = "POST"
wrk.headers["Authorization"] = "Bearer " .. os.getenv "TOKEN"
wrk.headers["Content-Type"] = "application/json"
wrk.body = os.getenv "BODY"
