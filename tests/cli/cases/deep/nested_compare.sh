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
    # How deep it goes is a question of the native stack; that it ends well is what counts.
    try: hash(nest(make))
    except RecursionError: pass
a = []; a.append(a); b = []; b.append(b)
try: a == b
except RecursionError as e: print(e)
'; echo $?
