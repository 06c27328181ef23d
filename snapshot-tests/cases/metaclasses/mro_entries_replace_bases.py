def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class Marker:
    def __mro_entries__(self, bases): return (dict,)
class C(Marker()): pass
print(C.__bases__, C.__orig_bases__[0].__class__.__name__, C(a=1))
class L(list[int]): pass
print(L.__bases__, L.__orig_bases__)
attempt(lambda: type("X", (Marker(),), {}))
