--- Reads error messages from the body of an error response: the published error body, the formats of common gateways
-- and frameworks, and HTML pages. Pure functions.
-- @module personalize.http.error_body
-- @local

local json = require "personalize.json"
local redaction = require "personalize.redaction"

local error_body = {}

-- Bytes of a page that are searched for its title, bytes of a text that are searched for its first line, and bytes of
-- either that are quoted.
local longest_page, longest_line, longest_quote = 16 * 1024, 2 * 1024, 200

-- Depth to which objects are searched, and messages of one array that are reported.
local deepest, most = 4, 5

-- Members that hold a message, best first. OAuth has two names of its own; RFC 9457 has `title` and `detail`.
local message_names = { "message", "error_description", "Message", "errorMessage", "error_message", "msg",
   "ErrorMessage", "faultstring", "reason", "description", "errorSummary", "error", "errors", "developerMessage" }

-- Members that hold an object with a message, or an array of such objects or of messages.
local container_names = { "error", "errors", "detail", "fault", "problems", "violations", "messages", "Error", "Errors",
   "message", "Message", "errorMessages", "ErrorMessages", "details", "Details" }

-- Those of them that may hold an object whose names are the subjects of messages, like `errors` in an ASP.NET problem.
-- That of others may hold anything, and is looked at where no other member has a message.
local by_subject = { errors = true, Errors = true, message = true, Message = true, messages = true,
   errorMessages = true, ErrorMessages = true, problems = true, violations = true }

-- Members that name the subject of a message in an array.
local subject_names = { "field", "path", "property", "propertyPath", "param", "pointer" }

local function text_member(object, name)
   local value = rawget(object, name)
   if type(value) == "string" and value:find "%S" then return value end
   return nil
end

local function first_text(object, names)
   for _, name in ipairs(names) do
      local value = text_member(object, name)
      if value then return value end
   end
   return nil
end

local message_of

