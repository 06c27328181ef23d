def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def g():
    x = yield 1
    print("got", x)
    y = yield 2
    print("got", y)
    return "done"
i = g()
print(next(i), i.send("a"))
try:
    i.send("b")
except StopIteration as error:
    print(error.value, error.args)
attempt(lambda: next(i))
