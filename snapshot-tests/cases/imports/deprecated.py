# options: -W always
import importlib.machinery as machinery
import importlib.util
import os
import sys
import tempfile
import types

def clean(folder):
    for place, folders, files in os.walk(folder, topdown=False):
        for name in files:
            os.unlink(os.path.join(place, name))
        os.rmdir(place)


machinery.BuiltinImporter.find_module('sys')
print(machinery.BuiltinImporter.module_repr(sys))
machinery.FrozenImporter.find_module('__hello__')
print(machinery.FrozenImporter.module_repr(sys))
print(machinery.PathFinder.find_module('nothing_of_this_name'))
folder = tempfile.mkdtemp()
if True:
    os.mkdir(os.path.join(folder, 'space'))
    with open(os.path.join(folder, 'plain.py'), 'w') as file:
        file.write('x = 1\n')
    finder = machinery.FileFinder(folder, (machinery.SourceFileLoader, ['.py']))
    loader = finder.find_module('plain')
    print(loader.name)
    print(finder.find_loader('nothing'))
    finder.find_loader('space')
    print(loader.load_module('plain').x)
    print(loader.load_module('plain') is sys.modules['plain'])
clean(folder)
print(importlib.util.cache_from_source('/a/b.py', True))


class Old:
    def find_module(self, name, path=None):
        return self if name == 'oldest' else None

    def load_module(self, name):
        module = sys.modules[name] = types.ModuleType(name)
        module.answer = 42
        return module


sys.meta_path.insert(0, Old())
import oldest
print(oldest.answer, oldest.__spec__.name, oldest.__package__, type(oldest.__loader__).__name__)
del sys.meta_path[0]
sys.path[1:] = []
sys.path_hooks[:], hooks = [], sys.path_hooks[:]
sys.path_importer_cache.clear()
try:
    import nothing_of_this_name
except ImportError as error:
    print(error)
sys.path_hooks[:] = hooks
sys.path_importer_cache.clear()
sys.meta_path[:], finders = [], sys.meta_path[:]
try:
    import nothing_of_this_name
except ImportError as error:
    print(error)
sys.meta_path[:] = finders
