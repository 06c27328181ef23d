def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(list(reversed("abc")), list(reversed({"a": 1, "b": 2})), list(reversed(range(3))))
attempt(lambda: reversed({1}))
attempt(lambda: reversed(5))
attempt(lambda: reversed(x for x in "a"))
class S:
    def __len__(self): return 2
    def __getitem__(self, i): return i
print(list(reversed(S())))
