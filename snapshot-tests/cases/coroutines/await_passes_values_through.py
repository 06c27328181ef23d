def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class Wait:
    def __init__(self, v): self.v = v
    def __await__(self):
        got = yield self.v
        return ("back", got)
async def f():
    a = await Wait(1)
    b = await Wait(2)
    return a, b
c = f()
print(c.send(None), c.send("x"))
attempt(lambda: c.send("y"))
