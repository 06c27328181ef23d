//! `_testcapi`: the little of it that tests of the language and the compiler use. Here are functions of every native calling convention,
//! and calls of anything from native code.
//!
//! CPython 3.11: `meth_varargs` … `pyobject_vectorcall` in `Modules/_testcapimodule.c`.

pub use testcapi_module::DEF;

mod c_api;

use derive::{pymethods, pytype};
use vm::context::{PyResult, Vm};
use vm::object::alloc::new_object;
use vm::object::{Args, Py, PyType, Value};
use vm::types::dict::value::PyDict;
use vm::types::native::no_keywords;

/// `(self, args)`
fn positional(vm: &Vm, receiver: &Value, args: &[Value]) -> Value {
    vm.new_tuple(vec![receiver.clone(), vm.new_tuple(args.to_vec())])
}

/// `(self, args, kwargs)`
fn with_keywords(vm: &Vm, receiver: &Value, args: &Args<'_>) -> PyResult<Value> {
    let kwargs = PyDict::new(vm);
    for (name, value) in args.keywords() {
        kwargs.set(vm, name.clone(), value.clone())?;
    }
    Ok(vm.new_tuple(vec![
        receiver.clone(),
        vm.new_tuple(args.positional().to_vec()),
        kwargs.into_value(),
    ]))
}

/// Methods of each calling convention.
#[pytype(name = "_testcapi.MethInstance", flags(BASETYPE), tables(INSTANCE))]
pub struct MethInstance;

#[pymethods(table = INSTANCE)]
impl MethInstance {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _vm: &Vm, _args: Args<'_>) -> Value {
        new_object(cls, MethInstance).into_value()
    }

    #[pymethod]
    fn meth_varargs(zelf: &Value, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        no_keywords(vm, "meth_varargs", &args)?;
        Ok(positional(vm, zelf, args.positional()))
    }

    #[pymethod]
    fn meth_varargs_keywords(zelf: &Value, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        with_keywords(vm, zelf, &args)
    }

    #[pymethod(sig = "meth_o($self, arg, /)", no_text_signature)]
    fn meth_o(zelf: &Value, vm: &Vm, arg: &Value) -> Value {
        vm.new_tuple(vec![zelf.clone(), arg.clone()])
    }

    #[pymethod(sig = "meth_noargs($self, /)", no_text_signature)]
    fn meth_noargs(zelf: &Value) -> Value {
        zelf.clone()
    }

    #[pymethod(sig = "meth_fastcall($self, *args)", no_text_signature)]
    fn meth_fastcall(zelf: &Value, vm: &Vm, args: &[Value]) -> Value {
        positional(vm, zelf, args)
    }

    #[pymethod]
    fn meth_fastcall_keywords(zelf: &Value, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        with_keywords(vm, zelf, &args)
    }
}

/// Class methods of each calling convention.
#[pytype(name = "_testcapi.MethClass", flags(BASETYPE), tables(CLASS))]
pub struct MethClass;

#[pymethods(table = CLASS)]
impl MethClass {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _vm: &Vm, _args: Args<'_>) -> Value {
        new_object(cls, MethClass).into_value()
    }

    #[pyclassmethod]
    fn meth_varargs(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        no_keywords(vm, "meth_varargs", &args)?;
        Ok(positional(vm, &cls.as_value(), args.positional()))
    }

    #[pyclassmethod]
    fn meth_varargs_keywords(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        with_keywords(vm, &cls.as_value(), &args)
    }

    #[pyclassmethod(sig = "meth_o($type, arg, /)", no_text_signature)]
    fn meth_o(cls: &Py<PyType>, vm: &Vm, arg: &Value) -> Value {
        vm.new_tuple(vec![cls.to_value(), arg.clone()])
    }

    #[pyclassmethod(sig = "meth_noargs($type, /)", no_text_signature)]
    fn meth_noargs(cls: &Py<PyType>) -> Value {
        cls.to_value()
    }

    #[pyclassmethod(sig = "meth_fastcall($type, *args)", no_text_signature)]
    fn meth_fastcall(cls: &Py<PyType>, vm: &Vm, args: &[Value]) -> Value {
        positional(vm, &cls.as_value(), args)
    }

    #[pyclassmethod]
    fn meth_fastcall_keywords(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        with_keywords(vm, &cls.as_value(), &args)
    }
}

