def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class NoExit:
    def __enter__(self): pass
class NoEnter:
    def __exit__(self, *e): pass
def f(x):
    with x: pass
attempt(lambda: f(5))
attempt(lambda: f(NoExit()))
attempt(lambda: f(NoEnter()))
