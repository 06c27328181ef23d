def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class Old:
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return i * 10
print(list(Old()), 20 in Old(), list(reversed([1, 2])), list(iter("ab")), list(iter([1, 2, 0, 3].__iter__().__next__, 0)))
attempt(lambda: iter(5))
attempt(lambda: next(iter([])))
print(next(iter([]), "default"))
class Bad:
    def __iter__(self): return 5
attempt(lambda: iter(Bad()))
attempt(lambda: list(Bad()))
