def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C:
    def __format__(self, spec): return f"<{spec}>"
class Bad:
    def __format__(self, spec): return 5
class Plain:
    def __str__(self): return "plain"
print(f"{C():abc}", format(C()), "{:>5}|{}".format(C(), C()), f"{Plain()}")
attempt(lambda: format(Bad()))
attempt(lambda: format(Plain(), "x"))
