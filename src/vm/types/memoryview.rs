//! `memoryview`: a window into the memory of another object.
//!
//! Views made of views share one export of the object; it ends when the last of them is released.
//!
//! CPython 3.11: `Objects/memoryobject.c`.

pub mod access;
pub mod methods;

use crate::context::{PyErr, PyResult, Vm};
use crate::object::buffer::{Buffer, Exporter, request};
use crate::object::{Payload, Py, PyRef, Traverse, Value, Visitor};
use crate::protocol::buffer;
use derive::pytype;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The shape of a view and where it begins.
#[derive(Clone)]
pub struct Geometry {
    /// Offset of the first item in the exporter's memory.
    pub offset: isize,
    /// `format`
    pub format: Rc<str>,
    /// `itemsize`
    pub itemsize: usize,
    /// `readonly`
    pub readonly: bool,
    /// `shape`
    pub shape: Vec<usize>,
    /// `strides`
    pub strides: Vec<isize>,
}

impl Geometry {
    fn of(buffer: &Buffer) -> Geometry {
        Geometry {
            offset: buffer.offset,
            format: buffer.format.clone(),
            itemsize: buffer.itemsize,
            readonly: buffer.readonly,
            shape: buffer.shape.clone(),
            strides: buffer.strides.clone(),
        }
    }

    /// `nbytes`
    pub fn size(&self) -> usize {
        self.shape.iter().product::<usize>() * self.itemsize
    }

    /// Whether items follow each other, the last index varying fastest.
    pub fn is_c_contiguous(&self) -> bool {
        is_contiguous(self.itemsize, self.shape.iter().zip(&self.strides).rev())
    }

    /// Whether items follow each other, the first index varying fastest.
    pub fn is_f_contiguous(&self) -> bool {
        is_contiguous(self.itemsize, self.shape.iter().zip(&self.strides))
    }

    /// Strides of memory without gaps.
    pub fn set_c_strides(&mut self) {
        let mut stride = self.itemsize as isize;
        self.strides = vec![0; self.shape.len()];
        for (place, &size) in self.strides.iter_mut().zip(&self.shape).rev() {
            *place = stride;
            stride *= size as isize;
        }
    }

    /// Offsets of all items in C order.
    pub fn offsets(&self) -> Vec<isize> {
        let mut offsets = vec![self.offset];
        for (&size, &stride) in self.shape.iter().zip(&self.strides) {
            offsets = offsets
                .iter()
                .flat_map(|&offset| (0..size as isize).map(move |index| offset + index * stride))
                .collect();
        }
        offsets
    }
}

fn is_contiguous<'a>(
    itemsize: usize,
    dimensions: impl Iterator<Item = (&'a usize, &'a isize)>,
) -> bool {
    let mut expected = itemsize as isize;
    for (&size, &stride) in dimensions {
        if size == 0 {
            return true;
        }
        if size > 1 && stride != expected {
            return false;
        }
        expected = expected.saturating_mul(size as isize);
    }
    true
}

/// Payload of `memoryview`.
#[pytype(
    name = "memoryview",
    flags(GC, HAS_WEAKREF, SEQUENCE),
    doc = "Create a new memoryview object which references the given object.",
    sig = "memoryview(object)",
    tables(methods::TABLE, methods::ATTRIBUTES, access::TABLE),
    clear = clear
)]
pub struct PyMemoryView {
    base: RefCell<Option<Rc<Buffer>>>,
    /// What the view shows.
    pub geometry: Geometry,
    exports: Cell<usize>,
    hash: Cell<i64>,
}

impl Traverse for PyMemoryView {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Ok(base) = self.base.try_borrow()
            && let Some(base) = &*base
        {
            visit(&base.owner);
        }
    }
}

fn clear(_vm: &Vm, value: &Value) {
    if let Some(view) = value.downcast_ref::<PyMemoryView>()
        && view.exports.get() == 0
    {
        let base = view.base.borrow_mut().take();
        drop(base);
    }
}

#[cold]
#[inline(never)]
fn released(vm: &Vm) -> PyErr {
    vm.value_error("operation forbidden on released memoryview object")
}

impl PyMemoryView {
    /// `memoryview(object)`
    pub fn of(vm: &Vm, object: &Value) -> PyResult<PyRef<PyMemoryView>> {
        if let Some(view) = object.downcast_ref::<PyMemoryView>() {
            let base = view.base(vm)?;
            return Ok(Self::with(vm, base, view.geometry.clone()));
        }
        if !buffer::check(vm, object) {
            return Err(vm.type_error(format!(
                "memoryview: a bytes-like object is required, not '{}'",
                object.class(vm).tp_name()
            )));
        }
        let buffer = buffer::get(vm, object, request::FULL_RO)?;
        Ok(Self::of_buffer(vm, buffer))
    }

    /// A view of a buffer.
    pub fn of_buffer(vm: &Vm, buffer: Buffer) -> PyRef<PyMemoryView> {
        let geometry = Geometry::of(&buffer);
        Self::with(vm, Rc::new(buffer), geometry)
    }

    /// A view with another geometry of memory that is exported already.
    pub fn with(vm: &Vm, base: Rc<Buffer>, geometry: Geometry) -> PyRef<PyMemoryView> {
        PyRef::new(
            vm,
            PyMemoryView {
                base: RefCell::new(Some(base)),
                geometry,
                exports: Cell::new(0),
                hash: Cell::new(-1),
            },
        )
    }

    /// The export; ValueError after `release`.
    pub fn base(&self, vm: &Vm) -> PyResult<Rc<Buffer>> {
        self.base.borrow().clone().ok_or_else(|| released(vm))
    }

