def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


s = {1, 2, 3}
def f():
    for x in s: s.add(x + 10)
attempt(lambda: f())
