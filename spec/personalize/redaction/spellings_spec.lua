-- The spellings in which credentials are found in texts, and harmless texts that stay whole.
local redaction = require "personalize.redaction"

-- In each, VALUE is the credential.
local spellings = [[
password: VALUE
password:VALUE
Password : VALUE
password = VALUE
password=VALUE
passwd=VALUE
the password: VALUE
password: "VALUE"
password: 'VALUE'
{password:'VALUE'}
{ password: "VALUE" }
{"password": "VALUE"}
{'password': 'VALUE', 'user': 'me'}
"password" => "VALUE"
:password => 'VALUE',
password => VALUE
password := "VALUE"
$password = 'VALUE';
const apiKey = "VALUE";
let token = `VALUE`;
api_key: VALUE
apiKey=VALUE
API_KEY=VALUE
export API_KEY=VALUE
set API_KEY="VALUE"
X-Api-Key: VALUE
x-api-key:VALUE
X-API-KEY: VALUE, Accept: text/html
Ocp-Apim-Subscription-Key: VALUE
X-Functions-Key: VALUE
X-Auth-Token: VALUE
Authorization: VALUE
Authorization: Token VALUE
Authorization: Bearer VALUE
Authorization: ApiKey VALUE
Authorization: Basic VALUE
authorization: Bearer VALUE
Authorization=Bearer%20VALUE
"Authorization": "Bearer VALUE"
Proxy-Authorization: Basic VALUE
Cookie: session=VALUE
Set-Cookie: id=VALUE; Path=/
curl -H 'X-Api-Key: VALUE' https://example.com
curl -H "Authorization: Bearer VALUE" https://example.com
<add key="ApiKey" value="VALUE"/>
<add key='Password' value='VALUE' />
<setting name="ClientSecret" value="VALUE"></setting>
<Password>VALUE</Password>
<wsse:Password Type="text">VALUE</wsse:Password>
<user password="VALUE" name="me"/>
<input type="hidden" name="csrf_token" value="VALUE">
AccountName=me;AccountKey=VALUE;EndpointSuffix=core
Server=db;User Id=sa;Password=VALUE;
Server=db;User Id=sa;Pwd=VALUE;
Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=VALUE
https://example.com/?appid=VALUE
https://example.com/weather?q=Dublin&appid=VALUE&units=metric
https://example.com/?a=b&api_key=VALUE
https://example.com/#access_token=VALUE
https://me:VALUE@example.com/
https://VALUE@example.com/path
postgres://me:VALUE@db.example.com:5432/x
https://hooks.slack.com/services/VALUE
https://discord.com/api/webhooks/VALUE
https://example.webhook.office.com/webhookb2/VALUE
https://api.telegram.org/botVALUE/sendMessage
client_secret=VALUE&grant_type=client_credentials
secret: VALUE
client-secret: VALUE
clientSecret: "VALUE"
refresh_token=VALUE
sas_token: VALUE
{\"token\":\"VALUE\"}
{\\\"token\\\":\\\"VALUE\\\"}
{"a":{"client_secret":"VALUE
token='VALUE
--password=VALUE
--token=VALUE next
connection_password: VALUE
db.password=VALUE
spring.datasource.password=VALUE
aws_secret_access_key = VALUE
aws_session_token=VALUE
sig=VALUE
&sig=VALUE&se=2026
private_key: "VALUE"
my_credential: VALUE
[credentials]=VALUE
"headers": [{"name": "X-Api-Key", "value": "VALUE"}, {
"headers":[{"key":"api_key","value":"VALUE"
{\"name\":\"Authorization\",\"value\":\"VALUE\"},
authorization=Bearer VALUE
Authorization = Token VALUE
Proxy-Authorization=Basic VALUE&city=Dublin
access_token=Bearer VALUE
token: Bearer VALUE, x
<add value="VALUE" key="ApiKey"/>
<add value='VALUE' xdt:Transform='Replace' key='Password' />
<add key="ApiKey" xdt:Transform="Replace" value="VALUE"/>
<input name="csrf_token" type="hidden" value="VALUE">
"headers": [{"value": "VALUE", "name": "X-Api-Key"}, {
config['password'] = 'VALUE'
$_ENV["password"]="VALUE";
<ns:Password a="b"> <![CDATA[VALUE
https://canary.discord.com/api/webhooks/VALUE
https://discord.com/api/v10/webhooks/VALUE
app_key=VALUE
appKey: VALUE
X-App-Key: VALUE
{"application_key": "VALUE"}
https://example.com/?a=b&user_key=VALUE
]]

local values = { "s3cr3t-Value_9", "Tr0ub4dor", "0123456789abcdef0123456789abcdef", "c29tZTpwYXNzd29yZA==" }

-- Each line stays as it is.
local harmless = [[
password
password:
password: required
password: is too short
The password must have 8 characters.
Password: must not be empty
your password: please enter it again
Unknown client_id or wrong client_secret
Invalid client secret
token expired
token: expired
Token: invalid
the token: it was refused
invalid token: unexpected end of text
invalid token
token_type: Bearer
token_type=Bearer
"token_type":"bearer"
"expires_in":900
maxTokens: 512
max_tokens=512
total_tokens: 12
tokens: 512
completion_tokens=77
the tokens of a text
Unexpected token } in JSON at position 12
unexpected token: '}'
Bearer authentication
Basic authentication is used
uses Basic or Bearer.
the scheme is Bearer
WWW-Authenticate: Bearer realm=api
key
key: name
key: city
a key: value pair
key=value
primary key: id
the key of the map
keys: a, b, c
keyboard: us
monkey: banana
turkey=country
public_key=abc
publicKey: ssh-rsa
clientKey: pqsPERS3lw12v5a9rrHPW1c4hET73GxQ
client_id=me
clientId: me-123
user: jane
username=jane
user_id: 17
name=Weather
description: The weather by city
author: Jane
authority: example.com
authType: OAUTH
"authType": "NONE"
authenticate first
auth: none
authorized: true
authorization required
Authorization: required
authorizationUrl=https://example.com/auth
accessTokenUrl: https://example.com/token
https://example.com/token
https://example.com/oauth/token?grant_type=client_credentials
https://example.com/passwords/reset
https://example.com/a?b=c&d=e
https://example.com/?q=a%20b#top
https://example.com:8443/path
http://127.0.0.1:8080/v2/connections
http://[::1]:8080/
mailto:jane@example.com
jane@example.com wrote
write to jane.doe@example.com
ssh git@example.com
see https://example.com/a@b
https://example.com/@jane/post
https://slack.com/help
https://discord.com/channels/1
cookie: disabled
cookies are enabled
cookieconsent=yes
session: expired
the session: it ended
Session ended
sessions=12
signature: missing
sign: plus
sign=1
pin: the board
pinned: true
opinion: none
pass: ok
passed: 12, failed: 0
passenger: Jane
compass=north
bypass=true
passage: 3
secretary: Jane
secrets are masked
no secret here
secret: none
secretarial work
${token}
password=${password}
password: ${password}
"password": "${password}"
Bearer ${token}
Authorization: Bearer ${token}
https://example.com/?api_key=${key}
{"token":"${token}"}
{"token":null}
{"token":true,"a":1}
{"token":""}
{"items":[{"name":"a","value":"b"}]}
{"name":"Accept","value":"text/html"}
{"key":"
<a href="x">b</a>
<key></key>
<token/>
<Password></Password>
<add key="Timeout" value="30"/>
<add key="Endpoint" value="https://example.com"/>
<input name="city" value="Dublin">
<p>Password</p>
-----BEGIN CERTIFICATE-----
-----BEGIN PUBLIC KEY-----
---
-- a comment
a - b
a-b-c
x = y
x == y
token == nil
if token == nil then
if (password === undefined)
password != other
a::b
std::string token
function(token)
token.lua:12: bad argument
personalize/token.lua
lua/personalize/auth/token.lua
at line 12, column 3
HTTP/1.1 200 OK
Content-Type: application/json
Content-Length: 12
Date: Sun, 06 Nov 1994 08:49:37 GMT
Retry-After: 12
X-Request-Id: 7c5b1f3e
ETag: "abc"
Accept: text/html, application/json
GET /v2/connections HTTP/1.1
POST /v2/connections/testConnection
00000000-0000-4000-8000-000000000000
2025-07-02T14:04:58.347Z
3.14159
1e10
0x1F
100%
50% of all
a%20b
a+b=c
a=b
a=b&c=d
a=b; c=d
"a": "b"
'a': 'b'
{a:'b'}
[1, 2, 3]
{}
[]
null
true
eyJ
eyJ no token
the eyJ prefix
skip
sk-learn
sketch: done
AKIA
ghp_
xoxo
hello world
Hello, World!
Weather Data System
Grüße aus Köln
日本語のテキスト
emoji 🙂 here
tab	separated	text
C:\Users\jane\file.txt
/etc/passwd
/usr/share/doc/personalize
./run --verbose
--timeout=30
--name value
curl -sS https://example.com/
lua5.4 script.lua
make test
error: no such file or directory
not_found (404): no connection is named "Weather"
connections.get: ref: expected a string, got nil
connect: could not connect to 127.0.0.1
the server gave no reason
expected an object, got null
requestBody: invalid JSON at offset 12
inputMappings[2].key: is missing
auth.clientSecret: is missing
auth.clientSecret: expected a string, got number
auth.clientSecret: the service never returns it
clientSecret: is a member of auth
urlParameters[1]: unknown format
timeouts: 1000 and 2000
socketTimeout: 1000
connectionTimeout=1000
icon: assets/images/icons/connections/plug.svg
systemType: DATA_SYSTEM
modifiedAt: 2025-07-02T14:04:58.347Z
sorted by key: descending
a pair of key and value
unauthorized: wrong or expired authorization
tokenization: done
tokenizer=bpe
the API key is missing
enter your API key here
no token was given
get a new token
"token": {"a": ${b}}
"headers": [{"name": "Accept", "value": "text/html"}, {
<input value="Dublin" type="text" name="city">
<input name="city" type="text" value="Dublin">
{"value":"Dublin","name":"city"},
"value":"abc","type":"text"
config['city'] = 'Dublin'
if config['password'] == nil then
["password"]
https://discord.com/api/v10/channels/1
https://support.discord.com/hc
]]

describe("redaction.text of spellings", function()
   for line in spellings:gmatch "[^\n]+" do
      it("hides the credential of " .. line, function()
         for _, value in ipairs(values) do
            local text = line:gsub("VALUE", function() return value end)
            local shown = redaction.text(text)
            assert.is_nil(shown:find(value, 1, true), shown)
            assert.is_truthy(shown:find("***", 1, true), shown)
         end
      end)
   end

   it("hides private keys in PEM, whole or cut", function()
      local body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"
      for _, label in ipairs { "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY",
         "OPENSSH PRIVATE KEY" } do
         for _, line_break in ipairs { "\n", "\r\n", "\\n", "\\r\\n" } do
            local key = ("-----BEGIN %s-----"):format(label) .. line_break .. body .. line_break
            local whole = key .. ("-----END %s-----"):format(label)
            assert.equal("a *** b", redaction.text("a " .. whole .. " b"))
            assert.equal("a ***", redaction.text("a " .. key))
         end
      end
   end)

   it("hides keys of well-known beginnings", function()
      local tail = "0123456789abcdefABCDEF0123456789abcdef"
      for _, prefix in ipairs { "ghp_", "github_pat_", "glpat-", "sk-", "sk-proj-", "sk_live_", "xoxb-", "AKIA", "AIza",
         "ya29.", "SG.", "npm_" } do
         assert.equal("saw *** here", redaction.text("saw " .. prefix .. tail .. " here"))
         assert.equal('"***"', redaction.text('"' .. prefix .. tail .. '"'))
      end
   end)

   it("leaves harmless texts whole", function()
      local count = 0
      for line in harmless:gmatch "[^\n]+" do
         count = count + 1
         assert.equal(line, redaction.text(line))
      end
      assert.is_true(count >= 200, count)
   end)
end)
