class M(type):
    def __new__(m, name, bases, ns):
        ns.pop("__classcell__", None)
        return type.__new__(m, name, bases, ns)
try:
    class C(metaclass=M):
        def f(self): return __class__
except RuntimeError as error:
    print(error)
