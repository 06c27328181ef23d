//! The methods that `bytes` and `bytearray` have in common, written once over `ByteString`.
//!
//! CPython 3.11: `Objects/bytes_methods.c`, `Objects/stringlib/`.

use super::convert;
use super::value::PyBytes;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::buffer::request;
use crate::object::{Payload, Py, PyRef, PyType, Value};
use crate::protocol::{buffer, number, sequence};
use crate::types::bytearray::value::PyByteArray;
use crate::types::str::codec;
use crate::types::str::find::bounds;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use base::text::{find, split};
use derive::pymethods;
use std::borrow::Cow;
use std::ops::Range;

/// A sequence of bytes with the methods here.
pub trait ByteString: Payload {
    /// Calls `f` with the bytes; `f` must not run Python code.
    fn view<R>(zelf: &Py<Self>, f: impl FnOnce(&[u8]) -> R) -> R;
    /// A new object of the exact type.
    fn make(vm: &Vm, bytes: &[u8]) -> Value;
    /// A new object of the exact type.
    fn make_vec(vm: &Vm, bytes: Vec<u8>) -> Value;
    /// The object itself where it cannot change, else a copy.
    fn same(vm: &Vm, zelf: &Py<Self>) -> Value;
}

impl ByteString for PyBytes {
    fn view<R>(zelf: &Py<PyBytes>, f: impl FnOnce(&[u8]) -> R) -> R {
        f(zelf.as_slice())
    }

    fn make(vm: &Vm, bytes: &[u8]) -> Value {
        PyBytes::new(vm, bytes).into_value()
    }

    fn make_vec(vm: &Vm, bytes: Vec<u8>) -> Value {
        PyBytes::new(vm, &bytes).into_value()
    }

    fn same(vm: &Vm, zelf: &Py<PyBytes>) -> Value {
        if zelf.is_exact(vm) {
            zelf.to_value()
        } else {
            PyBytes::new(vm, zelf.as_slice()).into_value()
        }
    }
}

impl ByteString for PyByteArray {
    fn view<R>(zelf: &Py<PyByteArray>, f: impl FnOnce(&[u8]) -> R) -> R {
        zelf.with(f)
    }

    fn make(vm: &Vm, bytes: &[u8]) -> Value {
        PyByteArray::new(vm, bytes.to_vec()).into_value()
    }

    fn make_vec(vm: &Vm, bytes: Vec<u8>) -> Value {
        PyByteArray::new(vm, bytes).into_value()
    }

    fn same(vm: &Vm, zelf: &Py<PyByteArray>) -> Value {
        PyByteArray::new(vm, zelf.to_vec()).into_value()
    }
}

/// The bytes of a bytes-like argument.
#[inline]
pub fn bytes_of<'a>(vm: &Vm, value: &'a Value) -> PyResult<Cow<'a, [u8]>> {
    match value.downcast_ref::<PyBytes>() {
        Some(bytes) => Ok(Cow::Borrowed(bytes.as_slice())),
        None => buffer::to_vec(vm, value).map(Cow::Owned),
    }
}

/// A number that must be a byte.
pub fn byte_value(vm: &Vm, value: &Value) -> PyResult<u8> {
    let n = number::to_index_clipped(vm, value)?;
    u8::try_from(n).map_err(|_| vm.value_error("byte must be in range(0, 256)"))
}

/// What is searched for: bytes, or one byte by its number.
fn needle<'a>(vm: &Vm, value: &'a Value) -> PyResult<Cow<'a, [u8]>> {
    if buffer::check(vm, value) {
        return bytes_of(vm, value);
    }
    if !number::is_index(vm, value) {
        return Err(vm.type_error(format!(
            "argument should be integer or bytes-like object, not '{}'",
            value.class(vm).tp_name()
        )));
    }
    match number::to_index_isize(vm, value, ExcKind::OverflowError) {
        Ok(n @ 0..=255) => Ok(Cow::Owned(vec![n as u8])),
        Err(error) if !error.is(vm, ExcKind::OverflowError) => Err(error),
        _ => Err(vm.value_error("byte must be in range(0, 256)")),
    }
}

fn length<T: ByteString>(zelf: &Py<T>) -> usize {
    T::view(zelf, <[u8]>::len)
}

