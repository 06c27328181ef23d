//! Storage of strings (PEP 393): one, two or four bytes a character, as the widest character asks, inline behind the object.
//!
//! Always the narrowest width that fits, so equality is equality of bytes. Lone surrogates are characters like others. ASCII strings are
//! `&str` for free.
//!
//! CPython 3.11: `Objects/unicodeobject.c`.

use crate::context::{PyResult, Vm};
use crate::object::alloc::new_var_object;
use crate::object::header::flag;
use crate::object::{Object, Payload, Py, PyRef, PyType, TypeDef, TypeIndex, Value, type_flag};
use std::borrow::Cow;
use std::cell::Cell;

/// Payload of `str`; the characters follow.
#[repr(C)]
pub struct PyStr {
    hash: Cell<i64>,
    /// Length in characters, shifted left by three; bit 2 says ASCII; bits 0 and 1 are the logarithm of the width.
    meta: u64,
}

/// The characters of a string, by width.
#[derive(Clone, Copy, Debug)]
pub enum Units<'a> {
    /// All below 256.
    Latin1(&'a [u8]),
    /// All below 65536.
    Ucs2(&'a [u16]),
    /// Any.
    Ucs4(&'a [u32]),
}

static DEF: TypeDef = TypeDef {
    name: "str",
    doc: Some(
        "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nCreate a new string object from the given object. If encoding or\n\
         errors is specified, then the object must expose a data buffer\nthat will be decoded using the given encoding and error handler.\n\
         Otherwise, returns the result of object.__str__() (if defined)\nor repr(object).\nencoding defaults to sys.getdefaultencoding().\n\
         errors defaults to 'strict'.",
    ),
    text_signature: None,
    base: Some(crate::types::object_::PyBaseObject::def),
    layout_base: Some(crate::types::object_::PyBaseObject::def),
    flags: type_flag::BASETYPE
        | type_flag::VARSIZE
        | type_flag::MATCH_SELF
        | type_flag::STR_SUBCLASS
        | type_flag::IMMUTABLE,
    payload_size: size_of::<PyStr>(),
    drop_payload,
    traverse: None,
    clear: None,
    tables: &[&super::methods::TABLE, &super::slots::TABLE],
    index: TypeIndex::new(),
};

// SAFETY: the definition describes this payload.
unsafe impl Payload for PyStr {
    fn def() -> &'static TypeDef {
        &DEF
    }
}

unsafe fn drop_payload(object: *mut Object) {
    // SAFETY: called for a str that is still readable.
    let string = unsafe { (*object).cast::<PyStr>() };
    if string.object().has_flag(flag::INTERNED) {
        string.object().class().vm().interned.forget(string);
    }
}

impl Py<PyStr> {
    fn data(&self) -> *const u8 {
        // SAFETY: the characters begin right behind the payload.
        unsafe { std::ptr::from_ref(self).add(1).cast() }
    }

    /// Length in characters.
    #[inline(always)]
    pub fn len(&self) -> usize {
        (self.meta >> 3) as usize
    }

    /// Whether all characters are ASCII.
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.meta & 4 != 0
    }

    /// Bytes per character: 1, 2 or 4.
    #[inline(always)]
    pub fn width(&self) -> usize {
        1 << (self.meta & 3)
    }

    /// The characters.
    #[inline(always)]
    pub fn units(&self) -> Units<'_> {
        let len = self.len();
        // SAFETY: `len` characters of the width in `meta` were written when the string was made; the data are aligned to 8.
        unsafe {
            match self.meta & 3 {
                0 => Units::Latin1(std::slice::from_raw_parts(self.data(), len)),
                1 => Units::Ucs2(std::slice::from_raw_parts(self.data().cast(), len)),
                _ => Units::Ucs4(std::slice::from_raw_parts(self.data().cast(), len)),
            }
        }
    }

    /// The raw bytes of the characters.
    #[inline(always)]
    pub fn raw_bytes(&self) -> &[u8] {
        // SAFETY: as in `units`.
        unsafe { std::slice::from_raw_parts(self.data(), self.len() * self.width()) }
    }

    /// The text, when it is ASCII.
    #[inline(always)]
    pub fn as_ascii(&self) -> Option<&str> {
        if self.is_ascii() {
            // SAFETY: ASCII is valid UTF-8.
            Some(unsafe { std::str::from_utf8_unchecked(self.raw_bytes()) })
        } else {
            None
        }
    }

    /// The text as UTF-8; `None` when it has lone surrogates.
    pub fn to_str(&self) -> Option<Cow<'_, str>> {
        match self.as_ascii() {
            Some(text) => Some(Cow::Borrowed(text)),
            None => self
                .chars()
                .map(char::from_u32)
                .collect::<Option<String>>()
                .map(Cow::Owned),
        }
    }

    /// The text as UTF-8, lone surrogates replaced; for messages.
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        match self.as_ascii() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(
                self.chars()
                    .map(|c| char::from_u32(c).unwrap_or('\u{fffd}'))
                    .collect(),
            ),
        }
    }

    /// The character at a place.
    #[inline(always)]
    pub fn char_at(&self, index: usize) -> Option<u32> {
        match self.units() {
            Units::Latin1(units) => units.get(index).map(|&c| c.into()),
            Units::Ucs2(units) => units.get(index).map(|&c| c.into()),
            Units::Ucs4(units) => units.get(index).copied(),
        }
    }

    /// The characters in order.
    pub fn chars(&self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + Clone + '_ {
        let (units, len) = (self.units(), self.len());
        (0..len).map(move |index| match units {
            Units::Latin1(units) => units[index].into(),
            Units::Ucs2(units) => units[index].into(),
            Units::Ucs4(units) => units[index],
        })
    }

    /// The hash, computed once. Never -1.
    #[inline(always)]
    pub fn hash(&self) -> i64 {
        match self.hash.get() {
            -1 => self.compute_hash(),
            hash => hash,
        }
    }

    #[cold]
    fn compute_hash(&self) -> i64 {
        let hash = self
            .object()
            .class()
            .vm()
            .hash_secret
            .hash_bytes(self.raw_bytes());
        self.hash.set(hash);
        hash
    }

    /// Equality of text.
    #[inline(always)]
    pub fn equals(&self, other: &Py<PyStr>) -> bool {
        self.is(other) || (self.meta == other.meta && self.raw_bytes() == other.raw_bytes())
    }

    /// Equality with Rust text.
    #[inline]
    pub fn equals_str(&self, other: &str) -> bool {
        match self.as_ascii() {
            Some(text) => text == other,
            None => self.chars().eq(other.chars().map(u32::from)),
        }
    }

    /// Whether the string is interned.
    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.object().has_flag(flag::INTERNED)
    }
}

