--- `--dry-run` for commands that write: reads, checks and compares everything, then shows the write instead of sending
-- it.
-- @module personalize.cli.rehearsal
-- @local

local client_of = require "personalize.client"
local definition = require "personalize.connections.definition"
local difference = require "personalize.connections.difference"
local errors = require "personalize.error"
local exit = require "personalize.cli.exit"
local json = require "personalize.json"
local raw = require "personalize.raw"
local redaction = require "personalize.redaction"
local resolve = require "personalize.sync.references.resolve"
local tenant = require "personalize.cli.tenant"
local text = require "personalize.text"

local rehearsal = {}

--- Adds the option to a command.
function rehearsal.add(own)
   own:flag("--dry-run", "Check everything, show what would change, and send nothing.")
end

--- Stops a client from sending writes.
-- @treturn table its field `call` becomes the first call that would have been sent
function rehearsal.begin(client)
   local rehearsed = {}
   client_of.rehearse(client, function(call)
      rehearsed.call = rehearsed.call or call
      return errors.fail("cancelled", "a dry run sends nothing")
   end)
   return rehearsed
end

local function name_of(value)
   local name = raw.string(value, "name")
   return name and text.line('"' .. name .. '"') or "(no name)"
end

local function show_create(out, client, body, hide, named)
   body = hide(body)
   out:text(("would create %s in %s"):format(name_of(body), tenant.title(client)))
   out:json { dry_run = true, action = "create", tenant = tenant.title(client), references = named,
      connection = redaction.connection(body) }
   return exit.DONE
end

local function show_update(out, client, call, full, hide, named)
   local current, found, err
   current, err = client.connections.get(call.path:match "([^/]+)$")
   if not current then return nil, err end
   found, err = difference.between(definition.without_server_owned(current), call.definition, hide)
   if not found then return nil, err end
   out:text(("would update %s (%s) in %s:"):format(name_of(current), tostring(current.ref),
      tenant.title(client, current)))
   out:plan(difference.describe(found, { full = full }))
   out:json { dry_run = true, action = "update", tenant = tenant.title(client, current), ref = current.ref,
      name = current.name, references = named, differences = difference.shown(found) }
   return exit.DONE
end

--- Shows the call that would have been sent.
-- @tparam table out
-- @tparam personalize.client client
-- @tparam table rehearsed as `begin` returned it
-- @tparam table arguments
-- @tparam[opt] table texts looked-up secrets, which are not shown
-- @tparam[opt] table named their references, which the JSON document names
-- @return the exit code; or nil and an error object
function rehearsal.show(out, client, rehearsed, arguments, texts, named)
   out:note "a dry run: nothing was sent"
   local call = rehearsed.call
   if named and #named == 0 then named = nil end
   if not call then
      out:text "nothing would change"
      out:json { dry_run = true, action = "none", tenant = tenant.title(client), references = named,
         differences = json.array {} }
      return exit.DONE
   end
   local function hide(value) return resolve.masked(value, texts) end
   if call.method == "PUT" then return show_update(out, client, call, arguments.full, hide, named) end
   return show_create(out, client, call.definition, hide, named)
end

return rehearsal
