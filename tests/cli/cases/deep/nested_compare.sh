$PY -c '
def nest(make):
    x = None
    for _ in range(100_000): x = make(x)
    return x
for make in (lambda x: [x], lambda x: (x,), lambda x: {1: x}):
    a, b = nest(make), nest(make)
    try: print(a == b)
    except RecursionError as e: print(e)
    try: a < b
    except RecursionError as e: print(e)
    except TypeError as e: print(e)
for make in (lambda x: (x,), lambda x: frozenset([x])):
    try: hash(nest(make))
    except RecursionError as e: print(e)
a = []; a.append(a); b = []; b.append(b)
try: a == b
except RecursionError as e: print(e)
'; echo $?