impl PyStr {
    /// A string of Rust text.
    pub fn new(vm: &Vm, text: &str) -> PyRef<PyStr> {
        if text.is_ascii() {
            return Self::from_ascii(vm, text.as_bytes());
        }
        let max = text.chars().max().map_or(0, u32::from);
        let len = text.chars().count();
        Self::build(&vm.types.str, max, len, text.chars().map(u32::from))
    }

    /// A string of bytes that are all ASCII.
    pub fn from_ascii(vm: &Vm, text: &[u8]) -> PyRef<PyStr> {
        debug_assert!(text.is_ascii());
        match text {
            [] => vm.empty_str(),
            [byte] => vm.latin1_char(*byte),
            _ => Self::raw(&vm.types.str, text.len(), 4, text),
        }
    }

    /// A string of characters below 256.
    pub fn from_latin1(vm: &Vm, text: &[u8]) -> PyRef<PyStr> {
        match text {
            [] => vm.empty_str(),
            [byte] => vm.latin1_char(*byte),
            _ => Self::raw(
                &vm.types.str,
                text.len(),
                if text.is_ascii() { 4 } else { 0 },
                text,
            ),
        }
    }

    /// A string of one character.
    pub fn from_char(vm: &Vm, c: u32) -> PyRef<PyStr> {
        match u8::try_from(c) {
            Ok(byte) => vm.latin1_char(byte),
            Err(_) => Self::build(&vm.types.str, c, 1, std::iter::once(c)),
        }
    }

