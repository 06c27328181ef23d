def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def g():
    print([(yield 1), (yield 2)])
    x = (yield) or "nothing"
    print(x)
    print((yield 3) + (yield 4))
i = g()
next(i)
for v in "a", "b", None, 10:
    print(i.send(v))
attempt(lambda: i.send(20))
