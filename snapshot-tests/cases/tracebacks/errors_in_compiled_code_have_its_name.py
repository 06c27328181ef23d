exec(compile("x = 1\ny = x / 0", "<made>", "exec"))
