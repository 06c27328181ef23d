import _imp
import sys
from importlib.machinery import FrozenImporter

print(_imp._frozen_module_names())
for name in _imp._frozen_module_names():
    print(name, _imp.find_frozen(name), _imp.is_frozen(name), _imp.is_frozen_package(name))
print(type(_imp.find_frozen('__phello__', withdata=True)[0]))


def attempt(function, *args):
    try:
        print(function(*args))
    except Exception as error:
        print(type(error).__name__, error, getattr(error, 'name', None))


for args in [('nope',), ('x', b'6\'\xd5Cu\x12'), ('x', b'i1234'), ('x', b''), ('x', 3), (1,)]:
    attempt(_imp.get_frozen_object, *args)
attempt(_imp.is_frozen_package, 'nope')
attempt(_imp.find_frozen, 'nope')
attempt(_imp.find_frozen, 1)
attempt(_imp.init_frozen, 'nope')
attempt(FrozenImporter.get_code, 'nope')
attempt(FrozenImporter.is_package, '__phello__.spam')
attempt(FrozenImporter.is_package, '__phello__')
attempt(FrozenImporter.get_source, '__hello__')


def inside(path):
    return path and path.replace(sys._stdlib_dir, 'LIB')


for name in ['__hello__', '__hello_alias__', '__hello_only__', '__phello__', '__phello_alias__', '__phello__.__init__', '__phello__.ham.eggs']:
    spec = FrozenImporter.find_spec(name)
    locations = spec.submodule_search_locations
    print(spec.name, spec.loader, spec.origin, spec.has_location, spec.loader_state.origname, inside(spec.loader_state.filename),
          locations and [inside(path) for path in locations])
import __hello__
__hello__.main()
print(__hello__, inside(__hello__.__file__), hasattr(__hello__, '__cached__'), hasattr(__hello__, '__origname__'))
import __phello__.ham.eggs
print(__phello__, __phello__.ham, __phello__.ham.eggs, [inside(path) for path in __phello__.__path__])
del sys.modules['__hello__']
module = _imp.init_frozen('__hello__')
print(module.__name__, module.__origname__, hasattr(module, '__file__'), module is sys.modules['__hello__'])
for override in (-1, 1, 0):
    _imp._override_frozen_modules_for_tests(override)
    print(override, _imp.is_frozen('__hello__'), _imp.is_frozen('zipimport'), _imp.is_frozen('os'))
