//! A pickle being written: which way an object is saved, and the memo.

use super::frames::Output;
use super::globals::{Global, locate, renamed};
use super::opcode::*;
use super::pickler::PyPickler;
use super::{Parts, parts, pickling_error, text_of};
use std::rc::Rc;
use vm::context::errors::ExcKind;
use vm::context::{PyResult, Vm};
use vm::object::{Payload, Py, Value};
use vm::protocol::{attr, call, mapping, repr};
use vm::types::bytearray::value::PyByteArray;
use vm::types::bytes::value::PyBytes;
use vm::types::picklebuffer::PyPickleBuffer;
use vm::types::set::table::{PyFrozenSet, PySet};
use vm::types::str::value::PyStr;
use vm::types::tuple::value::PyTuple;

/// One pickle.
pub(super) struct Saver<'a> {
    pub(super) vm: &'a Vm,
    pub(super) pickler: &'a Py<PyPickler>,
    pub(super) output: Output,
    pub(super) parts: Rc<Parts>,
    pub(super) protocol: i32,
    /// `reducer_override` of a subclass.
    reducer_override: Option<Value>,
    /// How deep containers are nested while nothing is memoized, and, when that is deep, which they are.
    pub(super) fast_nesting: usize,
    pub(super) fast_open: Vec<u64>,
}

const RECURSION: &str = " while pickling an object";

