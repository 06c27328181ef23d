def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def outer():
    a, b = 1, "x"
    def inner(): return a, b
    return inner
f = outer()
print([c.cell_contents for c in f.__closure__], f.__code__.co_freevars, outer.__code__.co_cellvars)
f.__closure__[0].cell_contents = 50
print(f())
del f.__closure__[1].cell_contents
attempt(lambda: f())
attempt(lambda: f.__closure__[1].cell_contents)
