a = 1


def f():
    global a, b
    a = b = 2
    c = [a for _ in range(3)]

    def g():
        nonlocal c
        c = {k: v for k, v in c}
        if (n := len(c)) > 1:
            return [n := i for i in c]
        return lambda d=c: d + n

    class Inner:
        a = a
        c = c

        def m(self):
            return c

    return g, Inner


from os import *
