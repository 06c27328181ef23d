def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


x = 5
print(eval("x + 1"), eval("x", {"x": 7}), eval("x + y", {"x": 1}, {"y": 2}), eval("  1"), eval(b"2 + 3"))
attempt(lambda: eval("x = 1"))
attempt(lambda: eval(""))
attempt(lambda: eval("nope", {}))
attempt(lambda: eval(compile("3 * 3", "f", "eval")))
attempt(lambda: eval(1))
