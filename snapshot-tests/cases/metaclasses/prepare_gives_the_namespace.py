class Names(dict):
    def __setitem__(self, key, value):
        if not key.startswith("__"):
            print("bind", key)
        super().__setitem__(key, value)
class M(type):
    @classmethod
    def __prepare__(mcls, name, bases, **kw):
        print("prepare", name, bases, kw)
        return Names()
    def __new__(mcls, name, bases, ns, **kw):
        return type.__new__(mcls, name, bases, dict(ns))
class A(metaclass=M, k=3):
    x = 1
    def f(self): pass
