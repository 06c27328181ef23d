def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def g():
    try:
        yield 1
    finally:
        print("cleaned")
i = g()
next(i)
print(i.close())
print(g().close())
def stubborn():
    try:
        yield
    except GeneratorExit:
        yield
i = stubborn()
next(i)
attempt(lambda: i.close())
