---@meta _

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---A number that a Lua number could not hold exactly: a userdata that keeps the text.
---
---`personalize.number(text)` makes one, and so does decoding. `tostring` and `..` give its digits;
---`==`, `<` and `<=` between two of them compare by decimal value, in Lua 5.4 `<` and `<=` with Lua
---numbers too.
---@class personalize.number
---@operator concat(any): string
local number = {}
