//! What `sys` says about the interpreter, the platform and objects.
//!
//! CPython 3.11: `_PySys_InitCore` in `Python/sysmodule.c`.

use crate::context::{PyResult, Vm};
use crate::object::Value;
use crate::types::module::PyModule;

/// The version of Python that pyrs is.
pub const VERSION: (i64, i64, i64) = (3, 11, 7);
/// `sys.hexversion`
pub const HEXVERSION: i64 = 0x030b_07f0;
/// `sys.version`
pub const VERSION_TEXT: &str = "3.11.7 (pyrs) [Rust]";
/// `sys.copyright`
const COPYRIGHT: &str = "Copyright (c) the pyrs developers.\nAll Rights Reserved.";

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
    set("platlibdir", text("lib"));
    set("pycache_prefix", Value::None);
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
    let (major, minor, micro) = VERSION;
    let version_info = vec![
        vm.new_int(major),
        vm.new_int(minor),
        vm.new_int(micro),
        text("final"),
        vm.new_int(0),
    ];
    set("version_info", vm.new_tuple(version_info));
    Ok(())
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
