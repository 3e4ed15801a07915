-- The handlers of the admin service in nginx.conf. Each is straight-line code: where it waits for the service, the
-- worker goes on with other requests.
local personalize = require "personalize"

-- `nil, err` is tested for everywhere, and never asserted: nginx prints only errors that are strings.
local client, problem = personalize.from_env { token_cache = "personalize_tokens", timeout = 10 }
if not client then error(tostring(problem)) end
local connections = client.connections

local admin = {}

-- How often the chosen connections are tested, in seconds.
local check_interval = 30

-- The status for the caller of this service when the service behind it fails.
local statuses = { not_found = 404, validation = 400, conflict = 409, rate_limited = 503, timeout = 504 }

local function say_json(value, status)
   ngx.status = status or 200
   ngx.header.content_type = "application/json"
   ngx.say((personalize.json.encode(value, { pretty = true, canonical = true })))
end

local function say_error(err)
   ngx.log(ngx.WARN, "personalize: ", tostring(err))
   say_json({ kind = err.kind, message = err.message }, statuses[err.kind] or 502)
end

-- The connections whose name or URL holds the text of ?search=.
local function search()
   local wanted = ngx.req.get_uri_args().search
   wanted = type(wanted) == "string" and wanted:lower() or ""
   local all, err = connections.list()
   if not all then return nil, err end
   local found = personalize.array {}
   for _, connection in ipairs(all) do
      local url = type(connection.request) == "table" and connection.request.connectionUrl
      local text = tostring(connection.name) .. " " .. tostring(url)
      if text:lower():find(wanted, 1, true) then found[#found + 1] = connection end
   end
   return found
end

--- GET /connections?search=text
function admin.list()
   local found, err = search()
   if not found then return say_error(err) end
   local shown = personalize.array {}
   for index, connection in ipairs(found) do
      -- masked: this answer leaves the service
      shown[index] = personalize.json.decode(connection:to_json { mask = true })
   end
   say_json { connections = shown }
end

local entities = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }

local function html(value)
   return (tostring(value):gsub("[&<>\"']", entities))
end

--- GET /?search=text
function admin.page()
   local found, err = search()
   if not found then return say_error(err) end
   local rows = {}
   for index, connection in ipairs(found) do
      local shown = personalize.json.decode(connection:to_json { mask = true })
      rows[index] = ("<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>"):format(html(shown.name),
         html(shown.systemType), html(type(shown.request) == "table" and shown.request.connectionUrl or ""),
         shown.archived == true and "archived" or "")
   end
   ngx.header.content_type = "text/html; charset=utf-8"
   ngx.say("<!doctype html><meta charset=utf-8><title>Connections</title><h1>Connections</h1>",
      "<form><input name=search placeholder=Search></form><table><tr><th>Name<th>Type<th>URL<th></tr>",
      table.concat(rows, "\n"), "</table>")
end

-- Tests the connections named in HEALTH_CHECKS (separated by commas) and keeps the results for /metrics.
local function check()
   local names = {}
   for name in (os.getenv "HEALTH_CHECKS" or ""):gmatch "[^,]+" do names[#names + 1] = name end
   personalize.map(names, function(name)
      local started = personalize.now()
      local connection, err = connections.find(name)
      local outcome
      if connection then outcome, err = connections.test(connection) end
      local status = type(outcome) == "table" and tonumber(outcome.status)
      local up = status ~= nil and status < 400
      if err then ngx.log(ngx.WARN, "personalize: ", name, ": ", tostring(err)) end
      ngx.shared.health:set(name, (up and "1 " or "0 ") .. ("%.3f"):format(personalize.now() - started))
   end, { concurrency = 4 })
end

--- Tests the chosen connections now and then: one worker does it for all.
function admin.start_health_checks()
   if ngx.worker.id() ~= 0 then return end
   ngx.timer.at(0, check)
   ngx.timer.every(check_interval, check)
end

--- GET /metrics: Prometheus text
function admin.metrics()
   local lines = {
      "# HELP connection_up Whether the connection's last test succeeded.",
      "# TYPE connection_up gauge",
   }
   local seconds = {
      "# HELP connection_test_seconds How long the connection's last test took.",
      "# TYPE connection_test_seconds gauge",
   }
   local names = ngx.shared.health:get_keys(0)
   table.sort(names)
   for _, name in ipairs(names) do
      local up, elapsed = (ngx.shared.health:get(name) or "0 0"):match "^(%d) (%S+)$"
      local label = name:gsub('[\\"\n]', { ["\\"] = "\\\\", ['"'] = '\\"', ["\n"] = "\\n" })
      lines[#lines + 1] = ('connection_up{name="%s"} %s'):format(label, up)
      seconds[#seconds + 1] = ('connection_test_seconds{name="%s"} %s'):format(label, elapsed)
   end
   ngx.header.content_type = "text/plain; version=0.0.4"
   ngx.say(table.concat(lines, "\n"), "\n", table.concat(seconds, "\n"))
end

-- Compares without telling by the time it takes how much was right.
local function same(a, b)
   return ngx.md5_bin(a) == ngx.md5_bin(b)
end

--- Lets callers through that send ADMIN_TOKEN.
function admin.guard()
   local expected = os.getenv "ADMIN_TOKEN"
   local given = (ngx.var.http_authorization or ""):match "^Bearer (.+)$"
   if ngx.req.get_method() ~= "POST" then return ngx.exit(405) end
   if not expected or expected == "" or not given or not same(given, expected) then
      ngx.header.www_authenticate = "Bearer"
      return ngx.exit(401)
   end
end

--- POST /connections/<ref>/archive
function admin.archive(ref)
   local archived, err = connections.archive(ref)
   if not archived then return say_error(err) end
   say_json { ref = archived.ref, archived = archived.archived }
end

return admin
