def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def f(c):
    try:
        raise ValueError("v")
    except c:
        pass
attempt(lambda: f(5))
attempt(lambda: f((KeyError, 5)))
attempt(lambda: f("ValueError"))
print(f((KeyError, (ValueError,))))
