def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C: pass
a, b = C(), C()
print(a == b, a == a, a != b)
attempt(lambda: a < b)
attempt(lambda: a >= 5)
attempt(lambda: sorted([a, b]))
