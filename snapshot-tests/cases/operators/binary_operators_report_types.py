def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C: pass
c = C()
attempt(lambda: c + 1)
attempt(lambda: 1 - c)
attempt(lambda: c * "a")
attempt(lambda: c / c)
attempt(lambda: c // 1)
attempt(lambda: c % 1)
attempt(lambda: c ** 2)
attempt(lambda: c << 1)
attempt(lambda: c & 1)
attempt(lambda: c | None)
attempt(lambda: c ^ 1)
attempt(lambda: c @ c)
attempt(lambda: pow(c, 1))
attempt(lambda: pow(c, 1, 2))
attempt(lambda: divmod(c, 1))
attempt(lambda: -c)
attempt(lambda: +c)
attempt(lambda: ~c)
attempt(lambda: abs(c))
