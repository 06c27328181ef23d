//! Memory of objects: the heap of one interpreter, allocation, deallocation.
//!
//! Goals: an allocation that is a pop from a free list; a memory limit that holds; a deallocation that neither recurses deeply nor loses a
//! finaliser. Objects up to `SMALL_MAX` bytes come from size classes of 16 bytes carved out of chunks; larger ones from the system with
//! their size in front. The class of an object is noted in its flag bits, so freeing asks nothing of the type.
//!
//! Deallocation of nested structures is cut at `NESTING_MAX`: what is found deeper waits in a list until the outermost one is done
//! ("trashcan"), so dropping a million nested lists needs no stack.
//!
//! CPython 3.11: `Objects/obmalloc.c`, `Objects/object.c` (`_PyTrash_*`), `subtype_dealloc` in `Objects/typeobject.c`.

use super::def::type_flag;
use super::header::{GcHead, ManagedHead, Object, flag};
use super::instance::{self, Attrs, Values};
use super::payload::Payload;
use super::refs::{Py, PyRef};
use super::typeobj::PyType;
use super::value::Value;
use super::weak::{self, WeakList};
use crate::context::Vm;
use crate::context::eval_breaker::{self, EvalBreaker};
use std::alloc::Layout;
use std::cell::{Cell, OnceCell, RefCell};
use std::ptr::NonNull;

const GRANULE: usize = 16;
const SMALL_MAX: usize = 1024;
const CLASSES: usize = SMALL_MAX / GRANULE + 1;
const CHUNK: usize = 64 << 10;
const NESTING_MAX: u32 = 40;
/// What debug builds write into every byte of a freed block.
const FREED: u8 = 0xdd;
/// CPython's threshold of the youngest generation.
const THRESHOLD: u32 = 700;
/// The same while modules are imported.
const IMPORT_TRIGGER: u32 = 50_000;
use flag::CLASS_SHIFT;

/// The memory of one interpreter.
pub struct Heap {
    free: [Cell<*mut FreeBlock>; CLASSES],
    bump: Cell<*mut u8>,
    bump_end: Cell<*mut u8>,
    chunks: RefCell<Vec<NonNull<u8>>>,
    used: Cell<usize>,
    limit: Cell<usize>,
    breaker: OnceCell<EvalBreaker>,
    nesting: Cell<u32>,
    waiting: RefCell<Vec<NonNull<Object>>>,
    /// Live objects with the flag `NOTICED`.
    noticed: Cell<usize>,
    /// A class got a finaliser when it may have had instances, which are not counted.
    has_late_finalizer: Cell<bool>,
    /// Objects the collector watches.
    pub tracked: Generations,
}

struct FreeBlock {
    next: *mut FreeBlock,
}

/// The collector's rings, one for each generation, and what decides when to collect.
pub struct Generations {
    heads: Box<[GcHead; 5]>,
    /// Allocations minus deallocations since the last collection (generation 0); collections of the younger one (1 and 2).
    pub counts: [Cell<u32>; 3],
    /// `gc.get_threshold()`
    pub thresholds: [Cell<u32>; 3],
    /// The size of the youngest generation that asks for a collection: its threshold, or more while modules are imported.
    trigger: Cell<u32>,
    /// How many modules are being run.
    importing: Cell<u32>,
    /// `gc.isenabled()`
    pub enabled: Cell<bool>,
}

impl Generations {
    fn new() -> Generations {
        let head = || GcHead {
            prev: Cell::new(std::ptr::null()),
            next: Cell::new(std::ptr::null()),
        };
        let heads = Box::new([head(), head(), head(), head(), head()]);
        for head in heads.iter() {
            head.prev.set(head);
            head.next.set(head);
        }
        Generations {
            heads,
            counts: [const { Cell::new(0) }; 3],
            thresholds: [Cell::new(THRESHOLD), Cell::new(10), Cell::new(10)],
            trigger: Cell::new(THRESHOLD),
            importing: Cell::new(0),
            enabled: Cell::new(true),
        }
    }

