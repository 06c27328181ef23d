//! Static tables that describe native types, functions and modules.
//!
//! The macros of `derive` write them; `types/type` and `modules` turn them into live objects when an interpreter starts. They are plain
//! data without an interpreter in them, so any number of interpreters shares them.
//!
//! CPython 3.11: `PyMethodDef`, `PyGetSetDef`, `PyMemberDef`, `PyModuleDef`, `PyTypeObject`.

use super::header::Object;
use super::refs::Py;
use super::slots::Slots;
use super::value::Value;
use crate::context::{PyResult, Vm};
use crate::types::tuple::value::PyTuple;
use std::sync::atomic::{AtomicU32, Ordering};

/// Arguments in vectorcall form: positional ones, then one value for each keyword name.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    values: &'a [Value],
    kwnames: Option<&'a Py<PyTuple>>,
}

impl<'a> Args<'a> {
    /// Positional values followed by the values of `kwnames`.
    #[inline(always)]
    pub fn new(values: &'a [Value], kwnames: Option<&'a Py<PyTuple>>) -> Args<'a> {
        debug_assert!(kwnames.is_none_or(|names| names.len() <= values.len()));
        Args { values, kwnames }
    }

    /// Positional values only.
    #[inline(always)]
    pub fn positional_only(values: &'a [Value]) -> Args<'a> {
        Args {
            values,
            kwnames: None,
        }
    }

    /// No arguments.
    #[inline(always)]
    pub fn empty() -> Args<'static> {
        Args {
            values: &[],
            kwnames: None,
        }
    }

    /// Positional values.
    #[inline(always)]
    pub fn positional(&self) -> &'a [Value] {
        &self.values[..self.values.len() - self.kw_len()]
    }

    /// Number of keyword arguments.
    #[inline(always)]
    pub fn kw_len(&self) -> usize {
        self.kwnames.map_or(0, |names| names.len())
    }

    /// Keyword names, when there are any.
    #[inline(always)]
    pub fn kwnames(&self) -> Option<&'a Py<PyTuple>> {
        self.kwnames.filter(|names| names.len() != 0)
    }

    /// Keyword names (each a str) with their values.
    pub fn keywords(&self) -> impl Iterator<Item = (&'a Value, &'a Value)> + use<'a> {
        let names: &'a [Value] = self.kwnames.map_or(&[], |names| names.as_slice());
        let start = self.values.len() - names.len();
        names.iter().zip(&self.values[start..])
    }

    /// Positional and keyword values.
    #[inline(always)]
    pub fn all_values(&self) -> &'a [Value] {
        self.values
    }

    /// Whether there is no argument at all.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

