d = {}
for k in "cab": d[k] = len(d)
print(d)
d["c"] = "new"; del d["a"]; d["a"] = "again"
print(d, list(d.items()))
print({1: "a", 1.0: "b", True: "c"})
