$PY -c '
def run(name, step, start=None, count=200_000):
    x = start
    for _ in range(count): x = step(x)
    del x
    print(name, "dropped")
run("list", lambda x: [x], count=1_000_000)
run("tuple", lambda x: (x,))
run("dict", lambda x: {1: x})
run("set of tuples", lambda x: (x, 1))
class Node:
    __slots__ = "next",
    def __init__(self, next): self.next = next
run("slots", Node)
class Plain: pass
def plain(x):
    p = Plain(); p.next = x; return p
run("instance", plain)
def gen(x):
    yield x
def started(x):
    g = gen(x); next(g); return g
run("generator", started)
run("iterator", lambda x: iter([x]))
run("function", lambda x: lambda: x)
run("method", lambda x: [].append.__call__ if x is None else [x].__iter__)
run("bound", lambda x: (lambda: x).__get__(1))
def err(x):
    e = ValueError(); e.__cause__ = x; return e
run("exception", err)
import functools, itertools, collections
run("partial", lambda x: functools.partial(len, x))
run("chain", lambda x: itertools.chain([x]))
run("map", lambda x: map(len, [x]))
'; echo $?
