def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


attempt(lambda: sorted([1, "a"]))
attempt(lambda: sorted([None, 1]))
attempt(lambda: sorted(5))
attempt(lambda: sorted([1], key=5))
attempt(lambda: [1, 2].sort(key=lambda x: x / 0))
l = [3, 1, 2]
def key(x):
    l.append(x)
    return x
attempt(lambda: l.sort(key=key))
