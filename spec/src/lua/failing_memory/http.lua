-- core.http with memory that runs out.

local function post(given, path)
   return { method = "POST", url = given.url .. (path or "/"), timeout_ms = 5000, body = ("b"):rep(300),
      replayable = true, headers = { { "Accept", "application/json" }, { "X-Name", "value" } },
      max_response_bytes = 65536, user_agent = "failing memory", http2 = true, connect_timeout_ms = 1000,
      stall_timeout_ms = 1000 }
end

local function new_engine(given)
   return assert(given.core.http.engine {})
end

-- What memory is missing for while an answer arrives is the transfer's failure.
local function perform(engine, transfer)
   while not transfer:done() do engine:wait(100) end
   local answer, reason = transfer:result()
   return answer or error(reason.message), reason
end

return {
   { "http.engine", function(given)
      local engine = assert(given.core.http.engine { max_connections = 4 })
      assert(engine:tick() == 0 and engine:active() == 0 and engine:take_ended() == nil and engine:timeout() == nil)
      assert(engine:fd() == nil or engine:fd() > 2)
      assert(engine:is_usable() and tostring(engine) == "engine (0 under way)")
      engine:close()
      local done, reason = engine:tick()
      assert(done == nil and reason.kind == "closed" and tostring(engine) == "engine (closed)")
   end },
   { "http.engine, refused", function(given)
      assert(given.refuses(given.core.http.engine, { max_connections = 0 }))
      assert(given.refuses(given.core.http.engine, { unknown = 1 }))
   end },
   { "http.profile", function(given)
      assert(given.core.http.profile { http2 = true, user_agent = "x", ca_path = "/", proxy = "http://127.0.0.1:1" })
   end },
   { "engine.enqueue, wait, result", function(given)
      local engine = new_engine(given)
      local transfer = assert(engine:enqueue(post(given), given.core.http.profile { http2 = true, ca_path = "/" }))
      assert(tostring(transfer) == "transfer (under way)" and transfer:number() == 1 and engine:timeout())
      local answer = perform(engine, transfer)
      assert(answer.status == 200 and #answer.body == 14 and answer == transfer:result())
      assert(answer.headers["x-twice"] == "a, b" and answer.unknown == nil)
      assert(tostring(transfer) == "transfer (status 200)" and engine:take_ended() == 1)
      engine:close()
   end },
   { "engine.enqueue, with files to trust and to show", function(given)
      local engine = new_engine(given)
      local profile = given.core.http.profile { ca_file = "/nowhere/a", client_cert = "b", client_cert_key = "/c",
         client_cert_passphrase = "d" }
      assert(engine:enqueue({ method = "GET", url = "https://127.0.0.1:1/", timeout_ms = 5000 }, profile)):cancel()
      engine:close()
   end },
   { "http.decode_body, drop_body", function(given)
      local engine = new_engine(given)
      local answer = perform(engine, assert(engine:enqueue(post(given))))
      local value, message = given.core.http.decode_body(answer, 8)
      assert(value ~= nil or message)
      given.core.http.drop_body(answer)
      assert(answer.body == nil)
      engine:close()
   end },
   { "http.decode_body, refused", function(given)
      assert(given.refuses(given.core.http.decode_body, {}))
   end },
   { "engine.enqueue, a second time", function(given)
      local engine = new_engine(given)
      local first, second = assert(engine:enqueue(post(given))), assert(engine:enqueue(post(given)))
      assert(perform(engine, first).status == 200 and perform(engine, second).status == 200)
      assert(perform(engine, assert(engine:enqueue(post(given)))).status == 200)
      engine:close()
   end },
   { "engine.enqueue, wake", function(given)
      local engine = new_engine(given)
      local transfer = assert(engine:enqueue(post(given)))
      engine:wake()
      engine:wake(20000)
      assert(engine:run_due() == transfer:done())
      assert(perform(engine, transfer).status == 200 and engine:active() == 0)
      engine:close()
   end },
   { "engine.enqueue, cut", function(given)
      local engine = new_engine(given)
      local transfer = assert(engine:enqueue(post(given, "/cut")))
      while not transfer:done() do engine:wait(100) end
      local answer, reason = transfer:result()
      assert(answer == nil and reason.kind == "network" and reason.sent, reason.message)
      assert(reason.headers["x-twice"] == "a, b" and tostring(transfer) == "transfer (network)", reason.message)
      engine:close()
   end },
   { "engine.enqueue, refused", function(given)
      local engine, spec = new_engine(given), post(given)
      spec.headers = { { "X", "a\r\nb" } }
      local transfer, reason = engine:enqueue(spec)
      assert(not transfer and reason.kind == "validation")
      assert(given.refuses(engine.enqueue, engine, { unknown = 1 }))
      engine:close()
   end },
   { "transfer.cancel", function(given)
      local engine = new_engine(given)
      local transfer = assert(engine:enqueue(post(given)))
      assert(select(2, transfer:result()).kind == "pending")
      transfer:cancel()
      assert(select(2, transfer:result()).kind == "cancelled")
      engine:close()
   end },
   { "a transfer of another process", function(given)
      local engine = new_engine(given)
      local ended, transfer = assert(engine:enqueue(post(given))), assert(engine:enqueue(post(given)))
      ended:cancel()
      local how, status = given.apart(function()
         assert(transfer:done() and select(2, transfer:result()).kind == "closed" and engine:active() == 0)
         assert(select(2, engine:enqueue(post(given))).kind == "closed" and not engine:is_usable())
         assert(select(2, engine:tick()).kind == "closed" and engine:take_ended() == nil)
         assert(not given.core.http.waker or given.refuses(given.core.http.waker, engine))
         transfer:cancel()
         debug.getmetatable(transfer).__gc(transfer)
         assert(tostring(engine) == "engine (1 under way)")
      end)
      assert(how == "exit" and status == 0)
      assert(engine:take_ended() == 1 and engine:active() == 1)
      engine:close()
   end },
   { "http.waker", function(given)
      if not given.core.http.waker then return end -- the poller has no descriptor
      local engine = new_engine(given)
      local waker = assert(given.core.http.waker(engine))
      given.connect(waker:path())
      local accepted, armed, poked = waker:accept(), waker:arm(), waker:poke()
      waker:close()
      given.disconnect()
      assert(accepted and armed and poked)
      engine:close()
   end },
   { "http.waker, alone", function(given)
      if not given.core.http.waker then return end -- the poller has no descriptor
      local engine = new_engine(given)
      local waker = assert(given.core.http.waker(engine))
      assert(waker:path():find "^/tmp/personalize%-" and waker:arm() == false)
      -- nobody has connected
      local accepted, reason = waker:accept()
      assert(accepted == nil and reason.kind == "config")
      waker:close()
      assert(given.refuses(waker.path, waker))
      engine:close()
      assert(given.refuses(given.core.http.waker, engine))
   end },
}
