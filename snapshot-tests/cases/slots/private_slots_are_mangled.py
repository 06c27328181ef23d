class C:
    __slots__ = ("__x",)
    def __init__(self): self.__x = 5
c = C()
print(c._C__x, [n for n in dir(C) if n.endswith("x")])
