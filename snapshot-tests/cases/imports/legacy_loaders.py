import importlib._bootstrap as bootstrap
import sys
import types
import warnings
from importlib.machinery import ModuleSpec

warnings.simplefilter('ignore')


class Legacy:
    def load_module(self, name):
        module = sys.modules[name] = self.make(name)
        return module

    def make(self, name):
        return types.ModuleType(name)


class Bare(Legacy):
    def make(self, name):
        return object()


class Package(Legacy):
    def make(self, name):
        module = types.ModuleType(name)
        module.__path__ = []
        module.__package__ = None
        return module


class Fails(Legacy):
    def load_module(self, name):
        sys.modules[name] = 1
        sys.modules['later'] = 2
        raise ValueError('no')


for loader in (Legacy(), Bare(), Package()):
    spec = ModuleSpec('one.two', loader)
    module = bootstrap._load(spec)
    print(type(module).__name__, [getattr(module, name, 'none') is not None and getattr(module, name, 'none') for name in ('__package__', '__path__')],
          getattr(module, '__spec__', None) is spec, list(sys.modules)[-1])
try:
    bootstrap._load(ModuleSpec('one.three', Fails()))
except ValueError as error:
    print(error, list(sys.modules)[-2:])


class Shows:
    @classmethod
    def module_repr(cls, module):
        return f'<delicious {module.__name__}>'


class Breaks:
    @classmethod
    def module_repr(cls, module):
        raise ValueError

    def __repr__(self):
        return 'Breaks()'


module = types.ModuleType('spam')
print(module)
module.__loader__ = Shows
print(module)
module.__loader__ = Breaks()
print(module)
module.__file__ = '/x/spam.py'
print(module)
module.__spec__ = ModuleSpec('egg', None)
print(module)
module.__spec__.origin = 'here'
print(module)
del module.__spec__, module.__name__, module.__file__
print(module)