/// Static methods of each calling convention.
#[pytype(name = "_testcapi.MethStatic", flags(BASETYPE), tables(STATIC))]
pub struct MethStatic;

#[pymethods(table = STATIC)]
impl MethStatic {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, _vm: &Vm, _args: Args<'_>) -> Value {
        new_object(cls, MethStatic).into_value()
    }

    #[pystaticmethod]
    fn meth_varargs(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        no_keywords(vm, "meth_varargs", &args)?;
        Ok(positional(vm, &Value::None, args.positional()))
    }

    #[pystaticmethod]
    fn meth_varargs_keywords(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        with_keywords(vm, &Value::None, &args)
    }

    #[pystaticmethod(sig = "meth_o(arg, /)", no_text_signature)]
    fn meth_o(vm: &Vm, arg: &Value) -> Value {
        vm.new_tuple(vec![Value::None, arg.clone()])
    }

    #[pystaticmethod(sig = "meth_noargs()", no_text_signature)]
    fn meth_noargs() -> Value {
        Value::None
    }

    #[pystaticmethod(sig = "meth_fastcall(*args)", no_text_signature)]
    fn meth_fastcall(vm: &Vm, args: &[Value]) -> Value {
        positional(vm, &Value::None, args)
    }

    #[pystaticmethod]
    fn meth_fastcall_keywords(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        with_keywords(vm, &Value::None, &args)
    }
}

/// The values of a tuple; none for None.
fn values<'a>(vm: &Vm, args: &'a Value) -> PyResult<&'a [Value]> {
    if args.is_none() {
        return Ok(&[]);
    }
    match args.downcast_ref::<vm::types::tuple::value::PyTuple>() {
        Some(tuple) => Ok(tuple.as_slice()),
        None => Err(vm.type_error("args must be None or a tuple")),
    }
}

/// Limits of C's types where an int has 32 bits and a pointer 64.
const LIMITS: [(&str, i64); 18] = [
    ("CHAR_MAX", i8::MAX as i64),
    ("CHAR_MIN", i8::MIN as i64),
    ("UCHAR_MAX", u8::MAX as i64),
    ("SHRT_MAX", i16::MAX as i64),
    ("SHRT_MIN", i16::MIN as i64),
    ("USHRT_MAX", u16::MAX as i64),
    ("INT_MAX", i32::MAX as i64),
    ("INT_MIN", i32::MIN as i64),
    ("UINT_MAX", u32::MAX as i64),
    ("LONG_MAX", i64::MAX),
    ("LONG_MIN", i64::MIN),
    ("LLONG_MAX", i64::MAX),
    ("LLONG_MIN", i64::MIN),
    ("PY_SSIZE_T_MAX", i64::MAX),
    ("PY_SSIZE_T_MIN", i64::MIN),
    ("SIZEOF_TIME_T", 8),
    ("SIZEOF_WCHAR_T", 4),
    ("SIZEOF_PYGC_HEAD", 16),
];

/// The module.
#[derive::pymodule(name = "_testcapi", parts(super::c_api::c_api_part))]
pub mod testcapi_module {
    use super::{LIMITS, MethClass, MethInstance, MethStatic, positional, values, with_keywords};
    use vm::context::{PyResult, Vm};
    use vm::protocol::attr;
    use vm::object::{Args, Payload, Value};
    use vm::protocol::{call, sequence};
    use vm::types::dict::value::PyDict;
    use vm::types::native::no_keywords;
    use vm::types::tuple::value::PyTuple;

    #[pyfunction]
    fn meth_varargs(module: &Value, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        no_keywords(vm, "meth_varargs", &args)?;
        Ok(positional(vm, module, args.positional()))
    }

