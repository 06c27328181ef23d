def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


log = []
def f(x):
    log.append(x)
    return x
g = (f(x) for x in range(3))
print(log, next(g), log, list(g), log)
print(sum(x * x for x in range(5)), any(x > 3 for x in [1, 5]), max((x for x in [3, 1]), default=0))
attempt(lambda: (x for x in 5))
