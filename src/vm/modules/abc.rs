//! `_abc`: abstract base classes, with the classes they know kept as weak references.
//!
//! CPython 3.11: `Modules/_abc.c`.

use crate::context::{PyResult, Vm};
use crate::object::weak::PyWeakRef;
use crate::object::{Py, PyRef, PyType, Value, type_flag};
use crate::protocol::{attr, call, instance_check, iter, truth};
use crate::types::set::table::{PyFrozenSet, PySet};
use crate::types::weakref;
use derive::{Traverse, pytype};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// How often a class was registered anywhere, which makes negative answers stale.
#[derive(Default)]
struct Invalidations {
    count: Cell<u64>,
}

/// Classes by address, each behind a weak reference, in no order.
#[derive(Default)]
struct WeakClasses(RefCell<HashMap<u64, Value, ahash::RandomState>>);

impl WeakClasses {
    fn contains(&self, class: &Value) -> bool {
        let known = self.0.borrow().get(&class.bits()).cloned();
        match known
            .as_ref()
            .and_then(Value::downcast_ref::<PyWeakRef>)
            .map(|known| known.get())
        {
            Some(Some(known)) => known.is(class),
            _ => false,
        }
    }

    fn add(&self, vm: &Vm, class: &Value) -> PyResult<()> {
        let reference = weakref::new_ref(vm, class, None)?;
        let old = self.0.borrow_mut().insert(class.bits(), reference);
        drop(old);
        Ok(())
    }

    fn clear(&self) {
        let old = std::mem::take(&mut *self.0.borrow_mut());
        drop(old);
    }

    fn references(&self) -> Vec<Value> {
        self.0.borrow().values().cloned().collect()
    }
}

/// What an abstract base class knows: `_abc_impl`.
#[pytype(name = "_abc._abc_data", flags(GC, DISALLOW_INSTANTIATION))]
#[derive(Default, Traverse)]
pub struct AbcData {
    /// Registered classes, in order.
    #[pytraverse(skip)]
    registry: RefCell<Vec<Value>>,
    #[pytraverse(skip)]
    cache: WeakClasses,
    #[pytraverse(skip)]
    negative: WeakClasses,
    #[pytraverse(skip)]
    negative_version: Cell<u64>,
}

impl AbcData {
    fn registered(&self) -> Vec<Value> {
        let references: Vec<Value> = self.registry.borrow().clone();
        references
            .iter()
            .filter_map(|known| known.downcast_ref::<PyWeakRef>()?.get())
            .collect()
    }
}

fn data_of(vm: &Vm, class: &Value) -> PyResult<PyRef<AbcData>> {
    let data = attr::get(vm, class, &vm.intern_static("_abc_impl"))?;
    data.downcast::<AbcData>()
        .map_err(|_| vm.type_error("_abc_impl is set to a wrong type"))
}

fn is_abstract(vm: &Vm, value: &Value) -> PyResult<bool> {
    match attr::get_opt(vm, value, &vm.names.__isabstractmethod__)? {
        Some(flag) => truth::is_true(vm, &flag),
        None => Ok(false),
    }
}

/// A class whose metaclass has no idea of its own of what attributes are.
fn usual_class<'a>(vm: &Vm, class: &'a Value) -> Option<&'a Py<PyType>> {
    let own = class.class(vm).slots.getattro.get()?;
    let usual = vm.types.type_.slots.getattro.get()?;
    class
        .downcast_ref::<PyType>()
        .filter(|_| std::ptr::fn_addr_eq(own, usual))
}

/// `base.__abstractmethods__`, if it has any.
fn abstract_methods(vm: &Vm, base: &Value) -> PyResult<Option<Value>> {
    let name = &vm.names.__abstractmethods__;
    match usual_class(vm, base) {
        // `type` itself has the descriptor under this name.
        Some(base) if !base.is(&vm.types.type_) => Ok(base.get_own(name)),
        _ => attr::get_opt(vm, base, name),
    }
}

/// `class.__dict__.items()`
fn namespace_items(vm: &Vm, class: &Value) -> PyResult<Vec<(Value, Value)>> {
    if let Some(ty) = usual_class(vm, class) {
        return Ok(ty.namespace().map_or_else(Vec::new, |dict| dict.items()));
    }
    let namespace = attr::get(vm, class, &vm.names.__dict__)?;
    let items = call::call_method(vm, &namespace, &vm.names.items, &[])?;
    let items = iter::to_vec(vm, &items)?.into_iter().map(|item| {
        match iter::to_vec(vm, &item)?.as_slice() {
            [name, value] => Ok((name.clone(), value.clone())),
            _ => Err(vm.type_error("Iteration over dict.items() gave no pair")),
        }
    });
    items.collect()
}

