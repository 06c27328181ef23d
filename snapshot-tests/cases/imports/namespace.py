import importlib
import os
import sys
import tempfile

def clean(folder):
    for place, folders, files in os.walk(folder, topdown=False):
        for name in files:
            os.unlink(os.path.join(place, name))
        os.rmdir(place)


folder = os.path.realpath(tempfile.mkdtemp())
for place in ['first/space/one.py', 'second/space/two.py', 'third/space/three.py', 'third/space/deep/four.py', 'second/space/deep/five.py']:
    path = os.path.join(folder, place)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as file:
        file.write(f'name = {place!r}\n')


def shown(value):
    return str(value).replace(folder, 'TMP')


sys.path[:0] = [os.path.join(folder, part) for part in ('first', 'second')]
import space
print(shown(space).partition(' object at')[0], shown(space.__path__), space.__file__, space.__spec__.origin, type(space.__loader__).__name__)
print(shown(list(space.__path__)), len(space.__path__), os.path.join(folder, 'first', 'space') in space.__path__)
import space.one, space.two
print(space.one.name, space.two.name)
try:
    import space.three
except ImportError as error:
    print(error)
sys.path.append(os.path.join(folder, 'third'))
import space.three
print(space.three.name, shown(list(space.__path__)))
import space.deep.five, space.deep.four
print(space.deep.four.name, shown(list(space.deep.__path__)))
print(space.__path__._find_parent_path_names(), space.deep.__path__._find_parent_path_names())
path = space.__path__
print(path._last_parent_path == tuple(sys.path), path._last_epoch == path._epoch, shown(path[0]))
path.append('more')
print(shown(repr(path)))
path[0] = 'changed'
print(path[0])
sys.path.remove(os.path.join(folder, 'first'))
print(shown(list(space.__path__)))
epoch = path._epoch
importlib.invalidate_caches()
print(path._epoch - epoch)
print(shown(list(importlib.reload(space).__path__)))
print(space.__loader__.is_package('x'), repr(space.__loader__.get_source('x')), space.__loader__.get_code('x').co_filename)
clean(folder)
