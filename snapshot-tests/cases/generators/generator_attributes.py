def g():
    yield 1
i = g()
print(i.gi_running, i.gi_frame is None, i.gi_code is g.__code__, i.gi_yieldfrom, i.__name__, i.__qualname__)
list(i)
print(i.gi_frame, i.gi_running)