    /// Sets one of the thresholds.
    pub fn set_threshold(&self, generation: usize, threshold: u32) {
        self.thresholds[generation].set(threshold);
        self.set_trigger();
    }

    /// Nearly everything that modules make while they are imported stays: looking for garbage among it costs a good part of an import and
    /// finds nothing. So the youngest generation may become larger meanwhile, unless the program chose a threshold; and when the outermost
    /// module is done, what is too much for the usual threshold becomes older without being looked at.
    pub fn while_importing<R>(&self, run: impl FnOnce() -> R) -> R {
        self.importing.set(self.importing.get() + 1);
        self.set_trigger();
        let result = run();
        self.importing.set(self.importing.get() - 1);
        let was_raised = self.trigger.get() == IMPORT_TRIGGER;
        self.set_trigger();
        if was_raised && self.is_young_due() && self.enabled.get() {
            self.counts[0].set(0);
            self.counts[1].set(self.counts[1].get() + 1);
            self.move_all(0, 1);
        }
        result
    }

    fn set_trigger(&self) {
        let threshold = self.thresholds[0].get();
        let is_raised = self.importing.get() > 0 && threshold == THRESHOLD;
        self.trigger
            .set(if is_raised { IMPORT_TRIGGER } else { threshold });
    }

    /// Whether the youngest generation has grown enough.
    pub fn is_young_due(&self) -> bool {
        self.counts[0].get() > self.trigger.get()
    }

    /// The ring of what was made while the interpreter started and lives as long: no collection looks at it.
    pub const STARTUP: usize = 4;

    /// The ring of a generation: a head that stands for no object.
    pub fn ring(&self, generation: usize) -> &GcHead {
        &self.heads[generation]
    }

    /// Makes a ring empty; its members are linked elsewhere by the caller.
    pub fn empty(&self, generation: usize) {
        let head = &self.heads[generation];
        head.prev.set(head);
        head.next.set(head);
    }

    /// Moves all members of a ring to the end of another.
    pub fn move_all(&self, from: usize, to: usize) {
        let (from_head, to_head) = (&self.heads[from], &self.heads[to]);
        let (first, last) = (from_head.next.get(), from_head.prev.get());
        if std::ptr::eq(first, from_head) {
            return;
        }
        let before = to_head.prev.get();
        // SAFETY: all three are members of rings, or their heads.
        unsafe {
            (*before).next.set(first);
            (*first).prev.set(before);
            (*last).next.set(to_head);
        }
        to_head.prev.set(last);
        self.empty(from);
    }

    /// Puts an object's links at the end of a ring.
    #[inline(always)]
    pub fn link(&self, generation: usize, links: &GcHead) {
        let head = &self.heads[generation];
        let last = head.prev.get();
        links.prev.set(last);
        links.next.set(head);
        // SAFETY: `last` is a member of the ring, or its head.
        unsafe { (*last).next.set(links) };
        head.prev.set(links);
    }

    /// Takes an object's links out of the ring they are in.
    #[inline(always)]
    pub fn unlink(links: &GcHead) {
        let (prev, next) = (links.prev.get(), links.next.get());
        // SAFETY: members of a ring point at members of the ring.
        unsafe {
            (*prev).next.set(next);
            (*next).prev.set(prev);
        }
    }
}

impl Heap {
    pub(crate) fn new() -> Heap {
        Heap {
            free: [const { Cell::new(std::ptr::null_mut()) }; CLASSES],
            bump: Cell::new(std::ptr::null_mut()),
            bump_end: Cell::new(std::ptr::null_mut()),
            chunks: RefCell::new(Vec::new()),
            used: Cell::new(0),
            limit: Cell::new(usize::MAX),
            breaker: OnceCell::new(),
            nesting: Cell::new(0),
            waiting: RefCell::new(Vec::new()),
            noticed: Cell::new(0),
            has_late_finalizer: Cell::new(false),
            tracked: Generations::new(),
        }
    }

