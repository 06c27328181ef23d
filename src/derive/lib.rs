//! Procedural macros for native types and modules. Each expands to one static table and plain functions; nothing registers itself.
//!
//! | macro | on | gives |
//! |---|---|---|
//! | [`macro@pytype`] | a struct | `impl Payload` with its `TypeDef` |
//! | [`macro@pymethods`] | an impl block | `pub static TABLE: Table` beside the block |
//! | [`macro@pymodule`] | an inline module | `pub static DEF: ModuleDef` inside the module |
//! | [`macro@Traverse`] | a struct or enum | `impl Traverse`, field by field |
//!
//! A native function is written with typed parameters and a signature as CPython's `__text_signature__` has it. Both together choose the
//! calling convention, as Argument Clinic would, and the wrapper:
//!
//! ```text
//! /// Remove and return item at index (default last).
//! #[pymethod(sig = "pop($self, index=-1, /)")]
//! fn pop(zelf: &Py<Self>, vm: &Vm, index: isize) -> PyResult<Value> { … }
//! ```
//! expands to the function as it stands, and in the table's initialiser to
//! ```text
//! fn __py_pop(vm: &Vm, __self: &Value, __args: &[Value]) -> PyResult<Value> {
//!     let __zelf = args::receiver::<PyList>(vm, __self, "pop")?;
//!     args::check_positional(vm, "pop", __args.len(), 0usize, 1usize)?;
//!     let __p0: isize = match __args.get(0usize) {
//!         Some(__v) => FromValue::from_value(vm, __v, ArgName::new("pop() argument 1"))?,
//!         None => (-1) as isize,
//!     };
//!     IntoPyResult::into_py_result(<PyList>::pop(__zelf, vm, __p0), vm)
//! }
//! MethodDef {
//!     name: "pop",
//!     doc: Some("Remove and return item at index (default last)."),
//!     text_signature: Some("($self, index=-1, /)"),
//!     binding: Binding::Instance,
//!     function: NativeFn::Fast(__py_pop),
//! }
//! ```
//!
//! # Convention
//!
//! Positional-only parameters: none gives `NoArgs`, one without default `O`, others `Fast` (also with `*args`). Everything else is `FastKw`
//! and binds with `args::bind`. `family = "clinic"` (the default; `"unpack"` is the same), `"tuple"` (`PyArg_ParseTuple`), `"keywords"`
//! (`PyArg_ParseTupleAndKeywords`) or `"def"` (written in Python) says whose error texts to use; `fname = "…"` which name they show.
//! `no_text_signature` keeps the signature from Python where CPython has none; `name = "…"` and `doc = "…"` override what the signature
//! and the doc comment say. Without `sig`, a function takes `Args<'_>` raw, or exactly its own parameters by position.
//!
//! # Parameters
//!
//! `vm: &Vm` stands anywhere or not at all. The receiver is `&self`, `zelf: &Py<Self>`, or `zelf: &Value` (ints, floats and bools have no
//! payload when they are small); `cls: &Py<PyType>` for class methods; `module: &Value` for functions, if wanted. Then one parameter for
//! each name of the signature, of a type with `vm::protocol::convert::FromValue`, in the signature's order.
//! A parameter with a default is `Option<T>` (`None` when absent, and also for Python's `None` when that is the default), or of type `T` when
//! the default is a number, `True`, `False` or `None` (`&Value`, `Value`), or carries `#[default(expression)]`.
//! `*args` is `&[Value]`, `**kwargs` is `Vec<(&Value, &Value)>`; behind positional-only parameters `Args<'_>` can stand for both.
//! The result is anything with `ToValue`, or a `PyResult` of it.

mod attributes;
mod binding;
mod pymethods;
mod pymodule;
mod pytype;
mod slots;
mod text_signature;
mod traverse;

use attributes::Options;
use proc_macro::TokenStream;
use syn::{DeriveInput, ItemImpl, ItemMod, ItemStruct, parse_macro_input};

fn finish(result: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    result
        .unwrap_or_else(|error| error.into_compile_error())
        .into()
}

