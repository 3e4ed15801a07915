std = "lua54+luajit"
max_line_length = 120
codes = true
files["spec"] = { std = "+busted" }
files["examples/openresty"] = { std = "+ngx_lua" }
files["examples/neovim"] = { globals = { "vim" } }
exclude_files = { "build" }
