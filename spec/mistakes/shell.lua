-- Mistakes at the shell, each with the exit code and all that is said of it but for the usage (mistakes_spec.lua).
-- `bare`: without a tenant's variables. `...` is any text.
return {
   -- words
   { "personalize ls", 64,
      "personalize: unknown command 'ls'\n"
         .. "That is `personalize list` here." },
   { 'personalize delete "Weather Data System"', 64,
      "personalize: unknown command 'delete'\n"
         .. "There is no delete: `personalize archive NAME` retires a connection, `personalize restore NAME` "
         .. "takes it back." },
   { "personalize lsit", 64,
      "personalize: unknown command 'lsit'\n"
         .. "Did you mean 'list'?" },
   { 'personalize show "Weather Data System" --json', 64,
      "{\n  "
         .. "\"error\": {\n    "
         .. "\"kind\": \"usage\",\n    "
         .. "\"message\": \"unknown command 'show'\\nThat is `personalize get` here.\"\n  "
         .. "}\n"
         .. "}" },
   { "personalize rename Weather Rain", 64,
      "personalize: unknown command 'rename'\n"
         .. "A name is a member: personalize patch NAME '{\"name\": \"NEW NAME\"}'." },
   { "personalize version", 64,
      "personalize: unknown command 'version'\n"
         .. "That is `personalize --version` here." },
   { "personalize frobnicate", 64,
      "personalize: unknown command 'frobnicate'\n"
         .. "`personalize --help` lists the commands." },
   { "personalize help lst", 64,
      "personalize: unknown command 'lst'\n"
         .. "Did you mean 'list'?" },
   { "personalize completion tcsh", 64,
      "personalize: argument 'shell' must be one of 'bash', 'zsh', 'fish'" },
   -- options
   { "personalize --json list", 64,
      "{\n  "
         .. "\"error\": {\n    "
         .. "\"kind\": \"usage\",\n    "
         .. "\"message\": \"unknown option '--json'\\nOptions follow the command: personalize list --json\"\n  "
         .. "}\n"
         .. "}" },
   { "personalize list --jsn", 64,
      "personalize: unknown option '--jsn'\n"
         .. "Did you mean '--json'?" },
   { "personalize list -o csv", 64,
      "personalize: unknown option '-o'\n"
         .. "Did you mean --output?" },
   { "personalize list --output xml", 64,
      "personalize: argument for option '--output' must be one of 'table', 'csv', 'tsv', 'names'" },
   { "personalize list --output", 64,
      "personalize: option '--output' requires an argument" },
   { "personalize list --sort nme", 64,
      'personalize list: --sort: no connection has a member "nme" (did you mean name?)' },
   { "personalize list --columns nam", 64,
      'personalize list: --columns: no connection has a member "nam" (did you mean name?)' },
   { "personalize list --filter nonsense", 64,
      'personalize: --filter: expected NAME=VALUE, NAME!=VALUE, NAME~TEXT or NAME!~TEXT, got "nonsense"' },
   { "personalize list --filter ath=OAUTH", 64,
      'personalize list: --filter: no connection has a member "ath" (did you mean auth?)' },
   { "personalize list --timeout 30s", 64,
      'personalize: --timeout: expected a positive number of seconds, such as 30, got "30s"' },
   { "personalize list --timeout -1", 64,
      "personalize: unknown option '-1'\n"
         .. "A value that begins with - follows its option and =, as in --timeout=-1." },
   { "personalize list --color maybe", 64,
      "personalize: argument for option '--color' must be one of 'auto', 'always', 'never'" },
   { "personalize list Weather", 64,
      "personalize: too many arguments\n"
         .. "Names are chosen by --select: personalize list --select 'Weather*'" },
   { 'personalize get "Weather Data System" --dry-run', 64,
      "personalize: unknown option '--dry-run'\n"
         .. "It is an option of other commands, such as create." },
   { 'personalize patch --yes "Weather Data System" "{}"', 64,
      "personalize: unknown option '--yes'\n"
         .. "It is an option of edit, apply, promote." },
   { "personalize test --all --concurrency many", 64,
      "personalize: --concurrency: expected an integer from 1 to 1000" },
   -- names
   { "personalize get", 64,
      "personalize: missing argument 'name'" },
   { "personalize get Weather Data System", 64,
      "personalize: too many arguments\n"
         .. "A name with spaces stands in quotes: personalize get 'Weather Data System'" },
   { 'personalize get "Wether Data System"', 1,
      'personalize get: not_found: no connection is named "Wether Data System", nor is it the ref of one '
         .. '(did you mean "Weather Data System"?)' },
   { 'personalize get "weather data system"', 1,
      'personalize get: not_found: no connection is named "weather data system", nor is it the ref of one '
         .. '(did you mean "Weather Data System"?)' },
   { "personalize get Nothing", 1,
      'personalize get: not_found: no connection is named "Nothing", nor is it the ref of one '
         .. "(`personalize list --archived` shows what there is)" },
   { 'personalize get "$UNSET"', 1,
      "personalize get: validation: the name is empty: is a variable of the shell not set?" },
   { "personalize get 47c20b31-b5d8-492f-94e5-064958716c22", 1,
      'personalize get: not_found: no connection is named "47c20b31-b5d8-492f-94e5-064958716c22", nor is '
         .. "it the ref of one (`personalize list --archived` shows what there is)" },
   { "personalize uses", 64,
      "personalize: missing argument 'name'" },
   { 'personalize uses "Wether Data System"', 1,
      'personalize uses: not_found: no connection is named "Wether Data System", nor is it the ref of one '
         .. '(did you mean "Weather Data System"?); nothing mentions it' },
   -- definitions
   { "personalize create", 64,
      "personalize create: give either a definition or --from-curl" },
   { "personalize create missing.json", 1,
      "personalize create: config: missing.json: No such file or directory (expected a JSON file, - for "
         .. "the standard input, or JSON that begins with {)" },
   { "personalize create bad.json", 1,
      "personalize create: decode: bad.json: invalid JSON at line 3, column 1: the name of a member, in "
         .. "double quotes, is missing" },
   { "personalize create .", 1,
      "personalize create: config: .: Is a directory (expected a JSON file, - for the standard input, or "
         .. "JSON that begins with {)" },
   { 'personalize create "{name: x}"', 1,
      "personalize create: decode: the JSON given: invalid JSON at line 1, column 2: the name of a member, "
         .. "in double quotes, is missing" },
   { "personalize create empty.json", 1,
      "personalize create: config: empty.json: is empty (expected a JSON file, - for the standard input, "
         .. "or JSON that begins with {)" },
   { "personalize create \"{\\\"name\\\": \\\"x\\\"}\"", 1,
      "personalize create: validation: auth: is required (an object); request: is required (an object); "
         .. 'systemType: is required (a string), such as "DATA_SYSTEM"' },
   { "personalize create list.json", 1,
      "personalize create: validation: list.json: expected an object, {...}, got an array: one connection "
         .. "at a time" },
   { "personalize create weather.json", 1,
      'personalize create: conflict: there is a connection named "Weather Data System" already '
         .. "(47c20b31-b5d8-492f-94e5-064958716c21): `personalize ensure` brings it up to date, --another "
         .. "creates a second one" },
   { "personalize create --from-curl missing.txt --name X", 1,
      "personalize create: config: missing.txt: No such file or directory (expected a JSON file, - for the "
         .. "standard input, or JSON that begins with {)" },
   { "personalize create --from-curl wget.txt --name X", 1,
      "personalize create: decode: expected a command line that begins with curl" },
   { 'personalize patch "Weather Data System"', 64,
      "personalize: missing argument 'changes'" },
   { 'personalize patch "Weather Data System" description=x', 1,
      "personalize patch: config: description=x: No such file or directory (expected a JSON file, - for "
         .. "the standard input, or JSON that begins with {)" },
   { 'personalize patch "Weather Data System" "[1]"', 1,
      "personalize patch: validation: the JSON given: expected an object, {...}, got an array: one "
         .. "connection at a time" },
   { "personalize patch \"Weather Data System\" \"{\\\"descripton\\\": \\\"x\\\"}\"", 1,
      "personalize patch: validation: descripton: probably description is meant" },
   { "personalize patch \"Weather Data System\" \"{\\\"connectionUrl\\\": \\\"https://x.example\\\"}\"", 1,
      "personalize patch: validation: connectionUrl: is a member of request" },
   { "personalize patch \"Weather Data System\" \"{\\\"connectionTimeout\\\": \\\"1s\\\"}\"", 1,
      "personalize patch: validation: connectionTimeout: expected an integer (milliseconds), got a string" },
   { "personalize patch \"First web service\" \"{\\\"description\\\": \\\"x\\\"}\"", 1,
      "personalize patch: validation: auth.clientSecret: missing; the service never returns it, so this "
         .. 'update may erase it. Set it, give it as {"$env": "NAME"}, or --missing-secrets send to send the '
         .. "update without it" },
   { 'personalize edit "Weather Data System"', 64,
      "personalize edit: nobody can be asked here: give --yes to send what the editor leaves" },
   -- tests
   { "personalize test", 64,
      "personalize test: give one of these: a connection, --file, --all, --select" },
   { 'personalize test "Weather Data System" --all', 64,
      "personalize test: give one of these: a connection, --file, --all, --select" },
   { "personalize test --file missing.json", 1,
      "personalize test: config: missing.json: No such file or directory (expected a JSON file, - for the "
         .. "standard input, or JSON that begins with {)" },
   { 'personalize test "Weather Data System" --expect-status ok', 64,
      "personalize: --expect-status: expected a status such as 200, 2xx, or several with commas" },
   -- files and folders
   { 'personalize diff "Weather Data System"', 64,
      "personalize: missing argument 'to'" },
   { 'personalize diff "Weather Data System" missing.json', 1,
      "personalize diff: config: missing.json: No such file or directory (expected a JSON file, - for the "
         .. "standard input, or JSON that begins with {)" },
   { "personalize plan", 64,
      "personalize: missing argument 'folder'" },
   { "personalize plan missing", 1,
      "personalize plan: config: missing: No such file or directory (expected a folder, such as an export "
         .. "makes)" },
   { "personalize plan bad.json", 1,
      "personalize plan: config: bad.json: Not a directory (expected a folder, such as an export makes; `apply "
         .. "--plan FILE` applies a saved plan)" },
   { "personalize plan broken", 1,
      "Plan for http://127.0.0.1:PORT (organisation pqsPERS3lw12v5a9rrHPW1c4hET73GxQ): nothing to send.\n\n"
         .. '3 connections are in the tenant and in no file, left alone: "Connect to Data System", "First web '
         .. 'service", "Weather Data System"\n\n'
         .. "1 problem has to be solved before anything is sent:\n  "
         .. "bad.json:3: invalid JSON at line 3, column 1: the name of a member, in double quotes, is missing" },
   { "personalize apply", 64,
      "personalize apply: give either a folder or --plan" },
   { "personalize apply --plan missing.json", 1,
      "personalize apply: config: missing.json: No such file or directory (expected a plan, as `plan "
         .. "--save` writes it)" },
   { "personalize apply --plan weather.json", 1,
      "personalize apply: decode: weather.json: is no plan of this library, as `plan --save` writes it" },
   { "personalize apply sound", 64,
      "Plan for http://127.0.0.1:PORT (organisation pqsPERS3lw12v5a9rrHPW1c4hET73GxQ): 1 to create.\n\n  "
         .. 'create   "Hours" (hours.json)\n\n'
         .. '3 connections are in the tenant and in no file, left alone: "Connect to Data System", "First web '
         .. 'service", "Weather Data System"\n'
         .. "personalize apply: nobody can be asked here: give --yes to apply the plan" },
   { "personalize apply sound --plan weather.json", 64,
      "personalize apply: give either a folder or --plan" },
   { "personalize export bad.json", 1,
      "personalize export: config: bad.json: Not a directory (a folder is needed, or is made)" },
   { "personalize validate", 64,
      "personalize: missing argument 'file-or-folder'" },
   { "personalize validate missing", 1,
      "missing: error: No such file or directory\n"
         .. "1 file: 1 problem, 0 warnings" },
   { "personalize validate bad.json", 1,
      "bad.json:3:1: error: invalid JSON at line 3, column 1: the name of a member, in double quotes, is "
         .. "missing\n"
         .. "1 file: 1 problem, 0 warnings" },
   { "personalize promote", 64,
      "personalize promote: give --from or --from-profile" },
   { "personalize promote --from PERSONALIZE", 64,
      "personalize promote: give --to or --to-profile" },
   { "personalize promote --from PERSONALIZE --to PROD", 1,
      'personalize promote: config: PROD_REGION or PROD_BASE_URL is needed: PROD_REGION = "us", "eu", "ap" '
         .. 'or "jpe"' },
   -- any call
   { "personalize request", 64,
      "personalize: missing argument 'method'\n"
         .. "A path is needed, such as: personalize request /v2/connections" },
   { "personalize request v2/connections", 64,
      "personalize request: expected a method, or none, and a path that begins with /, such as: request "
         .. "GET /v2/connections" },
   { "personalize request /v2/nope", 1,
      "personalize request: not_found (404): Not Found: There is nothing under this path [GET "
         .. "http://127.0.0.1:PORT/v2/nope]" },
   { "personalize request /v2/connections --query limit", 64,
      "personalize: --query: expected NAME=VALUE" },
   -- an emulator of one's own
   { "personalize emulator --port 99999", 64,
      "personalize emulator: --port: expected an integer from 0 to 65535, got 99999" },
   { "personalize emulator --port http", 64,
      'personalize: --port: expected a number, got "http"' },
   { "personalize emulator --port $PORT", 1,
      "personalize emulator: config: cannot listen on port PORT of 127.0.0.1: Address already in use "
         .. "(port 0 takes a free one)" },
   { "personalize emulator --database missing/store.db", 1,
      "personalize emulator: config: cannot use missing/store.db: No such file or directory" },
   -- the environment
   { "personalize list", 1,
      "personalize list: config: PERSONALIZE_REGION or PERSONALIZE_BASE_URL is needed: PERSONALIZE_REGION "
         .. '= "us", "eu", "ap" or "jpe"', bare = true },
   { "PERSONALIZE_REGION=eu personalize list", 1,
      "personalize list: config: credentials are needed: PERSONALIZE_CLIENT_ID and "
         .. "PERSONALIZE_CLIENT_SECRET, or PERSONALIZE_CLIENT_KEY and PERSONALIZE_API_TOKEN, or "
         .. "PERSONALIZE_ACCESS_TOKEN", bare = true },
   { "PERSONALIZE_REGION=europe PERSONALIZE_CLIENT_ID=i PERSONALIZE_CLIENT_SECRET=s personalize list", 1,
      'personalize list: config: PERSONALIZE_REGION: expected us, eu, ap or jpe, got "europe"', bare = true },
   { "PERSONALIZE_REGION=eu PERSONALIZE_CLIENT_ID=i personalize list", 1,
      "personalize list: config: PERSONALIZE_CLIENT_ID and PERSONALIZE_CLIENT_SECRET go together: "
         .. "PERSONALIZE_CLIENT_SECRET is missing", bare = true },
   { "PERSONALIZE_REGION=eu PERSONALIZE_CLIENT_ID=i PERSONALIZE_CLIENT_SECRT=s personalize list", 1,
      "personalize list: config: PERSONALIZE_CLIENT_ID and PERSONALIZE_CLIENT_SECRET go together: "
         .. "PERSONALIZE_CLIENT_SECRET is missing; this variable is set and read by nothing: "
         .. "PERSONALIZE_CLIENT_SECRT (did you mean PERSONALIZE_CLIENT_SECRET?)", bare = true },
   { "PERSONALIZE_REGION=eu PERSONALIZE_CLIENTID=i PERSONALIZE_CLIENT_SECRET=s personalize list", 1,
      "personalize list: config: PERSONALIZE_CLIENT_ID and PERSONALIZE_CLIENT_SECRET go together: "
         .. "PERSONALIZE_CLIENT_ID is missing; this variable is set and read by nothing: PERSONALIZE_CLIENTID "
         .. "(did you mean PERSONALIZE_CLIENT_ID?)", bare = true },
   { "PERSONALIZE_REGION=eu PERSONALIZE_CLIENT_ID=i PERSONALIZE_CLIENT_SECRET_FILE=missing personalize list", 1,
      "personalize list: config: PERSONALIZE_CLIENT_SECRET_FILE: missing: No such file or directory", bare = true },
   { "PERSONALIZE_REGION=eu PERSONALIZE_CLIENT_ID=i PERSONALIZE_CLIENT_SECRET_FILE=empty.json personalize list", 1,
      "personalize list: config: PERSONALIZE_CLIENT_SECRET_FILE: empty.json is empty", bare = true },
   { "PERSONALIZE_CLIENT_SECRET_FILE=empty.json personalize list", 1,
      "personalize list: config: PERSONALIZE_CLIENT_SECRET and PERSONALIZE_CLIENT_SECRET_FILE are both "
         .. "set; set one of them" },
   { "PERSONALIZE_BASE_URL=http://api.example.com personalize list", 1,
      "personalize list: config: PERSONALIZE_BASE_URL: http:// would send tokens in clear text to "
         .. "api.example.com; use https:// (plain HTTP is for loopback)" },
   { "PERSONALIZE_BASE_URL=api.example.com personalize list", 1,
      "personalize list: config: PERSONALIZE_BASE_URL: does not begin with http:// or https://" },
   { 'PERSONALIZE_BASE_URL="https://api.example.com/?x=1" personalize list', 1,
      "personalize list: config: PERSONALIZE_BASE_URL: must not hold a query or a fragment" },
   { "PERSONALIZE_BASE_URL=https://127.0.0.1:$PORT "
      .. "PERSONALIZE_TOKEN_URL=https://127.0.0.1:$PORT/oauth/token personalize list", 1,
      "personalize list: tls: no access token: ...: is PERSONALIZE_TOKEN_URL right?) "
         .. "[POST https://127.0.0.1:PORT/oauth/token, 4 attempts]" },
   { "PERSONALIZE_BASE_URL=http://127.0.0.1:1 PERSONALIZE_TOKEN_URL=http://127.0.0.1:1/oauth/token "
      .. "personalize list", 1,
      "personalize list: connect: no access token: Failed to connect to 127.0.0.1...1 after ... ms: "
         .. "Could...connect to server (is the server up, and PERSONALIZE_TOKEN_URL right?) [POST "
         .. "http://127.0.0.1:1/oauth/token, 4 attempts]" },
   { "PERSONALIZE_CLIENT_SECRET=wrong personalize list", 1,
      "personalize list: auth (401): no access token: Unknown client_id or wrong client_secret (check "
         .. "PERSONALIZE_CLIENT_ID and PERSONALIZE_CLIENT_SECRET, and that PERSONALIZE_TOKEN_URL is theirs) "
         .. "[POST http://127.0.0.1:PORT/oauth/token]" },
   { "PERSONALIZE_TOKEN_URL=http://127.0.0.1:$PORT/token personalize list", 1,
      "personalize list: auth (404): no access token: Not Found: There is nothing under this path (is "
         .. "PERSONALIZE_TOKEN_URL that of the token endpoint?) [POST http://127.0.0.1:PORT/token]" },
   { "PERSONALIZE_CA_FILE=missing.pem personalize list", 1,
      "personalize list: config: PERSONALIZE_CA_FILE: missing.pem: No such file or directory" },
   { "personalize list --prefix STAGING", 1,
      'personalize list: config: STAGING_REGION or STAGING_BASE_URL is needed: STAGING_REGION = "us", '
         .. '"eu", "ap" or "jpe"' },
   { "personalize list --profile missing", 1,
      "personalize list: config: profile missing: FOLDER/personalize/missing.env: No such file or "
         .. "directory (there are: broken, open)" },
   { "personalize list --profile open", 1,
      "personalize list: config: profile open: others may read or change FOLDER/personalize/open.env (mode "
         .. "0644): chmod 600 it" },
   { "personalize list --profile broken", 1,
      "personalize list: config: profile broken: FOLDER/personalize/broken.env:1: expected NAME=VALUE" },
   { "personalize doctor", 1,
      "FAILED  configuration: PERSONALIZE_REGION or PERSONALIZE_BASE_URL is needed: PERSONALIZE_REGION = "
         .. "\"us\", \"eu\", \"ap\" or \"jpe\"\n        "
         .. "Set PERSONALIZE_REGION and the credentials; `man personalize` and doc/command.md list the "
         .. "variables.", bare = true },
}
