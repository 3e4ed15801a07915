---@meta _

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---A list of items: an array that prints as an aligned table, and has the members that came beside the items.
---
---`#`, `ipairs`, `pairs` and the JSON encoder see only the array.
---@class personalize.list: personalize.connection[]
---@field href? string URL of the list
local list = {}
