def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C:
    def __lt__(self, o): return "lt"
    def __le__(self, o): return "le"
    def __eq__(self, o): return "eq"
    def __ge__(self, o): return NotImplemented
c = C()
print(c < 1, c <= 1, 5 > c, 5 >= c, c == 1, 1 == c, c != 1)
attempt(lambda: c >= 1)
attempt(lambda: c > 1)
