//! The value domain of `co_consts`, with object identity.
//!
//! Marshal writes a reference flag for what has two holders, so which constants are *one object* is part of the bytes of a pyc. Identity
//! here is identity of the `Rc`: cloning a `Constant` shares the object, building another one makes another object. `StrObj` remembers
//! whether it was interned, which chooses its marshal type code.
//!
//! CPython 3.11: `Python/marshal.c`, `merge_consts_recursive` in `Python/compile.c`, `intern_string_constants` in `Objects/codeobject.c`.

use crate::code::CodeObject;
use num_bigint::BigInt;
use std::cell::Cell;
use std::rc::Rc;

/// A `str` object: generalised UTF-8 (lone surrogates as three bytes each) and whether it is interned.
#[derive(Debug)]
pub struct StrObj {
    text: Box<[u8]>,
    interned: Cell<bool>,
    unshared: bool,
}

impl StrObj {
    /// A new string object that is not interned.
    pub fn new(text: impl Into<Box<[u8]>>) -> Rc<StrObj> {
        Rc::new(StrObj {
            text: text.into(),
            interned: Cell::new(false),
            unshared: false,
        })
    }

    /// A one-character string that is not the object that all strings of that character usually are. (`"%%"` in a folded format becomes one.)
    pub fn new_unshared(text: impl Into<Box<[u8]>>) -> Rc<StrObj> {
        Rc::new(StrObj {
            text: text.into(),
            interned: Cell::new(false),
            unshared: true,
        })
    }

    /// Whether this is an object of its own although one-character strings usually are one object.
    pub fn is_unshared(&self) -> bool {
        self.unshared
    }

    /// The text as generalised UTF-8.
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// The text, unless it has lone surrogates.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.text).ok()
    }

    /// Whether the string is interned.
    pub fn is_interned(&self) -> bool {
        self.interned.get()
    }

    /// Notes that the string is (or is not) interned.
    pub fn set_interned(&self, interned: bool) {
        self.interned.set(interned);
    }
}

/// A constant of a code object.
#[derive(Clone, Debug)]
pub enum Constant {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// `...`
    Ellipsis,
    /// `StopIteration`, which marshal can carry.
    StopIteration,
    /// An int of any size.
    Int(Rc<BigInt>),
    /// A float.
    Float(Rc<f64>),
    /// A complex number: real and imaginary part.
    Complex(Rc<(f64, f64)>),
    /// A str.
    Str(Rc<StrObj>),
    /// A bytes object.
    Bytes(Rc<Box<[u8]>>),
    /// A tuple.
    Tuple(Rc<[Constant]>),
    /// A frozenset; the order is the one marshal writes, once it is sorted.
    FrozenSet(Rc<[Constant]>),
    /// A code object.
    Code(Rc<CodeObject>),
}
