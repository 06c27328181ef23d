//! Attributes, identity, namespaces, texts.
//!
//! CPython 3.11: `Python/bltinmodule.c`, `PyObject_Dir` in `Objects/object.c`.

use crate::context::{PyResult, Vm};
use crate::interp::frame_ownership;
use crate::object::{PyRef, Value};
use crate::protocol::{attr, call, iter, special};
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;

/// The globals of the running frame.
pub fn current_globals(vm: &Vm) -> Option<PyRef<PyDict>> {
    let frame = frame_ownership::current_frame(vm);
    if frame.is_null() {
        return None;
    }
    // SAFETY: the running frame is complete; its function keeps the globals alive.
    Some(unsafe { (*(*frame).globals).to_ref() })
}

/// The locals of the running frame as a mapping.
pub fn current_locals(vm: &Vm) -> PyResult<Option<Value>> {
    let frame = frame_ownership::current_frame(vm);
    if frame.is_null() {
        return Ok(None);
    }
    crate::types::frame_methods::locals_of_frame(vm, frame).map(Some)
}

/// `dir()` and `dir(object)`.
pub fn dir_of(vm: &Vm, object: Option<&Value>) -> PyResult<Value> {
    let names = match object {
        None => {
            let Some(locals) = current_locals(vm)? else {
                return Err(vm.system_error("frame does not exist"));
            };
            let keys = call::call_method(vm, &locals, &vm.names.keys, &[])?;
            iter::to_vec(vm, &keys)?
        }
        Some(object) => match special::call(vm, object, &vm.names.__dir__, &[])? {
            Some(names) => iter::to_vec(vm, &names)?,
            None => return Err(vm.type_error("object does not provide __dir__")),
        },
    };
    let list = PyList::new(vm, names);
    crate::types::list::sort::sort_list(vm, &list, None, false)?;
    Ok(list.into_value())
}

/// `vars()` and `vars(object)`.
fn vars_of(vm: &Vm, object: Option<&Value>) -> PyResult<Value> {
    match object {
        None => match current_locals(vm)? {
            Some(locals) => Ok(locals),
            None => Err(vm.system_error("frame does not exist")),
        },
        Some(object) => match attr::get_opt(vm, object, &vm.names.__dict__)? {
            Some(dict) => Ok(dict),
            None => Err(vm.type_error("vars() argument must have __dict__ attribute")),
        },
    }
}

/// These functions.
#[derive::pymodule]
pub mod part {
    use super::{current_globals, current_locals, dir_of, vars_of};
    use crate::context::{PyResult, Vm};
    use crate::object::{Args, Py, PyRef, Value};
    use crate::protocol::{attr, call, hash, instance_check, repr, sequence};
    use crate::types::dict::value::PyDict;
    use crate::types::native;
    use crate::types::str::value::PyStr;

    fn attribute_name<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyStr>> {
        value.downcast_ref::<PyStr>().ok_or_else(|| {
            vm.type_error(format!(
                "attribute name must be string, not '{}'",
                value.class(vm).tp_name()
            ))
        })
    }

    /// Return an ASCII-only representation of an object.
    #[pyfunction(sig = "ascii($module, obj, /)")]
    fn ascii(vm: &Vm, obj: &Value) -> PyResult<PyRef<PyStr>> {
        repr::ascii(vm, obj)
    }

    /// Return whether the object can be called.
    #[pyfunction(sig = "callable($module, obj, /)")]
    fn callable(vm: &Vm, obj: &Value) -> bool {
        call::is_callable(vm, obj)
    }

    /// Return a string of one character with ordinal i; 0 <= i <= 0x10ffff.
    #[pyfunction(sig = "chr($module, i, /)")]
    fn chr(vm: &Vm, i: i32) -> PyResult<PyRef<PyStr>> {
        match u32::try_from(i) {
            Ok(c) if c <= 0x10_ffff => Ok(PyStr::from_char(vm, c)),
            _ => Err(vm.value_error("chr() arg not in range(0x110000)")),
        }
    }

    /// breakpoint(*args, **kws)
    ///
    /// Call sys.breakpointhook(*args, **kws).  sys.breakpointhook() must accept
    /// whatever arguments are passed.
    ///
    /// By default, this drops you into the pdb debugger.
    #[pyfunction]
    fn breakpoint(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let hook = vm
            .sys_dict
            .get()
            .and_then(|sys| sys.get_str(&vm.intern_str("breakpointhook")));
        match hook {
            Some(hook) => crate::protocol::call::call(vm, &hook, args),
            None => Err(vm.runtime_error("lost sys.breakpointhook")),
        }
    }

    /// Delete the named attribute of an object: delattr(x, 'y') is del x.y.
    #[pyfunction(sig = "delattr($module, obj, name, /)")]
    fn delattr(vm: &Vm, obj: &Value, name: &Value) -> PyResult<()> {
        attr::delete(vm, obj, attribute_name(vm, name)?)
    }

    /// dir([object]) -> list of strings
    ///
    /// The names in the current scope, or the attributes of an object.
    #[pyfunction]
    fn dir(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        native::no_keywords(vm, "dir", &args)?;
        native::arity(vm, "dir", args.positional().len(), 0, 1)?;
        dir_of(vm, args.positional().first())
    }

    /// Return type(value).__format__(value, format_spec).
    #[pyfunction(sig = "format($module, value, format_spec='', /)")]
    fn format(vm: &Vm, value: &Value, format_spec: Option<&Py<PyStr>>) -> PyResult<PyRef<PyStr>> {
        match format_spec {
            Some(spec) => repr::format(vm, value, Some(&spec.as_value())),
            None => repr::format(vm, value, None),
        }
    }

