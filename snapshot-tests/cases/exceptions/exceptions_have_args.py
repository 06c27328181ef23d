def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


e = ValueError("a", 1)
print(e.args, str(e), repr(e), str(ValueError()), repr(ValueError()), str(ValueError("x")), repr(ValueError("x")))
e.args = (5,)
print(e, repr(e))
e.args = [1, 2]
print(e.args)
attempt(lambda: setattr(e, "args", 5))
