//! Looking a name up along a type's MRO, and calling what a type has under a dunder.
//!
//! CPython 3.11: `_PyType_Lookup`, `lookup_maybe_method`, `vectorcall_method` in `Objects/typeobject.c`.

use crate::context::{PyResult, Vm};
use crate::object::{Args, Py, PyType, Value, type_flag};
use crate::types::str::value::PyStr;
use smallvec::SmallVec;

/// Gives the type a version if it has none, its bases first; 0 when versions ran out or the type is not complete.
pub fn assign_version(vm: &Vm, ty: &Py<PyType>) -> u32 {
    let known = ty.version.get();
    if known != 0 {
        return known;
    }
    let Some(bases) = ty.bases.get() else {
        return 0;
    };
    if ty.mro_ref().is_none() {
        return 0;
    }
    for base in bases.as_slice() {
        if let Some(base) = base.downcast_ref::<PyType>()
            && assign_version(vm, base) == 0
        {
            return 0;
        }
    }
    if let Some(version) = vm.next_type_version() {
        ty.version.set(version);
    }
    ty.version.get()
}

/// The type's version for caches, assigned on demand; `None` when there is none to be had.
#[inline]
pub fn type_version(vm: &Vm, ty: &Py<PyType>) -> Option<u32> {
    match assign_version(vm, ty) {
        0 => None,
        version => Some(version),
    }
}

/// What the first type of the MRO that has the name holds under it (`_PyType_Lookup`).
#[inline]
pub fn type_lookup(vm: &Vm, ty: &Py<PyType>, name: &Py<PyStr>) -> Option<Value> {
    let version = ty.version.get();
    if version != 0
        && let Some(found) = vm.type_cache.get(version, name)
    {
        return found;
    }
    type_lookup_uncached(vm, ty, name)
}

#[inline(never)]
fn type_lookup_uncached(vm: &Vm, ty: &Py<PyType>, name: &Py<PyStr>) -> Option<Value> {
    let found = find_in_mro(ty, name);
    if name.is_interned() {
        let version = assign_version(vm, ty);
        if version != 0 {
            vm.type_cache.put(version, name, found.as_ref());
        }
    }
    found
}

/// As `type_lookup`, without the cache.
pub fn find_in_mro(ty: &Py<PyType>, name: &Py<PyStr>) -> Option<Value> {
    let mro = match ty.mro_ref() {
        Some(mro) => mro,
        // While the type is being made only its own namespace counts.
        None => {
            return ty.get_own(name);
        }
    };
    mro.as_slice()
        .iter()
        .find_map(|base| base.downcast_ref::<PyType>()?.get_own(name))
}

/// What a type has under a dunder, ready to be called.
pub enum Special {
    /// The instance must be prepended to the arguments.
    Unbound(Value),
    /// To be called as it is.
    Bound(Value),
}

impl Special {
    /// The callable.
    pub fn callable(&self) -> &Value {
        match self {
            Special::Unbound(callable) | Special::Bound(callable) => callable,
        }
    }

    /// Calls it.
    pub fn call(&self, vm: &Vm, self_: &Value, args: &[Value]) -> PyResult<Value> {
        match self {
            Special::Bound(callable) => {
                super::call::call(vm, callable, Args::positional_only(args))
            }
            Special::Unbound(callable) => {
                let mut values: SmallVec<[Value; 4]> = SmallVec::with_capacity(args.len() + 1);
                values.push(self_.clone());
                values.extend(args.iter().cloned());
                super::call::call(vm, callable, Args::positional_only(&values))
            }
        }
    }

    /// Calls it with any arguments.
    pub fn call_args(&self, vm: &Vm, self_: &Value, args: Args<'_>) -> PyResult<Value> {
        match self {
            Special::Bound(callable) => super::call::call(vm, callable, args),
            Special::Unbound(callable) => {
                let mut values: SmallVec<[Value; 8]> =
                    SmallVec::with_capacity(args.all_values().len() + 1);
                values.push(self_.clone());
                values.extend(args.all_values().iter().cloned());
                super::call::call(vm, callable, Args::new(&values, args.kwnames()))
            }
        }
    }

    /// The bound method as a value.
    pub fn bind(self, vm: &Vm, self_: &Value) -> PyResult<Value> {
        match self {
            Special::Bound(callable) => Ok(callable),
            Special::Unbound(callable) => match callable.class(vm).slots.descr_get.get() {
                Some(get) => get(
                    vm,
                    &callable,
                    Some(self_),
                    Some(&self_.class(vm).as_value()),
                ),
                None => Ok(callable),
            },
        }
    }
}

/// What the type of `self_` has under a dunder; instance attributes do not count.
#[inline]
pub fn lookup_special(vm: &Vm, self_: &Value, name: &Py<PyStr>) -> PyResult<Option<Special>> {
    let class = self_.class(vm);
    let Some(found) = type_lookup(vm, class, name) else {
        return Ok(None);
    };
    let found_class = found.class(vm);
    if found_class.has_flag(type_flag::METHOD_DESCRIPTOR) {
        return Ok(Some(Special::Unbound(found)));
    }
    match found_class.slots.descr_get.get() {
        Some(get) => {
            get(vm, &found, Some(self_), Some(&class.as_value())).map(|f| Some(Special::Bound(f)))
        }
        None => Ok(Some(Special::Bound(found))),
    }
}

/// Calls a dunder of the type of `self_`, if it has it.
pub fn call_special_opt(
    vm: &Vm,
    self_: &Value,
    name: &Py<PyStr>,
    args: &[Value],
) -> PyResult<Option<Value>> {
    match lookup_special(vm, self_, name)? {
        Some(method) => method.call(vm, self_, args).map(Some),
        None => Ok(None),
    }
}

/// Calls a dunder of the type of `self_`; AttributeError with its name when the type has none.
pub fn call_special(vm: &Vm, self_: &Value, name: &Py<PyStr>, args: &[Value]) -> PyResult<Value> {
    match call_special_opt(vm, self_, name, args)? {
        Some(value) => Ok(value),
        None => Err(vm.attribute_error(name.to_string_lossy())),
    }
}