    /// Counts an object whose death somebody notices: it has a finaliser, or is a weak reference whose callback does something.
    pub fn count_noticed(&self, object: &Object) {
        if !object.has_flag(flag::NOTICED) {
            object.set_flag(flag::NOTICED, true);
            self.noticed.set(self.noticed.get() + 1);
        }
    }

    /// Counts an object no more: it dies, or is one that every interpreter has.
    pub fn discount_noticed(&self, object: &Object) {
        if object.has_flag(flag::NOTICED) {
            object.set_flag(flag::NOTICED, false);
            self.noticed.set(self.noticed.get().saturating_sub(1));
        }
    }

    /// A class that may have instances has a finaliser from now on.
    pub fn note_late_finalizer(&self) {
        self.has_late_finalizer.set(true);
    }

    /// Whether the death of any live object could be noticed.
    pub fn is_death_noticed(&self) -> bool {
        self.noticed.get() > 0 || self.has_late_finalizer.get()
    }

    /// Exchanges how deep in deallocations the running thread is.
    pub fn replace_nesting(&self, nesting: u32) -> u32 {
        self.nesting.replace(nesting)
    }

    /// Bytes in use: objects, and what was charged with `charge`.
    pub fn used(&self) -> usize {
        self.used.get()
    }

    /// The limit in bytes; `usize::MAX` is none.
    pub fn limit(&self) -> usize {
        self.limit.get()
    }

    /// Sets the limit.
    pub fn set_limit(&self, bytes: usize) {
        self.limit.set(bytes);
    }

    /// The word that is told when the limit is passed.
    pub(crate) fn watch(&self, breaker: &EvalBreaker) {
        let _ = self.breaker.set(breaker.clone());
    }

    /// Asks the loop to look at the limit when more than that is in use.
    fn check_limit(&self) {
        if self.is_over_limit()
            && let Some(breaker) = self.breaker.get()
        {
            breaker.request(eval_breaker::MEMORY);
        }
    }

    /// Whether more than the limit is in use.
    #[inline(always)]
    pub fn is_over_limit(&self) -> bool {
        self.used.get() > self.limit.get()
    }

    /// Counts memory that lives outside the heap (a list's items, a dict's table).
    #[inline(always)]
    pub fn charge(&self, bytes: usize) {
        self.used.set(self.used.get().wrapping_add(bytes));
    }

    /// Takes a charge back.
    #[inline(always)]
    pub fn discharge(&self, bytes: usize) {
        self.used.set(self.used.get().saturating_sub(bytes));
    }

    #[inline(always)]
    fn allocate(&self, size: usize) -> (*mut u8, usize) {
        let class = size.div_ceil(GRANULE);
        if class < CLASSES {
            let block = self.free[class].get();
            self.used.set(self.used.get() + class * GRANULE);
            if !block.is_null() {
                // SAFETY: blocks in a free list are free and hold the next link.
                self.free[class].set(unsafe { (*block).next });
                return (block.cast(), class);
            }
            (self.carve(class * GRANULE), class)
        } else {
            (self.allocate_large(size), 0)
        }
    }

    fn carve(&self, size: usize) -> *mut u8 {
        let place = self.bump.get();
        if (self.bump_end.get() as usize).wrapping_sub(place as usize) >= size && !place.is_null() {
            self.bump.set(place.wrapping_add(size));
            return place;
        }
        let layout = Self::chunk_layout();
        // SAFETY: the layout has a size above zero.
        let Some(chunk) = NonNull::new(unsafe { std::alloc::alloc(layout) }) else {
            std::alloc::handle_alloc_error(layout)
        };
        self.chunks.borrow_mut().push(chunk);
        populate(chunk);
        self.check_limit();
        self.bump.set(chunk.as_ptr().wrapping_add(size));
        self.bump_end.set(chunk.as_ptr().wrapping_add(CHUNK));
        chunk.as_ptr()
    }

