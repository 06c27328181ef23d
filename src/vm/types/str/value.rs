//! Storage of strings (PEP 393): one, two or four bytes a character, as the widest character asks, inline behind the object.
//!
//! Always the narrowest width that fits, so equality is equality of bytes. Lone surrogates are characters like others. ASCII strings are
//! `&str` for free.
//!
//! CPython 3.11: `Objects/unicodeobject.c`.

use crate::context::{PyResult, Vm};
use crate::object::alloc::{self, new_var_object};
use crate::object::header::flag;
use crate::object::{Object, Payload, Py, PyRef, PyType, TypeDef, TypeIndex, Value, type_flag};
use base::text::{self, Text, TextRef, Unit};
use base::with_units;
use std::borrow::Cow;
use std::cell::Cell;

/// Payload of `str`; the characters follow.
#[repr(C)]
pub struct PyStr {
    hash: Cell<i64>,
    /// Length in characters, shifted left by three; bit 2 says ASCII; bits 0 and 1 are the logarithm of the width.
    meta: Cell<u64>,
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
    tables: &[
        &super::slots::TABLE,
        &super::methods::TABLE,
        &super::find::FIND,
        &super::case::CASE,
        &super::split::SPLIT,
        &super::strip::STRIP,
        &super::translate::TRANSLATE,
    ],
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
        (self.meta.get() >> 3) as usize
    }

    /// Whether all characters are ASCII.
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.meta.get() & 4 != 0
    }

    /// Bytes per character: 1, 2 or 4.
    #[inline(always)]
    pub fn width(&self) -> usize {
        1 << (self.meta.get() & 3)
    }

    /// The characters.
    #[inline(always)]
    pub fn units(&self) -> Units<'_> {
        let len = self.len();
        // SAFETY: `len` characters of the width in `meta` were written when the string was made; the data are aligned to 8.
        unsafe {
            match self.meta.get() & 3 {
                0 => Units::Latin1(std::slice::from_raw_parts(self.data(), len)),
                1 => Units::Ucs2(std::slice::from_raw_parts(self.data().cast(), len)),
                _ => Units::Ucs4(std::slice::from_raw_parts(self.data().cast(), len)),
            }
        }
    }

    /// The characters, as the algorithms of `base::text` take them.
    #[inline(always)]
    pub fn text(&self) -> TextRef<'_> {
        match self.units() {
            Units::Latin1(units) => TextRef::Latin1(units),
            Units::Ucs2(units) => TextRef::Ucs2(units),
            Units::Ucs4(units) => TextRef::Ucs4(units),
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
        self.is(other)
            || (self.meta.get() == other.meta.get() && self.raw_bytes() == other.raw_bytes())
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
        if len == 1 {
            return Self::from_char(vm, max);
        }
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

    /// The decimal digits of an int.
    pub fn from_int(vm: &Vm, n: i64) -> PyRef<PyStr> {
        let mut buffer = [0_u8; 20];
        let mut place = buffer.len();
        let mut rest = n.unsigned_abs();
        loop {
            place -= 1;
            buffer[place] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if n < 0 {
            place -= 1;
            buffer[place] = b'-';
        }
        Self::from_ascii(vm, &buffer[place..])
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
        let string = Self::raw(class, text.len(), text.meta.get() & 7, text.raw_bytes());
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
                meta: Cell::new(meta),
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
                meta: Cell::new((len as u64) << 3 | meta),
            },
            bytes.len(),
            |place| {
                // SAFETY: the inline data have room for all bytes.
                unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), place, bytes.len()) };
            },
        )
    }

    /// Both strings, one after the other.
    pub fn concat(vm: &Vm, left: &Py<PyStr>, right: &Py<PyStr>) -> PyRef<PyStr> {
        if left.len() == 0 && right.is_exact(vm) {
            return right.to_ref();
        }
        if right.len() == 0 && left.is_exact(vm) {
            return left.to_ref();
        }
        Self::joined(vm, left.len() + right.len(), 0, [left, right].into_iter())
    }

    /// `concat`, with MemoryError instead of a size that cannot be.
    pub fn concat_checked(vm: &Vm, left: &Py<PyStr>, right: &Py<PyStr>) -> PyResult<PyRef<PyStr>> {
        let bytes = (left.len() + right.len()) * left.width().max(right.width());
        if bytes > 1 << 16 {
            vm.try_reserve(bytes)?;
        }
        Ok(Self::concat(vm, left, right))
    }

    /// `left + right`, growing `left` in place when nobody else holds it and its block has room; a new block gets room to grow, so that
    /// building a string piece by piece takes linear time.
    pub fn append(vm: &Vm, left: PyRef<PyStr>, right: &Py<PyStr>) -> PyResult<PyRef<PyStr>> {
        if left.object().refcount() != 1 || !left.is_exact(vm) || left.is_interned() {
            return Self::concat_checked(vm, &left, right);
        }
        if right.len() == 0 {
            return Ok(left);
        }
        let (old, width) = (left.len(), left.width());
        let len = old + right.len();
        if right.width() > width || left.is(right) {
            return Self::concat_checked(vm, &left, right);
        }
        let used = size_of::<Py<PyStr>>() + len * width;
        if used <= alloc::block_capacity(left.object()) {
            let meta = left.meta.get();
            let ascii = meta & right.meta.get() & 4;
            // SAFETY: the block has room for the new characters, and nobody else looks at this string: the only reference is ours.
            unsafe {
                match right.raw_bytes() {
                    [byte] if width == 1 => left.data().cast_mut().add(old).write(*byte),
                    _ => copy_units(right, left.data().cast_mut(), meta & 3, old),
                }
            }
            left.meta.set((len as u64) << 3 | (meta & 3) | ascii);
            left.hash.set(-1);
            return Ok(left);
        }
        let slack = (len / 4 + 16) * width;
        vm.try_reserve(len * width + slack)?;
        Ok(Self::joined(vm, len, slack, [&*left, right].into_iter()))
    }

    /// All strings, one after the other (f-strings).
    pub fn join_all<'a>(
        vm: &Vm,
        parts: impl Iterator<Item = &'a Py<PyStr>> + Clone,
    ) -> PyRef<PyStr> {
        let len = parts.clone().map(|part| part.len()).sum();
        Self::joined(vm, len, 0, parts)
    }

    /// Strings whose lengths add up to `len`, with room for `slack` more bytes behind them.
    fn joined<'a>(
        vm: &Vm,
        len: usize,
        slack: usize,
        parts: impl Iterator<Item = &'a Py<PyStr>> + Clone,
    ) -> PyRef<PyStr> {
        if len == 0 {
            return vm.empty_str();
        }
        let (mut log, mut ascii) = (0, 4);
        for part in parts.clone() {
            log = log.max(part.meta.get() & 3);
            ascii &= part.meta.get();
        }
        if len == 1
            && let Some(c) = parts.clone().find_map(|part| part.char_at(0))
        {
            return Self::from_char(vm, c);
        }
        let meta = (len as u64) << 3 | log | ascii;
        new_var_object(
            &vm.types.str,
            PyStr {
                hash: Cell::new(-1),
                meta: Cell::new(meta),
            },
            (len << log) + slack,
            |place| {
                let mut at = 0;
                for part in parts {
                    assert!(at + part.len() <= len);
                    // SAFETY: the characters of all parts fit, which is checked, and none is wider than the widest.
                    unsafe { copy_units(part, place, log, at) };
                    at += part.len();
                }
                assert!(at == len);
            },
        )
    }

    /// `separator.join(parts)`; TypeError when a part is no str, MemoryError when that cannot be had.
    pub fn join(vm: &Vm, separator: &Py<PyStr>, parts: &[Value]) -> PyResult<PyRef<PyStr>> {
        let strings = || parts.iter().filter_map(Value::downcast_ref::<PyStr>);
        if let [one] = parts
            && let Some(one) = one.downcast_exact::<PyStr>(vm)
        {
            return Ok(one.to_ref());
        }
        let between = parts.len().saturating_sub(1);
        let mut len = separator.len().checked_mul(between);
        // Width and ASCII flag of the result.
        let (mut log, mut ascii) = (0, 4);
        if between > 0 {
            (log, ascii) = (separator.meta.get() & 3, separator.meta.get() & 4);
        }
        for (index, part) in parts.iter().enumerate() {
            let Some(part) = part.downcast_ref::<PyStr>() else {
                return Err(vm.type_error(format!(
                    "sequence item {index}: expected str instance, {} found",
                    part.class(vm).tp_name()
                )));
            };
            log = log.max(part.meta.get() & 3);
            ascii &= part.meta.get();
            len = len.and_then(|len| len.checked_add(part.len()));
        }
        let Some(len) = len.filter(|len| *len <= isize::MAX as usize / 8) else {
            return Err(vm.no_memory());
        };
        if len <= 1 {
            let mut all = strings().chain(std::iter::once(separator));
            return Ok(match all.find_map(|part| part.char_at(0)) {
                Some(c) if len == 1 => Self::from_char(vm, c),
                _ => vm.empty_str(),
            });
        }
        if len << log > 1 << 16 {
            vm.try_reserve(len << log)?;
        }
        let payload = PyStr {
            hash: Cell::new(-1),
            meta: Cell::new((len as u64) << 3 | log | ascii),
        };
        Ok(new_var_object(
            &vm.types.str,
            payload,
            len << log,
            |place| {
                let mut at = 0;
                let mut put = |part: &Py<PyStr>| {
                    assert!(at + part.len() <= len);
                    // SAFETY: the characters of all parts fit, which is checked, and none is wider than the widest.
                    unsafe { copy_units(part, place, log, at) };
                    at += part.len();
                };
                for (index, part) in strings().enumerate() {
                    if index != 0 && separator.len() != 0 {
                        put(separator);
                    }
                    put(part);
                }
                assert!(at == len);
            },
        ))
    }

    /// The bytes of an ASCII string, each replaced by another ASCII byte.
    pub fn map_ascii(vm: &Vm, string: &Py<PyStr>, map: impl Fn(u8) -> u8) -> PyRef<PyStr> {
        let bytes = string.raw_bytes();
        match bytes {
            [] => return vm.empty_str(),
            [byte] => return vm.latin1_char(map(*byte)),
            _ => {}
        }
        new_var_object(
            &vm.types.str,
            PyStr {
                hash: Cell::new(-1),
                meta: Cell::new((bytes.len() as u64) << 3 | 4),
            },
            bytes.len(),
            |place| {
                for (index, byte) in bytes.iter().enumerate() {
                    // SAFETY: as many bytes were asked for.
                    unsafe { place.add(index).write(map(*byte)) };
                }
            },
        )
    }

    /// A string repeated; MemoryError when that cannot be had.
    pub fn repeat(vm: &Vm, string: &Py<PyStr>, count: usize) -> PyResult<PyRef<PyStr>> {
        if count == 1 && string.is_exact(vm) {
            return Ok(string.to_ref());
        }
        let bytes = string.raw_bytes();
        let Some(total) = bytes
            .len()
            .checked_mul(count)
            .filter(|n| *n <= isize::MAX as usize / 2)
        else {
            return Err(vm.no_memory());
        };
        if total == 0 {
            return Ok(vm.empty_str());
        }
        vm.try_reserve(total)?;
        let meta = string.meta.get() & 7;
        let len = string.len() * count;
        if len == 1
            && let Some(c) = string.char_at(0)
        {
            return Ok(Self::from_char(vm, c));
        }
        Ok(new_var_object(
            &vm.types.str,
            PyStr {
                hash: Cell::new(-1),
                meta: Cell::new((len as u64) << 3 | meta),
            },
            total,
            |place| {
                // SAFETY: `total` bytes were asked for; what is copied was written before, and source and target do not overlap.
                unsafe {
                    if let [byte] = bytes {
                        place.write_bytes(*byte, total);
                        return;
                    }
                    std::ptr::copy_nonoverlapping(bytes.as_ptr(), place, bytes.len());
                    let mut done = bytes.len();
                    while done < total {
                        let more = done.min(total - done);
                        std::ptr::copy_nonoverlapping(place, place.add(done), more);
                        done += more;
                    }
                }
            },
        ))
    }

    /// A string of units, in the narrowest form.
    pub fn from_units<U: Unit>(vm: &Vm, units: &[U]) -> PyRef<PyStr> {
        match units {
            [] => return vm.empty_str(),
            [c] => return Self::from_char(vm, c.to_char()),
            _ => {}
        }
        if let Some(bytes) = U::as_bytes(units) {
            return Self::from_latin1(vm, bytes);
        }
        let max = text::max_char_class(units);
        Self::build(
            &vm.types.str,
            max,
            units.len(),
            units.iter().map(|u| u.to_char()),
        )
    }

    /// A string of text that is in its narrowest form.
    pub fn from_text(vm: &Vm, text: &Text) -> PyRef<PyStr> {
        match text {
            Text::Ascii(units) => Self::from_ascii(vm, units),
            Text::Latin1(units) => Self::from_latin1(vm, units),
            Text::Ucs2(units) => Self::from_units(vm, units),
            Text::Ucs4(units) => Self::from_units(vm, units),
        }
    }

    /// A string of borrowed text.
    pub fn from_text_ref(vm: &Vm, text: TextRef<'_>) -> PyRef<PyStr> {
        with_units!(text, |units| Self::from_units(vm, units))
    }

    /// The characters from `start` to `end`, which must be in range.
    pub fn substring(vm: &Vm, string: &Py<PyStr>, start: usize, end: usize) -> PyRef<PyStr> {
        if start == 0 && end == string.len() && string.is_exact(vm) {
            return string.to_ref();
        }
        if string.is_ascii() {
            return Self::from_ascii(vm, &string.raw_bytes()[start..end]);
        }
        Self::from_text_ref(vm, string.text().slice(start, end))
    }
}