    /// getattr(object, name[, default]) -> value
    ///
    /// Get a named attribute of an object; the default is for when there is none.
    #[pyfunction]
    fn getattr(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        native::no_keywords(vm, "getattr", &args)?;
        native::arity(vm, "getattr", args.positional().len(), 2, 3)?;
        let [object, name, rest @ ..] = args.positional() else {
            return Err(vm.type_error("getattr expected at least 2 arguments"));
        };
        let name = attribute_name(vm, name)?;
        match rest {
            [] => attr::get(vm, object, name),
            [default, ..] => {
                Ok(attr::get_opt(vm, object, name)?.unwrap_or_else(|| default.clone()))
            }
        }
    }

    /// Return the dictionary with the current scope's global variables.
    #[pyfunction(sig = "globals($module, /)")]
    fn globals(vm: &Vm) -> PyResult<PyRef<PyDict>> {
        current_globals(vm).ok_or_else(|| vm.system_error("frame does not exist"))
    }

    /// Return whether the object has an attribute with the given name.
    #[pyfunction(sig = "hasattr($module, obj, name, /)")]
    fn hasattr(vm: &Vm, obj: &Value, name: &Value) -> PyResult<bool> {
        attr::has(vm, obj, attribute_name(vm, name)?)
    }

    /// Return the hash value for the given object.
    #[pyfunction(name = "hash", sig = "hash($module, obj, /)")]
    fn hash_(vm: &Vm, obj: &Value) -> PyResult<i64> {
        hash::hash(vm, obj)
    }

    /// Return the identity of an object.
    #[pyfunction(sig = "id($module, obj, /)")]
    fn id(obj: &Value) -> u64 {
        obj.bits()
    }

    /// Return whether an object is an instance of a class or of a subclass thereof.
    #[pyfunction(sig = "isinstance($module, obj, class_or_tuple, /)")]
    fn isinstance(vm: &Vm, obj: &Value, class_or_tuple: &Value) -> PyResult<bool> {
        instance_check::isinstance(vm, obj, class_or_tuple)
    }

    /// Return whether 'cls' is derived from another class or is the same class.
    #[pyfunction(sig = "issubclass($module, cls, class_or_tuple, /)")]
    fn issubclass(vm: &Vm, cls: &Value, class_or_tuple: &Value) -> PyResult<bool> {
        instance_check::issubclass(vm, cls, class_or_tuple)
    }

    /// Return the number of items in a container.
    #[pyfunction(sig = "len($module, obj, /)")]
    fn len(vm: &Vm, obj: &Value) -> PyResult<usize> {
        sequence::len(vm, obj)
    }

    /// Return a dictionary with the current scope's local variables.
    #[pyfunction(sig = "locals($module, /)")]
    fn locals(vm: &Vm) -> PyResult<Value> {
        current_locals(vm)?.ok_or_else(|| vm.system_error("frame does not exist"))
    }

    /// Return the code point of a one-character string.
    #[pyfunction(sig = "ord($module, c, /)")]
    fn ord(vm: &Vm, c: &Value) -> PyResult<Value> {
        if let Some(text) = c.downcast_ref::<PyStr>() {
            return match text.char_at(0) {
                Some(only) if text.len() == 1 => Ok(Value::small_int_unchecked(i64::from(only))),
                _ => Err(vm.type_error(format!(
                    "ord() expected a character, but string of length {} found",
                    text.len()
                ))),
            };
        }
        let bytes = match c.class(vm).slots.getbuffer.get() {
            Some(_) if super::is_bytes_or_bytearray(vm, c) => {
                crate::protocol::buffer::to_vec(vm, c)?
            }
            _ => {
                return Err(vm.type_error(format!(
                    "ord() expected string of length 1, but {} found",
                    c.class(vm).tp_name()
                )));
            }
        };
        match bytes.as_slice() {
            [byte] => Ok(Value::small_int_unchecked(i64::from(*byte))),
            _ => Err(vm.type_error(format!(
                "ord() expected a character, but string of length {} found",
                bytes.len()
            ))),
        }
    }

    /// Return the canonical string representation of the object.
    #[pyfunction(name = "repr", sig = "repr($module, obj, /)")]
    fn repr_(vm: &Vm, obj: &Value) -> PyResult<PyRef<PyStr>> {
        repr::repr(vm, obj)
    }

    /// Set the named attribute of an object: setattr(x, 'y', v) is x.y = v.
    #[pyfunction(sig = "setattr($module, obj, name, value, /)")]
    fn setattr(vm: &Vm, obj: &Value, name: &Value, value: &Value) -> PyResult<()> {
        attr::set(vm, obj, attribute_name(vm, name)?, value.clone())
    }

    /// vars([object]) -> dictionary
    ///
    /// Without argument locals(), with one its __dict__.
    #[pyfunction]
    fn vars(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        native::no_keywords(vm, "vars", &args)?;
        native::arity(vm, "vars", args.positional().len(), 0, 1)?;
        vars_of(vm, args.positional().first())
    }
}

/// Whether a value is a `bytes` or a `bytearray`, which `ord` takes.
fn is_bytes_or_bytearray(vm: &Vm, value: &Value) -> bool {
    let class = value.class(vm);
    if class.has_flag(crate::object::type_flag::BYTES_SUBCLASS) {
        return true;
    }
    class.mro_ref().is_some_and(|mro| {
        mro.as_slice().iter().any(|base| {
            base.downcast_ref::<crate::object::PyType>()
                .and_then(|base| base.def)
                .is_some_and(|def| def.name == "bytearray")
        })
    })
}
