from collections import OrderedDict
import copy

od = OrderedDict(a=1, b=2, c=3)
print(od.keys(), od.values(), od.items())
for view in od.keys(), od.values(), od.items():
    print(type(view).__mro__, type(iter(view)).__name__, list(reversed(view)))
print(iter(od).__reduce__(), reversed(od).__reduce__(), list(copy.copy(iter(od))))
print(od.keys() & {"a", "z"}, od.items() - {("a", 1)}, od.keys() == {"a", "b", "c"}, len(od.values()))


def attempt(function):
    od = OrderedDict(a=1, b=2)
    iterator = iter(od)
    try:
        function(od, iterator)
        print(next(iterator))
    except Exception as error:
        print(type(error).__name__, error)


attempt(lambda od, it: od.move_to_end("a"))
attempt(lambda od, it: od.move_to_end("b"))
attempt(lambda od, it: od.__setitem__("c", 3))
attempt(lambda od, it: od.__setitem__("a", 3))
attempt(lambda od, it: (od.popitem(), od.__setitem__("q", 3)))
attempt(lambda od, it: (next(it), od.clear()))
attempt(lambda od, it: (next(it), od.popitem()))


class Odd:
    count = 0

    def __hash__(self):
        Odd.count += 1
        return Odd.count


odd = OrderedDict()
odd[Odd()] = 1
for function in (lambda: list(odd.values()), lambda: list(odd.items()), lambda: len(list(odd.keys())), lambda: odd.copy()):
    try:
        print(function())
    except KeyError:
        print("KeyError")
