-- A shell's words: read as sh and bash read them, which are asked.
local command = require "spec.support.command"
local read = require "spec.support.read"
local seed = require "spec.support.seed"
local words = require "personalize.connections.curl.words"
local socket = require "socket"

-- The words of the only command.
local function only(line)
   local commands = assert(words.read(line))
   assert.equal(1, #commands, line)
   local list = {}
   for index, word in ipairs(commands[1]) do list[index] = word end
   return list
end

local function refusal(line)
   local commands, err = words.read(line)
   assert.is_nil(commands, line)
   assert.equal("decode", err.kind)
   return err.message
end

local function shell_words(shell, lines)
   local script, output = os.tmpname(), os.tmpname()
   local file = assert(io.open(script, "wb"))
   for _, line in ipairs(lines) do file:write("printf '%s\\0' ", line, "\nprintf '\\1END\\1\\0'\n") end
   file:close()
   os.execute(("LC_ALL=C.UTF-8 %s %s >%s 2>/dev/null"):format(shell, script, output))
   local found = {}
   local list = {}
   for word in read(output):gmatch "([^%z]*)%z" do
      list[#list + 1] = word
      if word == "\1END\1" then
         list[#list] = nil
         found[#found + 1], list = list, {}
      end
   end
   os.remove(script)
   os.remove(output)
   return found
end

-- ------------------------------------------------------------------ words at random, quoted at random

local pieces = { "a", "B", "7", " ", "\t", "\n", "'", '"', "\\", "$", "`", "!", "#", "&", "|", ";", "<", ">", "(",
   ")", "*", "?", "[", "]", "{", "}", "~", "=", "%", "^", ",", ":", "/", ".", "-", "_", "@", "+", "é", "日", "😀",
   "\1", "\27", "\127", "\r", "${x}", "{{x}}", "\\n", "$'", "''", '"$', "\194\133" }

local function random_word()
   local parts = {}
   for index = 1, math.random(0, 8) do parts[index] = pieces[math.random(#pieces)] end
   return table.concat(parts)
end

local c_escapes = { ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r", ["\27"] = "\\e", ["'"] = "\\'", ["\\"] = "\\\\",
   ['"'] = '\\"' }

-- One character, as each kind of quoting can write it.
local quotings = {
   function(character) return "'" .. character:gsub("'", "'\\''") .. "'" end,
   function(character) return '"' .. character:gsub('["\\$`]', "\\%0") .. '"' end,
   function(character)
      if character == "\n" then return "'\n'" end
      return character:find "^[\128-\255]" and character or "\\" .. character
   end,
   function(character)
      if character:find "^[%w/.:_@%%+=,-]$" then return character end
      return "'" .. character:gsub("'", "'\"'\"'") .. "'"
   end,
}

local bash_quotings = {
   function(character) return "$'" .. character:gsub("['\\]", "\\%0") .. "'" end,
   function(character) return "$'" .. (c_escapes[character] or character) .. "'" end,
   function(character)
      return "$'" .. character:gsub(".", function(byte) return ("\\x%02x"):format(byte:byte()) end) .. "'"
   end,
   function(character)
      return "$'" .. character:gsub(".", function(byte) return ("\\%03o"):format(byte:byte()) end) .. "'"
   end,
   function(character)
      return #character == 1 and ("$'\\u%04x'"):format(character:byte()) or "$'" .. character .. "'"
   end,
   function(character) return '$"' .. character:gsub('["\\$`]', "\\%0") .. '"' end,
}

local function quoted(word, list)
   if word == "" then return "''" end
   local parts = {}
   for character in word:gmatch "[%z\1-\127\194-\244][\128-\191]*" do
      parts[#parts + 1] = list[math.random(#list)](character)
   end
   return table.concat(parts)
end

local blanks = { " ", "  ", "\t", " \\\n", "\\\n ", " \\\n\\\n\t" }

local function random_line(list)
   local argv, parts = {}, {}
   for index = 1, math.random(1, 6) do
      argv[index] = random_word()
      parts[index] = quoted(argv[index], list)
      if index > 1 then parts[index] = blanks[math.random(#blanks)] .. parts[index] end
   end
   return argv, table.concat(parts)
end

local function all_quotings()
   local all = {}
   for _, each in ipairs(quotings) do all[#all + 1] = each end
   for _, each in ipairs(bash_quotings) do all[#all + 1] = each end
   return all
end

describe("words of a shell", function()
   for shell, list in pairs { sh = quotings, bash = all_quotings() } do
      it("quoted at random come back, and are those of " .. shell, function()
         math.randomseed(seed)
         local argvs, lines = {}, {}
         for index = 1, 1500 do argvs[index], lines[index] = random_line(list) end
         local real = shell_words(shell, lines)
         assert.equal(#lines, #real, "seed " .. seed)
         for index, line in ipairs(lines) do
            local where = ("seed %d, line %q"):format(seed, line)
            local mine = only("x " .. line)
            table.remove(mine, 1)
            assert.same(argvs[index], mine, where)
            assert.same(real[index], mine, where)
         end
      end)
   end

   it("are never more than the shell's whatever is read: neither hangs nor raises", function()
      math.randomseed(seed)
      local sane, lines, found = 0, {}, {}
      for _ = 1, 3000 do
         local parts = {}
         for index = 1, math.random(1, 12) do parts[index] = pieces[math.random(#pieces)] end
         local line = "a " .. table.concat(parts)
         local commands, err = words.read(line)
         if not commands then
            assert.equal("decode", err.kind)
            assert.matches("^line %d+, column %d+: ", err.message)
            assert.is_true(err.offset <= #line)
         end
         -- those that bash can take, too, without a variable, a glob, or what starts or ends a command
         local is_plain = commands and #commands == 1 and commands[1].ends_with == "" and not next(commands.variables)
            and not line:find "[%*%?%[{~\r\v\f]" and not commands[1].is_redirected and not line:find("\\$")
            and #commands.nested == 0
            -- bash marks characters by byte 1, and shows such a mark where that byte follows a \\ in $'...'
            and not line:find("\\\1", 1, true)
         if is_plain then
            sane = sane + 1
            lines[#lines + 1], found[#found + 1] = line, commands[1]
         end
      end
      assert.is_true(sane > 150)
      local real = shell_words("bash", lines)
      for index, list in ipairs(real) do
         local mine = {}
         for place, word in ipairs(found[index]) do mine[place] = word end
         assert.same(list, mine, ("seed %d, line %q"):format(seed, lines[index]))
      end
      assert.equal(#lines, #real)
   end)

   it("are refused where a line ends within a variable, which the shell joins first", function()
      for _, line in ipairs { "$\\\n@", "\"$\\\n@\"", "$\\\n{x}", "$\\\n\\\nx", "$na\\\nme", "\"$na\\\nme\"",
         "$\\\n'a'", "$\\\n(b)", "$a\\\n\\\n1" } do
         local commands, err = words.read("curl " .. line)
         assert.is_nil(commands, line)
         assert.matches("^line 1, column %d+: the line ends within what begins with %$", err.message)
      end
      assert.same({ "curl", "${a}", "b" }, only "curl $a \\\nb")
      assert.same({ "curl", "${a}-b" }, only "curl $a\\\n-b")
      assert.same({ "curl", "$\\" }, only "curl '$\\'")
   end)

   it("take time in proportion to the text", function()
      local function seconds(unit, count, tail)
         local line = "curl " .. unit:rep(count) .. (tail or "")
         local started = socket.gettime()
         words.read(line)
         return socket.gettime() - started
      end
      for _, unit in ipairs { "a", "\\a", "'a'", '"a"', "$'\\x41'", " a", "\\\n", "$a", "${a", "${", "$(", "a>", "#",
         "^a", "'", '"', "$'\\u4141", "\\ ", " \\", "\t", "$'", "a;", "(", "`", "a=b;" } do
         local small = math.max(seconds(unit, 3000), seconds(unit, 3000), 0.008)
         local large = math.min(seconds(unit, 30000), seconds(unit, 30000))
         assert.is_true(large < 40 * small, ("%s: %g s for %g s"):format(unit, large, small))
      end
   end)

   it("are bounded, where variables repeat each other", function()
      local lines = { "A=" .. ("x"):rep(1000) }
      for index = 1, 40 do
         local name, before = string.char(65 + index % 26), string.char(65 + (index - 1) % 26)
         lines[#lines + 1] = ("%s=$%s$%s"):format(name, before, before)
      end
      assert.matches("too long", refusal(table.concat(lines, "\n") .. "\ncurl $O"))
   end)
end)

describe("words", function()
   it("of $'..' are those of C, bash and browsers", function()
      assert.same({ "x", "a\a\b\27\27\f\n\r\t\v\\'\"?" }, only [[x $'a\a\b\e\E\f\n\r\t\v\\\'\"\?']])
      assert.same({ "A", "Az", "A", "\1", "\127" }, only [[$'\x41' $'\101z' $'\u0041' $'\ca' $'\x7f']])
      assert.same({ "\195\169", "日", "😀", "\\q", "\\x", "\\u" },
         only [[$'\u00e9' $'\u65e5' $'\U1F600' $'\q' $'\x' $'\u']])
      -- Firefox: a character beyond 16 bits in two halves, and one of Latin 1 as a byte
      assert.same({ "😀!", "caf\195\169" }, only [[$'\ud83d\ude00\x21' $'caf\xe9']])
      assert.same({ "caf\195\169" }, only [[$'caf\xc3\xa9']])
      assert.matches("NUL", refusal [[$'\0']])
      assert.matches("NUL", refusal [[$'\u0000']])
      assert.matches("no character", refusal [[$'\UFFFFFFFF']])
   end)

   it("end where a shell's command ends", function()
      local commands = assert(words.read "curl a | jq . && echo b; c # d\ne >f 2>&1 <g &>h i")
      assert.equal(5, #commands)
      assert.same({ "|", "&&", ";", "\n", "" }, { commands[1].ends_with, commands[2].ends_with, commands[3].ends_with,
         commands[4].ends_with, commands[5].ends_with })
      assert.same({ "e", "i", is_redirected = true, ends_with = "" }, commands[5])
   end)

   it("have variables as inputs, and what was assigned to them", function()
      local commands = assert(words.read 'A="b c"\ncurl "$A-${A}" $B "${C:?is missing}" \'$D\'')
      assert.same({ "curl", "b c-b c", "${B}", "${C}", "$D", ends_with = "" }, commands[1])
      assert.same({ A = true, B = true, C = true }, commands.variables)
   end)

   it("know the output of other commands", function()
      local commands = assert(words.read [[T=$(curl -u 'a:b)' "x$(y)" | sed 's/(/)/')
         curl -H "Bearer $T" "$(z)w"]])
      assert.equal(1, #commands)
      local word = commands[1][3]
      assert.is_true(words.has_output(word))
      local inner = commands.nested[words.output_in(word, "Bearer ")]
      assert.same({ "curl", "-u", "a:b)" }, { inner[1][1], inner[1][2], inner[1][3] })
      assert.same({ "sed", "s/(/)/", ends_with = "" }, inner[2])
      assert.is_nil(words.output_in(commands[1][4], ""))
   end)

   it("are refused where they cannot be known, with line and column", function()
      for line, message in pairs {
         ["curl 'a"] = "line 1, column 6: the ' is not closed",
         ["curl \\\n  \"a"] = 'line 2, column 3: the " is not closed',
         ["curl $'a"] = "line 1, column 8: the $' is not closed",
         ["curl `a`"] = "the shell would run",
         ['curl "`a`"'] = "the shell would run",
         ['curl "$1"'] = "something else in the place of $1",
         ["curl $@"] = "something else in the place of $@",
         ['curl "${a:-b}"'] = "single quotes",
         ['curl "${guest.email!}"'] = "single quotes",
         ['curl "$((1+1))"'] = "would calculate",
         ["curl $(a"] = "the $( is not closed",
         ["curl a(b)"] = "a ( that is not quoted",
         ["curl a)"] = "a ) that is not quoted",
         ["curl https://x/?a=1&b=2"] = "put the URL between quotes",
         ["curl 'x' \\ \n -H y"] = "a blank follows the \\",
         ["curl a\0b"] = "NUL",
         ['curl ^"https://x/^" ^\r\n  -H ^"a: b^"'] = "Windows' cmd",
         ['curl "https://x/" ^\n -H "a: b"'] = "Windows' cmd",
         ["curl 'x' `\n -H y"] = "PowerShell",
         [("curl " .. ("$("):rep(20))] = "nested too deeply",
      } do
         assert.matches(message, refusal(line), 1, true)
      end
   end)

   it("go on over lines that end in CR LF, and stop at a backslash that is the last", function()
      assert.same({ "curl", "a", "b" }, only "curl \\\r\n  a \\\r\n  b\r\n")
      assert.same({ "curl", "a" }, only "curl a \\")
      assert.same({ "curl", "a\\" }, only "curl a\\")
      assert.same({ "curl", "", "" }, only "curl '' \"\"")
   end)

   it("are none in an empty text or a comment", function()
      for _, line in ipairs { "", " \n\t", "# curl x", "\\\n" } do assert.equal(0, #assert(words.read(line)), line) end
   end)

   it("are those that the command quotes", function()
      for _ = 1, 200 do
         local word = random_word()
         assert.same({ "x", word }, only("x " .. command.quote(word)))
      end
   end)
end)
