def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class Wait:
    def __await__(self):
        try:
            yield 1
        finally:
            print("wait left")
async def f():
    try:
        await Wait()
    except KeyError as error:
        return repr(error)
c = f()
c.send(None)
attempt(lambda: c.throw(KeyError("k")))
d = f()
d.send(None)
d.close()
