def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def f(): pass
def g(): pass
print(f == f, f == g, hash(f) == hash(f), bool(f))
attempt(lambda: f < g)
attempt(lambda: f + 1)
attempt(lambda: f[0])
attempt(lambda: len(f))
attempt(lambda: iter(f))