    #[cold]
    #[inline(never)]
    fn allocate_large(&self, size: usize) -> *mut u8 {
        let layout = Self::large_layout(size);
        self.used.set(self.used.get() + layout.size());
        self.check_limit();
        // SAFETY: the layout has a size above zero; the size is written into the first granule.
        unsafe {
            let place = std::alloc::alloc(layout);
            if place.is_null() {
                std::alloc::handle_alloc_error(layout);
            }
            place.cast::<usize>().write(size);
            place.add(GRANULE)
        }
    }

    fn chunk_layout() -> Layout {
        Layout::from_size_align(CHUNK, GRANULE).expect("a constant layout")
    }

    fn large_layout(size: usize) -> Layout {
        Layout::from_size_align(size + GRANULE, GRANULE)
            .expect("object sizes are checked before allocation")
    }

    /// # Safety
    /// `place` and `class` must come from `allocate` of this heap, and the block must not be used any more.
    #[inline(always)]
    unsafe fn free(&self, place: *mut u8, class: usize) {
        if class != 0 {
            self.used
                .set(self.used.get().saturating_sub(class * GRANULE));
            let block = place.cast::<FreeBlock>();
            if cfg!(debug_assertions) {
                // SAFETY: the block has that size and is not used any more. What still reads it finds no pointer.
                unsafe { std::ptr::write_bytes(place, FREED, class * GRANULE) };
            }
            // SAFETY: the block is at least one granule.
            unsafe {
                block.write(FreeBlock {
                    next: self.free[class].get(),
                })
            };
            self.free[class].set(block);
        } else {
            // SAFETY: large blocks have their size in the granule in front.
            unsafe {
                let start = place.sub(GRANULE);
                let layout = Self::large_layout(start.cast::<usize>().read());
                self.used.set(self.used.get().saturating_sub(layout.size()));
                std::alloc::dealloc(start, layout);
            }
        }
    }
}

/// Asks the system for the memory of a chunk at once instead of page by page: it will be filled from one end to the other.
fn populate(chunk: NonNull<u8>) {
    /// Linux 5.14; older kernels answer with an error, which does no harm.
    const MADV_POPULATE_WRITE: i32 = 23;
    const PAGE: usize = 4096;
    let offset = chunk.as_ptr().align_offset(PAGE);
    let len = CHUNK.saturating_sub(offset) / PAGE * PAGE;
    // SAFETY: the pages lie inside a chunk that was just allocated; their contents do not change.
    unsafe {
        libc::madvise(
            chunk.as_ptr().wrapping_add(offset).cast(),
            len,
            MADV_POPULATE_WRITE,
        )
    };
}

impl Drop for Heap {
    fn drop(&mut self) {
        for chunk in self.chunks.borrow_mut().drain(..) {
            // SAFETY: allocated by `carve` with this layout; the interpreter is gone.
            unsafe { std::alloc::dealloc(chunk.as_ptr(), Self::chunk_layout()) };
        }
    }
}

/// A new object of type `ty`, which must be `T`'s type or derive from it.
#[inline]
pub fn new_object<T: Payload>(ty: &Py<PyType>, payload: T) -> PyRef<T> {
    debug_assert!(ty.has_layout(T::def()), "the type has another payload");
    // SAFETY: the block has room for the fixed part, of which the payload is the beginning.
    unsafe {
        let place = allocate_object(&ty.vm().heap, ty, 0).cast::<Py<T>>();
        std::ptr::from_ref((*place).payload())
            .cast_mut()
            .write(payload);
        finish(ty, place.cast());
        PyRef::from_raw(NonNull::new_unchecked(place))
    }
}

