//! Storage of lists.
//!
//! CPython 3.11: `Objects/listobject.c`.

use crate::context::{PyResult, Vm, eval_breaker};
use crate::object::alloc::Heap;
use crate::object::{
    Object, Payload, Py, PyCell, PyRef, PyType, TypeDef, TypeIndex, Value, Visitor, type_flag,
};
use crate::types::object_::PyBaseObject;
use std::cell::Cell;

/// Payload of `list`.
pub struct PyList {
    items: PyCell<Vec<Value>>,
    /// Room for this many items has been charged to the heap.
    charged: Cell<usize>,
}

static DEF: TypeDef = TypeDef {
    name: "list",
    doc: Some(
        "Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\nThe argument must be an iterable if specified.",
    ),
    text_signature: Some("(iterable=(), /)"),
    base: Some(PyBaseObject::def),
    layout_base: Some(PyBaseObject::def),
    flags: type_flag::BASETYPE
        | type_flag::GC
        | type_flag::SEQUENCE
        | type_flag::MATCH_SELF
        | type_flag::LIST_SUBCLASS
        | type_flag::IMMUTABLE,
    payload_size: size_of::<PyList>(),
    drop_payload,
    traverse: Some(traverse),
    clear: Some(clear),
    tables: &[&super::methods::TABLE, &super::slots::TABLE],
    index: TypeIndex::new(),
};

// SAFETY: the definition describes this payload.
unsafe impl Payload for PyList {
    fn def() -> &'static TypeDef {
        &DEF
    }
}

unsafe fn drop_payload(object: *mut Object) {
    // SAFETY: called once for a list that nobody uses any more.
    unsafe {
        let list = (*object).cast::<PyList>();
        list.heap().discharge(list.charged.get() * ITEM);
        drop_from_the_end(list.items.take());
        std::ptr::drop_in_place(std::ptr::from_ref(list.payload()).cast_mut());
    }
}

/// Drops items as CPython does, the last one first.
pub fn drop_from_the_end(mut items: Vec<Value>) {
    while let Some(item) = items.pop() {
        drop(item);
    }
}

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live lists; visitors do not change lists.
    unsafe { (*object).cast::<PyList>() }
        .items
        .with(|items| items.iter().for_each(visit));
}

fn clear(_vm: &Vm, value: &Value) {
    if let Some(list) = value.downcast_ref::<PyList>() {
        drop(list.take());
    }
}

const ITEM: usize = size_of::<Value>();

/// Room for a list that grows to `len` items from `old` ones, as CPython chooses it.
pub fn growth(old: usize, len: usize) -> usize {
    if len == 0 {
        return 0;
    }
    let room = (len + (len >> 3) + 6) & !3;
    if len - old.min(len) > room - len {
        (len + 3) & !3
    } else {
        room
    }
}

impl PyList {
    /// A list of these values.
    #[inline]
    pub fn new(vm: &Vm, items: Vec<Value>) -> PyRef<PyList> {
        Self::with_class(&vm.types.list, items)
    }

    /// An instance of `list` or a subclass.
    #[inline]
    pub fn with_class(class: &Py<PyType>, items: Vec<Value>) -> PyRef<PyList> {
        let room = items.capacity();
        class.vm().heap.charge(room * ITEM);
        crate::object::alloc::new_object(
            class,
            PyList {
                items: PyCell::new(items),
                charged: Cell::new(room),
            },
        )
    }

    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.items.with(Vec::len)
    }

    /// Items there is room for.
    pub fn capacity(&self) -> usize {
        self.items.with(Vec::capacity)
    }

    /// The item at a place.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Value> {
        self.items.with(|items| items.get(index).cloned())
    }

    /// Exchanges the item at a place; gives the value back when there is no such place.
    #[inline(always)]
    pub fn replace(&self, index: usize, value: Value) -> Result<Value, Value> {
        self.items.with_mut(|items| match items.get_mut(index) {
            Some(place) => Ok(std::mem::replace(place, value)),
            None => Err(value),
        })
    }

    /// The items, cloned.
    pub fn to_vec(&self) -> Vec<Value> {
        self.items.with(Vec::clone)
    }

    /// The items, for short work that cannot run Python code (see `PyCell`).
    #[inline(always)]
    pub fn with<R>(&self, f: impl FnOnce(&Vec<Value>) -> R) -> R {
        self.items.with(f)
    }
}

impl Py<PyList> {
    #[inline(always)]
    fn heap(&self) -> &Heap {
        &self.object().class().vm().heap
    }

    /// Appends.
    #[inline(always)]
    pub fn push(&self, value: Value) {
        let full = self.items.with_mut(|items| {
            if items.len() < items.capacity() {
                items.push(value);
                None
            } else {
                Some(value)
            }
        });
        if let Some(value) = full {
            self.grow_and_push(value);
        }
    }

