//! `types.GenericAlias`: `list[int]` and its kin.
//!
//! CPython 3.11: `Objects/genericaliasobject.c`.

pub mod methods;
pub mod parameters;

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{PyCell, PyRef, Value, type_flag};
use crate::types::object_::PyBaseObject;
use crate::types::tuple::value::PyTuple;

/// Payload of `types.GenericAlias`.
pub struct PyGenericAlias {
    /// `__origin__`
    pub origin: Value,
    /// `__args__`
    pub args: PyRef<PyTuple>,
    /// `__parameters__`, once asked for.
    parameters: PyCell<Option<PyRef<PyTuple>>>,
    /// `__unpacked__`: the alias stands for `*alias`.
    pub starred: bool,
}

native_type!(PyGenericAlias, "types.GenericAlias", base: PyBaseObject,
    flags: type_flag::BASETYPE | type_flag::GC | type_flag::MANAGED | type_flag::HAS_WEAKREF | type_flag::IMMUTABLE,
    doc: Some("Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,)."),
    signature: None,
    traverse: Some(crate::traverse_payload!(PyGenericAlias, |this, visit| {
        visit(&this.origin);
        visit(&this.args.as_value());
        this.parameters.with(|parameters| parameters.iter().for_each(|p| visit(&p.as_value())));
    })),
    clear: None, tables: [methods::TABLE]);

impl PyGenericAlias {
    /// The payload of `origin[args]`; a single argument need not be in a tuple.
    fn payload(vm: &Vm, origin: Value, args: Value, starred: bool) -> PyGenericAlias {
        let args = match args.downcast::<PyTuple>() {
            Ok(args) => args,
            Err(single) => PyTuple::new(vm, vec![single]),
        };
        PyGenericAlias {
            origin,
            args,
            parameters: PyCell::new(None),
            starred,
        }
    }

    /// `origin[args]`
    pub fn of(vm: &Vm, origin: Value, args: Value) -> PyResult<PyRef<PyGenericAlias>> {
        Ok(PyRef::new(vm, Self::payload(vm, origin, args, false)))
    }

    /// `__parameters__`. May run Python.
    pub fn parameters(&self, vm: &Vm) -> PyResult<PyRef<PyTuple>> {
        if let Some(known) = self.parameters.get() {
            return Ok(known);
        }
        let made = parameters::make(vm, &self.args)?;
        self.parameters.set(Some(made.clone()));
        Ok(made)
    }
}

/// Whether a value is a generic alias of the exact type or of a subclass.
pub fn is_alias(value: &Value) -> bool {
    value.downcast_ref::<PyGenericAlias>().is_some()
}

/// Tells the lower layers what `type[x]` gives and what `|` of types does.
pub fn install(vm: &Vm) {
    let hook = vm.state.get::<crate::protocol::mapping::GenericAliasHook>();
    hook.make.set(Some(|vm, origin, args| {
        Ok(PyGenericAlias::of(vm, origin.clone(), args.clone())?.into_value())
    }));
    vm.types
        .type_
        .slots
        .or
        .set(Some(crate::types::union::type_or));
}