/// A native function by calling convention (`METH_NOARGS`, `METH_O`, `METH_FASTCALL`, with keywords). The first value is the instance, the
/// class (for `CLASS` methods), or the module.
#[derive(Clone, Copy)]
pub enum NativeFn {
    /// No argument.
    NoArgs(fn(&Vm, &Value) -> PyResult<Value>),
    /// One positional argument.
    O(fn(&Vm, &Value, &Value) -> PyResult<Value>),
    /// Positional arguments.
    Fast(fn(&Vm, &Value, &[Value]) -> PyResult<Value>),
    /// Positional and keyword arguments.
    FastKw(fn(&Vm, &Value, Args<'_>) -> PyResult<Value>),
}

/// How a method binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// To the instance.
    Instance,
    /// To the class.
    Class,
    /// To nothing.
    Static,
}

/// A native function or method.
#[derive(Clone, Copy)]
pub struct MethodDef {
    /// `__name__`
    pub name: &'static str,
    /// `__doc__`, without the signature.
    pub doc: Option<&'static str>,
    /// `__text_signature__`, like `($self, object, /)`.
    pub text_signature: Option<&'static str>,
    /// How it binds.
    pub binding: Binding,
    /// The code.
    pub function: NativeFn,
}

/// A computed attribute.
pub struct GetSetDef {
    /// The attribute.
    pub name: &'static str,
    /// `__doc__`
    pub doc: Option<&'static str>,
    /// Reads it.
    pub get: Option<fn(&Vm, &Value) -> PyResult<Value>>,
    /// Writes it, or deletes it when the value is absent.
    pub set: Option<fn(&Vm, &Value, Option<Value>) -> PyResult<()>>,
    /// Whether `inspect` should call it a member (`PyMemberDef`) and not a getset.
    pub member: bool,
}

/// A constant attribute of a native type.
pub struct ConstDef {
    /// The attribute.
    pub name: &'static str,
    /// Makes the value.
    pub value: fn(&Vm) -> Value,
}

/// What one `#[pymethods]` block gives a type.
pub struct Table {
    /// Methods.
    pub methods: &'static [MethodDef],
    /// Computed attributes.
    pub getsets: &'static [GetSetDef],
    /// Constants.
    pub consts: &'static [ConstDef],
    /// Fills the slots the block implements.
    pub fill_slots: fn(&Slots),
}

impl Table {
    /// A table of nothing.
    pub const EMPTY: Table = Table {
        methods: &[],
        getsets: &[],
        consts: &[],
        fill_slots: |_| {},
    };
}

/// `Py_TPFLAGS_*`-like bits of a type.
#[expect(
    missing_docs,
    reason = "explained by their names; the rest are CPython's"
)]
pub mod type_flag {
    /// Python classes may derive from it.
    pub const BASETYPE: u32 = 1;
    /// The collector looks at its objects.
    pub const GC: u32 = 1 << 1;
    /// Objects have room for attributes and weak references in front (implies GC).
    pub const MANAGED: u32 = 1 << 2;
    /// Objects have `__dict__` (implies MANAGED).
    pub const HAS_DICT: u32 = 1 << 3;
    /// Objects can be weakly referenced (implies MANAGED).
    pub const HAS_WEAKREF: u32 = 1 << 4;
    /// Made by a class statement: mutable, counted.
    pub const HEAPTYPE: u32 = 1 << 5;
    /// Attributes of the type cannot be set.
    pub const IMMUTABLE: u32 = 1 << 6;
    /// `type(...)(...)` is refused.
    pub const DISALLOW_INSTANTIATION: u32 = 1 << 7;
    /// `match` treats it as a sequence.
    pub const SEQUENCE: u32 = 1 << 8;
    /// `match` treats it as a mapping.
    pub const MAPPING: u32 = 1 << 9;
    /// `match` binds the subject itself to a single positional pattern.
    pub const MATCH_SELF: u32 = 1 << 10;
    /// The descriptor can be called with the instance prepended instead of being bound (functions, method descriptors).
    pub const METHOD_DESCRIPTOR: u32 = 1 << 11;
    /// The payload's data follow it inline (tuple, str, bytes).
    pub const VARSIZE: u32 = 1 << 12;
    /// Has abstract methods.
    pub const ABSTRACT: u32 = 1 << 13;
    /// `__getattribute__` is object's own, so attribute caches apply.
    pub const GENERIC_GETATTR: u32 = 1 << 14;
    /// `__setattr__` is object's own.
    pub const GENERIC_SETATTR: u32 = 1 << 15;
    /// Methods take any object as `self`, as functions in a class written in Python do.
    pub const OPEN_METHODS: u32 = 1 << 16;
    /// A native type whose namespace has not been made: that waits until somebody looks into it.
    pub const UNFILLED: u32 = 1 << 17;
    pub const INT_SUBCLASS: u32 = 1 << 24;
    pub const LIST_SUBCLASS: u32 = 1 << 25;
    pub const TUPLE_SUBCLASS: u32 = 1 << 26;
    pub const BYTES_SUBCLASS: u32 = 1 << 27;
    pub const STR_SUBCLASS: u32 = 1 << 28;
    pub const DICT_SUBCLASS: u32 = 1 << 29;
    pub const EXCEPTION_SUBCLASS: u32 = 1 << 30;
    pub const TYPE_SUBCLASS: u32 = 1 << 31;
    /// What a subclass takes over from its base.
    pub const INHERITED: u32 = GC
        | MANAGED
        | HAS_DICT
        | HAS_WEAKREF
        | SEQUENCE
        | MAPPING
        | MATCH_SELF
        | VARSIZE
        | 0xff00_0000;
}

