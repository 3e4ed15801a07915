--- Applies one item of a plan: checks the present state, then sends the item or refuses it.
-- @module personalize.sync.items
-- @local

local compare = require "personalize.sync.compare"
local compute = require "personalize.sync.compute"
local errors = require "personalize.error"
local folder = require "personalize.sync.folder"
local json = require "personalize.json"
local naming = require "personalize.sync.naming"
local options = require "personalize.options"
local raw = require "personalize.raw"
local schema = require "personalize.schema"

local items = {}

--- Identifies a retrieved connection in a saved plan.
function items.fingerprint(connection)
   return naming.fingerprint(json.encode_as(connection, schema.arrays, { canonical = true }) or "")
end

-- Whether a connection has changed since the plan was made.
local function has_moved(origin, current)
   local is_told = false
   for _, name in ipairs { "revision", "modifiedAt" } do
      local before = raw.get(origin, name)
      if before ~= nil then
         is_told = true
         if not raw.equal(before, raw.get(current, name)) then return true end
      end
   end
   if is_told then return false end
   return origin.fingerprint ~= items.fingerprint(current)
end

local function moved(item, current)
   local revision, time = raw.get(current, "revision"), raw.string(current, "modifiedAt")
   return errors.fail("conflict", ("%s was changed since the plan was made%s%s: plan again"):format(
      options.describe(item.name), revision and ", to revision " .. tostring(revision) or "",
      time and " on " .. time or ""), { connection = current })
end

--- Whether an item's connection has changed since the plan was made.
function items.is_stale(item, private, current)
   return has_moved({
      revision = item.revision, modifiedAt = item.modifiedAt,
      fingerprint = private.fingerprint or private.base and items.fingerprint(private.base),
   }, current)
end

-- Retrieves a connection. Unless it already is as wanted, it must be unchanged since the plan was made.
local function retrieve(run, item, private)
   local current, err = run.connections.get(item.ref, run.call)
   if not current then return nil, err end
   return current, items.is_stale(item, private, current)
end

-- Another connection in use that now has the name. `renamed` are those that gave it back, or will for certain.
local function other_holder(run, item)
   for _, connection in ipairs(run.present[item.name] or {}) do
      local is_other = connection.ref ~= item.ref and not run.renamed[connection.ref]
      if is_other and not raw.is_archived(connection) then return connection end
   end
   return nil
end

function items.updates(run, item, private)
   local current, is_moved = retrieve(run, item, private)
   if not current then return nil, is_moved end
   if not item.force_secrets and compare.is_met(private.entry, current) then return current, "unchanged" end
   if is_moved then return moved(item, current) end
   local body, reason = compute.merged(current, private.resolved)
   if not body then return errors.fail("validation", reason) end
   -- a connection in use gets the name: by a rename, or because it leaves the archive
   local takes_name = not raw.is_archived(body) and (item.rename ~= nil or raw.is_archived(current))
   local other = takes_name and other_holder(run, item)
   if other then
      return errors.fail("conflict", (run.freeing[other.ref]
         and "another connection is still named %s (%s), for its own change was not made: see to that first"
         or "another connection is named %s by now (%s): plan again"):format(options.describe(item.name), other.ref),
         { connection = other })
   end
   local updated, err = run.connections.update(item.ref, body, run.update_call)
   if not updated then return nil, err end
   if takes_name then run.given[item.name] = true end
   return updated, "updated"
end

local function describe_state(item, connection)
   if connection.name ~= item.name then return "renamed to " .. options.describe(connection.name) end
   return raw.is_archived(connection) and "archived" or "changed"
end

-- A connection that this plan created earlier counts as done, as long as it is as it was created.
local function check_made(run, item, private, ref)
   local connection = run.by_ref[ref]
   if connection and compare.is_met(private.entry, connection)
      and raw.is_archived(connection) == private.entry.archived then
      return connection, "unchanged"
   end
   return errors.fail("conflict", ("this plan created it before (%s), and it was %s since: plan again"):format(ref,
      connection and describe_state(item, connection) or "removed"), { connection = connection })
end

