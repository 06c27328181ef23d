//! Layer 2: `Vm`, the context that every call receives first: one interpreter.
//!
//! State lives here, behaviour in the layers above, which is what keeps the arrows one way: what a lower layer must ask of a higher one is
//! a type slot or an entry of `hooks`. State of a higher layer hangs in `state`, keyed by its Rust type.
//!
//! An interpreter and its objects belong to one lock: whoever runs code of it holds the lock, so nothing here is atomic but the word that
//! other threads may set (`eval_breaker`).
//!
//! CPython 3.11: `Include/internal/pycore_interp.h`, `pycore_pystate.h`.

pub mod data_stack;
pub mod errors;
pub mod eval_breaker;
pub mod gil;
pub mod hash_secret;
pub mod hooks;
pub mod host;
pub mod intern;
pub mod limits;
pub mod names;
pub mod recursion;
pub mod small_values;
pub mod state;
pub mod thread;
pub mod types;
pub mod waiting;

pub use errors::{PyErr, PyResult};
pub use thread::Thread;

use crate::object::alloc::Heap;
use crate::object::{Py, PyCell, PyRef, PyType, TypeDef, Value};
use crate::types::dict::value::PyDict;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use std::cell::Cell;

/// Sizes above this are asked of the allocator before they are allocated.
const PROBED_MIN: usize = 1 << 20;

/// One interpreter.
pub struct Vm {
    /// Builtin types.
    pub types: types::Types,
    pub(crate) native_types: PyCell<Vec<Option<PyRef<PyType>>>>,
    /// Interned names the interpreter itself uses.
    pub names: names::Names,
    /// Other names that native code spells out.
    pub static_names: intern::StaticNames,
    /// Singletons that are heap objects.
    pub small: small_values::SmallValues,
    /// The table of interned strings.
    pub interned: intern::InternTable,
    /// Calls from lower layers into higher ones.
    pub hooks: hooks::Hooks,
    /// Reasons to leave the straight path of the loop.
    pub breaker: eval_breaker::EvalBreaker,
    /// Fuel, memory, deadline.
    pub limits: limits::Limits,
    /// What the running thread of the interpreter is doing.
    pub thread: Cell<*const Thread>,
    /// The lock, and all threads.
    pub threads: gil::Threads,
    /// The secret of str and bytes hashes.
    pub hash_secret: hash_secret::HashSecret,
    /// Everything outside.
    pub host: host::HostCell,
    /// State of higher layers and native modules.
    pub state: state::StateMap,
    /// `sys.modules`
    pub modules: PyCell<Option<PyRef<PyDict>>>,
    /// The namespace of `builtins`.
    pub builtins: PyCell<Option<PyRef<PyDict>>>,
    /// The namespace of `sys`.
    pub sys_dict: PyCell<Option<PyRef<PyDict>>>,
    /// Callables the interpreter recognises by identity.
    pub callables: Callables,
    /// Whether code may specialise itself (`PYRS_NO_SPECIALIZE` turns it off).
    pub specialise: Cell<bool>,
    pub(crate) next_type_version: Cell<u32>,
    pub(crate) next_keys_version: Cell<u32>,
    pub(crate) next_function_version: Cell<u32>,
    /// Attributes found in types, by type version and name.
    pub type_cache: crate::object::typecache::TypeCache,
    /// Memory; last, because everything above lives in it.
    pub heap: Heap,
}

/// Words of callables that the interpreter treats specially; 0 until they are known.
#[derive(Default)]
pub struct Callables {
    /// `list.append`
    pub list_append: Cell<u64>,
    /// Where the definition of `len` stands.
    pub len: Cell<usize>,
    /// `builtins.__import__`
    pub import: Cell<u64>,
}

impl Vm {
    /// The type object of a native type, made on first use.
    #[inline(always)]
    pub fn native_type(&self, def: &'static TypeDef) -> &Py<PyType> {
        let index = def.index.get();
        let known = self.native_types.with(|types| {
            types
                .get(index)
                .and_then(Option::as_ref)
                .map(|ty| std::ptr::from_ref::<Py<PyType>>(ty))
        });
        match known {
            // SAFETY: native types stay in the table until the interpreter ends.
            Some(ty) => unsafe { &*ty },
            None => self.make_native_type(def, index),
        }
    }

    #[cold]
    #[inline(never)]
    fn make_native_type(&self, def: &'static TypeDef, index: usize) -> &Py<PyType> {
        let ty = (self.hooks.make_native_type.get())(self, def);
        let pointer: *const Py<PyType> = &*ty;
        self.native_types.with_mut(|types| {
            if types.len() <= index {
                types.resize_with(index + 1, || None);
            }
            types[index] = Some(ty);
        });
        (self.hooks.ready_native_type.get())(self, def);
        // SAFETY: native types stay in the table until the interpreter ends.
        unsafe { &*pointer }
    }

    /// The running thread's state.
    #[inline(always)]
    pub fn thread(&self) -> &Thread {
        // SAFETY: set while code of the interpreter runs, and a Thread outlives the time it is current.
        unsafe { &*self.thread.get() }
    }

