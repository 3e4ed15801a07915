--- Access tokens: they are fetched when needed, renewed in time, and shared by the clients of one process with the same
-- credentials.
-- @module personalize.auth.token
-- @local

local credentials = require "personalize.auth.credentials"
local errors = require "personalize.error"
local native = require "personalize.native"
local redaction = require "personalize.redaction"
local signal = require "personalize.http.signal"
local token_cache = require "personalize.auth.cache"
local waiting = require "personalize.http.waiting"

local token = {}

-- The published token call, for organisations on the Cloud Portal.
token.default_url = "https://auth.sitecorecloud.io/oauth/token"
token.default_audience = "https://api.sitecorecloud.io"

-- A token is renewed this many seconds, or this part of its lifetime, before it expires: the smaller of the two.
local longest_margin, margin_part = 60, 0.1

-- While the old token is valid, an early renewal may take this many seconds, but at most this part of the time that the
-- call has left. After a failed one the next waits `rest_after_failure` seconds.
local longest_early, early_part = 5, 0.5
local rest_after_failure = 5

-- Seconds that others wait for a renewal. The call that makes it may be gone (an aborted request of nginx): then one of
-- the waiting calls makes another. A call with little time left waits this part of it, and at least this many seconds.
local longest_shared = 5
local patient_part, least_patience = 0.5, 1

-- A source provides tokens. `fetch(deadline, exchange, early)` returns `{ text =, lifetime = }`, or nil and an error.
local Source = {}
Source.__index = Source

local function new_source(fetch, renewable)
   return setmetatable({ fetch = fetch, renewable = renewable }, Source)
end

function Source:store(fetched)
   local now = native.now()
   self.current = fetched.text
   self.expires_at = now + fetched.lifetime
   self.renew_at = self.expires_at - math.min(longest_margin, fetched.lifetime * margin_part)
end

function Source:lives()
   return self.current ~= nil and native.now() < self.expires_at
end

-- A renewal in progress, which other calls can wait for.
local Renewal = {}
Renewal.__index = Renewal
signal.extend(Renewal)

function Renewal:done()
   -- an earlier renewal may still succeed; a later one is the one to wait for
   return self.ended or self.source.renewal ~= self or self.source:fresh() ~= nil
end

-- Fetches a token. Other calls see `self.renewal` and share its result.
function Source:renew(deadline, exchange, emit)
   local now, early = native.now(), self:lives()
   if early then deadline = math.min(deadline, now + longest_early, now + (deadline - now) * early_part) end
   local renewal = setmetatable({ source = self, ended = false, deadline = math.min(deadline, now + longest_shared),
      by = coroutine.running() or self }, Renewal)
   local before = self.renewal
   self.renewal = renewal
   if before then before:signal() end
   local fine, fetched, err = pcall(self.fetch, deadline, exchange, early)
   renewal.ended, renewal.err = true, err
   if self.renewal == renewal then self.renewal = nil end
   if fine and fetched then
      renewal.text = fetched.text
      self:store(fetched)
   end
   renewal:signal()
   if not fine then error(fetched, 0) end
   if fetched then
      if self.renewal then self.renewal:signal() end -- another one that began meanwhile: there is a token
      emit("token", { expires_in = fetched.lifetime })
      return fetched.text
   end
   emit("token", { error = err })
   if not self:lives() then return nil, err end
   self.renew_at = math.min(self.expires_at, native.now() + rest_after_failure)
   return self.current
end

-- Waits for a renewal that another coroutine makes.
-- @return the token; nil when the caller has to check again, and not to wait for the same renewal; nil and an error
-- object
local function share(renewal, deadline)
   local ready, err = waiting.ready()
   if not ready then return nil, err end
   local now = native.now()
   local patient_until = now + math.max((deadline - now) * patient_part, least_patience)
   waiting.until_done(renewal, math.min(deadline, renewal.deadline, patient_until))
   if renewal.text then return renewal.text end
   if native.now() >= deadline then
      return errors.fail("timeout", "no access token: another call's renewal took too long")
   end
   -- a renewal that ran out of time may succeed for a caller that has more
   if renewal.err and renewal.err.kind ~= "timeout" then return nil, renewal.err end
   return nil
end

--- The token, if it can be used without fetching another; else nil.
function Source:fresh()
   return self.current and native.now() < self.renew_at and self.current or nil
end

--- The token to use now.
-- @tparam number deadline on the monotonic clock
-- @tparam function exchange `exchange(call, deadline, early)` makes the token call
-- @tparam function emit reports events
-- @treturn string the token; or nil and an error object
function Source:get(deadline, exchange, emit)
   local waited_for
   while true do
      local fresh = self:fresh()
      if fresh then return fresh end
      local renewal = self.renewal
      -- do not wait where no other coroutine runs, nor in a call that a hook makes during its own renewal
      if not renewal or renewal == waited_for or renewal.by == (coroutine.running() or self)
         or native.now() >= renewal.deadline or not waiting.is_shared() then
         return self:renew(deadline, exchange, emit)
      elseif self:lives() then
         return self.current
      end
      local text, err = share(renewal, deadline)
      if text or err then return text, err end
      waited_for = renewal
   end
end

--- Notes that the service refused a token.
-- @treturn boolean true when another token can be fetched
function Source:refused(text)
   if self.renewable and self.current == text then
      self.current, self.refused_text = nil, text
   end
   return self.renewable
end

-- A token that the caller gave is kept even after the service refused it: there is no other.
local function of_text(text)
   local source = new_source(nil, false)
   source.current, source.expires_at, source.renew_at = text, math.huge, math.huge
   return source
end

local function of_function(give)
   return new_source(function()
      local fine, text, lifetime = pcall(give)
      if not fine then
         return errors.fail("auth", "access_token() raised an error: " .. redaction.text(tostring(text)))
      elseif text == nil then
         local cause = lifetime ~= nil and ": " .. redaction.text(tostring(lifetime)) or ""
         return errors.fail("auth", "access_token() gave no token" .. cause,
            { cause = errors.is(lifetime) and lifetime or nil })
      end
      return credentials.check_token(text, lifetime)
   end, true)
end

-- Weak: a source lives only while a client with its credentials does.
local sources = setmetatable({}, { __mode = "v" })

local function of_call(call, cache)
   local identity = credentials.identity(call) .. "\0" .. tostring(cache)
   local source = sources[identity]
   if source then return source end
   source = new_source(function(deadline, exchange, early)
      local value, err = exchange(call, deadline, early)
      if value == nil then return nil, err end
      return credentials.read_token(value)
   end, true)
   if cache then
      source.fetch = token_cache.wrap(cache, credentials.public_identity(call), source, source.fetch)
   end
   sources[identity] = source
   return source
end

--- The source of tokens for a client's settings.
-- @tparam table settings checked options of a client
-- @treturn table source
function token.source(settings)
   local given = settings.access_token
   if type(given) == "string" then return of_text(given) end
   if given then return of_function(given) end
   return of_call(credentials.token_call(settings), settings.token_cache)
end

return token