/// Sets `__abstractmethods__`.
fn compute_abstract_methods(vm: &Vm, class: &Value) -> PyResult<()> {
    let mut names = Vec::new();
    for (name, value) in namespace_items(vm, class)? {
        if is_abstract(vm, &value)? {
            names.push(name);
        }
    }
    let bases = attr::get(vm, class, &vm.names.__bases__)?;
    for base in iter::to_vec(vm, &bases)? {
        let Some(inherited) = abstract_methods(vm, &base)? else {
            continue;
        };
        for name in iter::to_vec(vm, &inherited)? {
            if let Some(value) = attr::get_opt(vm, class, attr::name_of(vm, &name)?)?
                && is_abstract(vm, &value)?
            {
                names.push(name);
            }
        }
    }
    let set = PyFrozenSet::from_values(vm, names)?;
    attr::set(vm, class, &vm.names.__abstractmethods__, set.into_value())
}

/// `__abc_tpflags__`: whether instances match sequence or mapping patterns.
fn take_collection_flags(vm: &Vm, class: &Value) -> PyResult<()> {
    const SEQUENCE: i64 = 1 << 5;
    const MAPPING: i64 = 1 << 6;
    let Some(ty) = class.downcast_ref::<PyType>() else {
        return Ok(());
    };
    let name = vm.intern_static("__abc_tpflags__");
    let Some(flags) = ty.dict_ref().get_str(&name) else {
        return Ok(());
    };
    let Some(flags) = flags.as_int().and_then(|flags| flags.to_i64()) else {
        return Ok(());
    };
    if flags & (SEQUENCE | MAPPING) == SEQUENCE | MAPPING {
        return Err(vm.type_error(
            "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING",
        ));
    }
    if flags & SEQUENCE != 0 {
        ty.set_flag(type_flag::SEQUENCE, true);
    }
    if flags & MAPPING != 0 {
        ty.set_flag(type_flag::MAPPING, true);
    }
    attr::delete(vm, class, &name)
}

fn set_collection_flag(ty: &Py<PyType>, flag: u32) {
    if ty.has_flag(type_flag::IMMUTABLE) || ty.has_flag(flag) {
        return;
    }
    ty.set_flag(type_flag::SEQUENCE | type_flag::MAPPING, false);
    ty.set_flag(flag, true);
    for subclass in ty.live_subclasses() {
        set_collection_flag(&subclass, flag);
    }
}

fn register(vm: &Vm, class: &Value, subclass: &Value) -> PyResult<Value> {
    let Some(subtype) = subclass.downcast_ref::<PyType>() else {
        return Err(vm.type_error("Can only register classes"));
    };
    if instance_check::issubclass(vm, subclass, class)? {
        return Ok(subclass.clone());
    }
    if instance_check::issubclass(vm, class, subclass)? {
        return Err(vm.runtime_error("Refusing to create an inheritance cycle"));
    }
    let reference = weakref::new_ref(vm, subclass, None)?;
    data_of(vm, class)?.registry.borrow_mut().push(reference);
    let state = vm.state.get::<Invalidations>();
    state.count.set(state.count.get() + 1);
    if let Some(ty) = class.downcast_ref::<PyType>() {
        for flag in [type_flag::SEQUENCE, type_flag::MAPPING] {
            if ty.has_flag(flag) {
                set_collection_flag(subtype, flag);
            }
        }
    }
    Ok(subclass.clone())
}

fn check_subclass(vm: &Vm, class: &Value, subclass: &Value) -> PyResult<bool> {
    let name = &vm.names.__subclasscheck__;
    let result = call::call_method(vm, class, name, std::slice::from_ref(subclass))?;
    truth::is_true(vm, &result)
}

fn instancecheck(vm: &Vm, class: &Value, instance: &Value) -> PyResult<bool> {
    let data = data_of(vm, class)?;
    let subclass = attr::get(vm, instance, &vm.names.__class__)?;
    if data.cache.contains(&subclass) {
        return Ok(true);
    }
    let subtype = instance.class(vm).to_value();
    if subtype.is(&subclass) {
        let current = vm.state.get::<Invalidations>().count.get();
        if data.negative_version.get() == current && data.negative.contains(&subclass) {
            return Ok(false);
        }
        return check_subclass(vm, class, &subclass);
    }
    Ok(check_subclass(vm, class, &subclass)? || check_subclass(vm, class, &subtype)?)
}

