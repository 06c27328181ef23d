"""Stands in for concurrent.futures.process while `-m compileall` runs; see ahead.rs.

Files are compiled ahead on threads of this process; what compileall does with each file happens here, in order.
"""
import _compile_ahead
import os


def _check_system_limits():
    pass


class ProcessPoolExecutor:

    def __init__(self, max_workers=None, **options):
        self._workers = max_workers or os.cpu_count() or 1

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.shutdown()

    def shutdown(self, wait=True, **options):
        _compile_ahead.stop()

    def map(self, function, files, timeout=None, chunksize=1):
        files = list(files)
        options = getattr(function, 'keywords', {})
        levels = options.get('optimize', -1)
        if isinstance(levels, int):
            levels = [levels]
        moved = any(options.get(name) is not None for name in ('ddir', 'stripdir', 'prependdir'))
        if not moved:
            sources = [os.fspath(file) for file in files]
            _compile_ahead.start(sources, self._workers, sorted(set(levels)), bool(options.get('force')))
        for number, file in enumerate(files):
            if not moved:
                _compile_ahead.reached(number)
            yield function(file)