local function of_array(array, depth)
   local told, more = {}, 0
   for index = 1, #array do
      local message = message_of(array[index], depth + 1)
      if message and #told < most then
         told[#told + 1] = message
      elseif message then
         more = more + 1
      end
   end
   if more > 0 then told[#told + 1] = ("and %d more"):format(more) end
   return #told > 0 and table.concat(told, "; ") or nil
end

-- Messages in an object whose names are the subjects.
local function of_names(object, depth)
   local names, told = {}, json.array {}
   for name, value in next, object do
      local is_message = type(value) == "string" or type(value) == "table" and json.is_array(value)
      if type(name) == "string" and is_message then names[#names + 1] = name end
   end
   table.sort(names)
   for _, name in ipairs(names) do
      local message = message_of(object[name], depth + 1)
      if message then told[#told + 1] = name .. ": " .. message end
   end
   return of_array(told, depth)
end

local function is_object(value)
   return type(value) == "table" and value ~= json.null and not json.is_array(value)
end

-- The message in one container; OData's `message` is an object with the `value` and its language.
local function of_container(name, value, depth)
   if not is_object(value) then return message_of(value, depth + 1) end
   local is_message = name == "message" or name == "Message"
   return is_message and text_member(value, "value") or message_of(value, depth + 1)
      or by_subject[name] and of_names(value, depth) or nil
end

local function of_containers(object, depth)
   local told, seen = json.array {}, {}
   for _, name in ipairs(container_names) do
      local value = rawget(object, name)
      local message = type(value) == "table" and of_container(name, value, depth)
      if message and not seen[message] then
         told[#told + 1], seen[message] = message, true
      end
   end
   return of_array(told, depth)
end

-- The messages in containers that may hold anything.
local function of_others(object, depth)
   for _, name in ipairs { "error", "Error", "detail", "details", "Details" } do
      local value = rawget(object, name)
      local message = is_object(value) and of_names(value, depth)
      if message then return message end
   end
   return nil
end

local function of_problem(object)
   local title, detail = text_member(object, "title"), text_member(object, "detail")
   return title and detail and title ~= detail and title .. ": " .. detail or detail or title
end

local function of_object(object, depth)
   local message = first_text(object, { "message", "error_description" }) or of_problem(object)
      or first_text(object, message_names)
   local inner = of_containers(object, depth)
   if message and inner and inner ~= message then message = message .. ": " .. inner end
   message = message or inner or of_others(object, depth) or text_member(object, "code")
   local subject = depth > 1 and message and first_text(object, subject_names)
   return subject and subject .. ": " .. message or message
end

-- The message in a value, or nil.
function message_of(value, depth)
   if type(value) == "string" then return value:find "%S" and value or nil end
   if type(value) ~= "table" or value == json.null or depth > deepest then return nil end
   return json.is_array(value) and of_array(value, depth) or of_object(value, depth)
end

local function code_of(body)
   local code = rawget(body, "code")
   if type(code) == "number" then return code end
   local inner = rawget(body, "error")
   return text_member(body, "code") or text_member(body, "error")
      or type(inner) == "table" and inner ~= json.null and not json.is_array(inner) and code_of(inner) or nil
end

local function of_json(body)
   if type(body) ~= "table" or body == json.null then
      return { message = type(body) == "string" and message_of(body, 1) or nil }
   end
   if json.is_array(body) then return { message = message_of(body, 1) } end
   return {
      message = message_of(body, 1),
      developer_message = text_member(body, "developerMessage"),
      more_info_url = text_member(body, "moreInfoUrl") or text_member(body, "documentation_url"),
      code = code_of(body),
      is_oauth = (text_member(body, "error") or " "):find "^[%w_.-]+$" ~= nil,
   }
end

local entities = { amp = "&", lt = "<", gt = ">", quot = '"', apos = "'", nbsp = " ", ["#39"] = "'" }

-- Markup as plain text on one line.
local function plain(markup)
   local text = markup:gsub("<[^<>]*>", " "):gsub("&(#?%w+);", entities):gsub("%s+", " "):match "^ ?(.-) ?$"
   if text == "" then return nil end
   if #text > longest_quote then text = redaction.text(text) end -- the start of a credential looks like any word
   return #text > longest_quote and text:sub(1, longest_quote) .. "..." or text
end

-- The content of the first element with a name, up to the next closing tag. Two searches; each reads the page once.
local function content_of(page, name)
   local _, opening = page:find("<" .. name .. "[^<>]*>")
   local closing = opening and page:find("</", opening + 1, true)
   return closing and page:sub(opening + 1, closing - 1)
end

--- The message in a body that is not JSON: the title or heading of a page, the message of an XML document, or the first
-- line of a text.
-- @tparam string body
-- @tparam string content_type
-- @tparam[opt] function hide `hide(text, count)`: about the first `count` bytes, with known secrets masked
-- @treturn ?string
function error_body.quote(body, content_type, hide)
   hide = hide or function(text, count) return text:sub(1, count) end
   if not body:find "^%s*<" then
      local line = content_type:find "^text/" and hide(body, longest_line):match "^%s*([^\r\n]+)"
      return line and not line:find "[%z\1-\8\14-\31]" and plain(line) or nil
   end
   local start = hide(body, longest_page)
   for _, element in ipairs { "[tT][iI][tT][lL][eE]", "[mM]essage", "[hH]1" } do
      local text = content_of(start, element)
      local shown = text and plain(text)
      if shown then return shown end
   end
   return nil
end

--- The message in a JSON body.
-- @tparam string body
-- @treturn table `message`, `developer_message`, `more_info_url` and `code`, as far as the body has them; `is_oauth`:
-- it is an error of a token endpoint; `is_json`: true. nil when the body is not JSON
function error_body.read(body)
   local value = json.decode(body)
   if value == nil then return nil end
   local said = of_json(value)
   said.is_json = true
   return said
end

return error_body
