//! What `sys` says about the interpreter, the platform and objects.
//!
//! CPython 3.11: `_PySys_InitCore` in `Python/sysmodule.c`.

use crate::context::{PyResult, Vm};
use crate::modules::native;
use crate::object::{Value, instance};
use crate::types::dict::value::PyDict;
use crate::types::module::PyModule;
use crate::types::namespace::PyNamespace;
use crate::types::set::table::PyFrozenSet;

/// The version of Python that pyrs is.
pub const VERSION: (i64, i64, i64) = (3, 11, 7);
/// `sys.hexversion`
pub const HEXVERSION: i64 = 0x030b_07f0;
/// `sys.version`
pub const VERSION_TEXT: &str = "3.11.7 (pyrs) [Rust]";
/// `sys.copyright`
const COPYRIGHT: &str = "Copyright (c) the pyrs developers.\nAll Rights Reserved.";

/// Names of the standard library's modules.
const STDLIB_MODULES: &str = "\
__future__ _abc _aix_support _ast _asyncio _bisect _blake2 _bootsubprocess _bz2 _codecs _codecs_cn _codecs_hk _codecs_iso2022 \
_codecs_jp _codecs_kr _codecs_tw _collections _collections_abc _compat_pickle _compression _contextvars _crypt _csv _ctypes \
_curses _curses_panel _datetime _dbm _decimal _elementtree _frozen_importlib _frozen_importlib_external _functools _gdbm _hashlib \
_heapq _imp _io _json _locale _lsprof _lzma _markupbase _md5 _msi _multibytecodec _multiprocessing _opcode _operator _osx_support \
_overlapped _pickle _posixshmem _posixsubprocess _py_abc _pydecimal _pyio _queue _random _scproxy _sha1 _sha256 _sha3 _sha512 \
_signal _sitebuiltins _socket _sqlite3 _sre _ssl _stat _statistics _string _strptime _struct _symtable _thread _threading_local \
_tkinter _tokenize _tracemalloc _typing _uuid _warnings _weakref _weakrefset _winapi _zoneinfo abc aifc antigravity argparse array \
ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd \
code codecs codeop collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes \
curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl \
filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq \
hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging \
lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path \
numbers opcode operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix \
posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib \
resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver \
spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau symtable sys \
sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit tkinter token tokenize tomllib \
trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu uuid venv warnings wave weakref \
webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo";

/// Sets the attributes that do not depend on the configuration.
pub fn fill(vm: &Vm, module: &Value) -> PyResult<()> {
    let Some(module) = module.downcast_ref::<PyModule>() else {
        return Err(vm.type_error("a module is needed"));
    };
    let dict = module.dict(vm);
    let set = |name: &str, value: Value| dict.set_str(vm, &vm.intern_str(name), value);
    let text = |text: &str| vm.new_str(text);
    set("version", text(VERSION_TEXT));
    set("hexversion", vm.new_int(HEXVERSION));
    set("api_version", vm.new_int(1013));
    set("copyright", text(COPYRIGHT));
    set("platform", text("linux"));
    set("maxsize", vm.new_int(i64::MAX));
    set("maxunicode", vm.new_int(0x10_ffff));
    set("byteorder", text("little"));
    set("abiflags", text(""));
    set("float_repr_style", text("short"));
    set("_framework", text(""));
    for hook in [
        "displayhook",
        "excepthook",
        "breakpointhook",
        "unraisablehook",
    ] {
        if let Some(value) = dict.get_str(&vm.intern_str(hook)) {
            set(&format!("__{hook}__"), value);
        }
    }
    let git = vec![text("pyrs"), text(""), text("")];
    set("_git", vm.new_tuple(git));
    fill_structures(vm, &dict)?;
    Ok(())
}

/// Gives `sys.implementation` another name, for conformance runs: tests of CPython's details look at it.
pub fn claim_implementation(vm: &Vm, name: Value) {
    let known = vm
        .sys_dict
        .get()
        .and_then(|dict| dict.get_str(&vm.intern_str("implementation")));
    if let Some(implementation) = known.as_ref().and_then(Value::as_object) {
        instance::make_dict(vm, implementation).set_str(vm, &vm.intern_str("name"), name);
    }
}

