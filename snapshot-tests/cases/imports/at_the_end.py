"""What finalisers find when the interpreter ends, in the order in which modules and their names go."""
import builtins
import sys


class Last:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        try:
            import colorsys
            print(self.name, "imports", colorsys.__name__)
        except BaseException as error:
            print(self.name, type(error).__name__, error)


_private = Last("_private")
public = Last("public")
__dunder = Last("__dunder")
cycle = Last("cycle")
cycle.self = cycle
sys.something = Last("sys")
builtins.something = Last("builtins")
module = type(sys)("made")
module.first = Last("module first")
module._second = Last("module second")
module.function = eval("lambda: first", module.__dict__)
sys.modules["made"] = module
