def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


g, l = {"a": 1}, {}
exec("b = a + 1\nglobal c\nc = 9", g, l)
print(l, g["c"], "__builtins__" in g)
attempt(lambda: exec("1", 5))
attempt(lambda: exec("1", {}, 5))
attempt(lambda: exec(5))
attempt(lambda: exec("x y"))
