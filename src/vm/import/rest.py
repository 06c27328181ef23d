"""What programs may look for in importlib's two bootstrap modules and the interpreter itself does not need.

Run on first use, with the name of the module as `module`; see rest.rs.
"""
import _imp
import _thread
import _weakref
import sys

_module_locks = {}
_blocking_on = {}


class _DeadlockError(RuntimeError):
    pass


class _ModuleLock:
    """A recursive lock implementation which is able to detect deadlocks
    (e.g. thread 1 trying to take locks A then B, and thread 2 trying to
    take locks B then A).
    """

    def __init__(self, name):
        self.lock = _thread.allocate_lock()
        self.wakeup = _thread.allocate_lock()
        self.name = name
        self.owner = None
        self.count = 0
        self.waiters = 0

    def has_deadlock(self):
        own = _thread.get_ident()
        seen = set()
        owner = self.owner
        while True:
            wanted = _blocking_on.get(owner)
            if wanted is None:
                return False
            owner = wanted.owner
            if owner == own:
                return True
            if owner in seen:
                return False
            seen.add(owner)

    def acquire(self):
        """
        Acquire the module lock.  If a potential deadlock is detected,
        a _DeadlockError is raised.
        Otherwise, the lock is always acquired and True is returned.
        """
        own = _thread.get_ident()
        _blocking_on[own] = self
        try:
            while True:
                with self.lock:
                    if self.count == 0 or self.owner == own:
                        self.owner = own
                        self.count += 1
                        return True
                    if self.has_deadlock():
                        raise _DeadlockError('deadlock detected by %r' % self)
                    if self.wakeup.acquire(False):
                        self.waiters += 1
                self.wakeup.acquire()
                self.wakeup.release()
        finally:
            del _blocking_on[own]

    def release(self):
        own = _thread.get_ident()
        with self.lock:
            if self.owner != own:
                raise RuntimeError('cannot release un-acquired lock')
            assert self.count > 0
            self.count -= 1
            if self.count == 0:
                self.owner = None
                if self.waiters:
                    self.waiters -= 1
                    self.wakeup.release()

    def __repr__(self):
        return '_ModuleLock({!r}) at {}'.format(self.name, id(self))


class _DummyModuleLock:
    """A simple _ModuleLock equivalent for Python builds without
    multi-threading support."""

    def __init__(self, name):
        self.name = name
        self.count = 0

    def acquire(self):
        self.count += 1
        return True

    def release(self):
        if self.count == 0:
            raise RuntimeError('cannot release un-acquired lock')
        self.count -= 1

    def __repr__(self):
        return '_DummyModuleLock({!r}) at {}'.format(self.name, id(self))


class _ModuleLockManager:

    def __init__(self, name):
        self._name = name
        self._lock = None

    def __enter__(self):
        self._lock = _get_module_lock(self._name)
        self._lock.acquire()

    def __exit__(self, *args, **kwargs):
        self._lock.release()


class _ImportLockContext:
    """Context manager for the import lock."""

    def __enter__(self):
        _imp.acquire_lock()

    def __exit__(self, exc_type, exc_value, exc_traceback):
        _imp.release_lock()


def _get_module_lock(name):
    """Get or create the module lock for a given module name.

    Acquire/release internally the global import lock to protect
    _module_locks."""
    with _ImportLockContext():
        known = _module_locks.get(name)
        lock = known() if known is not None else None
        if lock is None:
            lock = _ModuleLock(name)

            def forget(ref, name=name):
                with _ImportLockContext():
                    if _module_locks.get(name) is ref:
                        del _module_locks[name]

            _module_locks[name] = _weakref.ref(lock, forget)
    return lock


def _calc___package__(globals):
    """Calculate what __package__ should be.

    __package__ is not guaranteed to be defined or could be set to None
    to represent that its proper value is unknown.

    """
    import _warnings
    package = globals.get('__package__')
    spec = globals.get('__spec__')
    if package is not None:
        if spec is not None and package != spec.parent:
            _warnings.warn(
                f'__package__ != __spec__.parent ({package!r} != {spec.parent!r})',
                ImportWarning, stacklevel=3)
        return package
    if spec is not None:
        return spec.parent
    _warnings.warn("can't resolve package from __spec__ or __package__, "
                   'falling back on __name__ and __path__',
                   ImportWarning, stacklevel=3)
    package = globals['__name__']
    return package if '__path__' in globals else package.rpartition('.')[0]


