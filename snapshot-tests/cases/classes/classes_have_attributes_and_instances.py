class C:
    "doc"
    count = 0
    def __init__(self, name):
        self.name = name
        C.count += 1
a, b = C("a"), C("b")
print(C.count, a.name, b.name, C.__doc__, C.__name__, C.__qualname__, C.__module__)
print(a.__dict__, type(a) is C, a.__class__ is C)