-- A connection that appeared after the plan was made, with the same members but another name: most likely this plan
-- created it earlier and it was renamed since.
local function renamed_since(run, private)
   if #run.strangers == 0 then return nil end
   local nameless = folder.nameless(private.entry)
   for _, connection in ipairs(run.strangers) do
      if compare.is_met(nameless, connection) then return connection end
   end
   return nil
end

-- Checks whether something prevents a create. Then it returns what `creates` has to return; otherwise nothing.
local function check_name(run, item, private)
   local same_state = {}
   for _, connection in ipairs(run.present[item.name] or {}) do
      if raw.is_archived(connection) == private.entry.archived then
         if not run.renamed[connection.ref] then same_state[#same_state + 1] = connection end
      elseif not run.seen[connection.ref] then
         local state = raw.is_archived(connection) and "archived" or "in use"
         return errors.fail("conflict", ("a connection of that name was created since the plan was made, and is %s (%s)"
            .. ": plan again"):format(state, connection.ref), { connection = connection })
      end
   end
   local first = same_state[1]
   if #same_state == 1 and compare.is_met(private.entry, first) then return first, "unchanged" end
   if first then
      return errors.fail("conflict", ("a connection of that name was created since the plan was made (%s): plan again")
         :format(first.ref), { connection = first })
   end
   first = renamed_since(run, private)
   if not first then return nil end
   return errors.fail("conflict", ("a connection was created since the plan was made that is as this one, but named %s "
      .. "(%s): plan again"):format(options.describe(first.name), first.ref), { connection = first })
end

function items.creates(run, item, private)
   if private.made then return check_made(run, item, private, private.made) end
   local found, what = check_name(run, item, private)
   if found or what then return found, what end
   local created, err = run.connections.create(private.resolved, run.create_call)
   if not created and err.kind == "ambiguous" and err.outcome == "created" then created = err.connection end
   if not created then return nil, err end
   run.given[item.name] = true
   return created, "created"
end

function items.archives(run, item, private)
   local current, is_moved = retrieve(run, item, private)
   if not current then return nil, is_moved end
   if raw.is_archived(current) then return current, "unchanged" end
   if is_moved then return moved(item, current) end
   local archived, err = run.connections.archive(item.ref, run.update_call)
   if not archived then return nil, err end
   return archived, "archived"
end

-- Connections that appeared after the plan was made, except those that items are compared with by name.
local function find_strangers(plan, state, listed)
   local names, made, strangers = {}, {}, {}
   for _, item in ipairs(plan.creates) do
      names[item.name] = true
      if state.private[item].made then made[state.private[item].made] = true end
   end
   for _, connection in ipairs(listed) do
      if not state.seen[connection.ref] and not made[connection.ref] and not names[connection.name] then
         strangers[#strangers + 1] = connection
      end
   end
   return strangers
end

--- Makes the run that applies the items of a plan.
-- @tparam table listed the tenant's connections now
-- @tparam table opts `timeout`, `missing_secrets`, `secrets`
function items.new_run(plan, state, listed, opts)
   -- look-alikes were checked when the plan was made; a merged body also has members that the service itself sent
   local run = {
      connections = state.client.connections, call = { timeout = opts.timeout },
      create_call = { timeout = opts.timeout, unknown_members = "send" },
      update_call = { timeout = opts.timeout, unknown_members = "send",
         missing_secrets = opts.missing_secrets or state.opts.missing_secrets,
         secrets = opts.secrets or state.opts.secrets },
      present = {}, by_ref = {}, renamed = {}, seen = state.seen, strangers = find_strangers(plan, state, listed),
      given = {}, -- the names that connections in use got by this run
      freeing = {}, -- the refs of those that shall give their name back
   }
   for _, connection in ipairs(listed) do
      run.present[connection.name] = run.present[connection.name] or {}
      table.insert(run.present[connection.name], connection)
      run.by_ref[connection.ref] = connection
   end
   for _, item in ipairs(plan.updates) do
      if item.rename then run.renamed[item.ref] = true end
   end
   function run.made(item, connection)
      state.private[item].made = raw.string(connection, "ref")
      state.keep(false)
   end
   return run
end

return items
