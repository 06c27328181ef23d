def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class R:
    def __repr__(self): return "R!"
class S:
    def __str__(self): return "S!"
    def __repr__(self): return "repr S"
class Bad:
    def __repr__(self): return 5
    def __str__(self): return None
print(R(), [R()], str(S()), repr(S()), f"{S()} {S()!r}")
attempt(lambda: repr(Bad()))
attempt(lambda: str(Bad()))
