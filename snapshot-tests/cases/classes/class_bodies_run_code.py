class C:
    for n in range(3):
        locals()[f"attr{n}"] = n
    if n == 2:
        def m(self): return "m"
    del n
print(C.attr0, C.attr2, C().m(), hasattr(C, "n"))
print(C.__dict__["__module__"], C.__dict__["__doc__"])
