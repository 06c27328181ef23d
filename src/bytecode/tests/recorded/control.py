import os.path as p
from sys import *
def loops(xs):
    for x in xs:
        if x > 1 and x != 5 or not x:
            continue
        while x:
            x -= 1
            if x is None:
                break
        else:
            return xs[0:x], xs[1:2:3]
    del x
    a, *b, c = xs
    return [y for y in b if y] + list(z for z in c)

def errors(f):
    try:
        with f as g, open("x"):
            g()
    except (ValueError, KeyError) as e:
        raise TypeError from e
    except OSError:
        pass
    finally:
        f()

def groups(f):
    try:
        f()
    except* ValueError as e:
        print(e)
    except* TypeError:
        raise

def matches(s):
    match s:
        case [1, *rest] if rest:
            return rest
        case {"k": v, **others}:
            return v, others
        case str(x) | C(a=x):
            return x
        case -1 | None | "s":
            assert s

async def waits(it):
    async with it as x, it:
        await x
    async for y in it:
        yield y
    z = [w async for w in it if await w]
    return

def delegates():
    return (yield from [1, 2])