    #[pyfunction]
    fn meth_varargs_keywords(module: &Value, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        with_keywords(vm, module, &args)
    }

    #[pyfunction(sig = "sequence_getitem($module, object, index, /)", no_text_signature)]
    fn sequence_getitem(vm: &Vm, object: &Value, index: isize) -> PyResult<Value> {
        sequence::get_item(vm, object, index)
    }

    #[pyfunction(sig = "sequence_setitem($module, object, index, value, /)", no_text_signature)]
    fn sequence_setitem(vm: &Vm, object: &Value, index: isize, value: &Value) -> PyResult<()> {
        sequence::set_item(vm, object, index, value.clone())
    }

    #[pyfunction(sig = "bad_get($module, descriptor, object, class, /)", no_text_signature)]
    fn bad_get(vm: &Vm, descriptor: &Value, object: &Value, class: &Value) -> PyResult<Value> {
        let _ = object;
        call::call0(vm, class)?;
        Ok(descriptor.clone())
    }

    #[pyfunction(sig = "meth_o($module, arg, /)", no_text_signature)]
    fn meth_o(module: &Value, vm: &Vm, arg: &Value) -> Value {
        vm.new_tuple(vec![module.clone(), arg.clone()])
    }

    #[pyfunction(sig = "meth_noargs($module, /)", no_text_signature)]
    fn meth_noargs(module: &Value) -> Value {
        module.clone()
    }

    #[pyfunction(sig = "meth_fastcall($module, *args)", no_text_signature)]
    fn meth_fastcall(module: &Value, vm: &Vm, args: &[Value]) -> Value {
        positional(vm, module, args)
    }

    #[pyfunction]
    fn meth_fastcall_keywords(module: &Value, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        with_keywords(vm, module, &args)
    }

    #[pyfunction(sig = "pyobject_fastcall($module, func, args, /)", no_text_signature)]
    fn pyobject_fastcall(vm: &Vm, func: &Value, args: &Value) -> PyResult<Value> {
        call::call_args(vm, func, values(vm, args)?)
    }

    #[pyfunction(
        sig = "pyobject_fastcalldict($module, func, args, kwargs, /)",
        no_text_signature
    )]
    fn pyobject_fastcalldict(
        vm: &Vm,
        func: &Value,
        args: &Value,
        kwargs: &Value,
    ) -> PyResult<Value> {
        let kwargs = match kwargs.downcast_ref::<PyDict>() {
            None if !kwargs.is_none() => {
                return Err(vm.type_error("kwnames must be None or a dict"));
            }
            kwargs => kwargs,
        };
        call::call_dict(vm, func, values(vm, args)?, kwargs)
    }

    #[pyfunction(
        sig = "pyobject_vectorcall($module, func, args, kwnames, /)",
        no_text_signature
    )]
    fn pyobject_vectorcall(
        vm: &Vm,
        func: &Value,
        args: &Value,
        kwnames: &Value,
    ) -> PyResult<Value> {
        let values = values(vm, args)?;
        let names = match kwnames.downcast_ref::<PyTuple>() {
            None if !kwnames.is_none() => {
                return Err(vm.type_error("kwnames must be None or a tuple"));
            }
            names => names.filter(|names| names.len() != 0),
        };
        if names.is_some_and(|names| names.len() > values.len()) {
            return Err(vm.value_error("kwnames longer than args"));
        }
        call::call(vm, func, Args::new(values, names))
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        for class in [
            MethInstance::class(vm),
            MethClass::class(vm),
            MethStatic::class(vm),
        ] {
            let name = vm.intern_str(&class.name_str());
            attr::set(vm, module, &name, class.to_value())?;
        }
        for (name, value) in LIMITS {
            attr::set(vm, module, &vm.intern_str(name), vm.new_int(value))?;
        }
        for name in ["ULONG_MAX", "ULLONG_MAX", "SIZE_MAX"] {
            let value = vm.new_usize(usize::MAX);
            attr::set(vm, module, &vm.intern_str(name), value)?;
        }
        Ok(())
    }
}
