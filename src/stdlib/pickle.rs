//! `_pickle`: picklers and unpicklers.
//!
//! A pickler writes opcodes for a tree of objects, depth first; an unpickler runs them on a stack. Neither trusts what it is given: lengths
//! are checked against what is there before memory is asked for, and marks and memo entries against what was put.
//!
//! CPython 3.11: `Modules/_pickle.c`; the format: `Lib/pickletools.py`, PEP 307, 3154, 574.

mod atoms;
mod containers;
mod frames;
mod globals;
mod input;
mod load;
mod memo_proxy;
mod objects;
mod opcode;
mod pickler;
mod reduce;
mod save;
mod unpickler;

use std::cell::OnceCell;
use std::rc::Rc;
use vm::context::{PyErr, PyResult, Vm};
use vm::import::import_name::import_module;
use vm::object::{PyRef, PyType, Value};
use vm::protocol::{attr, repr};
use vm::types::dict::value::PyDict;

pub use pickle_module::DEF;

/// What a pickler takes from other modules: the very objects, which those may change.
struct Parts {
    pickle_error: PyRef<PyType>,
    pickling_error: PyRef<PyType>,
    unpickling_error: PyRef<PyType>,
    dispatch_table: PyRef<PyDict>,
    extension_registry: PyRef<PyDict>,
    inverted_registry: PyRef<PyDict>,
    extension_cache: PyRef<PyDict>,
    names_2to3: PyRef<PyDict>,
    imports_2to3: PyRef<PyDict>,
    names_3to2: PyRef<PyDict>,
    imports_3to2: PyRef<PyDict>,
    codecs_encode: Value,
    getattr: Value,
    partial: Value,
}

#[derive(Default)]
struct Shared {
    parts: OnceCell<Rc<Parts>>,
}

/// A dictionary of a module.
fn table(vm: &Vm, module: &str, name: &str) -> PyResult<PyRef<PyDict>> {
    let value = attr::get(vm, &import_module(vm, module)?, &vm.intern_str(name))?;
    if !value.is_exact(vm, &vm.types.dict) {
        let class = value.class(vm).tp_name();
        return Err(vm.runtime_error(format!("{module}.{name} should be a dict, not {class}")));
    }
    value
        .downcast()
        .map_err(|_| vm.runtime_error(format!("{module}.{name} should be a dict")))
}

fn new_parts(vm: &Vm) -> PyResult<Parts> {
    let exception = vm.exception_class(vm::context::errors::ExcKind::Exception);
    let derived =
        |name, base: &PyRef<PyType>| crate::support::derived_class(vm, "_pickle", name, base.to_value());
    let pickle_error = derived("PickleError", &exception)?;
    let of = |module, name| attr::get(vm, &import_module(vm, module)?, &vm.intern_str(name));
    Ok(Parts {
        pickling_error: derived("PicklingError", &pickle_error)?,
        unpickling_error: derived("UnpicklingError", &pickle_error)?,
        pickle_error,
        dispatch_table: table(vm, "copyreg", "dispatch_table")?,
        extension_registry: table(vm, "copyreg", "_extension_registry")?,
        inverted_registry: table(vm, "copyreg", "_inverted_registry")?,
        extension_cache: table(vm, "copyreg", "_extension_cache")?,
        names_2to3: table(vm, "_compat_pickle", "NAME_MAPPING")?,
        imports_2to3: table(vm, "_compat_pickle", "IMPORT_MAPPING")?,
        names_3to2: table(vm, "_compat_pickle", "REVERSE_NAME_MAPPING")?,
        imports_3to2: table(vm, "_compat_pickle", "REVERSE_IMPORT_MAPPING")?,
        codecs_encode: of("codecs", "encode")?,
        getattr: of("builtins", "getattr")?,
        partial: of("functools", "partial")?,
    })
}

/// The parts of this interpreter.
fn parts(vm: &Vm) -> PyResult<Rc<Parts>> {
    let shared = vm.state.get::<Shared>();
    if let Some(parts) = shared.parts.get() {
        return Ok(parts.clone());
    }
    let made = Rc::new(new_parts(vm)?);
    Ok(shared.parts.get_or_init(|| made).clone())
}

