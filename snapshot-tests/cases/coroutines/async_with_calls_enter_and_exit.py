def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def run(c):
    try:
        while True: c.send(None)
    except StopIteration as stop:
        return stop.value
class A:
    async def __aenter__(self): print("enter"); return "value"
    async def __aexit__(self, *e): print("exit", e[0]); return True
async def f():
    async with A() as v:
        print(v)
        raise ValueError
    async with A(), A() as w:
        pass
    return "end"
print(run(f()))
async def g():
    async with 5: pass
attempt(lambda: run(g()))
