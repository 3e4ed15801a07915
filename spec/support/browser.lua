-- A headless Chromium, driven by ChromeDriver over the WebDriver protocol. It makes no calls of its own.
local json = require "personalize.json"
local native = require "personalize.native"
local nginx = require "spec.support.nginx"
local patient = require "spec.support.patient"

local browser = {}

local Browser = {}
Browser.__index = Browser

local FLAGS = { "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
   "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage" }

local function call(self, method, path, body)
   local transfer = assert(self.engine:enqueue { method = method, url = self.base .. path, body = body and
      assert(json.encode(body)), headers = { { "Content-Type", "application/json" } }, timeout_ms = patient(60000),
      replayable = false, max_response_bytes = 64 * 2 ^ 20 })
   while not transfer:done() do assert(self.engine:wait(1000)) end
   local answer, err = transfer:result()
   if not answer then return nil, err.message end
   local value = assert(json.decode(answer.body)).value
   if answer.status ~= 200 then return nil, type(value) == "table" and value.message or answer.body end
   return value
end

-- Starts it with a window of this width; `dark` as a person's preference.
function browser.start(width, dark)
   local port, folder = nginx.free_port(), nginx.folder()
   local pipe = assert(io.popen(("chromedriver --port=%d >%s/log 2>&1 & echo $!"):format(port, folder)))
   local pid = pipe:read "*l"
   pipe:close()
   local self = setmetatable({ engine = assert(native.http.engine {}), pid = pid, folder = folder,
      base = ("http://127.0.0.1:%d"):format(port) }, Browser)
   assert(nginx.wait_for(function() return (call(self, "GET", "/status")) end, 20), "chromedriver does not start")
   local arguments = { ("--user-data-dir=%s/profile"):format(folder), ("--window-size=%d,1000"):format(width) }
   for _, flag in ipairs(FLAGS) do arguments[#arguments + 1] = flag end
   if dark then arguments[#arguments + 1] = "--force-dark-mode" end
   local session = assert(call(self, "POST", "/session", { capabilities = { alwaysMatch = {
      browserName = "chrome", ["goog:chromeOptions"] = { args = arguments },
      ["goog:loggingPrefs"] = { performance = "ALL", browser = "ALL" } } } }))
   self.base = self.base .. "/session/" .. session.sessionId
   -- A window is never narrower than 500 pixels, a screen may be.
   assert(call(self, "POST", "/goog/cdp/execute", { cmd = "Emulation.setDeviceMetricsOverride",
      params = { width = width, height = 1000, deviceScaleFactor = 1, mobile = false } }))
   return self
end

function Browser:open(url) assert(call(self, "POST", "/url", { url = url })) end

-- What a script returns there.
function Browser:run(script)
   local value, message = call(self, "POST", "/execute/sync", { script = script, args = json.array {} })
   if value == nil then error(message, 2) end
   return value
end

-- Waits until a script returns true.
function Browser:wait_for(script)
   return nginx.wait_for(function() return self:run(script) == true end, 20) == true
end

-- The messages of a log: "performance" has what goes over the network.
function Browser:log(kind)
   return assert(call(self, "POST", "/se/log", { type = kind }))
end

-- Writes a picture of the window to a file.
function Browser:shoot(path)
   local png = assert(call(self, "GET", "/screenshot"))
   local file = assert(io.open(path, "wb"))
   file:write((require "mime".unb64(png)))
   file:close()
end

function Browser:stop()
   call(self, "DELETE", "")
   os.execute(("kill %s 2>/dev/null; rm -rf %s"):format(self.pid, self.folder))
   self.engine:close()
end

return browser