def _spec_from_module(module, loader=None, origin=None):
    from _frozen_importlib import ModuleSpec
    spec = getattr(module, '__spec__', None)
    if spec is not None:
        return spec
    if loader is None:
        loader = getattr(module, '__loader__', None)
    location = getattr(module, '__file__', None)
    if origin is None:
        origin = location
        if origin is None and loader is not None:
            origin = getattr(loader, '_ORIGIN', None)
    spec = ModuleSpec(module.__name__, loader, origin=origin)
    spec._set_fileattr = location is not None
    spec.cached = getattr(module, '__cached__', None)
    path = getattr(module, '__path__', None)
    spec.submodule_search_locations = None if path is None else list(path)
    return spec


def _module_repr_from_spec(spec):
    """Return the repr to use for the module."""
    name = '?' if spec.name is None else spec.name
    if spec.origin is None:
        if spec.loader is None:
            return f'<module {name!r}>'
        return f'<module {name!r} ({spec.loader!r})>'
    if spec.has_location:
        return f'<module {name!r} from {spec.origin!r}>'
    return f'<module {spec.name!r} ({spec.origin})>'


def _object_name(obj):
    try:
        return obj.__qualname__
    except AttributeError:
        return type(obj).__qualname__


def _requires(test, what):
    def decorate(function):
        def wrapper(self, fullname):
            if not test(fullname):
                raise ImportError(f'{fullname!r} is not a {what} module', name=fullname)
            return function(self, fullname)
        wrapper.__dict__.update(function.__dict__)
        for name in ('__module__', '__name__', '__qualname__', '__doc__'):
            if hasattr(function, name):
                setattr(wrapper, name, getattr(function, name))
        return wrapper
    return decorate


def _requires_builtin(fxn):
    """Decorator to verify the named module is built-in."""
    return _requires(lambda name: name in sys.builtin_module_names, 'built-in')(fxn)


def _requires_frozen(fxn):
    """Decorator to verify the named module is frozen."""
    return _requires(_imp.is_frozen, 'frozen')(fxn)


def _check_name(method):
    """Decorator to verify that the module being requested matches the one the
    loader can handle.

    The first argument (self) must define _name which the second argument is
    compared against. If the comparison fails then ImportError is raised.

    """
    def wrapper(self, name=None, *args, **kwargs):
        if name is None:
            name = self.name
        elif self.name != name:
            raise ImportError('loader for %s cannot handle %s' % (self.name, name), name=name)
        return method(self, name, *args, **kwargs)
    for name in ('__module__', '__name__', '__qualname__', '__doc__'):
        if hasattr(method, name):
            setattr(wrapper, name, getattr(method, name))
    wrapper.__dict__.update(method.__dict__)
    return wrapper


def _unpack_uint16(data):
    """Convert 2 bytes in little-endian to an integer."""
    assert len(data) == 2
    return int.from_bytes(data, 'little')


def _path_stat(path):
    """Stat the path.

    Made a separate function to make it easier to override in experiments
    (e.g. cache stat results).

    """
    import posix
    return posix.stat(path)


def _path_is_mode_type(path, mode):
    """Test whether the path is the specified mode type."""
    try:
        return (_path_stat(path).st_mode & 0o170000) == mode
    except OSError:
        return False


def _relax_case():
    """True if filenames must be checked case-insensitively and ignore environment flags are not set."""
    return False


def _make_relax_case():
    return _relax_case


def _find_module_shim(self, fullname):
    """Try to find a loader for the specified module by delegating to
    self.find_loader().

    This method is deprecated in favor of finder.find_spec().

    """
    import _warnings
    _warnings.warn('find_module() is deprecated and slated for removal in Python 3.12; '
                   'use find_spec() instead', DeprecationWarning)
    loader, portions = self.find_loader(fullname)
    if loader is None and len(portions):
        _warnings.warn(f'Not importing directory {portions[0]}: missing __init__', ImportWarning)
    return loader


_code_type = type(_find_module_shim.__code__)
_CASE_INSENSITIVE_PLATFORMS_STR_KEY = ('win',)
_CASE_INSENSITIVE_PLATFORMS_BYTES_KEY = ('cygwin', 'darwin')
_CASE_INSENSITIVE_PLATFORMS = (_CASE_INSENSITIVE_PLATFORMS_BYTES_KEY
                               + _CASE_INSENSITIVE_PLATFORMS_STR_KEY)
_MS_WINDOWS = False
_POPULATE = object()
_NEEDS_LOADING = object()
