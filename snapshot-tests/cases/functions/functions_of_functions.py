def compose(*fs):
    def run(x):
        for f in reversed(fs):
            x = f(x)
        return x
    return run
print(compose(str, lambda x: x + 1, abs)(-5))
print(list(map(lambda f: f(3), [str, float, lambda x: x * x])))
