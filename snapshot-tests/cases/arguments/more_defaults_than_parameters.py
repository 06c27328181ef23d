def f(a):
    return a


def g(*, b=1):
    return b


f.__defaults__ = (1, 2, 3)
g.__defaults__ = (1,)
print(f())
for call in (lambda: f(1, 2), lambda: g(1), lambda: f(1, 2, b=3), lambda: g(1, b=2)):
    try:
        print(call())
    except TypeError as error:
        print(error)
