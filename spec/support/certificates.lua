-- A certificate authority for one run of a spec, and certificates made by it.
local certificates = {}

local function run(command)
   local ok = os.execute(command .. " >/dev/null 2>&1")
   assert(ok == true or ok == 0, command)
end

local KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"

-- Makes in `folder`: ca.pem, and NAME.pem with NAME.key for each NAME = subject alternative names.
function certificates.make(folder, names)
   local function path(name) return folder .. "/" .. name end
   run(("openssl req -x509 %s -keyout %s -out %s -days 2 -subj '/CN=Test authority'"):format(
      KEY, path "ca.key", path "ca.pem"))
   for name, alternatives in pairs(names) do
      local extensions = assert(io.open(path(name .. ".ext"), "w"))
      extensions:write("subjectAltName=", alternatives, "\n")
      extensions:close()
      run(("openssl req -new %s -keyout %s -out %s -subj '/CN=%s'"):format(
         KEY, path(name .. ".key"), path(name .. ".csr"), name))
      run(("openssl x509 -req -in %s -CA %s -CAkey %s -CAcreateserial -days 2 -extfile %s -out %s"):format(
         path(name .. ".csr"), path "ca.pem", path "ca.key", path(name .. ".ext"), path(name .. ".pem")))
   end
end

return certificates