/// Copies characters to `place[at..]`, whose units have the width `1 << log`.
///
/// # Safety
/// There must be room for them, and `log` must be no less than the string's own.
unsafe fn copy_units(string: &Py<PyStr>, place: *mut u8, log: u64, at: usize) {
    // SAFETY: the caller vouches for the room and the width.
    unsafe {
        match (string.units(), log) {
            (Units::Latin1(units), 0) => {
                std::ptr::copy_nonoverlapping(units.as_ptr(), place.add(at), units.len());
            }
            (Units::Ucs2(units), 1) => {
                std::ptr::copy_nonoverlapping(
                    units.as_ptr(),
                    place.cast::<u16>().add(at),
                    units.len(),
                );
            }
            (Units::Ucs4(units), _) => {
                std::ptr::copy_nonoverlapping(
                    units.as_ptr(),
                    place.cast::<u32>().add(at),
                    units.len(),
                );
            }
            (Units::Latin1(units), 1) => {
                for (index, &unit) in units.iter().enumerate() {
                    place.cast::<u16>().add(at + index).write(unit.into());
                }
            }
            (Units::Latin1(units), _) => {
                for (index, &unit) in units.iter().enumerate() {
                    place.cast::<u32>().add(at + index).write(unit.into());
                }
            }
            (Units::Ucs2(units), _) => {
                for (index, &unit) in units.iter().enumerate() {
                    place.cast::<u32>().add(at + index).write(unit.into());
                }
            }
        }
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
