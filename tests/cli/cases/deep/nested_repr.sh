$PY -c '
for make in (lambda x: [x], lambda x: (x,), lambda x: {1: x}, lambda x: {"k": [x]}):
    x = None
    for _ in range(100_000): x = make(x)
    for f in (repr, str, lambda x: "%r" % (x,), lambda x: f"{x!r}"):
        try: f(x)
        except RecursionError as e: print(e)
'; echo $?
$PY -c '
x = []; x.append(x); print(x); d = {}; d[1] = d; print(d)
t = ([],); t[0].append(t); print(t)
import collections
q = collections.deque(); q.append(q); print(q)
o = collections.OrderedDict(); o[1] = o; print(o)
'; echo $?
