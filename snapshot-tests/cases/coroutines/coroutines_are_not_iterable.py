def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


async def f(): pass
c = f()
attempt(lambda: iter(c))
attempt(lambda: next(c))
attempt(lambda: list(c))
c.close()
