-- What refusals say: the shapes in which services, gateways and frameworks put it.
local error_body = require "personalize.http.error_body"

describe("error_body.read", function()
   it("finds the message in each usual shape", function()
      for body, message in pairs {
         ['{"status":400,"code":21,"message":"taken","timestamp":"t"}'] = "taken",
         ['{"error":"invalid_client","error_description":"Unauthorized"}'] = "Unauthorized",
         ['{"error":"invalid_client"}'] = "invalid_client",
         ['{"timestamp":"t","status":404,"error":"Not Found","message":"","path":"/"}'] = "Not Found",
         ['{"errors":[{"message":"one"}]}'] = "one",
         ['{"errors":[{"message":"one"},{"message":"two"}]}'] = "one; two",
         ['{"errors":["one","two"]}'] = "one; two",
         ['{"errors":[{"field":"name","message":"is taken"}]}'] = "name: is taken",
         ['{"errors":{"name":["is taken","is long"],"auth":["is missing"]}}']
            = "auth: is missing; name: is taken; is long",
         ['{"error":{"code":404,"message":"no such thing"}}'] = "no such thing",
         ['{"error":{"message":"bad","errors":[{"message":"worse"}]}}'] = "bad: worse",
         ['{"message":"Validation Failed","errors":[{"field":"title","code":"missing"}]}']
            = "Validation Failed: title: missing",
         ['{"type":"about:blank","title":"Forbidden","detail":"Not yours","status":403}'] = "Forbidden: Not yours",
         ['{"title":"Forbidden"}'] = "Forbidden",
         ['{"detail":"Not authenticated"}'] = "Not authenticated",
         ['{"detail":[{"loc":["body","name"],"msg":"field required"}]}'] = "field required",
         ['[{"message":"one"}]'] = "one",
         ['["one"]'] = "one",
         ['"one"'] = "one",
         ['{"Message":"User is not authorized"}'] = "User is not authorized",
         ['{"fault":{"faultstring":"Rate limit","detail":{"errorcode":"x"}}}'] = "Rate limit",
         ['{"errorMessage":"x"}'] = "x",
         ['{"code":"E1"}'] = "E1",
      } do
         assert.equal(message, error_body.read(body).message, body)
      end
   end)

   it("finds the messages of services that put them in arrays, or under the names of members", function()
      for body, message in pairs {
         ['{"message":["a must be a number","b is empty"],"error":"Bad Request","statusCode":400}']
            = "Bad Request: a must be a number; b is empty",
         ['{"errors":{"name":"is taken"}}'] = "name: is taken",
         ['{"errors":{"name":"is taken","age":["is low","is odd"]}}'] = "age: is low; is odd; name: is taken",
         ['{"errors":"text"}'] = "text",
         ['{"message":{"name":"is taken"}}'] = "name: is taken",
         ['{"errorMessages":["E"],"errors":{}}'] = "E",
         ['{"errorMessages":["E"],"errors":{"name":"is taken"}}'] = "name: is taken; E",
         ['{"error":{"code":"501","message":{"lang":"en","value":"x"}}}'] = "x",
         ['{"Errors":[{"Message":"x"}]}'] = "x",
         ['{"Errors":["x"]}'] = "x",
         ['{"details":[{"message":"x"}]}'] = "x",
         ['{"message":"Invalid","details":[{"field":"name","message":"is taken"}]}'] = "Invalid: name: is taken",
         ['{"message":"Invalid","details":{"trace":"4bf9"}}'] = "Invalid",
         ['{"code":"E1","details":{"name":"is taken"}}'] = "name: is taken",
         ['{"error":{"message":"x"},"errors":[{"message":"x"}]}'] = "x",
         ['{"developerMessage":"x"}'] = "x",
         ['{"code":40,"developerMessage":"x","moreInfoUrl":"https://a.test"}'] = "x",
         ['{"message":"x","developerMessage":"y"}'] = "x",
      } do
         assert.equal(message, error_body.read(body).message, body)
      end
   end)

   it("finds none where there is none", function()
      for _, body in ipairs { "[]", "{}", "null", "5", "true", '" "',
         '{"message":{}}', '{"message":5}', '{"errors":[]}',
         '{"errors":[[[[[["deep"]]]]]]}', '{"error":null}', '{"code":7}' } do
         assert.is_nil(error_body.read(body).message, body)
      end
      assert.is_nil(error_body.read "<html>")
      assert.is_nil(error_body.read "{")
   end)

   it("tells a few of many", function()
      local body = '{"errors":[' .. ('"x",'):rep(9) .. '"x"]}'
      assert.equal("x; x; x; x; x; and 5 more", error_body.read(body).message)
   end)

   it("finds the code", function()
      assert.equal(21, error_body.read '{"code":21}'.code)
      assert.equal("invalid_client", error_body.read '{"error":"invalid_client"}'.code)
      assert.equal(404, error_body.read '{"error":{"code":404,"message":"m"}}'.code)
      assert.is_nil(error_body.read '{"code":[],"error":[]}'.code)
   end)
end)

describe("error_body.quote", function()
   it("is the title of a page, or its heading", function()
      for body, title in pairs {
         ["<html><head><title>502 Bad Gateway</title></head><body><h1>x</h1>"] = "502 Bad Gateway",
         ["\n<!DOCTYPE html>\n<HTML><TITLE lang=en>\n  A &amp; B\n  &lt;c&gt; </TITLE>"] = "A & B <c>",
         ["<html><title></title><body><h1 class='a'>Access <b>denied</b></h1>"] = "Access denied",
         ["<html><title lang=en>a < b > c</title>"] = "a c",
         ["<html><title><h1>A heading</h1>"] = "A heading",
         ["<html><title <title>never closed"] = false,
         ["<?xml version='1.0'?><Error><Code>X</Code><Message>No such key</Message></Error>"] = "No such key",
      } do
         assert.equal(title or nil, error_body.quote(body, "text/html"), body)
      end
      assert.equal(("x"):rep(200) .. "...", error_body.quote("<title>" .. ("x"):rep(999) .. "</title>", "text/html"))
   end)

   it("is the first line of a text", function()
      assert.equal("upstream connect error", error_body.quote("upstream connect error\nreset", "text/plain"))
      assert.is_nil(error_body.quote("\1\2", "text/plain"))
      assert.is_nil(error_body.quote("whatever", "application/octet-stream"))
      assert.is_nil(error_body.quote("", "text/plain"))
      assert.is_nil(error_body.quote("<html><body>", "text/html"))
   end)

   it("takes time in proportion to the page", function()
      local began = os.clock()
      for _, part in ipairs { "<", "<title>", "<title", "&", "&#", "<title>&amp;" } do
         error_body.quote("<" .. part:rep(math.floor(2000000 / #part)), "text/html")
      end
      assert.is_true(os.clock() - began < 1)
   end)
end)
