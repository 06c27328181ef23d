class C:
    def __enter__(self): print("enter"); return "value"
    def __exit__(self, *e): print("exit", e)
with C() as v:
    print(v)
with C() as a, C() as b:
    print(a, b)
with (C(), C() as c,):
    pass
