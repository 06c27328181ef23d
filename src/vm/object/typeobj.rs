//! `PyType`: the payload of a type object. What Python sees of types is in `types/type`.
//!
//! A type knows its interpreter. That is how code without a context argument (a `Drop`) finds the heap, and why nothing is global.
//!
//! CPython 3.11: `struct _typeobject`, `PyHeapTypeObject`.

use super::def::{TypeDef, type_flag};
use super::instance::SharedKeys;
use super::payload::Payload;
use super::pycell::PyCell;
use super::refs::{Py, PyRef};
use super::slots::Slots;
use super::value::Value;
use crate::context::Vm;
use crate::types::dict::value::PyDict;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use std::cell::Cell;

/// A type.
pub struct PyType {
    vm: *const Vm,
    /// What it does.
    pub slots: Slots,
    /// `type_flag` bits.
    pub flags: Cell<u32>,
    /// Changes whenever the type or a base changes; 0 when none is assigned. Attribute caches are keyed by it.
    pub version: Cell<u32>,
    /// Definition of the payload its objects have.
    pub layout: Cell<&'static TypeDef>,
    /// Bytes of an object from its head to the end of its `__slots__`, without inline data.
    pub basicsize: Cell<usize>,
    /// Number of `__slots__` values at the end of the fixed part, those of the bases included.
    pub slot_count: Cell<usize>,
    /// Names of the attributes its instances keep inline, shared between them.
    pub keys: SharedKeys,
    /// `__name__`
    pub name: PyCell<Option<PyRef<PyStr>>>,
    /// `__qualname__`
    pub qualname: PyCell<Option<PyRef<PyStr>>>,
    /// `__base__`
    pub base: PyCell<Option<PyRef<PyType>>>,
    /// `__bases__`
    pub bases: PyCell<Option<PyRef<PyTuple>>>,
    /// `__mro__`
    pub mro: PyCell<Option<PyRef<PyTuple>>>,
    /// `__dict__`; see `namespace`.
    dict: PyCell<Option<PyRef<PyDict>>>,
    /// Direct subclasses, as pointers that do not own; a type takes itself out when it dies.
    pub subclasses: PyCell<Vec<*const Py<PyType>>>,
    /// The `__init__` function of classes that calls make instances of without asking `__new__`, and the type version it holds for.
    pub init_cache: PyCell<Option<(u32, Value)>>,
    /// The static definition, for native types.
    pub def: Option<&'static TypeDef>,
    /// Private value of the metaclass or module that made the type (`PyHeapTypeObject.ht_module`).
    pub module: PyCell<Option<Value>>,
}

impl PyType {
    /// A type without name, bases or contents; `types/type` completes it.
    pub fn blank(vm: *const Vm, layout: &'static TypeDef, def: Option<&'static TypeDef>) -> PyType {
        PyType {
            vm,
            slots: Slots::default(),
            flags: Cell::new(0),
            version: Cell::new(0),
            layout: Cell::new(layout),
            basicsize: Cell::new(16 + layout.payload_size.next_multiple_of(8)),
            slot_count: Cell::new(0),
            keys: SharedKeys::new(),
            name: PyCell::new(None),
            qualname: PyCell::new(None),
            base: PyCell::new(None),
            bases: PyCell::new(None),
            mro: PyCell::new(None),
            dict: PyCell::new(None),
            subclasses: PyCell::new(Vec::new()),
            init_cache: PyCell::new(None),
            def,
            module: PyCell::new(None),
        }
    }

    /// The interpreter the type belongs to.
    #[inline(always)]
    pub fn vm(&self) -> &Vm {
        // SAFETY: an interpreter outlives its objects: it frees them before itself.
        unsafe { &*self.vm }
    }

    /// Whether any of the bits is set.
    #[inline(always)]
    pub fn has_flag(&self, bits: u32) -> bool {
        self.flags.get() & bits != 0
    }

    /// Sets or clears bits.
    pub fn set_flag(&self, bits: u32, on: bool) {
        self.flags.set(if on {
            self.flags.get() | bits
        } else {
            self.flags.get() & !bits
        });
    }

    /// Whether its objects have the managed head.
    #[inline(always)]
    pub fn is_managed(&self) -> bool {
        self.has_flag(type_flag::MANAGED)
    }

    /// Whether its objects have the collector's links.
    #[inline(always)]
    pub fn is_gc(&self) -> bool {
        self.has_flag(type_flag::GC)
    }

    /// Whether its objects' payload is, or begins with, the one `def` describes.
    #[inline(always)]
    pub fn has_layout(&self, def: &'static TypeDef) -> bool {
        let mut layout = self.layout.get();
        loop {
            if std::ptr::eq(layout, def) {
                return true;
            }
            match layout.layout_base {
                Some(base) => layout = base(),
                None => return false,
            }
        }
    }

    /// Bytes in front of an object's head.
    #[inline(always)]
    pub fn prefix_size(&self) -> usize {
        let flags = self.flags.get();
        if flags & type_flag::MANAGED != 0 {
            32
        } else if flags & type_flag::GC != 0 {
            16
        } else {
            0
        }
    }