/// As `new_object`; the collector watches the object only when `watched` says so. What is not watched must never refer to an object that
/// is, or becomes, watched, unless its cycles may stay.
#[inline]
pub fn new_object_watched_if<T: Payload>(ty: &Py<PyType>, payload: T, watched: bool) -> PyRef<T> {
    debug_assert!(ty.has_layout(T::def()), "the type has another payload");
    // SAFETY: as in `new_object`.
    unsafe {
        let place = allocate_object(&ty.vm().heap, ty, 0).cast::<Py<T>>();
        std::ptr::from_ref((*place).payload())
            .cast_mut()
            .write(payload);
        if watched {
            finish(ty, place.cast());
        }
        PyRef::from_raw(NonNull::new_unchecked(place))
    }
}

/// The type object of `type` itself, whose type it is. Its flags and size are those of `payload`.
pub(crate) fn new_first_type(heap: &Heap, payload: PyType) -> PyRef<PyType> {
    let model = Py::detached(Object::new(std::ptr::null()), payload);
    // SAFETY: the model says how large type objects are and is read only; the payload moves from it into the block, and the block's head
    // points at itself before anything can see it.
    unsafe {
        let place = allocate_object(heap, &model, 0).cast::<Py<PyType>>();
        std::ptr::from_ref((*place).payload())
            .cast_mut()
            .write(model.into_payload());
        (*place).object().class_ptr().set(place);
        PyRef::from_raw(NonNull::new_unchecked(place))
    }
}

/// A type object whose type is `metatype`, in an interpreter that may not be complete yet. The collector does not watch it.
pub(crate) fn new_bare_type(heap: &Heap, metatype: &Py<PyType>, payload: PyType) -> PyRef<PyType> {
    // SAFETY: `metatype` is `type` or derives from it, so the fixed part begins with this payload.
    unsafe {
        let place = allocate_object(heap, metatype, 0).cast::<Py<PyType>>();
        std::ptr::from_ref((*place).payload())
            .cast_mut()
            .write(payload);
        PyRef::from_raw(NonNull::new_unchecked(place))
    }
}

/// A new object with `extra` bytes of inline data behind its payload, which `init` writes.
#[inline]
pub fn new_var_object<T: Payload>(
    ty: &Py<PyType>,
    payload: T,
    extra: usize,
    init: impl FnOnce(*mut u8),
) -> PyRef<T> {
    debug_assert!(ty.has_layout(T::def()) && ty.has_flag(type_flag::VARSIZE));
    // SAFETY: as in `new_object`; inline data begin where the fixed part ends, and `extra` bytes were asked for.
    unsafe {
        let place = allocate_object(&ty.vm().heap, ty, extra).cast::<Py<T>>();
        std::ptr::from_ref((*place).payload())
            .cast_mut()
            .write(payload);
        init(place.cast::<u8>().add(size_of::<Py<T>>()));
        finish(ty, place.cast());
        PyRef::from_raw(NonNull::new_unchecked(place))
    }
}

/// As `new_var_object`; the collector watches the object only when `init` says so. What is not watched must never refer to an object of a
/// collected type.
#[inline]
pub fn new_var_object_watched_if<T: Payload>(
    ty: &Py<PyType>,
    payload: T,
    extra: usize,
    init: impl FnOnce(*mut u8) -> bool,
) -> PyRef<T> {
    debug_assert!(ty.has_layout(T::def()) && ty.has_flag(type_flag::VARSIZE));
    // SAFETY: as in `new_var_object`.
    unsafe {
        let place = allocate_object(&ty.vm().heap, ty, extra).cast::<Py<T>>();
        std::ptr::from_ref((*place).payload())
            .cast_mut()
            .write(payload);
        if init(place.cast::<u8>().add(size_of::<Py<T>>())) {
            finish(ty, place.cast());
        }
        PyRef::from_raw(NonNull::new_unchecked(place))
    }
}