    #[cold]
    #[inline(never)]
    fn grow_and_push(&self, value: Value) {
        self.with_mut(|items| {
            let len = items.len();
            items.reserve_exact(growth(len, len + 1) - len);
            items.push(value);
        });
        self.check_limit();
    }

    /// Asks the loop to raise MemoryError when the list grew over the limit.
    fn check_limit(&self) {
        let vm = self.object().class().vm();
        if vm.heap.is_over_limit() {
            vm.breaker.request(eval_breaker::MEMORY);
        }
    }

    /// Makes room for `more` items; MemoryError when it cannot be had.
    pub fn reserve(&self, vm: &Vm, more: usize) -> PyResult<()> {
        let (len, room) = self.items.with(|items| (items.len(), items.capacity()));
        let Some(wanted) = len
            .checked_add(more)
            .filter(|n| *n <= isize::MAX as usize / ITEM)
        else {
            return Err(vm.no_memory());
        };
        if wanted > room {
            let room = if room == 0 {
                // A first block is even and no larger than needed.
                (wanted + 1) & !1
            } else {
                growth(len, wanted)
            };
            vm.try_reserve(room.saturating_mul(ITEM))?;
            self.with_mut(|items| items.reserve_exact(room - len));
        }
        Ok(())
    }

    /// Appends clones of these values.
    pub fn extend_from_slice(&self, vm: &Vm, values: &[Value]) -> PyResult<()> {
        self.reserve(vm, values.len())?;
        self.items.with_mut(|items| items.extend_from_slice(values));
        Ok(())
    }

    /// Appends these values.
    pub fn append_vec(&self, vm: &Vm, values: Vec<Value>) -> PyResult<()> {
        self.reserve(vm, values.len())?;
        self.items.with_mut(|items| items.extend(values));
        Ok(())
    }

    /// Inserts before an index, which counts from the end when negative and is clipped.
    pub fn insert(&self, vm: &Vm, index: isize, value: Value) -> PyResult<()> {
        self.reserve(vm, 1)?;
        self.items.with_mut(|items| {
            let len = items.len();
            let index = if index < 0 {
                len.saturating_sub(index.unsigned_abs())
            } else {
                (index as usize).min(len)
            };
            items.insert(index, value);
        });
        Ok(())
    }

    /// Takes the last item out.
    #[inline]
    pub fn pop_last(&self) -> Option<Value> {
        let (item, sparse) = self
            .items
            .with_mut(|items| (items.pop(), items.len() < items.capacity() >> 1));
        if sparse {
            self.shrink();
        }
        item
    }

    /// Takes the item at a place out.
    pub fn remove(&self, index: usize) -> Option<Value> {
        let item = self
            .items
            .with_mut(|items| (index < items.len()).then(|| items.remove(index)));
        self.shrink();
        item
    }

    /// Exchanges the items between two places, which are clipped, for others. What the old items do when they die comes last.
    pub fn splice(&self, vm: &Vm, start: usize, stop: usize, values: Vec<Value>) -> PyResult<()> {
        let mut values = values;
        let len = self.len();
        let start = start.min(len);
        let stop = stop.clamp(start, len);
        let old = if values.len() == stop - start {
            self.with_mut(|items| items[start..stop].swap_with_slice(&mut values));
            values
        } else {
            self.reserve(vm, values.len().saturating_sub(stop - start))?;
            let old = self.with_mut(|items| items.splice(start..stop, values).collect());
            self.shrink();
            old
        };
        drop(old);
        Ok(())
    }

    /// Takes all items out.
    pub fn take(&self) -> Vec<Value> {
        self.replace_all(Vec::new())
    }

    /// Puts other items in and gives the old ones out.
    pub fn replace_all(&self, items: Vec<Value>) -> Vec<Value> {
        let room = items.capacity();
        self.heap().charge(room * ITEM);
        self.heap().discharge(self.charged.replace(room) * ITEM);
        self.items.replace(items)
    }

    /// The items, for short changes that cannot run Python code nor drop values (see `PyCell`).
    #[inline(always)]
    pub fn with_mut<R>(&self, f: impl FnOnce(&mut Vec<Value>) -> R) -> R {
        let (result, room) = self.items.with_mut(|items| (f(items), items.capacity()));
        if room != self.charged.get() {
            self.heap().charge(room * ITEM);
            self.heap().discharge(self.charged.replace(room) * ITEM);
        }
        result
    }

    /// Gives back room when less than half is used, as CPython does.
    pub fn shrink(&self) {
        let (len, room) = self.items.with(|items| (items.len(), items.capacity()));
        if len < room >> 1 {
            self.with_mut(|items| items.shrink_to(growth(len, len)));
        }
    }
}

impl Vm {
    /// A list, as a value.
    pub fn new_list(&self, items: Vec<Value>) -> Value {
        PyList::new(self, items).into_value()
    }
}

/// Whether an object is a list or an instance of a subclass.
pub fn is_list(value: &Value) -> bool {
    value
        .as_object()
        .is_some_and(|object| object.class().has_layout(PyList::def()))
}
