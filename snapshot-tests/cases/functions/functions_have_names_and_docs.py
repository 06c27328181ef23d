def outer():
    "The doc."
    def inner(): pass
    return inner
print(outer.__name__, outer.__qualname__, outer.__doc__, outer.__module__)
print(outer().__qualname__, outer().__doc__)
outer.extra = 5
print(outer.__dict__, outer.extra)
outer.__name__ = "renamed"
print(outer.__name__, outer.__qualname__)
