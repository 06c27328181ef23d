//! From the compiler's code objects to those that run.
//!
//! The tree is built from the inside out: names become interned strings, constants live values. What was one object becomes one object,
//! what was two becomes two: marshal counts holders. Instructions are verified before they run for the first time, as are those of a pyc
//! (`types/code.rs`); most code of a module that is compiled never does.
//!
//! CPython 3.11: `_PyCode_New`, `intern_strings`, `intern_string_constants` in `Objects/codeobject.c`.

use crate::context::{PyResult, Vm};
use crate::object::{Py, PyCell, PyRef, Value};
use crate::types::bytes::value::PyBytes;
use crate::types::code::{Check, CodeBody, LazyBody, PyCode};
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use ahash::AHashMap;
use bytecode::{CodeObject, Constant, LocalKind, StrObj};
use std::cell::{Cell, OnceCell};
use std::rc::Rc;

/// How deep constants may nest.
const DEPTH_MAX: usize = 20_000;

/// The names of code without a name of its own: static strings in CPython, not interned.
const ANONYMOUS: [&str; 6] = [
    "<module>",
    "<lambda>",
    "<listcomp>",
    "<setcomp>",
    "<dictcomp>",
    "<genexpr>",
];

/// An interpreter's objects for those names.
#[derive(Default)]
struct AnonymousNames([OnceCell<PyRef<PyStr>>; 6]);

/// The interpreter's object for such a name.
pub fn anonymous_name(vm: &Vm, text: &[u8]) -> Option<PyRef<PyStr>> {
    let place = ANONYMOUS.iter().position(|name| name.as_bytes() == text)?;
    let names = &vm.state.get::<AnonymousNames>().0;
    let name = names[place].get_or_init(|| PyStr::new(vm, ANONYMOUS[place]));
    Some(name.clone())
}

/// A code object with live constants, of one that the compiler made. `filename` is the object that `co_filename` shall be.
pub fn make_code(
    vm: &Vm,
    code: &CodeObject,
    filename: Option<&Py<PyStr>>,
) -> PyResult<PyRef<PyCode>> {
    let mut builder = Builder::new(vm);
    if let Some(filename) = filename {
        let key = Rc::as_ptr(&code.filename).cast();
        builder.shared.insert(key, filename.to_value());
    }
    builder.code(code)
}

/// A live value of a constant that needs no code object.
pub fn make_constant(vm: &Vm, constant: &Constant) -> PyResult<Value> {
    Builder::new(vm).constant(constant)
}

struct Builder<'a> {
    vm: &'a Vm,
    /// Values made so far, by the address of what they were made from.
    shared: AHashMap<*const (), Value>,
    depth: usize,
}

