def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class A: pass
a = A()
a.b = [1, {"c": "deep"}]
print("{0.b[1][c]} {0.b[0]} {x.b[1][c]!r:>8}".format(a, x=a))
attempt(lambda: "{0.zz}".format(a))
attempt(lambda: "{0.b[9]}".format(a))
attempt(lambda: "{0.b[x]}".format(a))
