def f():
    raise KeyError("whole line")
f()