    /// A string of code points (lone surrogates allowed, none above 0x10ffff).
    pub fn from_chars(vm: &Vm, chars: &[u32]) -> PyRef<PyStr> {
        match chars {
            [] => vm.empty_str(),
            [c] => Self::from_char(vm, *c),
            _ => Self::build(
                &vm.types.str,
                chars.iter().copied().max().unwrap_or(0),
                chars.len(),
                chars.iter().copied(),
            ),
        }
    }

    /// A string of two-byte units that are characters each (surrogates stay as they are).
    pub fn from_ucs2(vm: &Vm, units: &[u16]) -> PyRef<PyStr> {
        let max = units.iter().copied().max().unwrap_or(0);
        match units {
            [] => vm.empty_str(),
            [c] => Self::from_char(vm, u32::from(*c)),
            _ => Self::build(
                &vm.types.str,
                max.into(),
                units.len(),
                units.iter().map(|&c| c.into()),
            ),
        }
    }

    /// A string of generalised UTF-8 (lone surrogates as three bytes each), as marshal and the compiler have it. Malformed bytes become
    /// U+FFFD.
    pub fn from_generalised_utf8(vm: &Vm, bytes: &[u8]) -> PyRef<PyStr> {
        if bytes.is_ascii() {
            return Self::from_ascii(vm, bytes);
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::new(vm, text),
            Err(_) => Self::from_chars(vm, &decode_generalised(bytes)),
        }
    }

    /// A copy of a string as an instance of a subclass of `str`.
    pub fn with_class(class: &Py<PyType>, text: &Py<PyStr>) -> PyRef<PyStr> {
        let string = Self::raw(class, text.len(), text.meta & 7, text.raw_bytes());
        string.hash.set(text.hash.get());
        string
    }

    /// A string from its parts: the largest character, the length, the characters.
    pub fn build(
        class: &Py<PyType>,
        max: u32,
        len: usize,
        chars: impl Iterator<Item = u32>,
    ) -> PyRef<PyStr> {
        let (log, ascii) = match max {
            0..=0x7f => (0, 4),
            0x80..=0xff => (0, 0),
            0x100..=0xffff => (1, 0),
            _ => (2, 0),
        };
        let mut chars = chars;
        let meta = (len as u64) << 3 | ascii | log;
        new_var_object(
            class,
            PyStr {
                hash: Cell::new(-1),
                meta,
            },
            len << log,
            |place| {
                for index in 0..len {
                    let c = chars.next().unwrap_or(0xfffd);
                    // SAFETY: `len` units of the width fit the inline data.
                    unsafe {
                        match log {
                            0 => place.add(index).write(c as u8),
                            1 => place.cast::<u16>().add(index).write(c as u16),
                            _ => place.cast::<u32>().add(index).write(c),
                        }
                    }
                }
            },
        )
    }

