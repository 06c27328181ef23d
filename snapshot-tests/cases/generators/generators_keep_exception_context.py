def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def g():
    try:
        yield 1
    except ValueError:
        try:
            yield 2
        finally:
            pass
        raise
i = g()
next(i)
print(i.throw(ValueError("x")))
try:
    raise KeyError("outer")
except KeyError:
    attempt(lambda: next(i))
    import sys
    print(repr(sys.exc_info()[1]))
