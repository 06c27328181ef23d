def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


attempt(lambda: BaseException(x=1))
attempt(lambda: Exception.__new__(int))
attempt(lambda: BaseException.__init__(5))
e = Exception()
e.__init__(1, 2)
print(e.args, e.__dict__)
e.extra = 1
print(e.__dict__)
def s(n, v): setattr(e, n, v)
attempt(lambda: s("__cause__", 5))
attempt(lambda: s("__context__", 5))
attempt(lambda: s("__traceback__", 5))
attempt(lambda: s("__suppress_context__", 5))
