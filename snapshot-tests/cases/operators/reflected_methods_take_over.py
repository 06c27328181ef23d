def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class L:
    def __add__(self, o): return NotImplemented
    def __mul__(self, o): return "L*"
class R:
    def __radd__(self, o): return "R+"
    def __rmul__(self, o): return "R*"
    def __rpow__(self, o): return "R**"
    def __rdivmod__(self, o): return "Rdivmod"
print(L() + R(), L() * R(), 2 ** R(), divmod(1, R()), [1] + R(), "a" * R(), 3 * R())
attempt(lambda: L() + L())
