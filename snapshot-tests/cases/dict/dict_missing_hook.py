class D(dict):
    def __missing__(self, k):
        self[k] = k * 2
        return self[k]
d = D()
print(d["a"], d, d.get("q"), "z" in d)