/// The definition of a native type: `#[pytype(name = "collections.deque", flags(BASETYPE, GC), sig = "(…)", tables(TABLE))]`.
///
/// Options: `name`; `base` and `layout_base` (paths of payloads; `object`, and the same as `base`, when absent; the struct then begins with
/// the base's payload and becomes `#[repr(C)]`); `flags` (names in `type_flag`; `HAS_DICT`, `HAS_WEAKREF` and `MANAGED` bring what they
/// imply, and a type is `IMMUTABLE` unless `MUTABLE` is among them); `doc` (else the doc comment); `sig` of the constructor; `tables`;
/// `traverse = path` or `none` (else the derived `Traverse` of types with `GC`); `clear = path`; `drop = path` for inline data.
///
/// ```text
/// const _: () = {
///     static DEF: TypeDef = TypeDef { name: "collections.deque", …, tables: &[&TABLE], index: TypeIndex::new() };
///     unsafe impl Payload for PyDeque { fn def() -> &'static TypeDef { &DEF } }
/// };
/// ```
#[proc_macro_attribute]
pub fn pytype(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let options = parse_macro_input!(attribute as Options);
    let item = parse_macro_input!(item as ItemStruct);
    finish(pytype::expand(&options, &item))
}

/// What an impl block gives a type; `#[pymethods(table = NAME)]` names the table otherwise than `TABLE`.
///
/// The block may be `impl T` or `impl Py<T>`. Items:
/// `#[pymethod]`, `#[pyclassmethod]`, `#[pystaticmethod]`: see the head of this crate.
/// `#[pygetset]`, `#[pymember]` on a getter; `#[pygetset(setter)]` on `set_NAME(…, value)`, where `value: Option<Value>` takes deletion too.
/// `#[pyconst]` on a `const` or a function of nothing or of `vm`.
/// `#[pyslot]` on a function with the name of a slot (`slot_` in front is dropped, or `name = "…"`). The first operand may be `&self` or
/// `&Py<Self>`, other operands may be typed: a foreign operand of a binary operation gives `NotImplemented`, anything else a TypeError.
/// `call`, `init` and `new` can have a `sig`, which binds their arguments.
///
/// ```text
/// pub static TABLE: Table = {
///     fn __py_append(vm: &Vm, __self: &Value, __a0: &Value) -> PyResult<Value> { … }
///     fn __slot_repr(vm: &Vm, __self: &Value) -> PyResult<Value> { … }
///     fn __fill_slots(slots: &Slots) { slots.repr.set(Some(__slot_repr)); }
///     Table { methods: &[MethodDef { … }], getsets: &[…], consts: &[…], fill_slots: __fill_slots }
/// };
/// ```
#[proc_macro_attribute]
pub fn pymethods(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let options = parse_macro_input!(attribute as Options);
    let item = parse_macro_input!(item as ItemImpl);
    finish(pymethods::expand(&options, item))
}

/// A native module: `#[pymodule(name = "math", types(PyCount), parts(super::more))] mod math_module { … }`.
///
/// Items: `#[pyfunction(sig = "…")]` (as methods; a first parameter more than the signature has is the module), `#[pyattr]` on a `const` or
/// a function of nothing or of `vm`, and a plain `fn exec(vm: &Vm, module: &Value) -> PyResult<()>` for the rest. Paths in `types` and
/// `needs_os` keeps functions and types from interpreters whose host has no operating system.
/// `parts` are seen from inside the module. A module written in several files names the others, which are `#[pymodule] mod …` without
/// name, as `parts`.
///
/// ```text
/// mod math_module {
///     …the items…
///     pub const FUNCTIONS: &[MethodDef] = { fn __py_sqrt(…) { … } &[MethodDef { … }] };
///     pub const TYPES: &[fn() -> &'static TypeDef] = &[<PyCount as Payload>::def];
///     fn __exec(vm: &Vm, __module: &Value) -> PyResult<()> { set_module_attribute(vm, __module, "pi", …)?; exec(vm, __module)?; Ok(()) }
///     pub static DEF: ModuleDef = ModuleDef { name: "math", doc, functions: FUNCTIONS, types: TYPES, exec: __exec };
/// }
/// ```
#[proc_macro_attribute]
pub fn pymodule(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let options = parse_macro_input!(attribute as Options);
    let item = parse_macro_input!(item as ItemMod);
    finish(pymodule::expand(&options, item))
}

/// Shows every field to the collector, except those with `#[pytraverse(skip)]`, which must own no reference.
///
/// ```text
/// impl Traverse for PyDeque {
///     fn traverse(&self, __visit: &mut Visitor<'_>) {
///         let Self { items: __f0, maxlen: __f1 } = self;
///         Traverse::traverse(__f0, __visit);
///         Traverse::traverse(__f1, __visit);
///     }
/// }
/// ```
#[proc_macro_derive(Traverse, attributes(pytraverse))]
pub fn traverse(item: TokenStream) -> TokenStream {
    let input = parse_macro_input!(item as DeriveInput);
    finish(traverse::expand(&input))
}