    /// `__name__` for messages.
    pub fn name_str(&self) -> String {
        self.name.with(|name| match name {
            Some(name) => name.to_string_lossy().into_owned(),
            None => self
                .layout
                .get()
                .name
                .rsplit('.')
                .next()
                .unwrap_or("?")
                .to_string(),
        })
    }

    /// The name CPython's messages show (`tp_name`): with the module for native types outside builtins, without for class statements (which
    /// CPython's importlib has).
    pub fn tp_name(&self) -> String {
        match self.def {
            Some(def) if def.python_module().is_none() => def.name.to_string(),
            _ => self.name_str(),
        }
    }

    /// `__mro__`; empty only while the type is being made.
    #[inline]
    pub fn mro_ref(&self) -> Option<PyRef<PyTuple>> {
        self.mro.with(|mro| mro.clone())
    }

    /// The namespace as far as it was made: for those who look at what there is and may not make anything.
    pub fn made_namespace<R>(&self, look: impl FnOnce(Option<&PyRef<PyDict>>) -> R) -> R {
        self.dict.with(|dict| look(dict.as_ref()))
    }

    /// Gives the type its namespace, or takes it away at the interpreter's end.
    pub fn set_namespace(&self, dict: Option<PyRef<PyDict>>) {
        self.dict.set(dict);
    }
}

impl Py<PyType> {
    /// The namespace; `None` while the type is being made, and when the interpreter ends.
    #[inline]
    pub fn namespace(&self) -> Option<PyRef<PyDict>> {
        self.in_namespace(|dict| dict.clone())
    }

    /// Does something with the namespace, if there is one.
    #[inline]
    pub fn in_namespace<R>(&self, look: impl FnOnce(&PyRef<PyDict>) -> R) -> Option<R> {
        if self.has_flag(type_flag::UNFILLED) {
            let vm = self.vm();
            (vm.hooks.fill_native_type.get())(vm, self);
        }
        self.dict.with(|dict| dict.as_ref().map(look))
    }

    /// What the type's own namespace has under a name. A namespace that has not been made is not made for a name it will not have.
    #[inline]
    pub fn get_own(&self, name: &Py<PyStr>) -> Option<Value> {
        if self.has_flag(type_flag::UNFILLED) {
            let vm = self.vm();
            if !(vm.hooks.native_type_may_have.get())(vm, self, name) {
                return None;
            }
        }
        self.in_namespace(|dict| dict.get_str(name))?
    }

    /// The namespace of a type that is complete.
    ///
    /// # Panics
    /// Never after the type was completed by `types/type`.
    #[inline]
    pub fn dict_ref(&self) -> PyRef<PyDict> {
        self.namespace().expect("a complete type has a namespace")
    }

    /// Notes a direct subclass.
    pub fn add_subclass(&self, subclass: &Py<PyType>) {
        let pointer: *const Py<PyType> = subclass;
        self.subclasses.with_mut(|list| {
            if !list.contains(&pointer) {
                list.push(pointer);
            }
        });
    }

    /// Forgets a direct subclass.
    pub fn remove_subclass(&self, subclass: &Py<PyType>) {
        let pointer: *const Py<PyType> = subclass;
        self.subclasses
            .with_mut(|list| list.retain(|known| *known != pointer));
    }

    /// The direct subclasses, in the order they were made.
    pub fn live_subclasses(&self) -> Vec<PyRef<PyType>> {
        self.subclasses.with(|list| {
            // SAFETY: a type takes itself out of its bases' lists before it dies; one that is dying has no references left.
            list.iter()
                .map(|ty| unsafe { &**ty })
                .filter(|ty| ty.object().refcount() > 0)
                .map(Py::to_ref)
                .collect()
        })
    }

    /// Whether `self` is `other` or derives from it, by the MRO (`PyType_IsSubtype`).
    pub fn is_subtype(&self, other: &Py<PyType>) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        self.mro.with(|mro| match mro {
            Some(mro) => mro
                .as_slice()
                .iter()
                .any(|t| t.bits() == std::ptr::from_ref(other) as u64),
            None => self
                .base
                .with(|base| base.as_ref().is_some_and(|base| base.is_subtype(other))),
        })
    }

    /// Whether `self` is the native type of payload `T` or derives from it.
    pub fn is_subtype_of<T: Payload>(&self, vm: &Vm) -> bool {
        self.is_subtype(T::class(vm))
    }
}

/// Drops the payload of a type object, which leaves the lists of its bases first.
///
/// # Safety
/// The object must be a type and must not be used any more.
pub unsafe fn drop_type(object: *mut super::header::Object) {
    // SAFETY: the caller vouches for the object; it is still complete.
    let ty = unsafe { (*object).cast::<PyType>() };
    if let Some(bases) = ty.bases.get() {
        for base in bases.as_slice() {
            if let Some(base) = base.downcast_ref::<PyType>() {
                base.remove_subclass(ty);
            }
        }
    }
    // SAFETY: passed on.
    unsafe { super::def::drop_payload::<PyType>(object) };
}
