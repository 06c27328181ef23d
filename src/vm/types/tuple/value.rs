//! Storage of tuples: the items follow the object inline.
//!
//! CPython 3.11: `Objects/tupleobject.c`.

use crate::context::Vm;
use crate::object::alloc::new_var_object_watched_if;
use crate::object::header::flag;
use crate::object::{
    Object, Payload, Py, PyRef, PyType, TypeDef, TypeIndex, Value, Visitor, type_flag,
};
use crate::types::code::PyCode;

/// Payload of `tuple`; `len` values follow.
#[repr(C)]
pub struct PyTuple {
    len: usize,
}

static DEF: TypeDef = TypeDef {
    name: "tuple",
    doc: Some(
        "Built-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty tuple.\nIf iterable is specified the \
         tuple is initialized from iterable's items.\n\nIf the argument is a tuple, the return value is the same object.",
    ),
    text_signature: Some("(iterable=(), /)"),
    base: Some(crate::types::object_::PyBaseObject::def),
    layout_base: Some(crate::types::object_::PyBaseObject::def),
    flags: type_flag::BASETYPE
        | type_flag::GC
        | type_flag::VARSIZE
        | type_flag::SEQUENCE
        | type_flag::MATCH_SELF
        | type_flag::TUPLE_SUBCLASS
        | type_flag::IMMUTABLE,
    payload_size: size_of::<PyTuple>(),
    drop_payload: drop_items,
    traverse: Some(visit_items),
    clear: None,
    tables: &[&super::methods::TABLE, &super::slots::TABLE],
    index: TypeIndex::new(),
};

// SAFETY: the definition describes this payload.
unsafe impl Payload for PyTuple {
    fn def() -> &'static TypeDef {
        &DEF
    }
}

/// Whether an item of a tuple of this class, which is not watched, never will be: another such tuple, or a code object.
fn is_never_watched(class: &Py<PyType>, item: &Object) -> bool {
    std::ptr::eq(item.class(), class) || item.class().has_layout(PyCode::def())
}

/// Drops the items of a tuple or of a type that keeps its items as tuples do.
///
/// # Safety
/// As `TypeDef::drop_payload`.
pub unsafe fn drop_items(object: *mut Object) {
    // SAFETY: called once for a tuple that nobody uses any more; its items are initialised.
    unsafe {
        let tuple = (*object).cast::<PyTuple>();
        // The last one goes first, as in CPython.
        for place in (0..tuple.len).rev() {
            std::ptr::drop_in_place(tuple.items_ptr().add(place));
        }
    }
}

/// Visits the items.
///
/// # Safety
/// As `TypeDef::traverse`.
pub unsafe fn visit_items(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live tuples.
    unsafe { (*object).cast::<PyTuple>() }
        .as_slice()
        .iter()
        .for_each(visit);
}

impl Py<PyTuple> {
    #[inline(always)]
    fn items_ptr(&self) -> *mut Value {
        // SAFETY: the items begin right behind the payload.
        unsafe { std::ptr::from_ref(self).add(1).cast::<Value>().cast_mut() }
    }

    /// The items.
    #[inline(always)]
    pub fn as_slice(&self) -> &[Value] {
        // SAFETY: `len` items were written when the tuple was made, and tuples do not change.
        unsafe { std::slice::from_raw_parts(self.items_ptr(), self.len) }
    }

    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }
}

impl PyTuple {
    /// A tuple of these values; the empty one is a singleton.
    #[inline]
    pub fn new(vm: &Vm, items: Vec<Value>) -> PyRef<PyTuple> {
        if items.is_empty() {
            vm.empty_tuple()
        } else {
            Self::with_class(&vm.types.tuple, items)
        }
    }

    /// A tuple of clones of these values.
    pub fn from_slice(vm: &Vm, items: &[Value]) -> PyRef<PyTuple> {
        if items.is_empty() {
            return vm.empty_tuple();
        }
        Self::from_iter_exact(&vm.types.tuple, items.len(), items.iter().cloned())
    }

    /// A tuple of two values.
    #[inline]
    pub fn pair(vm: &Vm, first: Value, second: Value) -> PyRef<PyTuple> {
        Self::from_iter_exact(&vm.types.tuple, 2, [first, second].into_iter())
    }

    /// An instance of `tuple` or a subclass.
    pub fn with_class(class: &Py<PyType>, items: Vec<Value>) -> PyRef<PyTuple> {
        let len = items.len();
        Self::from_iter_exact(class, len, items.into_iter())
    }

    /// Moves `len` values that the iterator gives into a new tuple. The iterator must give exactly `len` and must not run Python code.
    ///
    /// A tuple cannot change, so one without items that are watched, or may be, can never be part of a cycle: the collector need not know it.
    #[inline]
    pub fn from_iter_exact(
        class: &Py<PyType>,
        len: usize,
        items: impl Iterator<Item = Value>,
    ) -> PyRef<PyTuple> {
        let mut items = items;
        new_var_object_watched_if(class, PyTuple { len }, len * 8, |place| {
            let place = place.cast::<Value>();
            let mut watched = class.has_flag(type_flag::MANAGED | type_flag::HEAPTYPE);
            for index in 0..len {
                let value = items.next().unwrap_or(Value::None);
                watched |= value.as_object().is_some_and(|object| {
                    object.has_flag(flag::TRACKED)
                        || (object.class().is_gc() && !is_never_watched(class, object))
                });
                // SAFETY: `len` values fit the inline data.
                unsafe { place.add(index).write(value) };
            }
            watched
        })
    }

    /// A tuple that the collector need not know: none of its items can ever be part of a cycle.
    pub fn unwatched(vm: &Vm, items: impl ExactSizeIterator<Item = Value>) -> PyRef<PyTuple> {
        let len = items.len();
        if len == 0 {
            return vm.empty_tuple();
        }
        let mut items = items;
        let class = &vm.types.tuple;
        new_var_object_watched_if(class, PyTuple { len }, len * 8, |place| {
            let place = place.cast::<Value>();
            for index in 0..len {
                let value = items.next().unwrap_or(Value::None);
                // SAFETY: `len` values fit the inline data.
                unsafe { place.add(index).write(value) };
            }
            false
        })
    }

    /// The tuple without items, for booting only.
    pub(crate) fn make_empty(class: &Py<PyType>) -> PyRef<PyTuple> {
        Self::from_iter_exact(class, 0, std::iter::empty())
    }
}
