-- JSON that a terminal shows as it is.
local printable = require "personalize.cli.printable"

describe("printable JSON", function()
   it("has escapes for what a terminal would obey, and nothing else", function()
      for text, expected in pairs {
         ['{"a": "plain"}'] = '{"a": "plain"}', ["\127"] = "\\u007f", ["\194\127"] = "\194\\u007f",
         ["a\194\128b\194\155\194\159c"] = "a\\u0080b\\u009b\\u009fc", ["\194\160\195\159"] = "\194\160\195\159",
         ["\216\156\216\157"] = "\\u061c\216\157", ["\226\128\142\226\128\143"] = "\\u200e\\u200f",
         ["\226\128\168\226\128\174"] = "\\u2028\\u202e", ["\226\128\167\226\128\175"] = "\226\128\167\226\128\175",
         ["\226\129\166\226\129\169"] = "\\u2066\\u2069", ["\226\129\165\226\129\170"] = "\226\129\165\226\129\170",
         ["天気\226\128\148"] = "天気\226\128\148",
      } do
         assert.equal(expected, (printable(text)))
      end
   end)
end)
