def f():
    try:
        return 1
    finally:
        return 2
def g():
    for x in 1, 2:
        try:
            raise ValueError
        finally:
            continue
    return "end"
print(f(), g())