/// Allocates and writes everything but the payload. The object is not tracked yet.
///
/// # Safety
/// The caller must write the payload before anything can see the object.
#[inline(always)]
pub(crate) unsafe fn allocate_object(heap: &Heap, ty: &Py<PyType>, extra: usize) -> *mut Object {
    let fixed = ty.basicsize.get();
    let flags = ty.flags.get();
    if flags & (type_flag::MANAGED | type_flag::HEAPTYPE) == 0 && ty.slot_count.get() == 0 {
        let prefix = if flags & type_flag::GC != 0 { 16 } else { 0 };
        let (block, class) = heap.allocate(prefix + fixed + extra);
        // SAFETY: the block has the size asked for.
        unsafe {
            let object = block.add(prefix).cast::<Object>();
            object.write(Object::new_in_class(ty, class));
            return object;
        }
    }
    let prefix = ty.prefix_size();
    let inline = if ty.has_flag(type_flag::HAS_DICT)
        && ty.has_flag(type_flag::HEAPTYPE)
        && !ty.has_flag(type_flag::VARSIZE)
    {
        ty.keys.capacity()
    } else {
        0
    };
    let row = if inline == 0 { 0 } else { Values::size(inline) };
    let (block, class) = heap.allocate(prefix + fixed + extra + row);
    // SAFETY: the block has the size asked for; every part written here lies within it.
    unsafe {
        let object = block.add(prefix).cast::<Object>();
        object.write(Object::new_in_class(ty, class));
        if prefix == 32 {
            block.cast::<ManagedHead>().write(ManagedHead {
                attrs: Attrs::empty(),
                weakrefs: WeakList::default(),
            });
            if inline != 0 {
                let values = object.cast::<u8>().add(fixed).cast::<Values>();
                Values::init(values, inline);
                (*object).set_flag(flag::INLINE_VALUES, true);
                (*block.cast::<ManagedHead>()).attrs.set_values(values);
            }
        }
        for index in 0..ty.slot_count.get() {
            object
                .cast::<u8>()
                .add(fixed - (index + 1) * 8)
                .cast::<Value>()
                .write(Value::NULL);
        }
        if ty.has_flag(type_flag::HEAPTYPE) {
            ty.object().incref();
        }
        if ty.slots.finalize.get().is_some() {
            heap.count_noticed(&*object);
        }
        object
    }
}

/// # Safety
/// `object` must be complete.
#[inline(always)]
unsafe fn finish(ty: &Py<PyType>, object: *mut Object) {
    if ty.is_gc() {
        // SAFETY: the object is complete, and has the links of collected types in front.
        unsafe { track_new(ty.vm(), &*object, &*object.cast::<GcHead>().sub(1)) };
    }
}

/// As `track`, for an object that was just made.
#[inline(always)]
fn track_new(vm: &Vm, object: &Object, links: &GcHead) {
    let tracked = &vm.heap.tracked;
    object.set_flag(flag::TRACKED, true);
    tracked.link(0, links);
    let count = tracked.counts[0].get() + 1;
    tracked.counts[0].set(count);
    if count > tracked.trigger.get() {
        vm.request_gc();
    }
}

/// Makes the collector watch an object.
#[inline]
pub fn track(vm: &Vm, object: &Object) {
    if let Some(links) = object.gc_head()
        && !object.has_flag(flag::TRACKED)
    {
        let tracked = &vm.heap.tracked;
        object.set_flag(flag::TRACKED, true);
        object.set_generation(0);
        tracked.link(0, links);
        let count = tracked.counts[0].get() + 1;
        tracked.counts[0].set(count);
        if count > tracked.trigger.get() {
            vm.request_gc();
        }
    }
}

/// Makes the collector stop watching an object.
#[inline]
pub fn untrack(vm: &Vm, object: &Object) {
    if object.has_flag(flag::TRACKED)
        && let Some(links) = object.gc_head()
    {
        object.set_flag(flag::TRACKED, false);
        Generations::unlink(links);
        let count = &vm.heap.tracked.counts[0];
        count.set(count.get().saturating_sub(1));
    }
}