#[cold]
fn pickling_error(vm: &Vm, message: &str) -> PyErr {
    match parts(vm) {
        Ok(parts) => crate::support::raise(vm, &parts.pickling_error, message),
        Err(error) => error,
    }
}

#[cold]
fn unpickling_error(vm: &Vm, message: &str) -> PyErr {
    match parts(vm) {
        Ok(parts) => crate::support::raise(vm, &parts.unpickling_error, message),
        Err(error) => error,
    }
}

/// `str(value)` for a message.
fn text_of(vm: &Vm, value: &Value) -> PyResult<String> {
    repr::str_text(vm, value)
}

/// Optimized C implementation for the Python pickle module.
#[derive::pymodule(
    name = "_pickle",
    types(
        super::pickler::PyPickler,
        super::unpickler::PyUnpickler,
        vm::types::picklebuffer::PyPickleBuffer
    )
)]
mod pickle_module {
    use super::input::Input;
    use super::load::Loader;
    use super::pickler::{PyPickler, dump_to_bytes, dump_to_file, write_of};
    use super::unpickler::PyUnpickler;
    use super::parts;
    use vm::context::{PyResult, Vm};
    use vm::object::{PyRef, PyType, Value};
    use vm::protocol::convert::BytesLike;

    #[pyattr(name = "PickleError")]
    fn pickle_error(vm: &Vm) -> PyResult<PyRef<PyType>> {
        Ok(parts(vm)?.pickle_error.clone())
    }

    #[pyattr(name = "PicklingError")]
    fn pickling_error_class(vm: &Vm) -> PyResult<PyRef<PyType>> {
        Ok(parts(vm)?.pickling_error.clone())
    }

    #[pyattr(name = "UnpicklingError")]
    fn unpickling_error_class(vm: &Vm) -> PyResult<PyRef<PyType>> {
        Ok(parts(vm)?.unpickling_error.clone())
    }

