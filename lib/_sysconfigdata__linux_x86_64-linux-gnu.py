"""What sysconfig.get_config_vars() knows of this build.

There is no Makefile and no header here: nothing was configured, and extension modules cannot be built against this interpreter.
"""

build_time_vars = {
    'ABIFLAGS': '',
    'AR': 'ar',
    'ARFLAGS': 'rcs',
    'CC': 'cc',
    'CCSHARED': '-fPIC',
    'CFLAGS': '',
    'CONFIG_ARGS': '',
    'CXX': 'c++',
    'EXE': '',
    'EXT_SUFFIX': '.cpython-311-x86_64-linux-gnu.so',
    'HOST_GNU_TYPE': 'x86_64-pc-linux-gnu',
    'LDFLAGS': '',
    'LDSHARED': 'cc -shared',
    'LDVERSION': '3.11',
    'LIBS': '',
    'MACHDEP': 'linux',
    'MULTIARCH': 'x86_64-linux-gnu',
    'OPT': '',
    'PLATLIBDIR': 'lib',
    'PYTHON': 'pyrs',
    'Py_DEBUG': 0,
    'Py_ENABLE_SHARED': 0,
    'SHLIB_SUFFIX': '.so',
    'SIZEOF_VOID_P': 8,
    'SOABI': 'cpython-311-x86_64-linux-gnu',
    'VERSION': '3.11',
    'WITH_DOC_STRINGS': 1,
}
