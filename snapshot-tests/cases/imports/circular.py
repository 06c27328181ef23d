import importlib
import os
import sys
import tempfile
import traceback

def clean(folder):
    for place, folders, files in os.walk(folder, topdown=False):
        for name in files:
            os.unlink(os.path.join(place, name))
        os.rmdir(place)


folder = os.path.realpath(tempfile.mkdtemp())
sys.path.insert(0, folder)
files = {
    'a.py': 'from b import thing\nother = 1\n',
    'b.py': 'from a import other\nthing = 1\n',
    'c.py': 'import d\nx = 1\n',
    'd.py': 'import c\ny = c.x\n',
    'pkg/__init__.py': 'from . import sub\n',
    'pkg/sub.py': 'import pkg.sub2\n',
    'pkg/sub2.py': 'import pkg\npkg.sub.thing\n',
    'pkg2/__init__.py': 'from .one import x\n',
    'pkg2/one.py': 'from . import missing\n',
    'pkg3/__init__.py': 'from pkg3.one import two\n',
    'pkg3/one.py': 'from pkg3 import two\n',
    'pkg3/two.py': 'from pkg3.one import zero\n',
    'plain.py': 'value = 1\n',
}
for name, text in files.items():
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as file:
        file.write(text)
for name in ['a', 'c', 'pkg', 'pkg2', 'pkg3', 'plain.sub', 'no.such', 'pkg.sub3']:
    try:
        importlib.import_module(name)
    except Exception as error:
        text = ''.join(traceback.format_exception(error)).replace(folder, 'TMP')
        print('\n'.join(line for line in text.splitlines() if 'Error' in line or 'TMP' in line))
        print(getattr(error, 'name', None), (getattr(error, 'path', None) or '').replace(folder, 'TMP'))
for statement in ['from plain import nothing', 'import plain.nothing', 'from . import x', 'from .. import y', 'from plain import value as v; print(v)']:
    try:
        exec(statement)
    except Exception as error:
        print(type(error).__name__, str(error).replace(folder, 'TMP'))
sys.modules['halted'] = None
try:
    import halted
except ImportError as error:
    print(type(error).__name__, error)
clean(folder)
