class E(Exception):
    def __init__(self, code, *rest):
        super().__init__(*rest)
        self.code = code
    def __str__(self): return f"code {self.code}"
try:
    raise E(5, "a", "b")
except E as error:
    print(error, repr(error), error.args, error.code)
class F(ValueError): pass
print(repr(F("x")), str(F("x")), F.__mro__[1].__name__)
