import importlib
import importlib.machinery as machinery
import os
import sys
import tempfile
from importlib.machinery import FileFinder, PathFinder, SourceFileLoader

def clean(folder):
    for place, folders, files in os.walk(folder, topdown=False):
        for name in files:
            os.unlink(os.path.join(place, name))
        os.rmdir(place)


folder = os.path.realpath(tempfile.mkdtemp())


def write(name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as file:
        file.write(text)


def shown(path):
    return path and path.replace(folder, 'TMP')


write('one.py', 'value = 1\n')
write('other/two.py', 'value = 2\n')
write('strange.spam', 'value = "spam"\n')

finder = FileFinder(folder, (SourceFileLoader, ['.py']))
print(sorted(set(vars(finder)) - {'_path_mtime', '_path_cache', '_relaxed_path_cache'}))
print(finder._path_mtime, finder._path_cache)
spec = finder.find_spec('one')
print(shown(spec.origin), finder._path_mtime == os.stat(folder).st_mtime, sorted(finder._path_cache))
finder._path_mtime = 42
finder.invalidate_caches()
print(finder._path_mtime)
print(finder.find_spec('strange'))
finder._loaders.append(('.spam', SourceFileLoader))
print(shown(finder.find_spec('strange').origin))
finder.path = os.path.join(folder, 'other')
finder.invalidate_caches()
print(shown(finder.find_spec('two').origin), finder.find_spec('one'))


class Mine(FileFinder):
    def _get_spec(self, loader_class, fullname, path, smsl, target):
        print('_get_spec', loader_class.__name__, fullname, shown(path), smsl, target)
        return super()._get_spec(loader_class, fullname, path, smsl, target)

    def _fill_cache(self):
        print('_fill_cache')
        super()._fill_cache()


mine = Mine(folder, (SourceFileLoader, ['.py']))
print(mine.find_spec('one', 'target').name)
print(mine.find_spec('nothing'))


class Search(PathFinder):
    @classmethod
    def _path_importer_cache(cls, path):
        print('_path_importer_cache', shown(path))
        return super()._path_importer_cache(path)

    @classmethod
    def _get_spec(cls, fullname, path, target=None):
        print('_get_spec', fullname)
        return super()._get_spec(fullname, path, target)


print(Search.find_spec('one', [folder, 1, b'x']).name)

sys.path.insert(0, folder)
original = FileFinder.find_spec


def patched(self, fullname, target=None):
    print('patched', fullname)
    return original(self, fullname, target)


FileFinder.find_spec = patched
import one
print(one.value)
FileFinder.find_spec = original


class Path(type(sys.path)):
    pass


class Loader(SourceFileLoader):
    def get_data(self, path):
        print('get_data', os.path.basename(path).partition('.')[0])
        return super().get_data(path)

    def source_to_code(self, data, path, *, _optimize=-1):
        print('source_to_code', data)
        return super().source_to_code(data.replace(b'1', b'111'), path, _optimize=_optimize)


sys.path_hooks.insert(0, FileFinder.path_hook((Loader, ['.py'])))
sys.path_importer_cache.clear()
importlib.reload(one)
print(one.value, one.__spec__.loader.__class__.__name__)
del sys.path_hooks[0]


class Lazy:
    @staticmethod
    def find_spec(fullname, path=None, target=None):
        if fullname == 'made_up':
            return machinery.ModuleSpec(fullname, Lazy, origin='nowhere')

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        module.made = True


sys.meta_path.append(Lazy)
import made_up
print(made_up, made_up.made)
clean(folder)
import importlib.util
import inspect
for function in (machinery.ModuleSpec, SourceFileLoader, FileFinder, machinery.NamespaceLoader):
    print(inspect.signature(function))
for source in (b'# coding: latin-1\r\nx="\xe9"\r\n', b'\xff', b'\xef\xbb\xbfx\r\ny\rz', b'\xef\xbb\xbf# coding: latin-1\n', b'# coding: nothing\n', b'x = 1\n\xe9',
               b'#!/x\n# -*- coding: cp1252 -*-\n\x80', b'"coding: x"\n'):
    try:
        print(ascii(importlib.util.decode_source(source)))
    except Exception as error:
        print(type(error).__name__, error)
