def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(1 in [1, 2], "b" in "abc", "" in "abc", 3 not in (1, 2), "k" in {"k": 1})
attempt(lambda: 1 in 5)
attempt(lambda: 1 in "abc")
class C:
    def __contains__(self, item):
        return "anything"
print(5 in C(), 5 not in C())
