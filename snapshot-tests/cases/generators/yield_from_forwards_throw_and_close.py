def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def inner():
    try:
        yield 1
    except KeyError:
        print("inner caught")
        yield 2
    finally:
        print("inner finally")
def outer():
    yield from inner()
i = outer()
next(i)
print(i.throw(KeyError))
i.close()
def plain(): yield from [1, 2]
i = plain()
next(i)
attempt(lambda: i.send(1))
