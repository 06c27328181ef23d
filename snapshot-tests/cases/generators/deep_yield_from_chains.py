def g(n):
    if n == 0:
        yield "bottom"
        return 0
    r = yield from g(n - 1)
    return r + 1
def top():
    r = yield from g(200)
    yield r
print(list(top()))
