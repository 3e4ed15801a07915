-- A real terminal for a spec: tmux, with a server of its own.
local command = require "spec.support.command"
local socket = require "socket"

local terminal = {}

local Terminal = {}
Terminal.__index = Terminal

local count = 0

-- Runs a line of the shell in a new terminal, of 200 columns unless told otherwise.
function terminal.start(line, columns)
   count = count + 1
   local name = ("personalize-%s-%d"):format(tostring({}):match "0x(%x+)", count)
   local self = setmetatable({ name = name }, Terminal)
   assert(self:tmux(("-f /dev/null new-session -d -x %d -y 50 "):format(columns or 200)
      .. command.quote("trap : INT; " .. line .. "; echo ended $?; cat")))
   return self
end

function Terminal:tmux(arguments)
   local pipe = io.popen(("env -u TMUX TERM=xterm tmux -L %s %s 2>&1; echo $?"):format(self.name, arguments))
   local text = pipe:read "*a"
   pipe:close()
   local said, code = text:match "^(.-)(%d+)\n$"
   return code == "0" and said or nil, said
end

-- Types a line.
function Terminal:type(text)
   assert(self:tmux("send-keys -l " .. command.quote(text)))
   assert(self:tmux "send-keys Enter")
end

function Terminal:press(key) assert(self:tmux("send-keys " .. key)) end

-- What is on the screen; with colours where these are wanted.
function Terminal:screen(with_colours)
   return (assert(self:tmux("capture-pane -p -S -500" .. (with_colours and " -e" or ""))):gsub("%s+$", ""))
end

-- Waits until the screen matches; gives the screen.
function Terminal:wait_for(pattern, with_colours)
   local until_when = socket.gettime() + 20
   local shown
   repeat
      shown = self:screen(with_colours)
      if shown:find(pattern) then return shown end
      socket.sleep(0.02)
   until socket.gettime() > until_when
   error(("the terminal never showed %s, but:\n%s"):format(pattern, shown), 2)
end

function Terminal:stop() self:tmux "kill-server" end

return terminal
