//! What C programs do through the API, of which tests of the language look at the effect: raise, make an exception class, write and read
//! marshal files.
//!
//! CPython 3.11: `raise_exception`, `make_exception_with_doc`, `code_newempty`, `pymarshal_*` in `Modules/_testcapimodule.c`.

/// Functions of the module.
#[derive::pymodule]
pub mod c_api_part {
    use vm::context::{PyErr, PyResult, Vm};
    use vm::import::import_name::import_module;
    use vm::import::unmarshal_file;
    use vm::import::util::{call_method, get};
    use vm::modules::marshal_::dumps;
    use vm::object::{Payload, PyType, Value};
    use vm::protocol::{call, repr};
    use vm::types::bytes::value::PyBytes;
    use vm::types::dict::value::PyDict;
    use vm::types::exceptions::raise;
    use vm::types::tuple::value::PyTuple;

    /// `PyErr_SetObject` with a tuple of the numbers below `num_args`.
    #[pyfunction(
        sig = "raise_exception($module, exception, num_args, /)",
        no_text_signature
    )]
    fn raise_exception(vm: &Vm, exception: &Value, num_args: i32) -> PyResult<Value> {
        match exception.downcast_ref::<PyType>() {
            Some(class) if raise::is_exception_class(exception) => {
                let args: Vec<Value> = (0..num_args).map(|n| vm.new_int(n.into())).collect();
                Err(raise::instantiate(vm, class, &args))
            }
            _ => Err(vm.system_error(format!(
                "_PyErr_SetObject: exception {} is not a BaseException subclass",
                repr::repr_text(vm, exception)?
            ))),
        }
    }

    #[pyfunction(sig = "raise_memoryerror($module, /)", no_text_signature)]
    fn raise_memoryerror(vm: &Vm) -> PyResult<Value> {
        Err(vm.no_memory())
    }

    /// `PyErr_NewExceptionWithDoc`
    #[pyfunction(
        sig = "make_exception_with_doc($module, name, doc=None, base=None, dict=None)",
        no_text_signature
    )]
    fn make_exception_with_doc(
        vm: &Vm,
        name: String,
        doc: &Value,
        base: &Value,
        dict: &Value,
    ) -> PyResult<Value> {
        let Some((module, name)) = name.rsplit_once('.') else {
            return Err(vm.system_error("PyErr_NewException: name must be module.class"));
        };
        let namespace = match dict.downcast_ref::<PyDict>() {
            Some(dict) => dict.copy(vm),
            None => PyDict::new(vm),
        };
        if !doc.is_none() {
            namespace.set_str(vm, &vm.intern_str("__doc__"), doc.clone());
        }
        let key = vm.intern_str("__module__");
        if namespace.get_str(&key).is_none() {
            namespace.set_str(vm, &key, vm.new_str(module));
        }
        let bases = if base.is_none() {
            let class = vm.exception_class(vm::context::errors::ExcKind::Exception);
            vm.new_tuple(vec![class.into_value()])
        } else if base.downcast_ref::<PyTuple>().is_some() {
            base.clone()
        } else {
            vm.new_tuple(vec![base.clone()])
        };
        let args = [vm.new_str(name), bases, namespace.into_value()];
        call::call_args(vm, &PyType::class(vm).to_value(), &args)
    }

    /// `PyCode_NewEmpty`: code that raises `AssertionError`.
    #[pyfunction(
        sig = "code_newempty($module, filename, funcname, firstlineno, /)",
        no_text_signature
    )]
    fn code_newempty(
        vm: &Vm,
        filename: &Value,
        funcname: &Value,
        firstlineno: i32,
    ) -> PyResult<Value> {
        let builtins = import_module(vm, "builtins")?;
        let source = [vm.new_str("assert 0"), filename.clone(), vm.new_str("exec")];
        let code = call_method(vm, &builtins, "compile", &source)?;
        let changes = PyDict::new(vm);
        changes.set_str(vm, &vm.intern_str("co_name"), funcname.clone());
        changes.set_str(vm, &vm.intern_str("co_qualname"), funcname.clone());
        let line = vm.new_int(firstlineno.into());
        changes.set_str(vm, &vm.intern_str("co_firstlineno"), line);
        let replace = get(vm, &code, "replace")?;
        call::call_dict(vm, &replace, &[], Some(&changes))
    }

    fn open(vm: &Vm, filename: &Value, mode: &str) -> PyResult<Value> {
        let io = import_module(vm, "io")?;
        call_method(vm, &io, "open", &[filename.clone(), vm.new_str(mode)])
    }

    /// Writes these bytes as the whole file.
    fn write(vm: &Vm, filename: &Value, bytes: Value) -> PyResult<Value> {
        let file = open(vm, filename, "wb")?;
        let written = call_method(vm, &file, "write", &[bytes]);
        call_method(vm, &file, "close", &[])?;
        written.map(|_| Value::None)
    }

    /// What `read` finds in the file, and where it stopped.
    fn read(
        vm: &Vm,
        filename: &Value,
        read: impl FnOnce(&Value) -> PyResult<Value>,
    ) -> PyResult<Value> {
        let file = open(vm, filename, "rb")?;
        let result = read(&file).and_then(|value| {
            let place = call_method(vm, &file, "tell", &[])?;
            Ok(vm.new_tuple(vec![value, place]))
        });
        call_method(vm, &file, "close", &[])?;
        result
    }

    /// A little-endian number of `N` bytes.
    fn number<const N: usize>(vm: &Vm, filename: &Value) -> PyResult<Value> {
        read(vm, filename, |file| {
            let bytes = call_method(vm, file, "read", &[vm.new_usize(N)])?;
            let bytes: Option<&[u8]> = bytes.downcast_ref::<PyBytes>().map(|bytes| bytes.as_slice());
            let short = || -> PyErr { vm.eof_error("EOF read where object expected") };
            let bytes = bytes.filter(|bytes| bytes.len() == N).ok_or_else(short)?;
            let value = bytes.iter().rev().fold(0, |n, byte| n << 8 | i64::from(*byte));
            let sign = 1 << (8 * N - 1);
            Ok(vm.new_int((value ^ sign) - sign))
        })
    }

    /// Numbers are written alike in all versions.
    #[pyfunction(
        sig = "pymarshal_write_long_to_file($module, value, filename, version, /)",
        no_text_signature
    )]
    fn pymarshal_write_long_to_file(
        vm: &Vm,
        value: i64,
        filename: &Value,
        version: i32,
    ) -> PyResult<Value> {
        let _ = version;
        write(vm, filename, vm.new_bytes(&(value as i32).to_le_bytes()))
    }

    #[pyfunction(
        sig = "pymarshal_write_object_to_file($module, value, filename, version, /)",
        no_text_signature
    )]
    fn pymarshal_write_object_to_file(
        vm: &Vm,
        value: &Value,
        filename: &Value,
        version: i32,
    ) -> PyResult<Value> {
        write(vm, filename, vm.new_bytes(&dumps(vm, value, version)?))
    }

    #[pyfunction(
        sig = "pymarshal_read_short_from_file($module, filename, /)",
        no_text_signature
    )]
    fn pymarshal_read_short_from_file(vm: &Vm, filename: &Value) -> PyResult<Value> {
        number::<2>(vm, filename)
    }

    #[pyfunction(
        sig = "pymarshal_read_long_from_file($module, filename, /)",
        no_text_signature
    )]
    fn pymarshal_read_long_from_file(vm: &Vm, filename: &Value) -> PyResult<Value> {
        number::<4>(vm, filename)
    }

    #[pyfunction(
        sig = "pymarshal_read_object_from_file($module, filename, /)",
        no_text_signature
    )]
    fn pymarshal_read_object_from_file(vm: &Vm, filename: &Value) -> PyResult<Value> {
        read(vm, filename, |file| unmarshal_file::load(vm, file))
    }

    /// Reads the rest of the file at once, so the place is its end.
    #[pyfunction(
        sig = "pymarshal_read_last_object_from_file($module, filename, /)",
        no_text_signature
    )]
    fn pymarshal_read_last_object_from_file(vm: &Vm, filename: &Value) -> PyResult<Value> {
        read(vm, filename, |file| {
            let bytes = call_method(vm, file, "read", &[])?;
            let bytes = vm::protocol::buffer::to_vec(vm, &bytes)?;
            vm::import::unmarshal::loads(vm, &bytes)
        })
    }
}
