class Log:
    def __setitem__(self, key, value):
        print("set", key, value)
log = Log()
log["a"] = log["b"] = log["c"] = 1
x = y = []
x.append(1)
print(y)
