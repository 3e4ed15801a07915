--- Templates, read-only: `client.templates`.
-- @module personalize.templates
-- @local

local list = require "personalize.resource.list"
local resource = require "personalize.resource"

return resource.new {
   name = "templates",
   one = "template",
   about = "Templates of web experiences and of decisions.",
   path = "/v3/templates",
   members = {
      { "clientKey", "string" }, { "href", "string" }, { "ref", "string" },
      { "name", "string", "what people call it" }, { "description", "string" },
      { "modifiedByRef", "string" }, { "modifiedAt", "string" }, { "revision", "integer" }, { "archived", "boolean" },
      { "friendlyId", "string", "its name in code" },
      { "type", "string", "such as `WEB` or `DECISION`" }, { "status", "string", "`DRAFT` or `PUBLISHED`" },
      { "templateElements", "table", "the code: each has `id` (`html`, `css`, `js`, `freemarker`) and `template`" },
   },
   columns = {
      { "NAME", 40, "name", elastic = 20 }, { "FRIENDLY ID", 28, "friendlyId" }, { "TYPE", 10, "type" },
      { "STATUS", 10, "status" },
      list.revision, list.modified, list.archived,
   },
}
