def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class B:
    def __bool__(self): return False
class L:
    def __len__(self): return 0
class Wrong:
    def __bool__(self): return 1
class Negative:
    def __len__(self): return -1
class Text:
    def __len__(self): return "x"
print(bool(B()), bool(L()), not B())
attempt(lambda: bool(Wrong()))
attempt(lambda: bool(Negative()))
attempt(lambda: len(Text()))
attempt(lambda: len(Negative()))