/// Bytes that the object's block has from its head on: what it was asked for, rounded up.
#[inline]
pub fn block_capacity(object: &Object) -> usize {
    let prefix = object.class().prefix_size();
    let class = (object.raw_word() >> CLASS_SHIFT) as usize;
    let size = if class != 0 {
        class * GRANULE
    } else {
        // SAFETY: a block without a class is a large one, which begins `prefix` bytes before the object and has its size in front.
        unsafe {
            std::ptr::from_ref(object)
                .cast::<u8>()
                .sub(prefix + GRANULE)
                .cast::<usize>()
                .read()
        }
    };
    size - prefix
}

/// Ends an object without references.
///
/// # Safety
/// The object must be live with a count of zero, and the caller must not use it any more.
#[inline(never)]
pub(crate) unsafe fn dealloc(pointer: NonNull<Object>) {
    // SAFETY: live until freed below.
    let object = unsafe { pointer.as_ref() };
    let class = object.class();
    let kind = class.flags.get() & (type_flag::GC | type_flag::HEAPTYPE | type_flag::VARSIZE);
    if kind == type_flag::VARSIZE {
        // str, bytes, int: nothing inside can have the last reference to another object.
        let heap = &class.vm().heap;
        // SAFETY: the payload is dropped once; such types have nothing in front of the head.
        unsafe {
            (class.layout.get().drop_payload)(pointer.as_ptr());
            let block_class = (object_flags(object) >> CLASS_SHIFT) as usize;
            heap.free(pointer.as_ptr().cast(), block_class);
        }
        return;
    }
    let vm_pointer: *const Vm = class.vm();
    // SAFETY: the interpreter outlives its objects; the type may go before the end of this function, the interpreter does not.
    let vm = unsafe { &*vm_pointer };
    let heap = &vm.heap;
    if heap.nesting.get() >= NESTING_MAX {
        // A collection meanwhile must not take it for garbage.
        if object.class().is_gc() {
            untrack(vm, object);
        }
        heap.waiting.borrow_mut().push(pointer);
        return;
    }
    heap.nesting.set(heap.nesting.get() + 1);
    // SAFETY: passed on.
    unsafe { dealloc_one(vm, pointer) };
    heap.nesting.set(heap.nesting.get() - 1);
    if heap.nesting.get() == 0 {
        loop {
            let Some(next) = heap.waiting.borrow_mut().pop() else {
                break;
            };
            heap.nesting.set(1);
            // SAFETY: objects in the list have a count of zero and were left complete.
            unsafe { dealloc_one(vm, next) };
            heap.nesting.set(0);
        }
    }
}

unsafe fn dealloc_one(vm: &Vm, pointer: NonNull<Object>) {
    // SAFETY: live until freed below.
    let object = unsafe { pointer.as_ref() };
    let ty = object.class();
    let is_gc = ty.is_gc();
    if is_gc {
        untrack(vm, object);
    }
    if is_gc || ty.has_flag(type_flag::HEAPTYPE) {
        if let Some(finalize) = ty.slots.finalize.get()
            && !object.has_flag(flag::FINALIZED)
        {
            object.set_flag(flag::FINALIZED, true);
            if !dies_after_finalizer(vm, object, finalize) {
                track(vm, object);
                return;
            }
        }
    }
    // The finaliser may have given the object another class.
    let ty = object.class();
    if is_gc || ty.has_flag(type_flag::HEAPTYPE) {
        // SAFETY: only managed types come here with weak references.
        if ty.is_managed() && !unsafe { object.managed_unchecked() }.weakrefs.is_empty() {
            object.incref();
            weak::clear_all(vm, object);
            object.decref();
        }
    }
    vm.heap.discount_noticed(object);
    if ty.slot_count.get() != 0 {
        for index in 0..ty.slot_count.get() {
            drop(instance::replace_slot(object, index, Value::NULL));
        }
    }
    if ty.is_managed() {
        instance::clear(object);
    }
    // SAFETY: the payload is dropped once; then the block goes back to the heap it came from.
    unsafe {
        (ty.layout.get().drop_payload)(pointer.as_ptr());
        let class = (object_flags(object) >> CLASS_SHIFT) as usize;
        let prefix = ty.prefix_size();
        let heap_type = ty.has_flag(type_flag::HEAPTYPE);
        let type_pointer = NonNull::from(ty);
        vm.heap
            .free(pointer.as_ptr().cast::<u8>().sub(prefix), class);
        if heap_type {
            drop(PyRef::<PyType>::from_raw(type_pointer));
        }
    }
}

