-- `personalize edit`: the editor, its file, and what becomes of the text. `writes_spec.lua` edits on a terminal, too.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local tenant = require "spec.support.tenant"

describe("personalize edit", function()
   local made, path, environment, created

   before_each(function()
      made, path = tenant.start(), folder.new()
      environment = command.environment(made.emulator)
      created = made:create { description = "old" }
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function edit(...)
      return command.here(environment, { "edit", "Weather", ... })
   end

   -- An editor that changes the file by a script of sed.
   local function editor(script) return "sed -i -e " .. command.quote(script) end

   -- An editor that notes the names of its files.
   local function noting(name, more)
      return ("sh -c %s editor"):format(command.quote(('echo "$0 $1" >>%s/%s; ls -l "${1%%.json}" "$1" | cut -c1-10 '
         .. ">>%s/%s; %s"):format(path, name, path, name, more or ":")))
   end

   -- The kept text and whether its file is private, which is removed then.
   local function take(err)
      local name = err:match "your text is in (%S+);"
      assert.is_string(name, err)
      assert.equal(("your text is in %s; `personalize update %s %s` sends it\n"):format(name, created.ref, name),
         err:match "your text is [^\n]*\n$")
      local text, mode = command.shell("cat " .. name), command.shell("stat -c %a " .. name)
      os.remove(name)
      assert.is_nil(io.open((name:gsub("%.json$", ""))))
      return text, mode
   end

   it("opens the first editor that is set, on a private file that is gone afterwards", function()
      environment.EDITOR = noting "editor"
      assert.same({ "", "nothing to change\n", 0 }, { edit "--yes" })
      environment.VISUAL = " "
      edit "--yes"
      environment.VISUAL = noting "visual"
      local out, err, code = edit("--yes", "--json")
      assert.same({ created.ref, "", 0 }, { dkjson.decode(out).ref, err, code })
      local notes = folder.read(path, "visual")
      local name = notes:match "^editor (%S+%.json)\n%-rw%-%-%-%-%-%-%-\n%-rw%-%-%-%-%-%-%-\n$"
      assert.is_string(name, notes)
      assert.is_nil(io.open(name))
      assert.is_nil(io.open((name:gsub("%.json$", ""))))
      assert.equal(2, select(2, folder.read(path, "editor"):gsub("editor ", "")))
      -- without a word of either, it is vi
      folder.write(path, "vi", "#!/bin/sh\necho \"$1\" >" .. path .. "/vi.said\n")
      os.execute("chmod +x " .. path .. "/vi")
      environment.VISUAL, environment.EDITOR, environment.PATH = nil, "", path .. ":" .. os.getenv "PATH"
      assert.equal(0, select(3, command.run(environment, { "edit", "Weather", "--yes" })))
      assert.matches("%.json\n$", folder.read(path, "vi.said"))
   end)

   it("takes a file whose folder has a quote in its name", function()
      local odd = path .. "/it's"
      os.execute(("mkdir %q"):format(odd))
      environment.EDITOR = editor 's/"old"/"new"/'
      local tmpname = os.tmpname
      os.tmpname = function() return odd .. "/text" end -- luacheck: ignore
      local _, err, code = edit "--yes"
      os.tmpname = tmpname -- luacheck: ignore
      assert.same({ "", 0 }, { err, code })
      assert.same({}, folder.contents(odd))
      assert.equal("new", assert(made.connections.get(created.ref)).description)
   end)

   it("says why there is no file, or why it cannot be read back", function()
      local tmpname = os.tmpname
      os.tmpname = function() return path .. "/none/text" end -- luacheck: ignore
      local out, err, code = edit "--yes"
      os.tmpname = tmpname -- luacheck: ignore
      assert.same({ "", ("personalize edit: config: %s/none/text.json: No such file or directory\n"):format(path), 1 },
         { out, err, code })
      environment.EDITOR = "rm"
      out, err, code = edit "--yes"
      local name = err:match "^personalize edit: config: (%S+%.json): No such file or directory\n"
      assert.is_string(name, err)
      assert.same({ "", 1 }, { out, code })
   end)

   it("says when the editor fails", function()
      environment.EDITOR = "sh -c 'exit 7'"
      local out, err, code = edit "--yes"
      assert.same({ "", 1 }, { out, code })
      -- some builds of LuaJIT tell the exit code, too
      local told = select(3, os.execute "exit 7")
      assert.equal("personalize edit: config: the editor (sh -c 'exit 7') ended with an error"
         .. (told and " (7)" or "") .. "; VISUAL and EDITOR name another one\n", err:match "^[^\n]*\n")
      local text, mode = take(err)
      assert.matches('^{\n  "name": "Weather",\n  "description": "old",\n', text)
      assert.not_matches("clientKey", text)
      assert.equal("600\n", mode)
   end)

   it("keeps what is refused, and hides secrets that were looked up", function()
      environment.MY_SECRET = "hush-hush"
      for script, message in pairs {
         ['s/"old"/"new",/'] = "decode: the text: invalid JSON at line ",
         ['s/"description"/"descripton"/'] = "validation: descripton: probably description is meant\n",
         ['s/"authType": *"NONE"/"authType": 7/'] = "validation: auth.authType: ",
         ['s/"old"/{"$env": "MY_SECRET"}/'] = 'validation: the text: description: is a reference',
      } do
         environment.EDITOR = editor(script)
         local out, err, code = edit "--yes"
         assert.equal("personalize edit: " .. message, err:sub(1, 18 + #message))
         assert.equal(1, code, out)
         take(err)
      end
      environment.EDITOR = editor 's/"old"/{"$env": "MY_SECRET"}/'
      made.emulator:fail { method = "PUT", path = "/v2/connections/*", status = 400,
         body = '{"message":"no hush-hush"}' }
      local _, err, code = edit("--yes", "--references", "anywhere")
      assert.matches("validation %(400%): no %*%*%*", err)
      assert.not_matches("hush", err)
      assert.equal(1, code)
      assert.matches('"%$env"', (take(err)))
      assert.equal("old", assert(made.connections.get(created.ref)).description)
   end)

   it("sends what is left, and shows it; another text of the same meaning sends nothing", function()
      environment.EDITOR = editor 's/  "name"/ "name"/'
      local out, err, code = edit "--yes"
      assert.same({ "", "nothing to change\n", 0, 0 }, { out, err, code, made.emulator:counts().updates })
      out = edit("--yes", "--json")
      assert.equal(created.ref, dkjson.decode(out).ref)
      environment.EDITOR = editor(('s/"old"/"%s"/'):format(("n"):rep(200)))
      out, err, code = edit("--yes", "--dry-run")
      assert.matches('^would update "Weather"', out)
      assert.same({ "a dry run: nothing was sent\n", 0, 0 }, { err, code, made.emulator:counts().updates })
      out, err, code = edit "--yes"
      assert.matches('^description: "old" %-> "n+"%.%.%.\nconnection "Weather"\n', out)
      assert.same({ "", 0 }, { err, code })
      environment.EDITOR = editor 's/nn"/nm"/'
      assert.matches('^description: "n+" %-> "n+m"\n', (edit("--yes", "--full")))
   end)

   it("shows no value of a reference", function()
      environment.EDITOR, environment.MY_SECRET = editor 's/"old"/{"$env": "MY_SECRET"}/', "hush-hush"
      local out, err, code = edit("--yes", "--references", "anywhere")
      assert.matches('^description: "old" %-> "%*%*%*"\nconnection "Weather"\n', out)
      assert.matches("\n  description +%*%*%*\n", out)
      assert.same({ "", 0 }, { err, code })
      assert.equal("hush-hush", made.connections.get(created.ref).description)
   end)

   it("says which connection it does not find, or cannot read", function()
      local out, err, code = command.here(environment, { "edit", "None", "--yes" })
      assert.same({ "", 1 }, { out, code })
      assert.matches('^personalize edit: not_found: no connection is named "None"', err)
      made.emulator:fail { method = "GET", path = "/v2/connections/*", status = 403 }
      out, err, code = edit "--yes"
      assert.same({ "", 1 }, { out, code })
      assert.matches("^personalize edit: forbidden %(403%)", err)
   end)

   it("asks whether to send and whether to edit again, on a terminal alone", function()
      local nobody = "personalize edit: nobody can be asked here: give --yes to send what the editor leaves\n"
      assert.same({ "", nobody, 64 }, { edit() })
      environment.EDITOR = editor 's/"old"/"new"/'
      assert.equal(0, select(3, edit "--dry-run"))
      local function at_terminal(typed, ...)
         return command.in_terminal(environment, { "edit", "Weather", ... }, 200, typed)
      end
      local question = "Apply this to http://[^\n]* %(organisation %w+%): 1 to update, \"Weather\"%? %[y/N%] "
      local shown, code = at_terminal "n\n"
      assert.matches(question .. "declined: nothing was sent\n", shown)
      assert.equal(1, code)
      take(shown)
      environment.EDITOR = editor 's/"description"/"descripton"/'
      shown, code = at_terminal("n\n", "--yes")
      assert.matches("probably description is meant.-\nEdit it again%? %[y/N%] your text", shown)
      assert.equal(1, code)
      take(shown)
      -- the second time the text is right
      environment.EDITOR = editor 's/"descripton"/"description"/;t;s/"description": "old"/"descripton": "new"/'
      shown, code = at_terminal "y\ny\ny\n"
      assert.matches('Edit it again%? %[y/N%] description: "old" %-> "new"\n' .. question .. 'connection "Weather"',
         shown)
      assert.equal(0, code)
      assert.equal("new", assert(made.connections.get(created.ref)).description)
   end)
end)
