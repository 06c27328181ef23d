def place(name):
    print("looking at", name)
    return store
store = {"a": 1}
place("x")["a"] += 5
print(store)
store["b"] = [1]
same = store["b"]
store["b"] += (2, 3)
print(same)