/// Visits the values an object refers to.
pub type Visitor<'a> = dyn FnMut(&Value) + 'a;

/// A native type.
pub struct TypeDef {
    /// `module.name`, or the bare name for builtins.
    pub name: &'static str,
    /// `__doc__`
    pub doc: Option<&'static str>,
    /// `__text_signature__` of the constructor, like `(iterable=(), /)`.
    pub text_signature: Option<&'static str>,
    /// The base type; `None` for `object` itself.
    pub base: Option<fn() -> &'static TypeDef>,
    /// The definition whose payload this one's begins with.
    pub layout_base: Option<fn() -> &'static TypeDef>,
    /// `type_flag` bits.
    pub flags: u32,
    /// Size of the payload, without inline data.
    pub payload_size: usize,
    /// Drops the payload in place.
    pub drop_payload: unsafe fn(*mut Object),
    /// Visits what the payload refers to (only for GC types).
    pub traverse: Option<unsafe fn(*const Object, &mut Visitor<'_>)>,
    /// Drops what the payload refers to, to break a cycle; the object stays valid.
    pub clear: Option<fn(&Vm, &Value)>,
    /// What the type does: one table for each `#[pymethods]` block.
    pub tables: &'static [&'static Table],
    /// Index into each interpreter's table of native types; given once per process, on first use.
    pub index: TypeIndex,
}

impl TypeDef {
    /// The module of a class that CPython writes in Python, which shows: in messages, and in what its namespace has.
    pub fn python_module(&self) -> Option<&'static str> {
        let (module, _) = self.name.rsplit_once('.')?;
        module.starts_with("_frozen_importlib").then_some(module)
    }
}

/// The place of a native type in every interpreter's table. Zero until first asked for.
pub struct TypeIndex(AtomicU32);

static NEXT_INDEX: AtomicU32 = AtomicU32::new(1);

impl TypeIndex {
    /// Not given yet.
    pub const fn new() -> TypeIndex {
        TypeIndex(AtomicU32::new(0))
    }

    /// The index. Which number a type gets depends on the order of first use and is visible nowhere.
    #[inline(always)]
    pub fn get(&self) -> usize {
        let index = self.0.load(Ordering::Relaxed);
        if index != 0 {
            index as usize
        } else {
            self.assign()
        }
    }

    #[cold]
    fn assign(&self) -> usize {
        let fresh = NEXT_INDEX.fetch_add(1, Ordering::Relaxed);
        match self
            .0
            .compare_exchange(0, fresh, Ordering::Relaxed, Ordering::Relaxed)
        {
            Ok(_) => fresh as usize,
            Err(earlier) => earlier as usize,
        }
    }
}

/// A native module.
pub struct ModuleDef {
    /// `__name__`
    pub name: &'static str,
    /// `__doc__`
    pub doc: Option<&'static str>,
    /// Functions.
    pub functions: &'static [MethodDef],
    /// Types that become attributes under the last part of their name.
    pub types: &'static [fn() -> &'static TypeDef],
    /// Sets everything else; runs once per interpreter.
    pub exec: fn(&Vm, &Value) -> PyResult<()>,
    /// Whether its functions and types use the operating system directly: an interpreter whose host has none gets the module without them.
    pub needs_os: bool,
}