    /// Write a pickled representation of obj to the open file object file.
    ///
    /// This is equivalent to ``Pickler(file, protocol).dump(obj)``, but may
    /// be more efficient.
    ///
    /// The optional *protocol* argument tells the pickler to use the given
    /// protocol; supported protocols are 0, 1, 2, 3, 4 and 5.  The default
    /// protocol is 4. It was introduced in Python 3.4, and is incompatible
    /// with previous versions.
    ///
    /// Specifying a negative protocol version selects the highest protocol
    /// version supported.  The higher the protocol used, the more recent the
    /// version of Python needed to read the pickle produced.
    ///
    /// The *file* argument must have a write() method that accepts a single
    /// bytes argument.  It can thus be a file object opened for binary
    /// writing, an io.BytesIO instance, or any other custom object that meets
    /// this interface.
    ///
    /// If *fix_imports* is True and protocol is less than 3, pickle will try
    /// to map the new Python 3 names to the old module names used in Python
    /// 2, so that the pickle data stream is readable with Python 2.
    ///
    /// If *buffer_callback* is None (the default), buffer views are serialized
    /// into *file* as part of the pickle stream.  It is an error if
    /// *buffer_callback* is not None and *protocol* is None or smaller than 5.
    #[pyfunction(
        sig = "dump($module, /, obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)"
    )]
    fn dump(
        vm: &Vm,
        obj: &Value,
        file: &Value,
        protocol: Option<&Value>,
        fix_imports: bool,
        buffer_callback: Option<&Value>,
    ) -> PyResult<()> {
        let pickler = PyPickler::with(vm, protocol, fix_imports, buffer_callback)?;
        let pickler = PyRef::new(vm, pickler);
        pickler.set_write(write_of(vm, file)?);
        dump_to_file(vm, &pickler, obj)
    }

    /// Return the pickled representation of the object as a bytes object.
    ///
    /// The optional *protocol* argument tells the pickler to use the given
    /// protocol; supported protocols are 0, 1, 2, 3, 4 and 5.  The default
    /// protocol is 4. It was introduced in Python 3.4, and is incompatible
    /// with previous versions.
    ///
    /// Specifying a negative protocol version selects the highest protocol
    /// version supported.  The higher the protocol used, the more recent the
    /// version of Python needed to read the pickle produced.
    ///
    /// If *fix_imports* is True and *protocol* is less than 3, pickle will
    /// try to map the new Python 3 names to the old module names used in
    /// Python 2, so that the pickle data stream is readable with Python 2.
    ///
    /// If *buffer_callback* is None (the default), buffer views are serialized
    /// into *file* as part of the pickle stream.  It is an error if
    /// *buffer_callback* is not None and *protocol* is None or smaller than 5.
    #[pyfunction(
        sig = "dumps($module, /, obj, protocol=None, *, fix_imports=True, buffer_callback=None)"
    )]
    fn dumps(
        vm: &Vm,
        obj: &Value,
        protocol: Option<&Value>,
        fix_imports: bool,
        buffer_callback: Option<&Value>,
    ) -> PyResult<Value> {
        let pickler = PyPickler::with(vm, protocol, fix_imports, buffer_callback)?;
        dump_to_bytes(vm, &PyRef::new(vm, pickler), obj)
    }

    /// Read and return an object from the pickle data stored in a file.
    ///
    /// This is equivalent to ``Unpickler(file).load()``, but may be more
    /// efficient.
    ///
    /// The protocol version of the pickle is detected automatically, so no
    /// protocol argument is needed.  Bytes past the pickled object's
    /// representation are ignored.
    ///
    /// The argument *file* must have two methods, a read() method that takes
    /// an integer argument, and a readline() method that requires no
    /// arguments.  Both methods should return bytes.  Thus *file* can be a
    /// binary file object opened for reading, an io.BytesIO object, or any
    /// other custom object that meets this interface.
    ///
    /// Optional keyword arguments are *fix_imports*, *encoding* and *errors*,
    /// which are used to control compatibility support for pickle stream
    /// generated by Python 2.  If *fix_imports* is True, pickle will try to
    /// map the old Python 2 names to the new names used in Python 3.  The
    /// *encoding* and *errors* tell pickle how to decode 8-bit string
    /// instances pickled by Python 2; these default to 'ASCII' and 'strict',
    /// respectively.  The *encoding* can be 'bytes' to read these 8-bit
    /// string instances as bytes objects.
    #[pyfunction(
        sig = "load($module, /, file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())"
    )]
    fn load(
        vm: &Vm,
        file: &Value,
        fix_imports: bool,
        #[default("ASCII".into())] encoding: String,
        #[default("strict".into())] errors: String,
        buffers: Option<&Value>,
    ) -> PyResult<Value> {
        let unpickler = PyUnpickler::empty();
        unpickler.configure(vm, fix_imports, encoding, errors, buffers)?;
        let mut input = Input::of_file(vm, file)?;
        Loader::new(vm, &PyRef::new(vm, unpickler), &mut input).load()
    }

    /// Read and return an object from the given pickle data.
    ///
    /// The protocol version of the pickle is detected automatically, so no
    /// protocol argument is needed.  Bytes past the pickled object's
    /// representation are ignored.
    ///
    /// Optional keyword arguments are *fix_imports*, *encoding* and *errors*,
    /// which are used to control compatibility support for pickle stream
    /// generated by Python 2.  If *fix_imports* is True, pickle will try to
    /// map the old Python 2 names to the new names used in Python 3.  The
    /// *encoding* and *errors* tell pickle how to decode 8-bit string
    /// instances pickled by Python 2; these default to 'ASCII' and 'strict',
    /// respectively.  The *encoding* can be 'bytes' to read these 8-bit
    /// string instances as bytes objects.
    #[pyfunction(
        sig = "loads($module, data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())"
    )]
    fn loads(
        vm: &Vm,
        data: BytesLike,
        fix_imports: bool,
        #[default("ASCII".into())] encoding: String,
        #[default("strict".into())] errors: String,
        buffers: Option<&Value>,
    ) -> PyResult<Value> {
        let unpickler = PyUnpickler::empty();
        unpickler.configure(vm, fix_imports, encoding, errors, buffers)?;
        let mut input = Input::of_bytes(data.to_vec());
        Loader::new(vm, &PyRef::new(vm, unpickler), &mut input).load()
    }
}
