def a(x):
    def b():
        def c():
            nonlocal x
            x = x * 2
            return x
        return c
    return b
f = a(3)()
print(f(), f(), f())
