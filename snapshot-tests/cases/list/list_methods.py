def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


l = [3, 1, 2]
l.append(4); l.insert(0, 0); l.extend("ab"); l.insert(-1, "x"); l.insert(99, "end")
print(l, l.index(1), l.count("a"), l.pop(), l.pop(0), l)
l.remove("x"); l.reverse()
print(l, l.copy() == l, l.copy() is l)
l.clear()
print(l)
attempt(lambda: [].pop())
attempt(lambda: [1].pop(5))
attempt(lambda: [1].remove(2))
attempt(lambda: [1].index(2))
attempt(lambda: [1].insert("a", 1))
attempt(lambda: [1].extend(5))
attempt(lambda: [1].pop("a"))
