def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


s = {1, 2}
s.add(3); s.discard(9); s.discard(1); s.update([5], (6,))
print(sorted(s), 3 in s, len(s), s.pop() in {2, 3, 5, 6}, {1} == {1}, set(), {1, 2} == {2, 1})
attempt(lambda: set().pop())
attempt(lambda: {1}.remove(2))
attempt(lambda: {[]})
attempt(lambda: set(5))
attempt(lambda: {1}.add([]))
attempt(lambda: hash(set()))
attempt(lambda: {1}[0])
