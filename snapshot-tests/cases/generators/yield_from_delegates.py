def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def inner():
    x = yield "a"
    print("inner got", x)
    return "result"
def outer():
    r = yield from inner()
    print("outer got", r)
    yield from [1, 2]
    yield from "xy"
i = outer()
print(next(i), i.send(5), list(i))
attempt(lambda: list((yield_from for yield_from in 5)))
