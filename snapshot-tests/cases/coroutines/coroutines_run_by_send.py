def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


async def f(x):
    return x * 2
c = f(4)
try:
    c.send(None)
except StopIteration as stop:
    print(stop.value)
attempt(lambda: c.send(None))
print(type(c).__name__, c.cr_frame, c.cr_running, c.cr_await)
