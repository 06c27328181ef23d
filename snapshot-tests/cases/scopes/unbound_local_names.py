def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


x = 1
def f():
    print(x)
    x = 2
attempt(lambda: f())
def g():
    for i in []:
        pass
    return i
attempt(lambda: g())
def h():
    x += 1
attempt(lambda: h())
