d = {"a": [1], 2: "b", None: {}}
d["self"] = d
print(d, {}, {(): ()})
