

# What CPython 3.11 has and the module above lacks. Written for pyrs.

from types import GenericAlias

__all__.append("getLevelNamesMapping")

currentframe = lambda: sys._getframe(1)


def getLevelNamesMapping():
    return _nameToLevel.copy()


def _is_internal_frame(frame):
    """Signal whether the frame is a CPython or logging module internal."""
    filename = os.path.normcase(frame.f_code.co_filename)
    return filename == _srcfile or "importlib" in filename and "_bootstrap" in filename


def _findCaller(self, stack_info=False, stacklevel=1):
    """
    Find the stack frame of the caller so that we can note the source
    file name, line number and function name.
    """
    f = currentframe()
    if f is None:
        return "(unknown file)", 0, "(unknown function)", None
    while stacklevel > 0:
        caller = f.f_back
        if caller is None:
            break  # the deepest there is
        f = caller
        if not _is_internal_frame(f):
            stacklevel -= 1
    sinfo = None
    if stack_info:
        with io.StringIO() as text:
            text.write("Stack (most recent call last):\n")
            traceback.print_stack(f, file=text)
            sinfo = text.getvalue().removesuffix("\n")
    return f.f_code.co_filename, f.f_lineno, f.f_code.co_name, sinfo


Logger.findCaller = _findCaller
Logger.findCaller.__name__ = "findCaller"
Logger.findCaller.__qualname__ = "Logger.findCaller"
StreamHandler.__class_getitem__ = classmethod(GenericAlias)
LoggerAdapter.__class_getitem__ = classmethod(GenericAlias)
del _findCaller
