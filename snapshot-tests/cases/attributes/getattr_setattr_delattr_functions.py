def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C: pass
c = C()
setattr(c, "x", 1)
print(getattr(c, "x"), getattr(c, "y", 2), hasattr(c, "x"))
delattr(c, "x")
attempt(lambda: getattr(c, "x"))
attempt(lambda: getattr(c, 5))
attempt(lambda: setattr(c, 5, 1))
attempt(lambda: delattr(c, "q"))
attempt(lambda: hasattr(c, 5))
attempt(lambda: getattr(c))