/// `sys.version_info` and its kin.
fn fill_structures(vm: &Vm, dict: &PyDict) -> PyResult<()> {
    let set = |name: &str, value: Value| dict.set_str(vm, &vm.intern_str(name), value);
    let (text, int) = (|text: &str| vm.new_str(text), |n: i64| vm.new_int(n));
    let (major, minor, micro) = VERSION;
    let version = VERSION_INFO.new_value(
        vm,
        vec![int(major), int(minor), int(micro), text("final"), int(0)],
    );
    set("version_info", version.clone());
    let attributes = PyDict::new(vm);
    let implementation = [
        ("name", text("pyrs")),
        ("cache_tag", text("cpython-311")),
        ("version", version),
        ("hexversion", int(HEXVERSION)),
        ("_multiarch", text("x86_64-linux-gnu")),
    ];
    for (name, value) in implementation {
        attributes.set_str(vm, &vm.intern_str(name), value);
    }
    set(
        "implementation",
        PyNamespace::new(vm, attributes).into_value(),
    );
    let float = |f: f64| vm.new_float(f);
    set(
        "float_info",
        FLOAT_INFO.new_value(
            vm,
            vec![
                float(f64::MAX),
                int(1024),
                int(308),
                float(f64::MIN_POSITIVE),
                int(-1021),
                int(-307),
                int(15),
                int(53),
                float(f64::EPSILON),
                int(2),
                int(1),
            ],
        ),
    );
    set(
        "int_info",
        INT_INFO.new_value(vm, vec![int(30), int(4), int(4300), int(640)]),
    );
    let hash_info = vec![
        int(64),
        int(base::hash::HASH_MODULUS as i64),
        int(base::hash::HASH_INF),
        int(0),
        int(base::hash::HASH_IMAG as i64),
        text("siphash13"),
        int(64),
        int(128),
        int(0),
    ];
    set("hash_info", HASH_INFO.new_value(vm, hash_info));
    set(
        "thread_info",
        THREAD_INFO.new_value(
            vm,
            vec![text("pthread"), text("semaphore"), text("NPTL 2.36")],
        ),
    );
    let names = native::names(vm).into_iter().map(text).collect();
    set("builtin_module_names", vm.new_tuple(names));
    let library = STDLIB_MODULES
        .split_whitespace()
        .map(|name| vm.new_str(name));
    set(
        "stdlib_module_names",
        PyFrozenSet::from_values(vm, library)?.into_value(),
    );
    Ok(())
}

crate::structseq! {
    /// `sys.version_info`
    pub static VERSION_INFO: "sys.version_info", doc: "sys.version_info\n\nThe version as a named tuple.", visible: 5,
    flags: crate::object::type_flag::DISALLOW_INSTANTIATION,
    fields: [
        ("major", "Major release number"),
        ("minor", "Minor release number"),
        ("micro", "Patch release number"),
        ("releaselevel", "'alpha', 'beta', 'candidate', or 'final'"),
        ("serial", "Serial release number"),
    ]
}

crate::structseq! {
    /// `sys.float_info`
    pub static FLOAT_INFO: "sys.float_info", doc: "sys.float_info\n\nPrecision and range of floats.", visible: 11, flags: 0,
    fields: [
        ("max", "DBL_MAX -- largest finite float"),
        ("max_exp", "DBL_MAX_EXP -- largest int e such that radix**(e-1) is representable"),
        ("max_10_exp", "DBL_MAX_10_EXP -- largest int e such that 10**e is representable"),
        ("min", "DBL_MIN -- smallest positive normalized float"),
        ("min_exp", "DBL_MIN_EXP -- smallest int e such that radix**(e-1) is a normalized float"),
        ("min_10_exp", "DBL_MIN_10_EXP -- smallest int e such that 10**e is a normalized float"),
        ("dig", "DBL_DIG -- decimal digits that every float keeps"),
        ("mant_dig", "DBL_MANT_DIG -- mantissa digits"),
        ("epsilon", "DBL_EPSILON -- difference between 1 and the next float"),
        ("radix", "FLT_RADIX -- radix of the exponent"),
        ("rounds", "FLT_ROUNDS -- rounding mode of arithmetic"),
    ]
}

crate::structseq! {
    /// `sys.int_info`
    pub static INT_INFO: "sys.int_info", doc: "sys.int_info\n\nThe representation of ints.", visible: 4, flags: 0,
    fields: [
        ("bits_per_digit", "size of a digit in bits"),
        ("sizeof_digit", "size in bytes of the C type of a digit"),
        ("default_max_str_digits", "default limit of digits in string conversions"),
        ("str_digits_check_threshold", "smallest limit that can be set"),
    ]
}

crate::structseq! {
    /// `sys.hash_info`
    pub static HASH_INFO: "sys.hash_info", doc: "hash_info\n\nParameters of hashes.", visible: 9, flags: 0,
    fields: [
        ("width", "bits of a hash"),
        ("modulus", "prime modulus of numeric hashes"),
        ("inf", "hash of positive infinity"),
        ("nan", "unused"),
        ("imag", "multiplier of the imaginary part of a complex number"),
        ("algorithm", "hash algorithm of str, bytes and memoryviews"),
        ("hash_bits", "bits the algorithm gives"),
        ("seed_bits", "bits of its seed"),
        ("cutoff", "length up to which short strings are hashed otherwise"),
    ]
}

