-- The service as the emulator could also be: no published page decides between the variants. The environment's
-- SPEC_VARIANT names one (`make variants` runs the client's specs with each): an option of the emulator and
-- its value, `page_limit=3`, or `credentials=api_token` for an older organisation. What a spec states itself wins.
local variant = {}

local values = { ["true"] = true, ["false"] = false }

local name, value = (os.getenv "SPEC_VARIANT" or ""):match "^([%w_]+)=([%w_]+)$"
if values[value] ~= nil then value = values[value] else value = tonumber(value) or value end

-- The options of an emulator: those of the variant beside the given ones.
function variant.of_emulator(given)
   local options = {}
   if name and name ~= "credentials" then options[name] = value end
   for key, each in pairs(given or {}) do options[key] = each end
   return options
end

-- The kind of credentials: nil is the usual one.
variant.credentials = name == "credentials" and value or nil

return variant
