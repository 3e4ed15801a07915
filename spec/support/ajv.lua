-- ajv, the usual validator of JSON Schema, from npm: fetched into the build folder where npm can be had.
local json = require "personalize.json"
local read = require "spec.support.read"

local ajv = {}

local home = "build/ajv"

local function run(line)
   local done = os.execute("{ " .. line .. "; } >/dev/null 2>&1")
   return done == true or done == 0
end

-- Fetches it once. Why it is not here, or nil when it is.
function ajv.lacking()
   if not run "command -v npm && command -v node" then return "npm is not installed" end
   local fetched = run(("mkdir -p %s && cp spec/support/ajv/* %s && cd %s && { cmp package-lock.json "
      .. "node_modules/installed.json || { timeout 120 npm ci --ignore-scripts --no-audit --no-fund --silent "
      .. "&& cp package-lock.json node_modules/installed.json; }; }"):format(home, home, home))
   return not fetched and "npm reaches no registry" or nil
end

-- What ajv refuses: name -> messages; and what it complains of in the schema itself.
function ajv.refused(schema, documents)
   local input, output = os.tmpname(), os.tmpname()
   local file = assert(io.open(input, "wb"))
   file:write(assert(json.encode { schema = schema, documents = documents }))
   file:close()
   os.execute(("cd %s && node check.mjs <%s >%s"):format(home, input, output))
   local answer = assert(json.decode(read(output)))
   os.remove(input)
   os.remove(output)
   return answer.refused, answer.log
end

return ajv
