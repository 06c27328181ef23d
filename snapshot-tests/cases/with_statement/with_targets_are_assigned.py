class C:
    def __enter__(self): return 1, [2, 3]
    def __exit__(self, *e): pass
d = {}
with C() as (a, [b, c]), C() as d["k"]:
    print(a, b, c, d)