    /// Whether the view was released.
    pub fn is_released(&self) -> bool {
        self.base.borrow().is_none()
    }

    /// `release`
    pub fn release(&self, vm: &Vm) -> PyResult<()> {
        let exports = self.exports.get();
        if exports > 0 && !self.is_released() {
            let plural = if exports == 1 { "" } else { "s" };
            return Err(
                vm.buffer_error(format!("memoryview has {exports} exported buffer{plural}"))
            );
        }
        let base = self.base.borrow_mut().take();
        drop(base);
        Ok(())
    }

    /// A copy of the bytes in C order.
    pub fn to_vec(&self, vm: &Vm) -> PyResult<Vec<u8>> {
        vm.try_reserve(self.geometry.size())?;
        self.gather(vm, &self.geometry)
    }

    /// The bytes of another geometry of the same memory, in its C order.
    pub fn gather(&self, vm: &Vm, geometry: &Geometry) -> PyResult<Vec<u8>> {
        let base = self.base(vm)?;
        let mut out = Vec::with_capacity(geometry.size());
        base.exporter.with_bytes(&base.owner, &mut |memory| {
            let start = usize::try_from(geometry.offset).unwrap_or(0);
            if geometry.is_c_contiguous() {
                let end = start.saturating_add(geometry.size());
                out.extend_from_slice(memory.get(start..end).unwrap_or(&[]));
                return;
            }
            for offset in geometry.offsets() {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                let end = start.saturating_add(geometry.itemsize);
                out.extend_from_slice(memory.get(start..end).unwrap_or(&[]));
            }
        });
        Ok(out)
    }

    /// Calls `f` with the bytes of the item at an offset. `f` must not run Python code.
    pub fn with_item<R>(&self, vm: &Vm, offset: isize, f: impl FnOnce(&[u8]) -> R) -> PyResult<R> {
        let base = self.base(vm)?;
        let (mut f, mut result) = (Some(f), None);
        base.exporter.with_bytes(&base.owner, &mut |memory| {
            let start = usize::try_from(offset).unwrap_or(usize::MAX);
            let item = memory.get(start..start.saturating_add(self.geometry.itemsize));
            if let (Some(f), Some(item)) = (f.take(), item) {
                result = Some(f(item));
            }
        });
        result.ok_or_else(|| vm.index_error("index out of bounds"))
    }

    /// Writes bytes to places of the memory.
    pub fn write(&self, vm: &Vm, places: &[isize], size: usize, bytes: &[u8]) -> PyResult<()> {
        let base = self.base(vm)?;
        base.exporter.with_bytes_mut(&base.owner, &mut |memory| {
            for (&offset, item) in places.iter().zip(bytes.chunks(size.max(1))) {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                if let Some(place) = memory.get_mut(start..start.saturating_add(item.len())) {
                    place.copy_from_slice(item);
                }
            }
        });
        Ok(())
    }

    /// The hash, computed once.
    pub(crate) fn hash_cell(&self) -> &Cell<i64> {
        &self.hash
    }
}

/// Gives out the memory that a view shows.
struct ViewExporter;

static VIEW_EXPORTER: ViewExporter = ViewExporter;

fn base_of(owner: &Value) -> Option<Rc<Buffer>> {
    owner.downcast_ref::<PyMemoryView>()?.base.borrow().clone()
}

impl Exporter for ViewExporter {
    fn with_bytes(&self, owner: &Value, f: &mut dyn FnMut(&[u8])) {
        if let Some(base) = base_of(owner) {
            base.exporter.with_bytes(&base.owner, f);
        }
    }

    fn with_bytes_mut(&self, owner: &Value, f: &mut dyn FnMut(&mut [u8])) {
        if let Some(base) = base_of(owner) {
            base.exporter.with_bytes_mut(&base.owner, f);
        }
    }

    fn release(&self, owner: &Value) {
        if let Some(view) = owner.downcast_ref::<PyMemoryView>() {
            view.exports.set(view.exports.get().saturating_sub(1));
        }
    }
}

/// Exports the view's memory on.
pub(crate) fn export(vm: &Vm, view: &Py<PyMemoryView>, flags: u32) -> PyResult<Buffer> {
    view.base(vm)?;
    let geometry = &view.geometry;
    if flags & request::WRITABLE != 0 && geometry.readonly {
        return Err(vm.buffer_error("memoryview: underlying buffer is not writable"));
    }
    let wants_strides = flags & request::STRIDES == request::STRIDES;
    let wants_c = flags & request::C_CONTIGUOUS == request::C_CONTIGUOUS;
    if (!wants_strides || wants_c) && !geometry.is_c_contiguous() {
        return Err(vm.buffer_error("memoryview: underlying buffer is not C-contiguous"));
    }
    if flags & request::ND == 0 && flags & request::FORMAT != 0 {
        return Err(vm.buffer_error(
            "memoryview: cannot cast to unsigned bytes if the format flag is present",
        ));
    }
    view.exports.set(view.exports.get() + 1);
    Ok(Buffer {
        owner: view.to_value(),
        exporter: &VIEW_EXPORTER,
        offset: geometry.offset,
        len: geometry.size(),
        itemsize: geometry.itemsize,
        format: geometry.format.clone(),
        readonly: geometry.readonly,
        shape: geometry.shape.clone(),
        strides: geometry.strides.clone(),
    })
}

/// Whether the value is a memoryview.
pub fn is_memoryview(vm: &Vm, value: &Value) -> bool {
    value.is_exact(vm, PyMemoryView::class(vm))
}
