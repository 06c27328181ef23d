def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C:
    def __new__(cls, x):
        if x: return x
        return super().__new__(cls)
    def __init__(self, x): print("init", x)
print(C(5), type(C(0)).__name__)
class D:
    def __init__(self): return 5
attempt(lambda: D())
