def numbers(n):
    for i in range(n):
        yield i


def evens(source):
    for x in source:
        if not x & 1:
            yield x


def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)


print(sum(evens(numbers(800000))), sum(tree(15)))