impl<'a> Saver<'a> {
    pub(super) fn new(vm: &'a Vm, pickler: &'a Py<PyPickler>, output: Output) -> PyResult<Saver<'a>> {
        let exact = pickler.object().class().is(vm.native_type(<PyPickler as vm::object::Payload>::def()));
        let reducer_override = match exact {
            true => None,
            false => attr::get_opt(vm, &pickler.as_value(), &vm.intern_str("reducer_override"))?,
        };
        Ok(Saver {
            vm,
            pickler,
            output,
            parts: parts(vm)?,
            protocol: pickler.protocol.get(),
            reducer_override,
            fast_nesting: 0,
            fast_open: Vec::new(),
        })
    }

    /// Writes a whole pickle.
    pub(super) fn dump(&mut self, object: &Value) -> PyResult<()> {
        if self.protocol >= 2 {
            self.output.put(&[PROTO, self.protocol as u8]);
            self.output.framing = self.protocol >= 4;
        }
        self.save(object)?;
        self.output.put(&[STOP]);
        self.output.commit();
        self.output.framing = false;
        Ok(())
    }

    /// Writes one object.
    pub(super) fn save(&mut self, object: &Value) -> PyResult<()> {
        self.output.boundary(self.vm)?;
        if self.pickler.persistent_id.with(Option::is_some) && self.save_persistent(object)? {
            return Ok(());
        }
        self.save_value(object)
    }

    fn save_persistent(&mut self, object: &Value) -> PyResult<bool> {
        let vm = self.vm;
        let Some(function) = self.pickler.persistent_id.get() else {
            return Ok(false);
        };
        let id = call::call1(vm, &function, object)?;
        if id.is_none() {
            return Ok(false);
        }
        if self.pickler.is_binary() {
            self.output.boundary(vm)?;
            self.save_value(&id)?;
            self.output.put(&[BINPERSID]);
        } else {
            let text = repr::str(vm, &id)?;
            let Some(text) = text.as_ascii() else {
                let text = "persistent IDs in protocol 0 must be ASCII strings";
                return Err(pickling_error(vm, text));
            };
            self.output.put(format!("P{text}\n").as_bytes());
        }
        Ok(true)
    }

    /// Writes an object that has no persistent id.
    fn save_value(&mut self, object: &Value) -> PyResult<()> {
        let (vm, types) = (self.vm, &self.vm.types);
        if object.is_none() {
            self.output.put(&[NONE]);
            return Ok(());
        }
        if object.is_bool() {
            self.save_bool(object.is_true());
            return Ok(());
        }
        if let Some(number) = object.as_small_int() {
            self.save_small_int(number);
            return Ok(());
        }
        let class = object.class(vm);
        if class.is(&types.int) {
            return self.save_int(object);
        }
        if class.is(&types.float) {
            self.save_float(object);
            return Ok(());
        }
        if self.get_memo(object)? {
            return Ok(());
        }
        if let Some(text) = object.downcast_ref::<PyStr>().filter(|text| text.is_exact(vm)) {
            return self.save_str(object, text);
        }
        if let Some(bytes) = object.downcast_ref::<PyBytes>().filter(|bytes| bytes.is_exact(vm)) {
            return self.save_bytes(object, bytes);
        }
        let _guard = vm.enter_recursive(RECURSION)?;
        if class.is(&types.dict) {
            self.save_dict(object)
        } else if class.is(&types.list) {
            self.save_list(object)
        } else if let Some(tuple) = object.downcast_ref::<PyTuple>().filter(|_| class.is(&types.tuple)) {
            self.save_tuple(object, tuple)
        } else if class.is(PySet::class(vm)) {
            self.save_set(object)
        } else if class.is(PyFrozenSet::class(vm)) {
            self.save_frozenset(object)
        } else if let Some(array) = object.downcast_ref::<PyByteArray>()
            && class.is(PyByteArray::class(vm))
        {
            self.save_bytearray(object, array)
        } else if object.downcast_ref::<PyPickleBuffer>().is_some() {
            self.save_picklebuffer(object)
        } else {
            self.save_other(object, class)
        }
    }

    /// What has no opcode of its own: by name, or by what it reduces to.
    fn save_other(&mut self, object: &Value, class: &Py<vm::object::PyType>) -> PyResult<()> {
        let (vm, types) = (self.vm, &self.vm.types);
        let mut reduced = None;
        if let Some(function) = self.reducer_override.clone() {
            let value = call::call1(vm, &function, object)?;
            reduced = (!value.is(&Value::NotImplemented)).then_some(value);
        }
        let reduced = match reduced {
            Some(reduced) => reduced,
            None if class.is(&types.type_) => return self.save_type(object),
            None if class.is(&types.function) => return self.save_global(object, None),
            None => match self.reducer_of(&class.to_value())? {
                Some(function) => call::call1(vm, &function, object)?,
                None if class.is_subtype(&types.type_) => return self.save_global(object, None),
                None => self.reduce(object)?,
            },
        };
        if reduced.downcast_ref::<PyStr>().is_some() {
            return self.save_global(object, Some(&reduced));
        }
        match reduced.downcast_ref::<PyTuple>() {
            Some(tuple) => self.save_reduce(tuple.as_slice(), Some(object)),
            None => Err(pickling_error(vm, "__reduce__ must return a string or tuple")),
        }
    }

    /// The function that a dispatch table has for a class.
    fn reducer_of(&self, class: &Value) -> PyResult<Option<Value>> {
        let vm = self.vm;
        let Some(table) = self.pickler.dispatch_table.get() else {
            return self.parts.dispatch_table.get(vm, class);
        };
        match mapping::get_item(vm, &table, class) {
            Ok(function) => Ok(Some(function)),
            Err(error) if error.is(vm, ExcKind::KeyError) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn reduce(&self, object: &Value) -> PyResult<Value> {
        let vm = self.vm;
        if let Some(function) = attr::get_opt(vm, object, &vm.intern_str("__reduce_ex__"))? {
            return call::call1(vm, &function, &vm.new_int(self.protocol.into()));
        }
        if let Some(function) = attr::get_opt(vm, object, &vm.intern_str("__reduce__"))? {
            return call::call0(vm, &function);
        }
        let (class, shown) = (object.class(vm).tp_name(), repr::repr_text(vm, object)?);
        Err(pickling_error(vm, &format!("can't pickle '{class}' object: {shown}")))
    }

    /// Writes a reference to an object that was written before.
    pub(super) fn get_memo(&mut self, object: &Value) -> PyResult<bool> {
        let known = self.pickler.memo.borrow().get(&object.bits()).map(|known| known.0);
        let Some(index) = known else {
            return Ok(false);
        };
        match index {
            _ if !self.pickler.is_binary() => self.output.put(format!("g{index}\n").as_bytes()),
            0..=0xff => self.output.put(&[BINGET, index as u8]),
            0x100..=0xffff_ffff => {
                let [a, b, c, d] = (index as u32).to_le_bytes();
                self.output.put(&[LONG_BINGET, a, b, c, d]);
            }
            _ => {
                let text = "memo id too large for LONG_BINGET";
                return Err(pickling_error(self.vm, text));
            }
        }
        Ok(true)
    }

    /// Whether an object was written.
    pub(super) fn is_known(&self, object: &Value) -> bool {
        self.pickler.memo.borrow().contains_key(&object.bits())
    }

    /// Remembers the object that stands on top of the reader's stack.
    pub(super) fn put_memo(&mut self, object: &Value) -> PyResult<()> {
        if self.pickler.is_fast() {
            return Ok(());
        }
        let index = {
            let mut memo = self.pickler.memo.borrow_mut();
            let index = memo.len();
            memo.insert(object.bits(), (index, object.clone()));
            index
        };
        match index {
            _ if self.protocol >= 4 => self.output.put(&[MEMOIZE]),
            _ if !self.pickler.is_binary() => self.output.put(format!("p{index}\n").as_bytes()),
            0..=0xff => self.output.put(&[BINPUT, index as u8]),
            0x100..=0xffff_ffff => {
                let [a, b, c, d] = (index as u32).to_le_bytes();
                self.output.put(&[LONG_BINPUT, a, b, c, d]);
            }
            _ => {
                let text = "memo id too large for LONG_BINPUT";
                return Err(pickling_error(self.vm, text));
            }
        }
        Ok(())
    }

    /// Writes an object by its name.
    pub(super) fn save_global(&mut self, object: &Value, name: Option<&Value>) -> PyResult<()> {
        let vm = self.vm;
        let global = locate(vm, object, name)?;
        if self.protocol >= 2 && self.save_extension(object, &global)? {
            return Ok(());
        }
        let name = if global.is_flat { &global.last } else { &global.name };
        if self.protocol >= 4 {
            self.save(&global.module_name)?;
            self.save(name)?;
            self.output.put(&[STACK_GLOBAL]);
        } else if !global.is_flat {
            let args = vm.new_tuple(vec![global.parent, global.last]);
            let reduced = [self.parts.getattr.clone(), args];
            self.save_reduce(&reduced, None)?;
        } else {
            self.save_flat_global(&global.module_name, name)?;
        }
        self.put_memo(object)
    }

    /// By a code of `copyreg`'s registry of extensions, when there is one.
    fn save_extension(&mut self, object: &Value, global: &Global) -> PyResult<bool> {
        let vm = self.vm;
        let key = vm.new_tuple(vec![global.module_name.clone(), global.name.clone()]);
        let Some(code) = self.parts.extension_registry.get(vm, &key)? else {
            return Ok(false);
        };
        let number = match code.is_exact(vm, &vm.types.int) {
            true => code.as_small_int(),
            false => {
                let (shown, code) = (repr::repr_text(vm, object)?, repr::repr_text(vm, &code)?);
                let text = format!("Can't pickle {shown}: extension code {code} isn't an integer");
                return Err(pickling_error(vm, &text));
            }
        };
        match number.unwrap_or(-1) {
            code @ 1..=0xff => self.output.put(&[EXT1, code as u8]),
            code @ 0x100..=0xffff => {
                let [a, b] = (code as u16).to_le_bytes();
                self.output.put(&[EXT2, a, b]);
            }
            code @ 0x1_0000..=0x7fff_ffff => {
                let [a, b, c, d] = (code as u32).to_le_bytes();
                self.output.put(&[EXT4, a, b, c, d]);
            }
            _ => {
                let (shown, code) = (repr::repr_text(vm, object)?, text_of(vm, &code)?);
                let text = format!("Can't pickle {shown}: extension code {code} is out of range");
                return Err(vm.runtime_error(text));
            }
        }
        Ok(true)
    }

    fn save_flat_global(&mut self, module: &Value, name: &Value) -> PyResult<()> {
        let vm = self.vm;
        let (module, name) = match self.pickler.fix_imports.get() {
            true => renamed(vm, module, name, true)?,
            false => (module.clone(), name.clone()),
        };
        let mut line = vec![GLOBAL];
        for (what, text) in [("module", &module), ("global", &name)] {
            let encoded = text.downcast_ref::<PyStr>().and_then(|text| match self.protocol >= 3 {
                true => text.to_str(),
                false => text.as_ascii().map(Into::into),
            });
            let Some(encoded) = encoded else {
                let text = text_of(vm, text)?;
                let message = format!(
                    "can't pickle {what} identifier '{text}' using pickle protocol {}",
                    self.protocol
                );
                return Err(pickling_error(vm, &message));
            };
            line.extend_from_slice(encoded.as_bytes());
            line.push(b'\n');
        }
        self.output.put(&line);
        Ok(())
    }

    /// A class; those of `None` and its like have no names.
    fn save_type(&mut self, object: &Value) -> PyResult<()> {
        let vm = self.vm;
        for single in [Value::None, Value::Ellipsis, Value::NotImplemented] {
            if single.class(vm).as_value().is(object) {
                let args = vm.new_tuple(vec![single]);
                let reduced = [vm.types.type_.to_value(), args];
                return self.save_reduce(&reduced, Some(object));
            }
        }
        self.save_global(object, None)
    }
}
