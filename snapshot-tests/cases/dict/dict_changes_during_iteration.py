def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


d = {1: 1, 2: 2}
def grow():
    for k in d: d[k + 10] = 0
def shrink():
    for k in d: del d[k]
attempt(lambda: grow())
attempt(lambda: shrink())
