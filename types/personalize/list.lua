---@meta _

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---A list of items: an array that shows as an aligned table, and knows what stood beside the items.
---
---`#`, `ipairs`, `pairs` and the encoder see the array alone.
---@class personalize.list: personalize.connection[]
---@field href? string URL of the list
local list = {}
