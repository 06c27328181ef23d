//! `_weakref`.
//!
//! CPython 3.11: `Modules/_weakref.c`.

/// The module.
#[derive::pymodule(name = "_weakref")]
pub mod module {
    //! Weak-reference support module.
    use crate::context::{PyResult, Vm};
    use crate::object::weak::{self, PyWeakRef};
    use crate::object::{Payload, Py, Value};
    use crate::types::dict::value::PyDict;
    use crate::types::weakref::proxy;

    /// Return the number of weak references to 'object'.
    #[pyfunction(sig = "getweakrefcount($module, object, /)")]
    fn getweakrefcount(object: &Value) -> usize {
        object
            .as_object()
            .map_or(0, |object| weak::references(object).len())
    }

    /// Return a list of all weak reference objects pointing to 'object'.
    #[pyfunction(sig = "getweakrefs($module, object, /)")]
    fn getweakrefs(vm: &Vm, object: &Value) -> Value {
        vm.new_list(object.as_object().map_or_else(Vec::new, weak::references))
    }

    /// Remove key from dict if it points to a dead weak reference.
    #[pyfunction(sig = "_remove_dead_weakref($module, dct, key, /)")]
    fn _remove_dead_weakref(vm: &Vm, dct: &Py<PyDict>, key: &Value) -> PyResult<()> {
        let Some(value) = dct.get(vm, key)? else {
            return Ok(());
        };
        match value.downcast_ref::<PyWeakRef>() {
            None => Err(vm.type_error("not a weakref")),
            Some(reference) if reference.get().is_none() => dct.pop(vm, key).map(drop),
            Some(_) => Ok(()),
        }
    }

    /// Create a proxy object that weakly references 'object'.
    #[pyfunction(sig = "proxy($module, object, callback=None, /)")]
    fn proxy(vm: &Vm, object: &Value, callback: Option<&Value>) -> PyResult<Value> {
        proxy::new_proxy(vm, object, callback)
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        let set = |name: &str, value: Value| {
            crate::protocol::convert::set_module_attribute(vm, module, name, value)
        };
        set("ref", PyWeakRef::class(vm).to_value())?;
        set("ReferenceType", PyWeakRef::class(vm).to_value())?;
        set("ProxyType", vm.native_type(&proxy::PROXY).to_value())?;
        set(
            "CallableProxyType",
            vm.native_type(&proxy::CALLABLE_PROXY).to_value(),
        )
    }
}
