# super().name(...) as a call: functions, class methods, properties, missing names, attributes of super itself.
import sys


class Base:
    def __init__(self, *args):
        self.args = args

    def method(self, x=1):
        return ("Base.method", self.name, x)

    @classmethod
    def make(cls, x):
        return cls.__name__, x

    @staticmethod
    def static(x):
        return "static", x

    @property
    def prop(self):
        return lambda: ("prop", self.name)

    name = "base"
    builtin = str.upper
    number = len


class Derived(Base):
    name = "derived"

    def __init__(self, *args):
        super().__init__(*args)

    def method(self, x=2):
        return super().method(x), super().method(), super().method(x=5)

    @classmethod
    def make(cls, x):
        return super().make(x)

    @staticmethod
    def static(x):
        return super(Derived, Derived).static(x)

    def others(self):
        print(super().prop(), super().name, super().static(3), super().make(4))
        print(super().__class__, super().__self__ is self, super().__thisclass__)
        print(super().__repr__()[:20], super().__eq__(1))
        try:
            super().missing()
        except AttributeError as error:
            print(error)
        try:
            super().method(1, 2, 3)
        except TypeError as error:
            print(error)

    def kept(self):
        bound = super().method
        return bound(7), bound.__self__ is self


class Third(Derived):
    pass


for _ in range(10):
    d = Derived(1, 2)
    t = Third()
    result = d.method(), t.method(9), Derived.make(1), Third.make(2), d.static(3)
print(d.args, result)
d.others()
print(d.kept())


class Meta(type):
    def __call__(cls, *args):
        return super().__call__(*args)

    def hello(cls):
        return "hello", cls.__name__


class SubMeta(Meta):
    def hello(cls):
        return super().hello()


class WithMeta(metaclass=SubMeta):
    pass


print([WithMeta.hello() for _ in range(10)][-1], type(WithMeta()).__name__)


class Str(str):
    def upper(self):
        return super().upper() + "!"

    def __getattribute__(self, name):
        return super().__getattribute__(name)


print([Str("a").upper() for _ in range(10)][-1])


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


class Odd:
    def no_arguments():
        super()

    def deleted(self):
        del self
        super()

    def none(self):
        return super()

    def replaced(self):
        self = 1
        return super()


attempt(Odd.no_arguments)
attempt(lambda: Odd().deleted())
attempt(lambda: Odd.none(None))
attempt(lambda: Odd.none(3))
attempt(lambda: Odd().replaced())
attempt(lambda: super())


class Deeper(Base):
    def __init__(self):
        type(self)()
        super().__init__()


sys.setrecursionlimit(150)
attempt(Deeper)


class Down:
    def go(self, n):
        return n


class Chain(Down):
    def go(self, n):
        return super().go(n) if n == 0 else self.go(n - 1)


print(Chain().go(100))


class SuperLike(super):
    def __getattribute__(self, name):
        return lambda *args: ("like", name)


print(SuperLike(Chain, Chain()).go(1))
