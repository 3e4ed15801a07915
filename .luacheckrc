std = "lua54+luajit"
max_line_length = 110
codes = true
files["spec"] = { std = "+busted" }
exclude_files = { "build" }
