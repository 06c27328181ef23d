class Mix:
    def hello(self): return "hello " + str(len(self))
class L(Mix, list): pass
class E(Mix, Exception):
    def __len__(self): return 3
print(L([1, 2]).hello(), E("x").hello(), repr(E("x")))
