def outer(a, *b, c=1, **d):
    x = a

    def inner():
        nonlocal x
        x += 1
        return [y + x for y in b]

    class C:
        z: int = c

        def m(self):
            return super().m, __class__

    return inner, C, lambda: d
