//! The marshal format: type codes, errors, and the entry points for constants and code objects.
//!
//! A stream is a tree of objects in prefix form. A type code with `FLAG_REF` set gives its object the next index, and `r` with an index
//! stands for that object again, so that sharing survives the trip. Reading (`reader`) and writing (`writer`) know nothing of how values
//! are represented: the interpreter plugs in live objects, `constants` plugs in `Constant`.
//!
//! Streams are untrusted. Whatever the bytes, reading ends in a value or a `ReadError`, uses no native recursion, and takes memory in
//! proportion to the bytes that are there rather than to the sizes that they claim.
//!
//! CPython 3.11: `Python/marshal.c`.

pub mod constants;
pub mod error;
pub mod index;
pub mod reader;
pub mod writer;

pub use constants::{dumps_code, dumps_constant, dumps_pyc, loads_code, loads_constant};
pub use error::{ReadError, ReadErrorKind, WriteError};
pub use reader::{CodeFields, Input, Sink, SliceInput, read_object};
pub use writer::{Role, Source, View, write_object};

/// The version that `dumps` writes unless asked for another one (`marshal.version`).
pub const VERSION: i32 = 4;

/// Objects nested deeper than this are refused, by readers and writers.
pub const DEPTH_MAX: usize = 2000;

/// Set in a type code whose object gets an index.
pub(crate) const FLAG_REF: u8 = 0x80;

pub(crate) const TYPE_NULL: u8 = b'0';
pub(crate) const TYPE_NONE: u8 = b'N';
pub(crate) const TYPE_FALSE: u8 = b'F';
pub(crate) const TYPE_TRUE: u8 = b'T';
pub(crate) const TYPE_STOPITER: u8 = b'S';
pub(crate) const TYPE_ELLIPSIS: u8 = b'.';
pub(crate) const TYPE_INT: u8 = b'i';
pub(crate) const TYPE_INT64: u8 = b'I';
pub(crate) const TYPE_FLOAT: u8 = b'f';
pub(crate) const TYPE_BINARY_FLOAT: u8 = b'g';
pub(crate) const TYPE_COMPLEX: u8 = b'x';
pub(crate) const TYPE_BINARY_COMPLEX: u8 = b'y';
pub(crate) const TYPE_LONG: u8 = b'l';
pub(crate) const TYPE_STRING: u8 = b's';
pub(crate) const TYPE_INTERNED: u8 = b't';
pub(crate) const TYPE_REF: u8 = b'r';
pub(crate) const TYPE_TUPLE: u8 = b'(';
pub(crate) const TYPE_LIST: u8 = b'[';
pub(crate) const TYPE_DICT: u8 = b'{';
pub(crate) const TYPE_CODE: u8 = b'c';
pub(crate) const TYPE_UNICODE: u8 = b'u';
pub(crate) const TYPE_SET: u8 = b'<';
pub(crate) const TYPE_FROZENSET: u8 = b'>';
pub(crate) const TYPE_ASCII: u8 = b'a';
pub(crate) const TYPE_ASCII_INTERNED: u8 = b'A';
pub(crate) const TYPE_SMALL_TUPLE: u8 = b')';
pub(crate) const TYPE_SHORT_ASCII: u8 = b'z';
pub(crate) const TYPE_SHORT_ASCII_INTERNED: u8 = b'Z';
