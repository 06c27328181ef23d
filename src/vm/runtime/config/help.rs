//! What `--help` and its kin print, and the usage line of errors.
//!
//! CPython 3.11: `usage_help`, `usage_envvars`, `usage_xoptions` in `Python/initconfig.c`.

use super::Exit;

fn usage_line(program: &[u8]) -> String {
    let program = String::from_utf8_lossy(program);
    format!("usage: {program} [option] ... [-c cmd | -m mod | file | -] [arg] ...\n")
}

/// A message about a wrong command line.
pub fn usage_error(program: &[u8], message: &str) -> Exit {
    let text = format!(
        "{message}\n{}Try `python -h' for more information.\n",
        usage_line(program)
    );
    Exit {
        code: 2,
        stdout: String::new(),
        stderr: text.into_bytes(),
    }
}

/// `--help`
pub fn usage(program: &[u8]) -> String {
    usage_line(program) + OPTIONS
}

/// `--help-all`
pub fn complete(program: &[u8]) -> String {
    format!("{}\n{ENVIRONMENT}\n{X_OPTIONS}", usage(program))
}

const OPTIONS: &str = "\
Options (and corresponding environment variables):
-b     : warn about str() of bytes and bytearray, and comparing those with str
         (-bb: errors)
-B     : don't write .pyc files on import; also PYTHONDONTWRITEBYTECODE=x
-c cmd : run this program text (terminates option list)
-d     : parser debugging output; also PYTHONDEBUG=x
-E     : ignore PYTHON* environment variables (such as PYTHONPATH)
-h     : print this help message and exit (also -? or --help)
-i     : inspect interactively after running the script, with a prompt even
         if stdin is no terminal; also PYTHONINSPECT=x
-I     : isolate from the user's environment (implies -E, -P and -s)
-m mod : run a library module as a script (terminates option list)
-O     : leave out assert and code under __debug__; add .opt-1 before the
         .pyc extension; also PYTHONOPTIMIZE=x
-OO    : as -O, and discard docstrings; add .opt-2 before .pyc extension
-P     : don't put the script's directory in front of sys.path; also
         PYTHONSAFEPATH=x
-q     : don't print version and copyright messages on interactive startup
-s     : don't add the user's site directory to sys.path; also
         PYTHONNOUSERSITE=x
-S     : don't 'import site' at the start
-u     : write stdout and stderr without buffering; also PYTHONUNBUFFERED=x
-v     : trace imports; can be given more than once; also PYTHONVERBOSE=x
-V     : print the version number and exit (also --version); when given
         twice, more about the build
-W arg : warning filter, action:message:category:module:lineno; also
         PYTHONWARNINGS=arg
-x     : skip the first line of the source
-X opt : set an implementation-specific option
--check-hash-based-pycs always|default|never:
         when hash-based .pyc files are checked against their source
--help-env      : print help about environment variables and exit
--help-xoptions : print help about -X options and exit
--help-all      : print all of this help and exit
Arguments:
file   : read the program from a file
-      : read the program from stdin (default; interactive if a terminal)
arg ...: arguments of the program, in sys.argv[1:]
";

/// `--help-env`
pub const ENVIRONMENT: &str = "\
Environment variables that change behavior:
PYTHONSTARTUP: file executed on interactive startup
PYTHONPATH   : ':'-separated list of directories put in front of the default
               module search path
PYTHONHOME   : alternate <prefix> directory (or <prefix>:<exec_prefix>), whose
               lib/python3.11 has the standard library
PYTHONPLATLIBDIR : sys.platlibdir
PYTHONCASEOK : ignored on this platform
PYTHONUTF8: 1 enables UTF-8 mode
PYTHONIOENCODING: encoding[:errors] of stdin/stdout/stderr
PYTHONFAULTHANDLER: dump tracebacks on fatal errors
PYTHONHASHSEED: 'random', or the seed of str and bytes hashes, an integer in
   the range [0,4294967295]
PYTHONINTMAXSTRDIGITS: most digits of an int that is converted from or to a
   str; 0 is no limit
PYTHONMALLOC: accepted
PYTHONCOERCECLOCALE: accepted
PYTHONBREAKPOINT: callable that breakpoint() calls; 0 disables it
PYTHONDEVMODE: development mode
PYTHONPYCACHEPREFIX: root directory of bytecode cache (pyc) files
PYTHONWARNDEFAULTENCODING: EncodingWarning for 'encoding=None'
PYTHONNODEBUGRANGES: no columns in the location tables of code objects
PYRS_IMPLEMENTATION: what sys.implementation.name says in place of pyrs
These variables have equivalent command-line parameters (see --help):
PYTHONDEBUG             : -d
PYTHONDONTWRITEBYTECODE : -B
PYTHONINSPECT           : -i
PYTHONINTMAXSTRDIGITS   : -X int_max_str_digits=number
PYTHONNOUSERSITE        : -s
PYTHONOPTIMIZE          : -O
PYTHONSAFEPATH          : -P
PYTHONUNBUFFERED        : -u
PYTHONVERBOSE           : -v
PYTHONWARNINGS=arg      : -W arg
";

/// `--help-xoptions`
pub const X_OPTIONS: &str = "\
The following implementation-specific options are available:

-X faulthandler: enable faulthandler

-X showrefcount: accepted

-X tracemalloc: trace memory allocations; -X tracemalloc=NFRAME keeps that
    many frames of each

-X importtime: show how long each import takes

-X dev: development mode: more warnings and checks at run time

-X utf8: UTF-8 mode; -X utf8=0 disables it

-X pycache_prefix=PATH: write .pyc files to a tree of its own below that
    directory

-X warn_default_encoding: EncodingWarning for 'encoding=None'

-X no_debug_ranges: no columns in the location tables of code objects

-X implementation=NAME: what sys.implementation.name says in place of pyrs

-X frozen_modules=[on|off]: accepted

-X pyc_freshness=strict: do not trust a .pyc file written in the second in
    which its source was changed

-X pyc_repair: compile again when a .pyc file cannot be read

-X pyc_verify: compile every source and use no .pyc file that differs

-X int_max_str_digits=number: most digits of an int that is converted from or
    to a str
";
