def make(name, bases, ns, **kw):
    return name, bases, sorted(k for k in ns if not k.startswith("__")), kw
class C(int, metaclass=make, flag=True):
    a = 1
print(C)
