def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C:
    def __eq__(self, other): return True
class D(C):
    def __hash__(self): return 7
print(C.__hash__, hash(D()), C() == 5, C() != 5)
attempt(lambda: hash(C()))
attempt(lambda: {C(): 1})
attempt(lambda: {C()})
