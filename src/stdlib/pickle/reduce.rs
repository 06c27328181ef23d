//! What `__reduce__` gives, written: how to make the object, then its state and items.

use super::opcode::*;
use super::pickling_error;
use super::save::Saver;
use vm::context::{PyErr, PyResult};
use vm::object::{PyType, Value};
use vm::protocol::{attr, call, iter};
use vm::types::dict::value::PyDict;
use vm::types::str::value::PyStr;
use vm::types::tuple::value::PyTuple;

impl Saver<'_> {
    #[cold]
    fn refuse(&self, text: &str, value: Option<&Value>) -> PyErr {
        match value {
            None => pickling_error(self.vm, text),
            Some(value) => {
                let class = value.class(self.vm).tp_name();
                pickling_error(self.vm, &format!("{text}, not {class}"))
            }
        }
    }

    /// Writes what an object was reduced to; it is memoized when it is given.
    pub(super) fn save_reduce(&mut self, parts: &[Value], object: Option<&Value>) -> PyResult<()> {
        let vm = self.vm;
        if !(2..=6).contains(&parts.len()) {
            let text = "tuple returned by __reduce__ must contain 2 through 6 elements";
            return Err(self.refuse(text, None));
        }
        let part = |index: usize| parts.get(index).filter(|part| !part.is_none());
        let function = &parts[0];
        if !call::is_callable(vm, function) {
            let text = "first item of the tuple returned by __reduce__ must be callable";
            return Err(self.refuse(text, None));
        }
        let Some(args) = parts[1].downcast_ref::<PyTuple>() else {
            let text = "second item of the tuple returned by __reduce__ must be a tuple";
            return Err(self.refuse(text, None));
        };
        for (index, which) in [(3, "fourth"), (4, "fifth")] {
            if let Some(items) = part(index).filter(|items| !iter::is_iterator(vm, items)) {
                let text = format!(
                    "{which} element of the tuple returned by __reduce__ must be an iterator"
                );
                return Err(self.refuse(&text, Some(items)));
            }
        }
        if let Some(setter) = part(5).filter(|setter| !call::is_callable(vm, setter)) {
            let text = "sixth element of the tuple returned by __reduce__ must be a function";
            return Err(self.refuse(text, Some(setter)));
        }
        self.save_call(function, &parts[1], args.as_slice(), object)?;
        if let Some(object) = object {
            // A tuple or frozen set that contains itself was written, whole, among its own arguments: that one counts.
            if self.is_known(object) {
                self.output.put(&[POP]);
                self.get_memo(object)?;
                return Ok(());
            }
            self.put_memo(object)?;
        }
        if let Some(items) = part(3) {
            self.append_all(items)?;
        }
        if let Some(items) = part(4) {
            self.set_all(items)?;
        }
        let Some(state) = part(2) else {
            return Ok(());
        };
        match part(5) {
            None => {
                self.save(state)?;
                self.output.put(&[BUILD]);
            }
            Some(setter) => {
                self.save(setter)?;
                self.save(object.unwrap_or(&Value::None))?;
                self.save(state)?;
                self.output.put(&[TUPLE2, REDUCE, POP]);
            }
        }
        Ok(())
    }

    /// The call that makes the object.
    fn save_call(
        &mut self,
        function: &Value,
        args: &Value,
        items: &[Value],
        object: Option<&Value>,
    ) -> PyResult<()> {
        let vm = self.vm;
        if self.protocol >= 2
            && let Some(name) = attr::get_opt(vm, function, &vm.names.__name__)?
            && let Some(name) = name.downcast_ref::<PyStr>()
        {
            if name.equals_str("__newobj_ex__") {
                return self.save_newobj_ex(items);
            }
            if name.equals_str("__newobj__") {
                return self.save_newobj(items, object);
            }
        }
        self.save(function)?;
        self.save(args)?;
        self.output.put(&[REDUCE]);
        Ok(())
    }

    fn save_newobj(&mut self, items: &[Value], object: Option<&Value>) -> PyResult<()> {
        let vm = self.vm;
        let Some((class, rest)) = items.split_first() else {
            return Err(self.refuse("__newobj__ arglist is empty", None));
        };
        if class.downcast_ref::<PyType>().is_none() {
            let text = "args[0] from __newobj__ args is not a type";
            return Err(self.refuse(text, None));
        }
        if let Some(object) = object {
            let own = attr::get(vm, object, &vm.intern_str("__class__"))?;
            if !own.is(class) {
                let text = "args[0] from __newobj__ args has the wrong class";
                return Err(self.refuse(text, None));
            }
        }
        self.save(class)?;
        self.save(&vm.new_tuple(rest.to_vec()))?;
        self.output.put(&[NEWOBJ]);
        Ok(())
    }

    fn save_newobj_ex(&mut self, items: &[Value]) -> PyResult<()> {
        let vm = self.vm;
        let [class, args, kwargs] = items else {
            let text = format!(
                "length of the NEWOBJ_EX argument tuple must be exactly 3, not {}",
                items.len()
            );
            return Err(self.refuse(&text, None));
        };
        if class.downcast_ref::<PyType>().is_none() {
            let text = "first item from NEWOBJ_EX argument tuple must be a class";
            return Err(self.refuse(text, Some(class)));
        }
        let Some(positional) = args.downcast_ref::<PyTuple>() else {
            let text = "second item from NEWOBJ_EX argument tuple must be a tuple";
            return Err(self.refuse(text, Some(args)));
        };
        let Some(keywords) = kwargs.downcast_ref::<PyDict>() else {
            let text = "third item from NEWOBJ_EX argument tuple must be a dict";
            return Err(self.refuse(text, Some(kwargs)));
        };
        if self.protocol >= 4 {
            self.save(class)?;
            self.save(args)?;
            self.save(kwargs)?;
            self.output.put(&[NEWOBJ_EX]);
            return Ok(());
        }
        // Older readers call a partial that has all arguments.
        let new = attr::get(vm, class, &vm.names.__new__)?;
        let mut all = vec![new, class.clone()];
        all.extend_from_slice(positional.as_slice());
        let partial = call::call_dict(vm, &self.parts.partial.clone(), &all, Some(keywords))?;
        self.save(&partial)?;
        self.save(&vm.new_tuple(Vec::new()))?;
        self.output.put(&[REDUCE]);
        Ok(())
    }
}
