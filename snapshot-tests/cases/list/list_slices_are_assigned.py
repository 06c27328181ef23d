def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


l = list(range(6))
l[1:3] = "abc"
print(l)
l[::2] = [0] * len(l[::2])
print(l)
l[2:2] = [9, 9]
l[10:] = (7,)
del l[::3]
print(l)
def s(k, v): l[k] = v
attempt(lambda: s(slice(None, None, 2), [1]))
attempt(lambda: s(slice(0, 1), 5))
attempt(lambda: s(99, 1))
attempt(lambda: s("a", 1))
def d(k): del l[k]
attempt(lambda: d(99))
attempt(lambda: d("a"))
