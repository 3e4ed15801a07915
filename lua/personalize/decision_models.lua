--- Decision models and their variants, read-only: `client.decision_models`.
-- @module personalize.decision_models
-- @local

local list = require "personalize.resource.list"
local raw = require "personalize.raw"
local reading = require "personalize.resource.reading"
local resource = require "personalize.resource"

local variants = resource.new {
   name = "decision_models.variants",
   one = "variant",
   many = "variants",
   path = "/variants", -- below that of the decision model
   members = {
      { "clientKey", "string" }, { "href", "string" }, { "ref", "string" },
      { "name", "string", "what people call it" },
      { "modifiedByUserRef", "string" }, { "modifiedAt", "string" }, { "revision", "integer" },
      { "archived", "boolean" }, { "decisionModelDefinitionRef", "string", "ref of the decision model" },
      { "definition", "string", "DMN in XML; its JavaScript uses the variables of connections" },
      { "inProduction", "boolean", "whether it is in use" },
   },
   columns = {
      { "NAME", 48, "name", elastic = 20 }, { "IN PRODUCTION", 13, "inProduction", show = list.yes_or_no },
      list.revision, list.modified, list.archived,
   },
}

local function count(value)
   return type(value) == "table" and ("%d"):format(raw.length(value)) or "-"
end

return resource.new {
   name = "decision_models",
   one = "decision model",
   many = "decision models",
   about = "Decision models.",
   path = "/v2/decisionModelDefinitions",
   members = {
      { "clientKey", "string" }, { "href", "string" }, { "ref", "string" },
      { "name", "string", "what people call it" },
      { "modifiedByUserRef", "string" }, { "modifiedAt", "string" }, { "revision", "integer" },
      { "archived", "boolean" }, { "tags", "table" },
      { "deploymentConfiguration", "table", "`variants`: which ones are deployed, and their share of visitors" },
   },
   columns = {
      { "NAME", 48, "name", elastic = 20 }, { "VARIANTS", 8, "deploymentConfiguration.variants", show = count },
      list.revision, list.modified, list.archived,
   },
   below = { variants = variants },
   functions = { variants = reading.list_below("variants", variants) },
}