    /// `()`
    #[inline(always)]
    pub fn empty_tuple(&self) -> PyRef<PyTuple> {
        self.small.empty_tuple.clone()
    }

    /// `''`
    #[inline(always)]
    pub fn empty_str(&self) -> PyRef<PyStr> {
        self.small.empty_str.clone()
    }

    /// The str of one character below 256.
    #[inline(always)]
    pub fn latin1_char(&self, c: u8) -> PyRef<PyStr> {
        self.small.latin1[c as usize].clone()
    }

    /// A str of Rust text, as a value.
    pub fn new_str(&self, text: &str) -> Value {
        PyStr::new(self, text).into_value()
    }

    /// The interned str of Rust text.
    pub fn intern_str(&self, text: &str) -> PyRef<PyStr> {
        self.interned.intern_text(self, text)
    }

    /// As `intern_str`, for text that the program itself has: found by its address.
    #[inline]
    pub fn intern_static(&self, text: &'static str) -> PyRef<PyStr> {
        self.static_names.get(self, text)
    }

    /// The interned string equal to this one, which becomes it when there was none.
    pub fn intern(&self, string: PyRef<PyStr>) -> PyRef<PyStr> {
        self.interned.intern(self, string)
    }

    /// A tuple, as a value.
    pub fn new_tuple(&self, items: Vec<Value>) -> Value {
        PyTuple::new(self, items).into_value()
    }

    /// An int, as a value.
    #[inline(always)]
    pub fn new_int(&self, n: i64) -> Value {
        match Value::small_int(n) {
            Some(value) => value,
            None => (self.hooks.new_big_int.get())(self, n.into()),
        }
    }

    /// An int of any size, as a value.
    pub fn new_bigint(&self, n: num_bigint::BigInt) -> Value {
        match i64::try_from(&n).ok().and_then(Value::small_int) {
            Some(value) => value,
            None => (self.hooks.new_big_int.get())(self, n),
        }
    }

    /// A size or count, as a value.
    #[inline(always)]
    pub fn new_usize(&self, n: usize) -> Value {
        match i64::try_from(n) {
            Ok(n) => self.new_int(n),
            Err(_) => self.new_bigint(n.into()),
        }
    }

    /// A float, as a value.
    #[inline(always)]
    pub fn new_float(&self, f: f64) -> Value {
        match Value::small_float(f) {
            Some(value) => value,
            None => crate::types::float::value::heap_float(self, f),
        }
    }

    /// `hash(value)`.
    #[inline]
    pub fn hash(&self, value: &Value) -> PyResult<i64> {
        if let Some(string) = value.downcast_exact::<PyStr>(self) {
            return Ok(string.hash());
        }
        if let Some(n) = value.as_small_int() {
            // In-place ints are smaller than the modulus of numeric hashes.
            return Ok(if n == -1 { -2 } else { n });
        }
        match value.class(self).slots.hash.get() {
            Some(hash) => hash(self, value),
            None => Err(self.type_error(format!(
                "unhashable type: '{}'",
                value.class(self).tp_name()
            ))),
        }
    }

    /// Whether this many more bytes can be had; MemoryError otherwise. For sizes that a program chooses: it looks at the memory limit and at
    /// what an allocation may be, and for large sizes asks the allocator.
    #[inline]
    pub fn try_reserve(&self, bytes: usize) -> PyResult<()> {
        let limit = self.heap.limit();
        if bytes <= PROBED_MIN && self.heap.used().saturating_add(bytes) <= limit {
            return Ok(());
        }
        self.try_reserve_large(bytes)
    }

    #[cold]
    #[inline(never)]
    fn try_reserve_large(&self, bytes: usize) -> PyResult<()> {
        let fits = self.heap.used().saturating_add(bytes) <= self.heap.limit()
            && Vec::<u8>::new().try_reserve_exact(bytes).is_ok();
        if fits { Ok(()) } else { Err(self.no_memory()) }
    }

    /// `MemoryError()`
    #[cold]
    #[inline(never)]
    pub fn no_memory(&self) -> PyErr {
        self.new_exception(errors::ExcKind::MemoryError, Value::NULL)
    }

    /// Asks for a collection at the next check.
    #[inline(always)]
    pub fn request_gc(&self) {
        self.breaker.request(eval_breaker::GC);
    }

    /// A version for a type, unless they ran out.
    pub fn next_type_version(&self) -> Option<u32> {
        take_version(&self.next_type_version)
    }

    /// A version for the keys of a dict, unless they ran out.
    pub fn next_keys_version(&self) -> Option<u32> {
        take_version(&self.next_keys_version)
    }

    /// A version for a function, unless they ran out.
    pub fn next_function_version(&self) -> Option<u32> {
        take_version(&self.next_function_version)
    }
}

fn take_version(next: &Cell<u32>) -> Option<u32> {
    let version = next.get();
    if version == 0 {
        return None;
    }
    next.set(version.wrapping_add(1));
    Some(version)
}
