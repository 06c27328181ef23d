//! Opcodes that find classes, call them, and give objects their state.

use super::globals::find_class;
use super::load::Loader;
use super::unpickler::PyUnpickler;
use super::unpickling_error;
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult};
use vm::object::{Payload, PyType, Value};
use vm::protocol::{attr, call, mapping};
use vm::types::dict::value::PyDict;
use vm::types::str::value::PyStr;
use vm::types::tuple::value::PyTuple;

impl Loader<'_> {
    /// An object by its name: asks `find_class`, which a subclass may have its own of.
    fn find(&self, module: &Value, name: &Value) -> PyResult<Value> {
        let (vm, unpickler) = (self.vm, self.unpickler);
        if unpickler.object().class().is(vm.native_type(PyUnpickler::def())) {
            let (protocol, fix) = (unpickler.protocol.get(), unpickler.fix_imports.get());
            return find_class(vm, module, name, protocol, fix);
        }
        let args = [module.clone(), name.clone()];
        call::call_method(vm, &unpickler.as_value(), &vm.intern_str("find_class"), &args)
    }

    pub(super) fn load_global(&mut self) -> PyResult<()> {
        let module = self.text_line(2, "utf-8")?.into_value();
        let name = self.text_line(2, "utf-8")?.into_value();
        let found = self.find(&module, &name)?;
        self.push(found);
        Ok(())
    }

    pub(super) fn load_stack_global(&mut self) -> PyResult<()> {
        let vm = self.vm;
        let (name, module) = (self.pop(), self.pop());
        let (name, module) = (name?, module?);
        let types = &vm.types.str;
        if !name.is_exact(vm, types) || !module.is_exact(vm, types) {
            return Err(unpickling_error(vm, "STACK_GLOBAL requires str"));
        }
        let found = self.find(&module, &name)?;
        self.push(found);
        Ok(())
    }

    /// An instance of a class of the old kind: without arguments, its `__init__` is not called.
    fn instantiate(&self, class: &Value, args: &[Value]) -> PyResult<Value> {
        let vm = self.vm;
        if args.is_empty()
            && class.downcast_ref::<PyType>().is_some()
            && attr::get_opt(vm, class, &vm.intern_str("__getinitargs__"))?.is_none()
        {
            let new = attr::get(vm, class, &vm.names.__new__)?;
            return call::call1(vm, &new, class);
        }
        call::call_args(vm, class, args)
    }

    pub(super) fn load_obj(&mut self) -> PyResult<()> {
        let mark = self.mark()?;
        if self.stack.len() <= mark {
            return Err(self.underflow());
        }
        let args = self.pop_from(mark + 1)?;
        let class = self.pop()?;
        let made = self.instantiate(&class, &args)?;
        self.push(made);
        Ok(())
    }

    pub(super) fn load_inst(&mut self) -> PyResult<()> {
        let mark = self.mark()?;
        let module = self.text_line(2, "ascii")?.into_value();
        let name = self.text_line(2, "ascii")?.into_value();
        let class = self.find(&module, &name)?;
        let args = self.pop_from(mark)?;
        let made = self.instantiate(&class, &args)?;
        self.push(made);
        Ok(())
    }

    #[cold]
    fn wrong_newobj(&self, with_keywords: bool, text: &str, value: &Value) -> PyErr {
        let opcode = if with_keywords { "NEWOBJ_EX" } else { "NEWOBJ" };
        let class = value.class(self.vm).tp_name();
        unpickling_error(self.vm, &format!("{opcode} {text}, not {class}"))
    }

    pub(super) fn load_newobj(&mut self, with_keywords: bool) -> PyResult<()> {
        let vm = self.vm;
        let kwargs = match with_keywords {
            true => Some(self.pop()?),
            false => None,
        };
        let args = self.pop()?;
        let class = self.pop()?;
        if class.downcast_ref::<PyType>().is_none() {
            return Err(self.wrong_newobj(with_keywords, "class argument must be a type", &class));
        }
        let Some(new) = attr::get_opt(vm, &class, &vm.names.__new__)? else {
            let opcode = if with_keywords { "NEWOBJ_EX" } else { "NEWOBJ" };
            let name = class.class(vm).tp_name();
            let text = format!("{opcode} class argument '{name}' doesn't have __new__");
            return Err(unpickling_error(vm, &text));
        };
        let Some(positional) = args.downcast_ref::<PyTuple>() else {
            return Err(self.wrong_newobj(with_keywords, "args argument must be a tuple", &args));
        };
        let keywords = kwargs.as_ref().map(|kwargs| (kwargs, kwargs.downcast_ref::<PyDict>()));
        if let Some((kwargs, None)) = keywords {
            return Err(self.wrong_newobj(true, "kwargs argument must be a dict", kwargs));
        }
        let keywords = keywords.and_then(|(_, dict)| dict);
        let mut all = vec![class.clone()];
        all.extend_from_slice(positional.as_slice());
        let made = call::call_dict(vm, &new, &all, keywords)?;
        self.push(made);
        Ok(())
    }

    pub(super) fn load_reduce(&mut self) -> PyResult<()> {
        let vm = self.vm;
        let args = self.pop()?;
        let function = self.pop()?;
        let Some(args) = args.downcast_ref::<PyTuple>() else {
            return Err(vm.type_error("argument list must be a tuple"));
        };
        let made = call::call_args(vm, &function, args.as_slice())?;
        self.push(made);
        Ok(())
    }

    pub(super) fn load_build(&mut self) -> PyResult<()> {
        let vm = self.vm;
        if self.stack.len() < self.fence() + 2 {
            return Err(self.underflow());
        }
        let state = self.pop()?;
        let object = self.top()?.clone();
        if let Some(setter) = attr::get_opt(vm, &object, &vm.intern_str("__setstate__"))? {
            return call::call1(vm, &setter, &state).map(drop);
        }
        let (state, slots) = match state.downcast_ref::<PyTuple>().map(|pair| pair.as_slice()) {
            Some([state, slots]) => (state.clone(), Some(slots.clone())),
            _ => (state, None),
        };
        if !state.is_none() {
            let Some(state) = state.downcast_ref::<PyDict>() else {
                return Err(unpickling_error(vm, "state is not a dictionary"));
            };
            let dict = attr::get(vm, &object, &vm.names.__dict__)?;
            for (key, value) in state.items() {
                // Names of attributes are interned, as they would be in a program.
                let key = match key.downcast::<PyStr>() {
                    Ok(name) if name.is_exact(vm) => vm.intern(name).into_value(),
                    Ok(name) => name.into_value(),
                    Err(key) => key,
                };
                mapping::set_item(vm, &dict, &key, value)?;
            }
        }
        if let Some(slots) = slots {
            let Some(slots) = slots.downcast_ref::<PyDict>() else {
                return Err(unpickling_error(vm, "slot state is not a dictionary"));
            };
            for (key, value) in slots.items() {
                attr::set(vm, &object, attr::name_of(vm, &key)?, value)?;
            }
        }
        Ok(())
    }

    fn load_persistent(&mut self, id: &Value) -> PyResult<()> {
        match self.unpickler.persistent_load.get() {
            Some(function) => {
                let found = call::call1(self.vm, &function, id)?;
                self.push(found);
                Ok(())
            }
            None => Err(self.no_persistent_load()),
        }
    }

    #[cold]
    fn no_persistent_load(&self) -> PyErr {
        let text = "A load persistent id instruction was encountered,\nbut no persistent_load function was specified.";
        unpickling_error(self.vm, text)
    }

    pub(super) fn load_persid(&mut self) -> PyResult<()> {
        let vm = self.vm;
        if self.unpickler.persistent_load.with(Option::is_none) {
            return Err(self.no_persistent_load());
        }
        let id = self.text_line(1, "ascii").map_err(|error| {
            match error.is(vm, ExcKind::UnicodeDecodeError) {
                true => {
                    let text = "persistent IDs in protocol 0 must be ASCII strings";
                    unpickling_error(vm, text)
                }
                false => error,
            }
        })?;
        self.load_persistent(&id.into_value())
    }

    pub(super) fn load_binpersid(&mut self) -> PyResult<()> {
        if self.unpickler.persistent_load.with(Option::is_none) {
            return Err(self.no_persistent_load());
        }
        let id = self.pop()?;
        self.load_persistent(&id)
    }

    /// An object by its code in `copyreg`'s registry.
    pub(super) fn load_extension(&mut self, code: i64) -> PyResult<()> {
        let vm = self.vm;
        if code <= 0 {
            return Err(unpickling_error(vm, "EXT specifies code <= 0"));
        }
        let parts = super::parts(vm)?;
        let key = vm.new_int(code);
        if let Some(known) = parts.extension_cache.get(vm, &key)? {
            self.push(known);
            return Ok(());
        }
        let Some(pair) = parts.inverted_registry.get(vm, &key)? else {
            return Err(vm.value_error(format!("unregistered extension code {code}")));
        };
        let names = pair.downcast_ref::<PyTuple>().map(|pair| pair.as_slice());
        let is_text = |value: &Value| value.downcast_ref::<PyStr>().is_some();
        match names {
            Some([module, name]) if is_text(module) && is_text(name) => {
                let found = self.find(module, name)?;
                parts.extension_cache.set(vm, key, found.clone())?;
                self.push(found);
                Ok(())
            }
            _ => Err(vm.value_error(format!(
                "_inverted_registry[{code}] isn't a 2-tuple of strings"
            ))),
        }
    }
}