impl<'a> Builder<'a> {
    fn new(vm: &'a Vm) -> Builder<'a> {
        Builder {
            vm,
            shared: AHashMap::new(),
            depth: 0,
        }
    }

    fn code(&mut self, code: &CodeObject) -> PyResult<PyRef<PyCode>> {
        let vm = self.vm;
        let kinds = &code.localspluskinds;
        let count = |kind: u8| kinds.iter().filter(|k| **k & kind != 0).count() as u32;
        let payload = PyCode {
            argcount: code.argcount,
            posonlyargcount: code.posonlyargcount,
            kwonlyargcount: code.kwonlyargcount,
            stacksize: code.stacksize,
            flags: code.flags,
            firstlineno: code.firstlineno,
            nlocalsplus: kinds.len() as u32,
            nlocals: count(LocalKind::LOCAL),
            ncellvars: count(LocalKind::CELL),
            nfreevars: count(LocalKind::FREE),
            body: LazyBody::from(CodeBody {
                code: PyBytes::fresh(vm, &code.code),
                consts: self.tuple(&code.consts)?,
                names: self.tuple(&code.names)?,
                localsplusnames: self.tuple(&code.localsplusnames)?,
                localspluskinds: PyBytes::fresh(vm, kinds),
                filename: PyCell::new(self.string(&code.filename)),
                linetable: self.bytes(&code.linetable),
                exceptiontable: self.bytes(&code.exceptiontable),
            }),
            name: self.name(&code.name),
            qualname: self.name(&code.qualname),
            quickened: PyCell::new(None),
            quickened_start: Cell::new(std::ptr::null()),
            check: Cell::new(Check::Pending),
        };
        Ok(payload.into_object(vm))
    }

    fn tuple(&mut self, constant: &Constant) -> PyResult<PyRef<PyTuple>> {
        self.constant(constant)?
            .downcast()
            .map_err(|_| self.vm.value_error("a tuple was expected"))
    }

    /// `co_name` and `co_qualname`.
    fn name(&mut self, text: &Rc<StrObj>) -> PyRef<PyStr> {
        if !text.is_interned()
            && let Some(name) = anonymous_name(self.vm, text.as_bytes())
        {
            return name;
        }
        self.string(text)
    }

    fn string(&mut self, text: &Rc<StrObj>) -> PyRef<PyStr> {
        let key = Rc::as_ptr(text).cast();
        if let Some(known) = self.shared.get(&key)
            && let Some(known) = known.downcast_ref::<PyStr>()
        {
            return known.to_ref();
        }
        let vm = self.vm;
        let mut value = PyStr::from_generalised_utf8(vm, text.as_bytes());
        if text.is_interned() {
            value = vm.intern(value);
        } else if text.is_unshared() {
            value = PyStr::with_class(&vm.types.str, &value);
        }
        self.shared.insert(key, value.to_value());
        value
    }

    fn bytes(&mut self, bytes: &Rc<Box<[u8]>>) -> PyRef<PyBytes> {
        let key = Rc::as_ptr(bytes).cast();
        if let Some(known) = self.shared.get(&key)
            && let Some(known) = known.downcast_ref::<PyBytes>()
        {
            return known.to_ref();
        }
        let value = PyBytes::fresh(self.vm, bytes);
        self.shared.insert(key, value.to_value());
        value
    }

    fn constant(&mut self, constant: &Constant) -> PyResult<Value> {
        let vm = self.vm;
        let key: *const () = match constant {
            Constant::None => return Ok(Value::None),
            Constant::Bool(value) => return Ok(Value::bool(*value)),
            Constant::Ellipsis => return Ok(Value::Ellipsis),
            Constant::StopIteration => {
                return Ok(vm
                    .exception_class(crate::context::errors::ExcKind::StopIteration)
                    .into_value());
            }
            Constant::Str(text) => return Ok(self.string(text).into_value()),
            Constant::Code(code) => Rc::as_ptr(code).cast(),
            Constant::Int(number) => Rc::as_ptr(number).cast(),
            Constant::Float(number) => Rc::as_ptr(number).cast(),
            Constant::Complex(number) => Rc::as_ptr(number).cast(),
            Constant::Bytes(bytes) => Rc::as_ptr(bytes).cast(),
            Constant::Tuple(items) | Constant::FrozenSet(items) => Rc::as_ptr(items).cast(),
        };
        if let Some(known) = self.shared.get(&key) {
            return Ok(known.clone());
        }
        if self.depth >= DEPTH_MAX {
            return Err(vm.recursion_error("constants nested too deeply"));
        }
        self.depth += 1;
        // Functions in functions go as deep as the compiler does.
        let value = stacker::maybe_grow(256 << 10, 2 << 20, || self.fresh(constant));
        self.depth -= 1;
        let value = value?;
        // The empty slice has one address whatever it is of.
        if !matches!(constant, Constant::Tuple(items) | Constant::FrozenSet(items) if items.is_empty())
        {
            self.shared.insert(key, value.clone());
        }
        Ok(value)
    }

    fn fresh(&mut self, constant: &Constant) -> PyResult<Value> {
        let vm = self.vm;
        Ok(match constant {
            Constant::Code(code) => {
                vm.check_native_stack(" while making code objects")?;
                self.code(code)?.into_value()
            }
            Constant::Int(number) => vm.new_bigint((**number).clone()),
            Constant::Float(number) => vm.new_float(**number),
            Constant::Complex(number) => {
                let (real, imaginary) = **number;
                vm.new_complex(real, imaginary)
            }
            Constant::Bytes(bytes) => PyBytes::new(vm, bytes).into_value(),
            Constant::Tuple(items) => {
                vm.check_native_stack(" while making code objects")?;
                let mut values = Vec::with_capacity(items.len());
                for item in items.iter() {
                    values.push(self.constant(item)?);
                }
                PyTuple::new(vm, values).into_value()
            }
            Constant::FrozenSet(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items.iter() {
                    values.push(self.constant(item)?);
                }
                crate::types::set::table::PyFrozenSet::from_values(vm, values)?.into_value()
            }
            _ => Value::None,
        })
    }
}