fn search<T: ByteString>(
    vm: &Vm,
    zelf: &Py<T>,
    sub: &Value,
    range: (&Value, &Value),
    from_end: bool,
) -> PyResult<Option<usize>> {
    let sub = needle(vm, sub)?;
    let (start, end) = bounds(vm, range.0, range.1, length(zelf))?;
    Ok(T::view(zelf, |bytes| {
        let part = bytes.get(start..end.min(bytes.len()))?;
        let found = if from_end {
            find::rfind(part, &sub)
        } else {
            find::find(part, &sub)
        };
        found.map(|at| at + start)
    }))
}

fn tail_match<T: ByteString>(
    vm: &Vm,
    zelf: &Py<T>,
    part: &Value,
    range: (&Value, &Value),
    name: &str,
) -> PyResult<bool> {
    let (start, end) = bounds(vm, range.0, range.1, length(zelf))?;
    let matches = |part: &[u8]| {
        T::view(zelf, |bytes| match bytes.get(start..end.min(bytes.len())) {
            Some(bytes) if name == "endswith" => bytes.ends_with(part),
            Some(bytes) => bytes.starts_with(part),
            None => false,
        })
    };
    if let Some(parts) = part.downcast_ref::<PyTuple>() {
        for part in parts.as_slice() {
            if matches(&bytes_of(vm, part)?) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if !buffer::check(vm, part) {
        return Err(vm.type_error(format!(
            "{name} first arg must be bytes or a tuple of bytes, not {}",
            part.class(vm).tp_name()
        )));
    }
    Ok(matches(&bytes_of(vm, part)?))
}

/// `item in bytes`
pub fn contains<T: ByteString>(vm: &Vm, zelf: &Py<T>, item: &Value) -> PyResult<bool> {
    if number::is_index(vm, item) {
        return match number::to_index_isize(vm, item, ExcKind::OverflowError) {
            Ok(n @ 0..=255) => Ok(T::view(zelf, |bytes| {
                memchr::memchr(n as u8, bytes).is_some()
            })),
            Err(error) if !error.is(vm, ExcKind::OverflowError) => Err(error),
            _ => Err(vm.value_error("byte must be in range(0, 256)")),
        };
    }
    let part = bytes_of(vm, item)?;
    Ok(T::view(zelf, |bytes| find::find(bytes, &part).is_some()))
}

fn is_space(c: u32) -> bool {
    matches!(c, 9..=13 | 32)
}

#[cold]
fn empty_separator(vm: &Vm) -> PyErr {
    vm.value_error("empty separator")
}

fn list_of<T: ByteString>(vm: &Vm, zelf: &Py<T>, ranges: Vec<Range<usize>>) -> Value {
    let parts = T::view(zelf, |bytes| {
        ranges
            .into_iter()
            .map(|range| bytes.get(range).unwrap_or(&[]).to_vec())
            .collect::<Vec<_>>()
    });
    vm.new_list(
        parts
            .into_iter()
            .map(|part| T::make_vec(vm, part))
            .collect(),
    )
}

fn split_by<T: ByteString>(
    vm: &Vm,
    zelf: &Py<T>,
    sep: &Value,
    maxsplit: isize,
    from_end: bool,
) -> PyResult<Value> {
    let ranges = if sep.is_none() {
        T::view(zelf, |bytes| {
            if from_end {
                split::rsplit_whitespace(bytes, maxsplit, is_space)
            } else {
                split::split_whitespace(bytes, maxsplit, is_space)
            }
        })
    } else {
        let sep = bytes_of(vm, sep)?;
        if sep.is_empty() {
            return Err(empty_separator(vm));
        }
        T::view(zelf, |bytes| {
            if from_end {
                split::rsplit(bytes, &sep, maxsplit)
            } else {
                split::split(bytes, &sep, maxsplit)
            }
        })
    };
    Ok(list_of(vm, zelf, ranges))
}

fn partition<T: ByteString>(vm: &Vm, zelf: &Py<T>, sep: &Value, from_end: bool) -> PyResult<Value> {
    let part = bytes_of(vm, sep)?;
    if part.is_empty() {
        return Err(empty_separator(vm));
    }
    let found = T::view(zelf, |bytes| {
        let at = if from_end {
            find::rfind(bytes, &part)
        } else {
            find::find(bytes, &part)
        }?;
        Some((bytes[..at].to_vec(), bytes[at + part.len()..].to_vec()))
    });
    let empty = || T::make(vm, &[]);
    Ok(vm.new_tuple(match found {
        Some((before, after)) => {
            let sep = if sep.downcast_exact::<T>(vm).is_some() && T::def().name == "bytes" {
                sep.clone()
            } else {
                T::make(vm, &part)
            };
            vec![T::make_vec(vm, before), sep, T::make_vec(vm, after)]
        }
        None if from_end => vec![empty(), empty(), T::same(vm, zelf)],
        None => vec![T::same(vm, zelf), empty(), empty()],
    }))
}

fn stripped<T: ByteString>(
    vm: &Vm,
    zelf: &Py<T>,
    set: &Value,
    sides: (bool, bool),
) -> PyResult<Value> {
    let (left, right) = sides;
    let set = if set.is_none() {
        None
    } else {
        Some(bytes_of(vm, set)?)
    };
    let (len, range) = T::view(zelf, |bytes| {
        let range = match &set {
            None => split::strip(bytes, left, right, is_space),
            Some(set) => {
                let set = split::StripSet::new(set);
                split::strip(bytes, left, right, |c| set.contains(c))
            }
        };
        (bytes.len(), range)
    });
    Ok(part_of(vm, zelf, range, len))
}

fn part_of<T: ByteString>(vm: &Vm, zelf: &Py<T>, range: Range<usize>, len: usize) -> Value {
    if range == (0..len) {
        return T::same(vm, zelf);
    }
    let part = T::view(zelf, |bytes| bytes.get(range).unwrap_or(&[]).to_vec());
    T::make_vec(vm, part)
}

fn join<T: ByteString>(vm: &Vm, zelf: &Py<T>, iterable: &Value) -> PyResult<Value> {
    // A bytearray does not change while it is the separator.
    let _held = match T::def().name {
        "bytearray" => Some(buffer::get(vm, &zelf.to_value(), request::SIMPLE)?),
        _ => None,
    };
    let items = sequence::fast(vm, iterable, "can only join an iterable")?;
    let separator = T::view(zelf, <[u8]>::to_vec);
    if let [item] = &items[..]
        && item.downcast_exact::<PyBytes>(vm).is_some()
        && T::def().name == "bytes"
    {
        return Ok(item.clone());
    }
    let mut out: Vec<u8> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if !buffer::check(vm, item) {
            return Err(vm.type_error(format!(
                "sequence item {index}: expected a bytes-like object, {} found",
                item.class(vm).tp_name()
            )));
        }
        let part = bytes_of(vm, item)?;
        if part.len() > 1 << 16 {
            vm.try_reserve(out.len().saturating_add(part.len()))?;
        }
        if index > 0 {
            out.extend_from_slice(&separator);
        }
        out.extend_from_slice(&part);
    }
    Ok(T::make_vec(vm, out))
}

fn replace<T: ByteString>(
    vm: &Vm,
    zelf: &Py<T>,
    old: &Value,
    new: &Value,
    count: isize,
) -> PyResult<Value> {
    let (old, new) = (bytes_of(vm, old)?, bytes_of(vm, new)?);
    if new.len() > old.len() {
        let (len, found) = T::view(zelf, |bytes| (bytes.len(), find::count(bytes, &old)));
        let found = usize::try_from(count).map_or(found, |count| found.min(count));
        let total = found
            .checked_mul(new.len() - old.len())
            .and_then(|more| more.checked_add(len));
        match total {
            Some(total) if total <= isize::MAX as usize => vm.try_reserve(total)?,
            _ => return Err(vm.overflow_error("replace bytes is too long")),
        }
    }
    Ok(
        match T::view(zelf, |bytes| split::replace(bytes, &old, &new, count)) {
            Some(bytes) => T::make_vec(vm, bytes),
            None => T::same(vm, zelf),
        },
    )
}

fn pad<T: ByteString>(
    vm: &Vm,
    zelf: &Py<T>,
    left: usize,
    right: usize,
    fill: u8,
) -> PyResult<Value> {
    if left == 0 && right == 0 {
        return Ok(T::same(vm, zelf));
    }
    let len = left.saturating_add(right).saturating_add(length(zelf));
    if len > isize::MAX as usize {
        return Err(vm.no_memory());
    }
    vm.try_reserve(len)?;
    Ok(T::make_vec(
        vm,
        T::view(zelf, |bytes| {
            let mut out = Vec::with_capacity(len);
            out.resize(left, fill);
            out.extend_from_slice(bytes);
            out.resize(out.len() + right, fill);
            out
        }),
    ))
}

/// The fill byte of `center` and its kin.
fn fill_byte(vm: &Vm, name: &str, fill: Option<&Value>) -> PyResult<u8> {
    let Some(fill) = fill else {
        return Ok(b' ');
    };
    let found = if let Some(bytes) = fill.downcast_ref::<PyBytes>() {
        if let [byte] = bytes.as_slice() {
            Some(*byte)
        } else {
            None
        }
    } else if let Some(bytes) = fill.downcast_ref::<PyByteArray>() {
        bytes.with(|bytes| {
            if let [byte] = bytes {
                Some(*byte)
            } else {
                None
            }
        })
    } else {
        None
    };
    found.ok_or_else(|| {
        let given = if fill.is_none() {
            "None".to_string()
        } else {
            fill.class(vm).tp_name()
        };
        vm.type_error(format!(
            "{name}() argument 2 must be a byte string of length 1, not {given}"
        ))
    })
}

fn missing<T: ByteString>(zelf: &Py<T>, width: isize) -> usize {
    usize::try_from(width)
        .unwrap_or(0)
        .saturating_sub(length(zelf))
}

fn translate<T: ByteString>(
    vm: &Vm,
    zelf: &Py<T>,
    table: &Value,
    delete: Option<&Value>,
) -> PyResult<Value> {
    let table = if table.is_none() {
        None
    } else {
        Some(bytes_of(vm, table)?)
    };
    if table.as_ref().is_some_and(|table| table.len() != 256) {
        return Err(vm.value_error("translation table must be 256 characters long"));
    }
    let mut deleted = [false; 256];
    if let Some(delete) = delete {
        for &byte in bytes_of(vm, delete)?.iter() {
            deleted[usize::from(byte)] = true;
        }
    }
    Ok(T::make_vec(
        vm,
        T::view(zelf, |bytes| {
            let kept = bytes.iter().filter(|&&byte| !deleted[usize::from(byte)]);
            match &table {
                Some(table) => kept.map(|&byte| table[usize::from(byte)]).collect(),
                None => kept.copied().collect(),
            }
        }),
    ))
}

/// `bytes.maketrans`
pub fn maketrans(vm: &Vm, from: &Value, to: &Value) -> PyResult<PyRef<PyBytes>> {
    let (from, to) = (bytes_of(vm, from)?, bytes_of(vm, to)?);
    if from.len() != to.len() {
        return Err(vm.value_error("maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (&from, &to) in from.iter().zip(to.iter()) {
        table[usize::from(from)] = to;
    }
    Ok(PyBytes::new(vm, &table))
}

fn expandtabs<T: ByteString>(vm: &Vm, zelf: &Py<T>, tabsize: i32) -> PyResult<Value> {
    let tabsize = usize::try_from(tabsize).unwrap_or(0);
    let tabs = T::view(zelf, |bytes| memchr::memchr_iter(b'\t', bytes).count());
    vm.try_reserve(tabs.saturating_mul(tabsize).saturating_add(length(zelf)))?;
    Ok(T::make_vec(
        vm,
        T::view(zelf, |bytes| {
            let (mut out, mut column) = (Vec::with_capacity(bytes.len()), 0);
            for &byte in bytes {
                if byte == b'\t' {
                    if tabsize > 0 {
                        let spaces = tabsize - column % tabsize;
                        column += spaces;
                        out.resize(out.len() + spaces, b' ');
                    }
                    continue;
                }
                out.push(byte);
                column = if byte == b'\n' || byte == b'\r' {
                    0
                } else {
                    column + 1
                };
            }
            out
        }),
    ))
}

/// Letters behind a letter become lower case, the others upper case.
fn to_title(bytes: &[u8]) -> Vec<u8> {
    let mut inside = false;
    let change = |&byte: &u8| {
        let changed = if inside {
            byte.to_ascii_lowercase()
        } else {
            byte.to_ascii_uppercase()
        };
        inside = byte.is_ascii_alphabetic();
        changed
    };
    bytes.iter().map(change).collect()
}

fn is_title(bytes: &[u8]) -> bool {
    let (mut inside, mut any) = (false, false);
    for &byte in bytes {
        match byte {
            b'A'..=b'Z' if inside => return false,
            b'a'..=b'z' if !inside => return false,
            _ => {}
        }
        inside = byte.is_ascii_alphabetic();
        any |= inside;
    }
    any
}

fn capitalized(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    out
}

fn swapped(byte: u8) -> u8 {
    if byte.is_ascii_lowercase() {
        byte.to_ascii_uppercase()
    } else {
        byte.to_ascii_lowercase()
    }
}

fn all_are<T: ByteString>(zelf: &Py<T>, wanted: impl Fn(u8) -> bool) -> bool {
    T::view(zelf, |bytes| {
        !bytes.is_empty() && bytes.iter().all(|&byte| wanted(byte))
    })
}

fn has_only_case<T: ByteString>(zelf: &Py<T>, wanted: fn(&u8) -> bool) -> bool {
    T::view(zelf, |bytes| {
        let mut letters = bytes
            .iter()
            .filter(|byte| byte.is_ascii_alphabetic())
            .peekable();
        letters.peek().is_some() && letters.all(wanted)
    })
}

macro_rules! byte_string_methods {
    ($ty:ident, $search:ident, $split:ident, $case:ident) => {
        #[pymethods(table = $search)]
        impl $ty {
            /// Return the lowest index where the subsection is found, or -1.
            #[pymethod(
                sig = "find($self, sub, start=None, end=None, /)",
                family = "tuple",
                no_text_signature
            )]
            fn find(
                vm: &Vm,
                zelf: &Py<$ty>,
                sub: &Value,
                start: &Value,
                end: &Value,
            ) -> PyResult<isize> {
                Ok(search(vm, zelf, sub, (start, end), false)?.map_or(-1, |at| at as isize))
            }

            /// Return the highest index where the subsection is found, or -1.
            #[pymethod(
                sig = "rfind($self, sub, start=None, end=None, /)",
                family = "tuple",
                no_text_signature
            )]
            fn rfind(
                vm: &Vm,
                zelf: &Py<$ty>,
                sub: &Value,
                start: &Value,
                end: &Value,
            ) -> PyResult<isize> {
                Ok(search(vm, zelf, sub, (start, end), true)?.map_or(-1, |at| at as isize))
            }

            /// Return the lowest index where the subsection is found; ValueError if there is none.
            #[pymethod(
                sig = "index($self, sub, start=None, end=None, /)",
                family = "tuple",
                no_text_signature
            )]
            fn index(
                vm: &Vm,
                zelf: &Py<$ty>,
                sub: &Value,
                start: &Value,
                end: &Value,
            ) -> PyResult<usize> {
                search(vm, zelf, sub, (start, end), false)?
                    .ok_or_else(|| vm.value_error("subsection not found"))
            }

            /// Return the highest index where the subsection is found; ValueError if there is none.
            #[pymethod(
                sig = "rindex($self, sub, start=None, end=None, /)",
                family = "tuple",
                no_text_signature
            )]
            fn rindex(
                vm: &Vm,
                zelf: &Py<$ty>,
                sub: &Value,
                start: &Value,
                end: &Value,
            ) -> PyResult<usize> {
                search(vm, zelf, sub, (start, end), true)?
                    .ok_or_else(|| vm.value_error("subsection not found"))
            }

            /// Return the number of occurrences of the subsection that do not overlap.
            #[pymethod(
                sig = "count($self, sub, start=None, end=None, /)",
                family = "tuple",
                no_text_signature
            )]
            fn count(
                vm: &Vm,
                zelf: &Py<$ty>,
                sub: &Value,
                start: &Value,
                end: &Value,
            ) -> PyResult<usize> {
                let sub = needle(vm, sub)?;
                let (start, end) = bounds(vm, start, end, length(zelf))?;
                Ok($ty::view(zelf, |bytes| {
                    bytes
                        .get(start..end.min(bytes.len()))
                        .map_or(0, |part| find::count(part, &sub))
                }))
            }

            /// Return True if the bytes start with the prefix, which may be a tuple of prefixes to try.
            #[pymethod(
                sig = "startswith($self, prefix, start=None, end=None, /)",
                family = "tuple",
                no_text_signature
            )]
            fn startswith(
                vm: &Vm,
                zelf: &Py<$ty>,
                prefix: &Value,
                start: &Value,
                end: &Value,
            ) -> PyResult<bool> {
                tail_match(vm, zelf, prefix, (start, end), "startswith")
            }

            /// Return True if the bytes end with the suffix, which may be a tuple of suffixes to try.
            #[pymethod(
                sig = "endswith($self, suffix, start=None, end=None, /)",
                family = "tuple",
                no_text_signature
            )]
            fn endswith(
                vm: &Vm,
                zelf: &Py<$ty>,
                suffix: &Value,
                start: &Value,
                end: &Value,
            ) -> PyResult<bool> {
                tail_match(vm, zelf, suffix, (start, end), "endswith")
            }

            /// Decode the bytes using the codec registered for encoding.
            #[pymethod(sig = "decode($self, /, encoding='utf-8', errors='strict')")]
            fn decode(
                vm: &Vm,
                zelf: &Py<$ty>,
                encoding: Option<&Value>,
                errors: Option<&Value>,
            ) -> PyResult<PyRef<PyStr>> {
                let encoding = codec::name_argument(vm, "decode", "encoding", encoding)?;
                let errors = codec::name_argument(vm, "decode", "errors", errors)?;
                codec::decode_object(vm, &zelf.as_value(), encoding.as_deref(), errors.as_deref())
            }

            /// Create a string of hexadecimal numbers from the bytes.
            #[pymethod(
                sig = "hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)",
                no_text_signature
            )]
            fn hex(
                vm: &Vm,
                zelf: &Py<$ty>,
                sep: Option<&Value>,
                bytes_per_sep: i32,
            ) -> PyResult<PyRef<PyStr>> {
                let bytes = $ty::view(zelf, <[u8]>::to_vec);
                convert::hex(vm, &bytes, sep, bytes_per_sep)
            }

            /// Create an object from a string of hexadecimal numbers.
            #[pyclassmethod(sig = "fromhex($type, string, /)")]
            fn fromhex(vm: &Vm, class: &Py<PyType>, string: &Py<PyStr>) -> PyResult<Value> {
                let value = $ty::make_vec(vm, convert::from_hex(vm, string)?);
                if class.is($ty::class(vm)) {
                    return Ok(value);
                }
                crate::protocol::call::call1(vm, &class.as_value(), &value)
            }

            /// Return a translation table usable for the method translate.
            #[pystaticmethod(sig = "maketrans(frm, to, /)")]
            fn maketrans(vm: &Vm, frm: &Value, to: &Value) -> PyResult<PyRef<PyBytes>> {
                maketrans(vm, frm, to)
            }
        }

        #[pymethods(table = $split)]
        impl $ty {
            /// Return a list of the sections in the bytes, using sep as the delimiter.
            #[pymethod(sig = "split($self, /, sep=None, maxsplit=-1)")]
            fn split(vm: &Vm, zelf: &Py<$ty>, sep: &Value, maxsplit: isize) -> PyResult<Value> {
                split_by(vm, zelf, sep, maxsplit, false)
            }

            /// Return a list of the sections in the bytes, splitting from the end.
            #[pymethod(sig = "rsplit($self, /, sep=None, maxsplit=-1)")]
            fn rsplit(vm: &Vm, zelf: &Py<$ty>, sep: &Value, maxsplit: isize) -> PyResult<Value> {
                split_by(vm, zelf, sep, maxsplit, true)
            }

            /// Return a list of the lines in the bytes; line breaks are left out unless keepends is true.
            #[pymethod(sig = "splitlines($self, /, keepends=False)")]
            fn splitlines(vm: &Vm, zelf: &Py<$ty>, keepends: bool) -> Value {
                let is_break = |c| c == 10 || c == 13;
                let ranges = $ty::view(zelf, |bytes| split::split_lines(bytes, keepends, is_break));
                list_of(vm, zelf, ranges)
            }

            /// Partition the bytes into three parts at the first separator.
            #[pymethod(sig = "partition($self, sep, /)")]
            fn partition(vm: &Vm, zelf: &Py<$ty>, sep: &Value) -> PyResult<Value> {
                partition(vm, zelf, sep, false)
            }

            /// Partition the bytes into three parts at the last separator.
            #[pymethod(sig = "rpartition($self, sep, /)")]
            fn rpartition(vm: &Vm, zelf: &Py<$ty>, sep: &Value) -> PyResult<Value> {
                partition(vm, zelf, sep, true)
            }

            /// Concatenate any number of bytes objects, with this one between them.
            #[pymethod(sig = "join($self, iterable_of_bytes, /)")]
            fn join(vm: &Vm, zelf: &Py<$ty>, iterable_of_bytes: &Value) -> PyResult<Value> {
                join(vm, zelf, iterable_of_bytes)
            }

            /// Return a copy with all occurrences of old replaced by new.
            #[pymethod(sig = "replace($self, old, new, count=-1, /)")]
            fn replace(
                vm: &Vm,
                zelf: &Py<$ty>,
                old: &Value,
                new: &Value,
                count: isize,
            ) -> PyResult<Value> {
                replace(vm, zelf, old, new, count)
            }

            /// Strip leading and trailing bytes that are in the argument, or ASCII whitespace.
            #[pymethod(sig = "strip($self, bytes=None, /)")]
            fn strip(vm: &Vm, zelf: &Py<$ty>, bytes: &Value) -> PyResult<Value> {
                stripped(vm, zelf, bytes, (true, true))
            }

            /// Strip leading bytes that are in the argument, or ASCII whitespace.
            #[pymethod(sig = "lstrip($self, bytes=None, /)")]
            fn lstrip(vm: &Vm, zelf: &Py<$ty>, bytes: &Value) -> PyResult<Value> {
                stripped(vm, zelf, bytes, (true, false))
            }

            /// Strip trailing bytes that are in the argument, or ASCII whitespace.
            #[pymethod(sig = "rstrip($self, bytes=None, /)")]
            fn rstrip(vm: &Vm, zelf: &Py<$ty>, bytes: &Value) -> PyResult<Value> {
                stripped(vm, zelf, bytes, (false, true))
            }

            /// Return the bytes without the prefix, if they have it.
            #[pymethod(sig = "removeprefix($self, prefix, /)")]
            fn removeprefix(vm: &Vm, zelf: &Py<$ty>, prefix: &Value) -> PyResult<Value> {
                let prefix = bytes_of(vm, prefix)?;
                let (len, found) =
                    $ty::view(zelf, |bytes| (bytes.len(), bytes.starts_with(&prefix)));
                Ok(part_of(
                    vm,
                    zelf,
                    if found { prefix.len() } else { 0 }..len,
                    len,
                ))
            }

            /// Return the bytes without the suffix, if they have it.
            #[pymethod(sig = "removesuffix($self, suffix, /)")]
            fn removesuffix(vm: &Vm, zelf: &Py<$ty>, suffix: &Value) -> PyResult<Value> {
                let suffix = bytes_of(vm, suffix)?;
                let (len, found) = $ty::view(zelf, |bytes| (bytes.len(), bytes.ends_with(&suffix)));
                Ok(part_of(
                    vm,
                    zelf,
                    0..if found { len - suffix.len() } else { len },
                    len,
                ))
            }

            /// Return a copy with each byte mapped through the table, those in delete left out.
            #[pymethod(sig = "translate($self, table, /, delete=b'')")]
            fn translate(
                vm: &Vm,
                zelf: &Py<$ty>,
                table: &Value,
                delete: Option<&Value>,
            ) -> PyResult<Value> {
                translate(vm, zelf, table, delete)
            }
        }

        #[pymethods(table = $case)]
        impl $ty {
            /// Return a copy with tabs expanded using spaces.
            #[pymethod(sig = "expandtabs($self, /, tabsize=8)")]
            fn expandtabs(vm: &Vm, zelf: &Py<$ty>, tabsize: i32) -> PyResult<Value> {
                expandtabs(vm, zelf, tabsize)
            }

            /// Return the bytes centered in the given width.
            #[pymethod(sig = "center($self, width, fillchar=b' ', /)")]
            fn center(
                vm: &Vm,
                zelf: &Py<$ty>,
                width: isize,
                fillchar: Option<&Value>,
            ) -> PyResult<Value> {
                let fill = fill_byte(vm, "center", fillchar)?;
                let margin = missing(zelf, width);
                let left = margin / 2 + (margin & width as usize & 1);
                pad(vm, zelf, left, margin - left, fill)
            }

            /// Return the bytes left-justified in the given width.
            #[pymethod(sig = "ljust($self, width, fillchar=b' ', /)")]
            fn ljust(
                vm: &Vm,
                zelf: &Py<$ty>,
                width: isize,
                fillchar: Option<&Value>,
            ) -> PyResult<Value> {
                let fill = fill_byte(vm, "ljust", fillchar)?;
                pad(vm, zelf, 0, missing(zelf, width), fill)
            }

            /// Return the bytes right-justified in the given width.
            #[pymethod(sig = "rjust($self, width, fillchar=b' ', /)")]
            fn rjust(
                vm: &Vm,
                zelf: &Py<$ty>,
                width: isize,
                fillchar: Option<&Value>,
            ) -> PyResult<Value> {
                let fill = fill_byte(vm, "rjust", fillchar)?;
                pad(vm, zelf, missing(zelf, width), 0, fill)
            }

            /// Pad a number with zeros on the left, behind its sign.
            #[pymethod(sig = "zfill($self, width, /)")]
            fn zfill(vm: &Vm, zelf: &Py<$ty>, width: isize) -> PyResult<Value> {
                let zeros = missing(zelf, width);
                if zeros == 0 {
                    return Ok($ty::same(vm, zelf));
                }
                vm.try_reserve(zeros.saturating_add(length(zelf)))?;
                Ok($ty::make_vec(
                    vm,
                    $ty::view(zelf, |bytes| {
                        let signed = usize::from(matches!(bytes, [b'+' | b'-', ..]));
                        let mut out = bytes[..signed].to_vec();
                        out.resize(signed + zeros, b'0');
                        out.extend_from_slice(&bytes[signed..]);
                        out
                    }),
                ))
            }

            /// Return a copy with all ASCII characters in lower case.
            #[pymethod(sig = "lower($self, /)", no_text_signature)]
            fn lower(vm: &Vm, zelf: &Py<$ty>) -> Value {
                $ty::make_vec(vm, $ty::view(zelf, <[u8]>::to_ascii_lowercase))
            }

            /// Return a copy with all ASCII characters in upper case.
            #[pymethod(sig = "upper($self, /)", no_text_signature)]
            fn upper(vm: &Vm, zelf: &Py<$ty>) -> Value {
                $ty::make_vec(vm, $ty::view(zelf, <[u8]>::to_ascii_uppercase))
            }

            /// Return a copy where ASCII words start with an uppercase character.
            #[pymethod(sig = "title($self, /)", no_text_signature)]
            fn title(vm: &Vm, zelf: &Py<$ty>) -> Value {
                $ty::make_vec(vm, $ty::view(zelf, to_title))
            }

            /// Return a copy with the first character in upper case and the rest in lower case.
            #[pymethod(sig = "capitalize($self, /)", no_text_signature)]
            fn capitalize(vm: &Vm, zelf: &Py<$ty>) -> Value {
                $ty::make_vec(vm, $ty::view(zelf, capitalized))
            }

            /// Return a copy with the case of ASCII characters exchanged.
            #[pymethod(sig = "swapcase($self, /)", no_text_signature)]
            fn swapcase(vm: &Vm, zelf: &Py<$ty>) -> Value {
                $ty::make_vec(
                    vm,
                    $ty::view(zelf, |bytes| {
                        bytes.iter().map(|&byte| swapped(byte)).collect()
                    }),
                )
            }

            /// Return True if there are ASCII letters and all are lowercase.
            #[pymethod(sig = "islower($self, /)", no_text_signature)]
            fn islower(zelf: &Py<$ty>) -> bool {
                has_only_case(zelf, u8::is_ascii_lowercase)
            }

            /// Return True if there are ASCII letters and all are uppercase.
            #[pymethod(sig = "isupper($self, /)", no_text_signature)]
            fn isupper(zelf: &Py<$ty>) -> bool {
                has_only_case(zelf, u8::is_ascii_uppercase)
            }

            /// Return True if the bytes are titlecased.
            #[pymethod(sig = "istitle($self, /)", no_text_signature)]
            fn istitle(zelf: &Py<$ty>) -> bool {
                $ty::view(zelf, is_title)
            }

            /// Return True if all bytes are ASCII whitespace and there is at least one.
            #[pymethod(sig = "isspace($self, /)", no_text_signature)]
            fn isspace(zelf: &Py<$ty>) -> bool {
                all_are(zelf, |byte| is_space(byte.into()))
            }

            /// Return True if all bytes are ASCII letters and there is at least one.
            #[pymethod(sig = "isalpha($self, /)", no_text_signature)]
            fn isalpha(zelf: &Py<$ty>) -> bool {
                all_are(zelf, |byte| byte.is_ascii_alphabetic())
            }

            /// Return True if all bytes are ASCII letters or digits and there is at least one.
            #[pymethod(sig = "isalnum($self, /)", no_text_signature)]
            fn isalnum(zelf: &Py<$ty>) -> bool {
                all_are(zelf, |byte| byte.is_ascii_alphanumeric())
            }

            /// Return True if all bytes are ASCII digits and there is at least one.
            #[pymethod(sig = "isdigit($self, /)", no_text_signature)]
            fn isdigit(zelf: &Py<$ty>) -> bool {
                all_are(zelf, |byte| byte.is_ascii_digit())
            }

            /// Return True if all bytes are ASCII.
            #[pymethod(sig = "isascii($self, /)", no_text_signature)]
            fn isascii(zelf: &Py<$ty>) -> bool {
                $ty::view(zelf, <[u8]>::is_ascii)
            }
        }
    };
}

byte_string_methods!(PyBytes, BYTES, BYTES_SPLIT, BYTES_CASE);

mod for_bytearray {
    //! The same for `bytearray`, apart because the wrappers would have the same names.
    use super::*;
    byte_string_methods!(PyByteArray, BYTEARRAY, BYTEARRAY_SPLIT, BYTEARRAY_CASE);
}

pub use for_bytearray::{BYTEARRAY, BYTEARRAY_CASE, BYTEARRAY_SPLIT};
