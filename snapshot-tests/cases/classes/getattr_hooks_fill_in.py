def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C:
    def __getattr__(self, name):
        if name.startswith("no"):
            raise AttributeError(f"refused {name}")
        return f"<{name}>"
c = C()
c.real = 1
print(c.real, c.made, getattr(c, "none", "default"), hasattr(c, "nope"), hasattr(c, "yes"))
attempt(lambda: c.nothing)