    /// A string from the low three bits of its `meta` and its raw bytes.
    pub(crate) fn raw(class: &Py<PyType>, len: usize, meta: u64, bytes: &[u8]) -> PyRef<PyStr> {
        debug_assert_eq!(len << (meta & 3), bytes.len());
        new_var_object(
            class,
            PyStr {
                hash: Cell::new(-1),
                meta: (len as u64) << 3 | meta,
            },
            bytes.len(),
            |place| {
                // SAFETY: the inline data have room for all bytes.
                unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), place, bytes.len()) };
            },
        )
    }

    /// `concat`, with MemoryError instead of a size that cannot be.
    pub fn concat_checked(vm: &Vm, left: &Py<PyStr>, right: &Py<PyStr>) -> PyResult<PyRef<PyStr>> {
        let bytes = (left.len() + right.len()) * left.width().max(right.width());
        if bytes > 1 << 20 {
            vm.try_reserve(bytes)?;
        }
        Ok(Self::concat(vm, left, right))
    }

    /// `left + right`, growing `left` in place when nobody else holds it and its block has room.
    pub fn append(vm: &Vm, left: PyRef<PyStr>, right: &Py<PyStr>) -> PyResult<PyRef<PyStr>> {
        Self::concat_checked(vm, &left, right)
    }

    /// All strings, one after the other.
    pub fn join_all<'a>(
        vm: &Vm,
        parts: impl Iterator<Item = &'a Py<PyStr>> + Clone,
    ) -> PyRef<PyStr> {
        let len = parts.clone().map(|part| part.len()).sum();
        let max = parts
            .clone()
            .map(|part| {
                if part.is_ascii() {
                    0x7f
                } else {
                    part.chars().max().unwrap_or(0)
                }
            })
            .max()
            .unwrap_or(0);
        if len == 0 {
            return vm.empty_str();
        }
        if max < 0x80 {
            let bytes: Vec<u8> = parts.flat_map(|part| part.raw_bytes()).copied().collect();
            return Self::from_ascii(vm, &bytes);
        }
        Self::build(&vm.types.str, max, len, parts.flat_map(|part| part.chars()))
    }

    /// Both strings, one after the other.
    pub fn concat(vm: &Vm, left: &Py<PyStr>, right: &Py<PyStr>) -> PyRef<PyStr> {
        if left.len() == 0 && right.is_exact(vm) {
            return right.to_ref();
        }
        if right.len() == 0 && left.is_exact(vm) {
            return left.to_ref();
        }
        let len = left.len() + right.len();
        if left.meta & 3 == right.meta & 3 {
            let meta = (len as u64) << 3 | (left.meta & 3) | (left.meta & right.meta & 4);
            let (a, b) = (left.raw_bytes(), right.raw_bytes());
            return new_var_object(
                &vm.types.str,
                PyStr {
                    hash: Cell::new(-1),
                    meta,
                },
                a.len() + b.len(),
                |place| {
                    // SAFETY: the inline data have room for both.
                    unsafe {
                        std::ptr::copy_nonoverlapping(a.as_ptr(), place, a.len());
                        std::ptr::copy_nonoverlapping(b.as_ptr(), place.add(a.len()), b.len());
                    }
                },
            );
        }
        let max = if left.width() > right.width() {
            left
        } else {
            right
        }
        .chars()
        .max()
        .unwrap_or(0);
        Self::build(&vm.types.str, max, len, left.chars().chain(right.chars()))
    }
}

impl Py<PyStr> {
    /// Whether this is a `str` and not an instance of a subclass.
    #[inline(always)]
    pub fn is_exact(&self, vm: &Vm) -> bool {
        self.object().class().is(&vm.types.str)
    }
}

fn decode_generalised(bytes: &[u8]) -> Vec<u32> {
    let mut chars = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        let tail_byte = |i: usize| {
            tail.get(i)
                .filter(|b| **b & 0xc0 == 0x80)
                .map(|b| u32::from(b & 0x3f))
        };
        let (c, used) = match (first, tail_byte(0), tail_byte(1), tail_byte(2)) {
            (0..=0x7f, ..) => (u32::from(*first), 1),
            (0xc2..=0xdf, Some(a), ..) => (u32::from(first & 0x1f) << 6 | a, 2),
            (0xe0..=0xef, Some(a), Some(b), _) => (u32::from(first & 0xf) << 12 | a << 6 | b, 3),
            (0xf0..=0xf4, Some(a), Some(b), Some(c)) => {
                (u32::from(first & 7) << 18 | a << 12 | b << 6 | c, 4)
            }
            _ => (0xfffd, 1),
        };
        chars.push(c.min(0x10_ffff));
        rest = &rest[used..];
    }
    chars
}

impl From<&Py<PyStr>> for Value {
    fn from(string: &Py<PyStr>) -> Value {
        string.to_value()
    }
}