fn subclasscheck(vm: &Vm, class: &Value, subclass: &Value) -> PyResult<bool> {
    let Some(subtype) = subclass.downcast_ref::<PyType>() else {
        return Err(vm.type_error("issubclass() arg 1 must be a class"));
    };
    let data = data_of(vm, class)?;
    if data.cache.contains(subclass) {
        return Ok(true);
    }
    let current = vm.state.get::<Invalidations>().count.get();
    if data.negative_version.get() < current {
        data.negative.clear();
        data.negative_version.set(current);
    } else if data.negative.contains(subclass) {
        return Ok(false);
    }
    let hook = &vm.names.__subclasshook__;
    let answer = call::call_method(vm, class, hook, std::slice::from_ref(subclass))?;
    if answer.is_true() {
        data.cache.add(vm, subclass)?;
        return Ok(true);
    }
    if answer.is_false() {
        data.negative.add(vm, subclass)?;
        return Ok(false);
    }
    if !answer.is_not_implemented() {
        return Err(vm.assertion_error(
            "__subclasshook__ must return either False, True, or NotImplemented",
        ));
    }
    let positive = class
        .downcast_ref::<PyType>()
        .is_some_and(|class| subtype.is_subtype(class))
        || any_superclass(vm, &data.registered(), subclass)?
        || {
            let subclasses =
                call::call_method(vm, class, &vm.intern_static("__subclasses__"), &[])?;
            any_superclass(vm, &iter::to_vec(vm, &subclasses)?, subclass)?
        };
    if positive {
        data.cache.add(vm, subclass)?;
    } else {
        data.negative.add(vm, subclass)?;
    }
    Ok(positive)
}

fn any_superclass(vm: &Vm, classes: &[Value], subclass: &Value) -> PyResult<bool> {
    for class in classes {
        if instance_check::issubclass(vm, subclass, class)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn dump(vm: &Vm, class: &Value) -> PyResult<Value> {
    let data = data_of(vm, class)?;
    let set = |items: Vec<Value>| PySet::from_values(vm, items).map(PyRef::into_value);
    let registry: Vec<Value> = data.registry.borrow().clone();
    let version = vm.new_usize(data.negative_version.get() as usize);
    Ok(vm.new_tuple(vec![
        set(registry)?,
        set(data.cache.references())?,
        set(data.negative.references())?,
        version,
    ]))
}

/// The module.
#[derive::pymodule(name = "_abc")]
pub mod module {
    //! Module contains faster C implementation of abc.ABCMeta
    use super::{AbcData, Invalidations};
    use crate::context::{PyResult, Vm};
    use crate::object::{PyRef, Value};
    use crate::protocol::attr;

    /// Returns the current ABC cache token, which changes with every registration.
    #[pyfunction(sig = "get_cache_token($module, /)")]
    fn get_cache_token(vm: &Vm) -> u64 {
        vm.state.get::<Invalidations>().count.get()
    }

    /// Set up an abstract base class.
    #[pyfunction(sig = "_abc_init($module, self, /)")]
    fn _abc_init(vm: &Vm, class: &Value) -> PyResult<()> {
        super::compute_abstract_methods(vm, class)?;
        let data = AbcData::default();
        data.negative_version
            .set(vm.state.get::<Invalidations>().count.get());
        attr::set(
            vm,
            class,
            &vm.intern_static("_abc_impl"),
            PyRef::new(vm, data).into_value(),
        )?;
        super::take_collection_flags(vm, class)
    }

    /// Register a class with an abstract base class.
    #[pyfunction(sig = "_abc_register($module, self, subclass, /)")]
    fn _abc_register(vm: &Vm, class: &Value, subclass: &Value) -> PyResult<Value> {
        super::register(vm, class, subclass)
    }

    /// isinstance() of an abstract base class.
    #[pyfunction(sig = "_abc_instancecheck($module, self, instance, /)")]
    fn _abc_instancecheck(vm: &Vm, class: &Value, instance: &Value) -> PyResult<bool> {
        super::instancecheck(vm, class, instance)
    }

    /// issubclass() of an abstract base class.
    #[pyfunction(sig = "_abc_subclasscheck($module, self, subclass, /)")]
    fn _abc_subclasscheck(vm: &Vm, class: &Value, subclass: &Value) -> PyResult<bool> {
        super::subclasscheck(vm, class, subclass)
    }

    /// Forget the classes registered with a class.
    #[pyfunction(sig = "_reset_registry($module, self, /)")]
    fn _reset_registry(vm: &Vm, class: &Value) -> PyResult<()> {
        let data = super::data_of(vm, class)?;
        let old = std::mem::take(&mut *data.registry.borrow_mut());
        drop(old);
        Ok(())
    }

    /// Forget what a class knows of others.
    #[pyfunction(sig = "_reset_caches($module, self, /)")]
    fn _reset_caches(vm: &Vm, class: &Value) -> PyResult<()> {
        let data = super::data_of(vm, class)?;
        data.cache.clear();
        data.negative.clear();
        Ok(())
    }

    /// Copies of registry and caches, and the version of the negative one.
    #[pyfunction(sig = "_get_dump($module, self, /)")]
    fn _get_dump(vm: &Vm, class: &Value) -> PyResult<Value> {
        super::dump(vm, class)
    }
}