/// Implements `Payload` for a struct whose definition needs nothing special; `#[pytype]` does more and is what new types use.
#[macro_export]
macro_rules! native_type {
    ($payload:ty, $name:literal, base: $base:ty, flags: $flags:expr, doc: $doc:expr, signature: $signature:expr, traverse: $traverse:expr, clear: $clear:expr, tables: [$($table:path),*]) => {
        const _: () = {
            static DEF: $crate::object::TypeDef = $crate::object::TypeDef {
                name: $name,
                doc: $doc,
                text_signature: $signature,
                base: Some(<$base as $crate::object::Payload>::def),
                layout_base: Some(<$base as $crate::object::Payload>::def),
                flags: $flags,
                payload_size: size_of::<$payload>(),
                drop_payload: {
                    unsafe fn drop_payload(object: *mut $crate::object::Object) {
                        // SAFETY: called once for an object with this payload that nobody uses any more.
                        unsafe { std::ptr::drop_in_place(std::ptr::from_ref((*object).cast::<$payload>().payload()).cast_mut()) };
                    }
                    drop_payload
                },
                traverse: $traverse,
                clear: $clear,
                tables: &[$(&$table),*],
                index: $crate::object::TypeIndex::new(),
            };
            // SAFETY: the definition describes this payload.
            unsafe impl $crate::object::Payload for $payload {
                fn def() -> &'static $crate::object::TypeDef {
                    &DEF
                }
            }
        };
    };
}

/// A `traverse` function for `native_type!` from a closure over the payload and the visitor.
#[macro_export]
macro_rules! traverse_payload {
    ($payload:ty, |$this:ident, $visit:ident| $body:expr) => {{
        unsafe fn traverse(
            object: *const $crate::object::Object,
            $visit: &mut $crate::object::Visitor<'_>,
        ) {
            // SAFETY: called for live objects with this payload.
            let $this = unsafe { (*object).cast::<$payload>() };
            $body
        }
        traverse
    }};
}

/// Drops an object's payload of type `T` in place: what `TypeDef::drop_payload` of `T`'s definition is.
///
/// # Safety
/// The object must have payload `T` and must not be used any more.
pub unsafe fn drop_payload<T: super::payload::Payload>(object: *mut Object) {
    // SAFETY: called once for an object with this payload that nobody uses any more.
    unsafe {
        std::ptr::drop_in_place(std::ptr::from_ref((*object).cast::<T>().payload()).cast_mut())
    };
}

/// A `TypeDef` whose objects have payload `$payload`, which several types may share; `impl_payload!` then names the one that owns it.
#[macro_export]
macro_rules! type_def {
    ($payload:ty, $name:expr, base: $base:expr, layout_base: $layout:expr, flags: $flags:expr, doc: $doc:expr, traverse: $traverse:expr,
     clear: $clear:expr, tables: $tables:expr) => {
        $crate::object::TypeDef {
            name: $name,
            doc: $doc,
            text_signature: None,
            base: Some($base),
            layout_base: Some($layout),
            flags: $flags,
            payload_size: size_of::<$payload>(),
            drop_payload: $crate::object::def::drop_payload::<$payload>,
            traverse: $traverse,
            clear: $clear,
            tables: $tables,
            index: $crate::object::TypeIndex::new(),
        }
    };
}

/// Says which definition made by `type_def!` is the one of a payload.
#[macro_export]
macro_rules! impl_payload {
    ($payload:ty, $def:path) => {
        // SAFETY: the definition was made by `type_def!` for this payload.
        unsafe impl $crate::object::Payload for $payload {
            fn def() -> &'static $crate::object::TypeDef {
                &$def
            }
        }
    };
}

/// A `drop_payload` for a payload with memory outside the heap that was charged to it: takes the charge back, `$bytes` of the payload.
#[macro_export]
macro_rules! drop_charged_payload {
    ($payload:ty, |$this:ident| $bytes:expr) => {{
        unsafe fn drop_payload(object: *mut $crate::object::Object) {
            // SAFETY: called once for an object with this payload that nobody uses any more; it is read before it is dropped.
            let $this = unsafe { (*object).cast::<$payload>() };
            let bytes = $bytes;
            // SAFETY: as above.
            unsafe {
                (*object).class().vm().heap.discharge(bytes);
                $crate::object::def::drop_payload::<$payload>(object);
            }
        }
        drop_payload
    }};
}
