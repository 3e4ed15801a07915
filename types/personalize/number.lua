---@meta _

-- Made by `make types` of the comments in the sources and of the schema's members: not to be edited.

---A number that a Lua number could not hold exactly: a userdata that keeps the text.
---
---`personalize.number(text)` makes one, and so does decoding. `tostring` and `..` give its digits;
---`==` between two of them, `<` and `<=` also with Lua numbers, compare by decimal value.
---@class personalize.number
---@operator concat(any): string
local number = {}
