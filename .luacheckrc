std = "lua54+luajit"
max_line_length = 120
codes = true
files["spec"] = { std = "+busted" }
files["examples/openresty"] = { std = "+ngx_lua" }
exclude_files = { "build" }
