-- Command lines of curl, as browsers, Postman, documentation and people write them: what becomes of them.
local command = require "spec.support.command"
local personalize = require "personalize"
local server = require "spec.support.server"
local socket = require "socket"
local tenant = require "spec.support.tenant"

local connections = personalize.connections

local function definition_of(line)
   local builder, warnings = connections.from_curl(line)
   assert.is_truthy(builder, tostring(warnings))
   return builder:table(), warnings
end

local function refusal(line)
   local builder, err = connections.from_curl(line)
   assert.is_nil(builder, line)
   return err
end

local function codes(warnings)
   local list = {}
   for index, warning in ipairs(warnings) do list[index] = warning.code end
   return table.concat(list, " ")
end

local function headers_of(definition)
   local lines = {}
   for index, header in ipairs(definition.customHeaders) do lines[index] = header.name .. ": " .. header.value end
   return lines
end

describe("connections.from_curl", function()
   local target, made

   -- The emulator would mask what stands in its answer as it is.
   local echo = [[
      return function(connection)
         for request in function() return connection:request() end do
            local text = request.method .. " " .. request.path .. "\n" .. request.head .. "\n" .. request.body
            connection:answer((text:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end)))
         end
      end]]

   setup(function() target, made = server.start(echo), tenant.start() end)

   teardown(function()
      target:stop()
      made:stop()
   end)

   it("reads what Chrome copies", function()
      local definition, warnings = definition_of [[
curl 'https://shop.example.com/api/cart?ids\[\]=1&ids\[\]=2' \
  -X 'PUT' \
  -H 'accept: application/json, text/plain, */*' \
  -H 'accept-language: en-US,en;q=0.9' \
  -H 'content-type: application/json' \
  -b 'session=hush-hush; theme=dark' \
  -H 'origin: https://shop.example.com' \
  -H 'priority: u=1, i' \
  -H 'sec-ch-ua: "Chromium";v="130", "Not?A_Brand";v="99"' \
  -H 'sec-fetch-mode: cors' \
  -H 'user-agent: Mozilla/5.0 (X11; Linux x86_64)' \
  --data-raw $'{"note":"it\'s \u0021 caf\u00e9\\n","city":"{{city}}"}' ;]]
      assert.same({
         name = "Cart", systemType = "DESTINATION", auth = { authType = "NONE" },
         request = { requestType = "PUT", connectionUrl = "https://shop.example.com/api/cart?ids[]=1&ids[]=2",
            requestBody = '{"note":"it\'s ! café\\n","city":"${city}"}' },
         customHeaders = {
            { name = "accept", value = "application/json, text/plain, */*" },
            { name = "accept-language", value = "en-US,en;q=0.9" },
            { name = "content-type", value = "application/json" },
            { name = "origin", value = "https://shop.example.com" },
            { name = "priority", value = "u=1, i" },
            { name = "sec-ch-ua", value = '"Chromium";v="130", "Not?A_Brand";v="99"' },
            { name = "sec-fetch-mode", value = "cors" },
            { name = "user-agent", value = "Mozilla/5.0 (X11; Linux x86_64)" },
            { name = "Cookie", value = "session=hush-hush; theme=dark" },
         },
         inputMappings = { { key = "city", label = "City", type = "string", exampleValue = "", mapping = "" } },
      }, definition)
      assert.equal("browser_headers credential", codes(warnings))
      assert.matches("sec-ch-ua, sec-fetch-mode", warnings[1].message, 1, true)
      assert.equal("customHeaders[9].value", warnings[2].path)
      assert.matches("the header Cookie holds a credential in clear", tostring(warnings), 1, true)
      assert.is_nil(tostring(warnings):find "hush")
   end)

   it("reads what Firefox copies", function()
      local definition = definition_of([[curl 'https://example.com/a' --compressed -X POST ]]
         .. [[-H 'User-Agent: Mozilla/5.0' -H 'Accept: */*' -H 'Accept-Encoding: gzip, deflate, br, zstd' ]]
         .. [[-H 'DNT: 1' -H 'Connection: keep-alive' -H 'TE: trailers' ]]
         .. [[--data-raw $'caf\xe9 \u65e5\ud83d\ude00 it\'s \x21']])
      assert.equal("café 日😀 it's !", definition.request.requestBody)
      assert.same({ "User-Agent: Mozilla/5.0", "Accept: */*", "Accept-Encoding: gzip, deflate, br, zstd", "DNT: 1",
         "TE: trailers", "Content-Type: application/x-www-form-urlencoded" }, headers_of(definition))
   end)

   it("reads what Postman copies", function()
      local definition, warnings = definition_of [[
curl --location --globoff --request POST '{{base_url}}/users/%7B%7Bid%7D%7D?v={{api-version}}' \
--header 'Content-Type: application/json' \
--header 'Authorization: Bearer {{token}}' \
--data-raw '{
    "name": "{{ user name }}",
    "age": {{age}},
    "deep": {"a": {"b": 1}}
}']]
      assert.equal("${base_url}/users/${id}?v=${apiVersion}", definition.request.connectionUrl)
      assert.equal('{\n    "name": "${userName}",\n    "age": ${age},\n    "deep": {"a": {"b": 1}}\n}',
         definition.request.requestBody)
      local keys = {}
      for index, input in ipairs(definition.inputMappings) do keys[index] = input.key .. " " .. input.type end
      assert.same({ "base_url string", "id string", "apiVersion string", "token string", "userName string",
         "age object" }, keys)
      assert.equal("option_left_out placeholder_renamed placeholder_renamed", codes(warnings):gsub("^(placeholder.*) "
         .. "(option_left_out)$", "%2 %1"), 1)
      assert.same({ "Content-Type: application/json", "Authorization: Bearer ${token}" }, headers_of(definition))
   end)

   it("reads what documentation has: another prompt, variables, a pipe", function()
      local definition, warnings = definition_of [[
         $ curl -sSL "https://api.example.com/v1/orders/$ORDER?x=${X}" \
            -H "Authorization: Bearer $TOKEN" 2>/dev/null | jq . # all]]
      assert.equal("https://api.example.com/v1/orders/${ORDER}?x=${X}", definition.request.connectionUrl)
      assert.same({ "Authorization: Bearer ${TOKEN}" }, headers_of(definition))
      assert.equal("option_left_out left_out shell_variable shell_variable shell_variable", codes(warnings))
      assert.equal("DATA_SYSTEM", definition.systemType)
      assert.equal("Orders", definition.name)
   end)

   it("reads a token that another curl fetches", function()
      for _, line in ipairs {
         [[TOKEN=$(curl -s https://auth.example.com/token -d client_id=me -d client_secret=hush-hush -d scope="a b"]]
            .. [[ -d grant_type=client_credentials | jq -r .access_token)
           curl -H "Authorization: Bearer $TOKEN" https://api.example.com/a]],
         [[curl --oauth2-bearer "$(curl -u me:hush-hush https://auth.example.com/token]]
            .. [[ -d 'scope=a+b&grant_type=client_credentials' | sed 's/(.*)/x/')" https://api.example.com/a]],
      } do
         local definition, warnings = definition_of(line)
         assert.same({ authType = "OAUTH", clientId = "me", clientSecret = "hush-hush", useMutualTls = false,
            accessTokenUrl = "https://auth.example.com/token", oauthCustomHeaders = {},
            formUrlEncodedItems = { { name = "scope", value = "a b" } } }, definition.auth)
         assert.same({}, headers_of(definition))
         assert.equal("credential", codes(warnings))
         assert.equal("auth.clientSecret", warnings[1].path)
         assert.is_nil(tostring(warnings):find "hush")
      end
      local other = [[curl -H "Authorization: Bearer $(curl https://a.example.com -d grant_type=password)" https://b.x]]
      assert.matches("client_credentials", refusal(other).message)
      for _, line in ipairs {
         [[curl -H "Authorization: Bearer $(cat token)" https://a.example.com]],
         [[curl -H "X-Other: $(date)" https://a.example.com]],
         [[curl "https://a.example.com/$(date)"]],
         [[curl -d "$(date)" https://a.example.com]],
         [[curl --data-urlencode "a=$(date)" https://a.example.com]],
      } do
         assert.matches("the output of another command", refusal(line).message)
      end
   end)

   it("refuses in a token call what it refuses outside", function()
      local outer = [[curl -H "Authorization: Bearer $(curl https://auth.example.com/token ]]
         .. [[-d grant_type=client_credentials -d client_id=me %s)" https://api.example.com/a]]
      for _, option in ipairs {
         [[-d client_secret=$(cat secret)]], [[-u "me:$(cat secret)"]],
         [[-H "X-Key: $(cat key)"]], [[-H "Authorization: Bearer $(curl https://a.example.com)"]],
         [[--oauth2-bearer "$(cat key)"]], [["https://$(hostname)/token"]],
      } do
         assert.matches("the output of another command", refusal(outer:format(option)).message, option)
      end
      for _, option in ipairs { "-d client_secret=\255", "-d client_secret=%FF", "-d %c3=1", "-u me:\228" } do
         local err = refusal((outer:gsub("%%s", function() return option end)))
         assert.equal("validation", err.kind)
         assert.matches("^the token call: .*not UTF%-8$", err.message, option)
      end
      assert.matches("not UTF%-8$", refusal("curl https://me:%e4@a.example.com/").message)
   end)

   it("takes a token from one header alone", function()
      local token = [["Authorization: Bearer $(curl https://auth.example.com/token -d grant_type=client_credentials)"]]
      assert.equal("OAUTH", definition_of("curl https://a.example.com -H " .. token).auth.authType)
      for _, other in ipairs { [["X-Key: $(cat key)"]], token } do
         for _, headers in ipairs { "-H " .. token .. " -H " .. other, "-H " .. other .. " -H " .. token } do
            assert.matches("output of another command", refusal("curl https://a.example.com " .. headers).message)
         end
      end
   end)

   -- ------------------------------------------------------------------ option by option

   it("takes options in each of their forms", function()
      for _, line in ipairs {
         "curl -XPOST -HX-A:b -da=b https://e.example.com/",
         "curl -sSkXPOST -H 'X-A: b' -d a=b --url https://e.example.com/",
         "curl --request POST --header 'X-A: b' --data a=b https://e.example.com/",
         "\239\187\191curl --request=POST --header='X-A: b' --data=a=b --url=https://e.example.com/",
         "curl --request POST --heade 'X-A: b' --data-ascii a=b -- https://e.example.com/",
         "/usr/bin/curl https://e.example.com/ -H 'X-A:   b  ' --data-binary a=b",
         "curl.exe https://e.example.com/ -H X-A:b --data-raw a=b --no-buffer --no-progress-meter -#",
         "HTTPS_PROXY=x curl https://e.example.com/ -H X-A:b --data-urlencode a=b "
            .. "-o /dev/null -w '%{http_code}' --http1.1",
      } do
         local definition = definition_of(line)
         assert.same({ requestType = "POST", connectionUrl = "https://e.example.com/", requestBody = "a=b" },
            definition.request, line)
         assert.equal("X-A: b", headers_of(definition)[1], line)
         assert.equal("Content-Type: application/x-www-form-urlencoded", headers_of(definition)[2], line)
      end
   end)

   it("puts data together as curl does", function()
      for line, body in pairs {
         ["-d a=1 -d b=2 --data-raw @c --data-binary 'd d'"] = "a=1&b=2&@c&d d",
         ["--data-urlencode 'a b&c'"] = "a+b%26c",
         ["--data-urlencode '=a=b'"] = "a%3Db",
         ["--data-urlencode 'n=a b/é'"] = "n=a+b%2F%C3%A9",
         ["--data-urlencode 'n@x=1'"] = "n@x=1",
         ["--data-urlencode 'q={{city}} ä' --data-urlencode 'r=x${day}'"] = "q=${city}+%C3%A4&r=x${day}",
         ["--json '{\"a\":1' --json ',\"b\":2}'"] = '{"a":1,"b":2}',
         ["-d ''"] = "",
         ["-d $'a\\nb'"] = "a\nb",
      } do
         assert.equal(body, definition_of("curl https://e.example.com " .. line).request.requestBody, line)
      end
      local definition = definition_of "curl --json '{}' https://e.example.com"
      assert.same({ "Content-Type: application/json", "Accept: application/json" }, headers_of(definition))
      definition = definition_of "curl -G https://e.example.com/x -d a=1 --data-urlencode 'b= c'"
      assert.same({ requestType = "GET", connectionUrl = "https://e.example.com/x?a=1&b=+c" }, definition.request)
      assert.same({}, definition.customHeaders)
      definition = definition_of "curl -G 'https://e.example.com/x?z=0#f' -d a=1 --url-query 'q=ä' --url-query +r=ä"
      assert.equal("https://e.example.com/x?z=0&q=%C3%A4&r=ä&a=1#f", definition.request.connectionUrl)
   end)

   it("has the headers that options mean, unless they are given", function()
      local definition = definition_of("curl https://e.example.com -A me -e 'https://r.example.com;auto' -b a=1 -b b=2 "
         .. "-r 0-9 --oauth2-bearer abc --compressed -H 'Empty;' -H 'Host: x' -H 'Content-Length: 3' -H 'Accept:'")
      assert.same({ "Empty: ", "User-Agent: me", "Referer: https://r.example.com", "Cookie: a=1; b=2",
         "Range: bytes=0-9", "Authorization: Bearer abc", "Accept-Encoding: gzip" }, headers_of(definition))
      definition = definition_of("curl https://e.example.com -A me -H 'user-agent: you' --compressed "
         .. "-H 'accept-encoding: br' -I -H 'a: b:c;d'")
      assert.same({ "user-agent: you", "accept-encoding: br", "a: b:c;d" }, headers_of(definition))
      assert.equal("HEAD", definition.request.requestType)
   end)

   it("takes credentials for basic authentication, in either place", function()
      for line, auth in pairs {
         ["curl -u me:hush:hush https://e.example.com/a"] = { authType = "BASIC", username = "me",
            password = "hush:hush" },
         ["curl https://m%40e:hu%3ash@e.example.com/a"] = { authType = "BASIC", username = "m@e", password = "hu:sh" },
         ["curl --basic -u 'me:{{pass}}' https://e.example.com/a"] = { authType = "BASIC", username = "me",
            password = "${pass}" },
         ["curl -u me https://e.example.com/a"] = { authType = "BASIC", username = "me" },
      } do
         local definition, warnings = definition_of(line)
         assert.same(auth, definition.auth)
         assert.equal("https://e.example.com/a", definition.request.connectionUrl)
         assert.is_nil(tostring(warnings):find "hu")
         local is_clear = auth.password and not auth.password:find "^%$"
         assert.equal(is_clear and "credential" or not auth.password and "password_missing" or "", codes(warnings))
      end
   end)

   it("takes them from a URL without a scheme, too", function()
      local definition, warnings = definition_of "curl me:hu%3ash@e.example.com/a@b"
      assert.same({ authType = "BASIC", username = "me", password = "hu:sh" }, definition.auth)
      assert.equal("http://e.example.com/a@b", definition.request.connectionUrl)
      assert.equal("url_scheme credential", codes(warnings))
      assert.equal("auth.password", warnings[2].path)
   end)

   it("takes time limits", function()
      local definition = definition_of "curl --connect-timeout 1.5 -m 4 https://e.example.com"
      assert.equal(1500, definition.connectionTimeout)
      assert.equal(2500, definition.socketTimeout)
      assert.equal(30000, definition_of("curl -m 30 https://e.example.com").socketTimeout)
      assert.matches("seconds", refusal("curl -m x https://e.example.com").message)
   end)

   it("names credentials without showing them", function()
      local _, warnings = definition_of "curl 'https://e.example.com/?appid=hush-hush-1&q=1&access_token=hush-hush-2'"
      assert.same({ "request.connectionUrl" }, { warnings[1].path, warnings[2] })
      assert.matches("(access_token, appid)", warnings[1].message, 1, true)
      _, warnings = definition_of([[curl https://e.example.com -H 'X-Api-Key: hush-hush-1' ]]
         .. [[-H 'Authorization: Basic aHVzaA==' -H 'X-Plain: 1' --json ]]
         .. [['{"password":"hush-hush-2","deep":[{"api_key":"hush-hush-3"}],"plain":"x"}']])
      assert.equal("credential credential credential", codes(warnings))
      assert.matches("X-Api-Key", warnings[1].message, 1, true)
      assert.matches("Authorization", warnings[2].message, 1, true)
      assert.matches("(api_key, password)", warnings[3].message, 1, true)
      assert.is_nil(tostring(warnings):find "hush")
      assert.is_nil(tostring(warnings):find "aHVz")
      _, warnings = definition_of "curl https://e.example.com -d user=me -d password=hush-hush"
      assert.matches("(password)", warnings[1].message, 1, true)
      for _, line in ipairs {
         "curl 'https://e.example.com/?token={{token}}&q=1'",
         "curl https://e.example.com -H 'X-Api-Key: {{key}}' -H 'Authorization: Bearer {{token}}'",
         [[curl https://e.example.com --json '{"password":"{{password}}"}']],
      } do
         assert.equal("", codes(select(2, definition_of(line))), line)
      end
   end)

   -- ------------------------------------------------------------------ what is refused

   it("refuses what a connection cannot do, with the reason and without values", function()
      for line, reason in pairs {
         ["curl -F a=@hush https://e.example.com"] = "multipart",
         ["curl --form-string a=hush https://e.example.com"] = "multipart",
         ["curl -d @hush https://e.example.com"] = "the body stands in a file",
         ["curl --data-binary @hush https://e.example.com"] = "the body stands in a file",
         ["curl --data-binary @- https://e.example.com"] = "the body stands in a file",
         ["curl --json @hush https://e.example.com"] = "the body stands in a file",
         ["curl --data-urlencode a@hush https://e.example.com"] = "the value stands in a file",
         ["curl --data-urlencode @hush https://e.example.com"] = "the value stands in a file",
         ["curl -H @hush https://e.example.com"] = "the headers stand in a file",
         ["curl -T hush https://e.example.com"] = "the body stands in a file",
         ["curl -b hush https://e.example.com"] = "the cookies stand in a file",
         ["curl -K hush https://e.example.com"] = "stand in a file",
         ["curl -n https://e.example.com"] = "stand in a file",
         ["curl --digest -u a:hush https://e.example.com"] = "can use basic authentication alone",
         ["curl --ntlm -u a:hush https://e.example.com"] = "can use basic authentication alone",
         ["curl --aws-sigv4 aws:hush https://e.example.com"] = "cannot sign",
         ["curl https://e.example.com https://f.example.com"] = "2 URLs",
         ["curl https://e.example.com --next https://f.example.com"] = "several calls",
         ["curl -:"] = "several calls",
         ["curl 'https://e.example.com/{a,b}'"] = "stands for several",
         ["curl 'https://e.example.com/[1-3]'"] = "stands for several",
         ["curl https://e.example.com; curl https://f.example.com"] = "several curl commands",
         ["curl -s"] = "no URL",
         ["curl ''"] = "no URL",
         ["curl ftp://e.example.com/hush"] = "speaks HTTP",
         ["curl -I -d hush https://e.example.com"] = "without a body",
         ["curl --nonsense hush https://e.example.com"] = "no option of curl that is known",
         ["curl --h https://e.example.com"] = "several of curl's options",
         ["curl --silent=hush https://e.example.com"] = "takes no value",
         ["curl -=hush https://e.example.com"] = "no option of curl",
         ["curl https://e.example.com -d"] = "-d needs a value",
         ["curl https://e.example.com --header"] = "--header needs a value",
         ["curl https://e.example.com -H hush"] = "expected a name, a colon and a value",
         ["curl https://e.example.com -H 'hu sh: x'"] = "expected a name, a colon and a value",
         ["curl https://e.example.com -X 'hush hush'"] = "expected a method",
         ["curl https://e.example.com -d $'\\ud800'"] = "is not UTF-8",
         ["curl --version"] = "makes no call",
      } do
         local err = refusal(line)
         assert.equal("validation", err.kind, line)
         assert.matches(reason, err.message, 1, true)
         assert.is_nil(err.message:find "hush", line)
      end
      for line, reason in pairs {
         [""] = "begins with curl",
         ["wget https://e.example.com/hush"] = "begins with curl",
         ["fetch('https://e.example.com', { a: 1 })"] = "not quoted",
         ['curl "https://e.example.com/" ^\r\n  -H "a: b"'] = "Windows' cmd",
         ["curl https://e.example.com/?a=1&b=2"] = "between quotes",
         ["curl 'https://e.example.com"] = "is not closed",
      } do
         local err = refusal(line)
         assert.equal("decode", err.kind, line)
         assert.matches(reason, err.message, 1, true)
         assert.is_nil(err.message:find "hush", line)
      end
   end)

   it("says what it leaves out", function()
      for line, expected in pairs {
         ["curl -k https://e.example.com"] = "option_left_out",
         ["curl -x http://p:1 https://e.example.com"] = "option_left_out",
         ["curl --cert a.pem https://e.example.com"] = "option_left_out",
         ["curl e.example.com/a"] = "url_scheme",
         ["curl -H 'Host: a' https://e.example.com"] = "header_left_out",
         ["curl https://e.example.com | jq ."] = "left_out",
         ["curl -s -S -v -o x https://e.example.com"] = "",
      } do
         local _, warnings = definition_of(line)
         assert.equal(expected, codes(warnings), line)
      end
      assert.equal("http://e.example.com/a", definition_of("curl e.example.com/a").request.connectionUrl)
   end)

   it("gives a builder that may still be changed, and created", function()
      local builder = assert(made.connections.from_curl "curl https://api.example.com/v2/shop-hours.json?day={{day}}")
      assert.equal("Shop Hours", builder:table().name)
      builder:name("Hours"):destination():description("d")
         :oauth { client_id = "a", client_secret = "b", access_token_url = "https://a.example.com" }
         :header("X-A", "b"):timeouts { socket_ms = 5 }
      local created = assert(made.connections.create(builder))
      assert.equal("Hours", created.name)
      assert.equal("OAUTH", created.auth.authType)
      assert.equal("day", created.inputMappings[1].key)
      assert.equal("Example", definition_of("curl https://api.example.com").name)
      assert.equal("From curl", definition_of("curl {{base}}/{{path}}").name)
      assert.has_error(function() connections.from_curl(1) end)
      assert.is_truthy(connections:from_curl "curl https://e.example.com")
   end)

   it("takes time in proportion to the text", function()
      local function seconds(unit, count)
         local line = unit:gsub("%*(.-)%*", function(part) return part:rep(count) end)
         local started = socket.gettime()
         connections.from_curl(line)
         return socket.gettime() - started
      end
      for _, unit in ipairs { "curl 'https://e/*{{*'", "curl 'https://e/*{,*'", "curl 'https://e/*[1*'",
         "curl e -d '*{{a *'", "curl e -d '*&a=b*'", "curl e * -d a*", "curl e * -H a:b*", "curl e -d '*${a}*'",
         "curl e -d '*\"*'",
         "curl e --data-urlencode '*é*'", "curl 'https://*a@*'", "curl -*s*e", "curl e -H 'a: *;*'",
         "curl 'https://*.a*'" } do
         local small = math.max(seconds(unit, 1500), seconds(unit, 1500), 0.01)
         local large = math.min(seconds(unit, 15000), seconds(unit, 15000))
         assert.is_true(large < 45 * small, ("%s: %g s for %g s"):format(unit, large, small))
      end
   end)

   -- ------------------------------------------------------------------ as curl itself does

   it("describes the call that curl makes", function()
      local function parts(hex)
         local text = hex:gsub("%x%x", function(digits) return string.char(tonumber(digits, 16)) end)
         -- curl writes percent escapes in queries in small letters
         text = text:gsub("%%%x%x", string.upper)
         local first, head, body = text:match "^([^\n]*)\n[^\n]*\n(.-\r\n)\n(.*)$"
         assert.is_string(first)
         local headers = {}
         for name, value in (head or ""):gmatch "([^:\r\n]+):[ \t]*([^\r\n]*)" do
            local is_own = name:lower() == "user-agent" or (name:lower() == "content-length" and value == "0")
            if not is_own then headers[#headers + 1] = name:lower() .. ": " .. value end
         end
         table.sort(headers)
         return { first = first, headers = headers, body = body }
      end
      for _, arguments in ipairs {
         "@/a?b=c", "@/a -d x=1 -d 'y= 2'", "-G @/a?z -d x=1 --data-urlencode 'y= 2&ä'", "@/ --json '{\"a\":[1,2]}'",
         "@/ -X PUT --data-raw '@x' -H 'Content-Type: text/plain'", "@/ --data-urlencode '=a b/~+'", "-I @/ -r 1-2",
         "@/ -A me -e http://r -b 'a=b; c=d'", "@/ -u 'me:p w'", "@/ --data-urlencode 'n@m=é'",
         "@/ -H 'X-A;' -H 'X-B: ' -H 'X-C:c' -H 'Accept: x/y'", "@/ -X DELETE", "@/ -d ''", "@/ --oauth2-bearer t0ken",
         [["@/a\[b\]"]], "-g '@/a[b]{c}'", "@/ -d a -X PATCH", "@/a%20b?c=%C3%A9", "@/ --url-query 'a=b c' -d x",
      } do
         arguments = arguments:gsub("@/", target.url .. "/", 1)
         local out = command.foreign("curl -s " .. arguments)
         local builder = assert(made.connections.from_curl("curl " .. arguments))
         local answer = assert(made.connections.test(builder))
         if arguments:find "^%-I" then
            assert.equal(200, answer.status)
         else
            assert.same(parts(out), parts(type(answer.body) == "string" and answer.body or ""), arguments)
         end
      end
   end)
end)