crate::structseq! {
    /// `sys.thread_info`
    pub static THREAD_INFO: "sys.thread_info", doc: "sys.thread_info\n\nHow threads are made.", visible: 3, flags: 0,
    fields: [
        ("name", "name of the thread implementation"),
        ("lock", "name of the lock implementation"),
        ("version", "name and version of the thread library"),
    ]
}

/// These functions.
#[derive::pymodule]
pub mod part {
    use crate::context::errors::ExcKind;
    use crate::context::{PyResult, Vm};
    use crate::object::{Args, Py, PyRef, Value};
    use crate::protocol::special;
    use crate::types::native;
    use crate::types::str::value::PyStr;

    /// Enter the string into the table of interned strings, and return it or the one that was there.
    #[pyfunction(sig = "intern($module, string, /)")]
    fn intern(vm: &Vm, string: &Py<PyStr>) -> PyResult<PyRef<PyStr>> {
        if !string.is_exact(vm) {
            return Err(vm.type_error(format!(
                "can't intern {}",
                string.object().class().tp_name()
            )));
        }
        Ok(vm.intern(string.to_ref()))
    }

    /// Return the reference count of object, one more than one might expect.
    #[pyfunction(sig = "getrefcount($module, object, /)")]
    fn getrefcount(object: &Value) -> u64 {
        if object.is_object() {
            object.refcount()
        } else {
            1 << 30
        }
    }

    /// getsizeof(object [, default]) -> int
    ///
    /// Return the size of object in bytes.
    #[pyfunction]
    fn getsizeof(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let [object, default] = native::bind(vm, "getsizeof", &args, ["object", "default"], 2, 1)?;
        let Some(object) = object else {
            return Err(vm.type_error("an object is needed"));
        };
        match size_of_object(vm, object) {
            Err(error) if default.is_some() && error.is(vm, ExcKind::TypeError) => {
                Ok(default.map_or(Value::None, Value::clone))
            }
            result => result,
        }
    }

    fn size_of_object(vm: &Vm, object: &Value) -> PyResult<Value> {
        let name = vm.names.__sizeof__.to_ref();
        let Some(size) = special::call(vm, object, &name, &[])? else {
            return Err(vm.type_error(format!(
                "Type {} doesn't define __sizeof__",
                object.class(vm).tp_name()
            )));
        };
        let Some(size) = size.as_int().and_then(|size| size.to_i64()) else {
            return Err(vm.type_error("an integer is required"));
        };
        if size < 0 {
            return Err(vm.value_error("__sizeof__() should return >= 0"));
        }
        let head = if object.class(vm).is_gc() { 16 } else { 0 };
        Ok(vm.new_int(size + head))
    }

    /// Return the current default encoding of str.encode() and bytes.decode().
    #[pyfunction(sig = "getdefaultencoding($module, /)")]
    fn getdefaultencoding() -> &'static str {
        "utf-8"
    }

    /// Return the encoding used to convert names of files.
    #[pyfunction(sig = "getfilesystemencoding($module, /)")]
    fn getfilesystemencoding() -> &'static str {
        "utf-8"
    }

    /// Return the error handler used to convert names of files.
    #[pyfunction(sig = "getfilesystemencodeerrors($module, /)")]
    fn getfilesystemencodeerrors() -> &'static str {
        "surrogateescape"
    }

    /// Return True if the interpreter is exiting.
    #[pyfunction(sig = "is_finalizing($module, /)")]
    fn is_finalizing(vm: &Vm) -> bool {
        vm.state
            .get::<crate::runtime::interpreter::Phase>()
            .finalizing
            .get()
    }

    /// Return the number of memory blocks currently allocated.
    #[pyfunction(sig = "getallocatedblocks($module, /)")]
    fn getallocatedblocks(vm: &Vm) -> usize {
        vm.heap.used() / 16
    }

    /// Clear the internal type lookup cache.
    #[pyfunction(sig = "_clear_type_cache($module, /)")]
    fn _clear_type_cache(vm: &Vm) {
        vm.type_cache.clear();
    }

    /// audit(event, *args)
    ///
    /// Passes the event to any audit hooks that are attached.
    #[pyfunction]
    fn audit(vm: &Vm, args: Args<'_>) -> PyResult<()> {
        native::no_keywords(vm, "audit", &args)?;
        let [event, rest @ ..] = args.positional() else {
            return Err(vm.type_error("audit expected at least 1 argument, got 0"));
        };
        let Some(event) = event.downcast_ref::<PyStr>() else {
            return Err(vm.type_error(format!(
                "expected str for argument 'event', not {}",
                event.class(vm).tp_name()
            )));
        };
        super::super::audit(vm, &event.to_string_lossy(), rest)
    }

    /// Adds a new audit hook callback.
    #[pyfunction(sig = "addaudithook($module, /, hook)")]
    fn addaudithook(vm: &Vm, hook: &Value) -> PyResult<()> {
        let _ = hook;
        Err(vm.unfinished("sys.addaudithook"))
    }
}
