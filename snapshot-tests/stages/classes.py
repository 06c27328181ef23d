@decorator(1)
class Base(metaclass=Meta, option=True):
    """A docstring."""

    __slots__ = ("a", "b")
    counter = 0

    def __init__(self, a, b=2):
        super().__init__()
        self.__private = a
        self.b = b

    @property
    def value(self):
        return self.__private + __class__.counter

    @staticmethod
    def make(*, key=counter):
        return Base(key)
