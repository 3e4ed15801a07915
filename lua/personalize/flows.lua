--- Flows, read-only: `client.flows`.
-- @module personalize.flows
-- @local

local list = require "personalize.resource.list"
local resource = require "personalize.resource"

return resource.new {
   name = "flows",
   one = "flow",
   about = "Flow definitions: experiences and experiments.",
   path = "/v3/flowDefinitions",
   members = {
      { "clientKey", "string" }, { "href", "string" }, { "ref", "string" },
      { "name", "string", "what people call it" },
      { "modifiedByRef", "string" }, { "modifiedAt", "string" }, { "revision", "integer" }, { "archived", "boolean" },
      { "friendlyId", "string", "its name in code" },
      { "type", "string", "such as `INTERACTIVE_WEB_FLOW`" },
      { "subtype", "string", "`EXPERIENCE` or `EXPERIMENT`" },
      { "channels", "table", "such as `WEB`" }, { "triggers", "table" }, { "tags", "table" },
      { "businessProcess", "string" }, { "traffic", "table", "who sees it" },
      { "variants", "table", "what is shown; `tasks[].input.template` of each is FreeMarker" },
      { "status", "string", "such as `DRAFT` or `PRODUCTION`" }, { "schedule", "table", "when it runs" },
   },
   columns = {
      { "NAME", 40, "name", elastic = 20 }, { "FRIENDLY ID", 28, "friendlyId" }, { "TYPE", 20, "type" },
      { "SUBTYPE", 10, "subtype" }, { "STATUS", 10, "status" },
      list.revision, list.modified, list.archived,
   },
}
