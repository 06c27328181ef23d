def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C:
    x = 1
print(type(C.__dict__).__name__, C.__dict__["x"], "x" in C.__dict__)
def s(): C.__dict__["y"] = 1
attempt(lambda: s())
def t(): C.__dict__ = {}
attempt(lambda: t())
