std = "lua54+luajit"
max_line_length = 120
codes = true
files["spec"] = { std = "+busted" }
exclude_files = { "build" }
