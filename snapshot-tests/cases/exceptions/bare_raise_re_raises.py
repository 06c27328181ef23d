def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def f():
    raise
attempt(lambda: f())
try:
    try:
        raise ValueError("again")
    except ValueError:
        f()
except ValueError as error:
    print("caught", error)
