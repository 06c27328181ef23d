def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class K:
    a = "x"
    b = "x"
def f():
    match {"x": 1}:
        case {K.a: 1, K.b: 2}: pass
attempt(lambda: f())
