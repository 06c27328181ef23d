def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


g = ExceptionGroup("g", [ValueError(1), TypeError(2), ExceptionGroup("h", [ValueError(3), OSError(4)])])
print(g.subgroup(ValueError))
print(repr(g.subgroup(ValueError)))
print(repr(g.split(ValueError)))
print(repr(g.split(lambda e: isinstance(e, OSError))))
print(g.subgroup(KeyError), g.split(KeyError)[0])
attempt(lambda: g.split(5))