/// Runs a finaliser with the object alive again; false when something kept the object.
fn dies_after_finalizer(vm: &Vm, object: &Object, finalize: super::slots::DelFn) -> bool {
    object.incref();
    finalize(vm, &object.as_value());
    object.decref()
}

fn object_flags(object: &Object) -> u64 {
    object.raw_word()
}

/// Changes an object's type (`__class__` assignment); the caller has checked that layouts agree.
pub fn set_class(object: &Object, ty: &Py<PyType>) {
    if ty.has_flag(type_flag::HEAPTYPE) {
        ty.object().incref();
    }
    if ty.slots.finalize.get().is_some() {
        ty.vm().heap.count_noticed(object);
    }
    let old = object.class_ptr().replace(ty);
    // SAFETY: the object held a reference to its old type when that is counted.
    unsafe {
        if (*old).has_flag(type_flag::HEAPTYPE) {
            drop(PyRef::<PyType>::from_raw(NonNull::new_unchecked(
                old.cast_mut(),
            )));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_youngest_generation_may_grow_while_modules_are_imported() {
        let generations = Generations::new();
        generations.counts[0].set(THRESHOLD + 1);
        assert!(generations.is_young_due());
        generations.while_importing(|| {
            assert!(!generations.is_young_due());
            generations.while_importing(|| assert!(!generations.is_young_due()));
            assert!(!generations.is_young_due());
            generations.counts[0].set(IMPORT_TRIGGER + 1);
            assert!(generations.is_young_due());
            generations.counts[0].set(THRESHOLD + 1);
        });
        assert!(!generations.is_young_due());
        assert_eq!(generations.counts[1].get(), 1);
    }

    #[test]
    fn a_ring_moves_behind_the_members_of_another() {
        let generations = Generations::new();
        let links = [(); 4].map(|()| GcHead {
            prev: Cell::new(std::ptr::null()),
            next: Cell::new(std::ptr::null()),
        });
        for (place, links) in links.iter().enumerate() {
            generations.link(usize::from(place < 2), links);
        }
        generations.move_all(0, 1);
        generations.move_all(0, 1);
        let head = generations.ring(1);
        let (mut forwards, mut backwards) = (Vec::new(), Vec::new());
        let (mut next, mut prev) = (head.next.get(), head.prev.get());
        while !std::ptr::eq(next, head) {
            forwards.push(next);
            backwards.insert(0, prev);
            // SAFETY: members of a ring point at members of the ring.
            unsafe { (next, prev) = ((*next).next.get(), (*prev).prev.get()) };
        }
        let expected: Vec<*const GcHead> = links.iter().map(std::ptr::from_ref).collect();
        assert_eq!(forwards, expected);
        assert_eq!(backwards, expected);
        assert!(std::ptr::eq(
            generations.ring(0).next.get(),
            generations.ring(0)
        ));
    }

    #[test]
    fn a_threshold_of_the_program_counts_while_modules_are_imported() {
        let generations = Generations::new();
        generations.set_threshold(0, 10);
        generations.counts[0].set(11);
        assert!(generations.while_importing(|| generations.is_young_due()));
    }
}
