---@meta _

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---One difference; the values are the data, unmasked.
---@class personalize.differences.item
---@field path string such as `request.connectionUrl` or `inputMappings[2].key`
---@field old? any
---@field new? any

---The differences between two connections, by path: an array. `tostring` shows them, secrets masked.
---@class personalize.differences: personalize.differences.item[]
---@field server_owned personalize.differences.item[] differences of the members that the server owns
local differences = {}
