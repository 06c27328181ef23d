//! What `%` formatting of str and bytes share: the parts of a conversion, and numbers.
//!
//! CPython 3.11: `unicode_format_arg_parse`, `mainformatlong`, `_PyUnicode_FormatLong`, `unicode_format_arg_output`.

use super::value::PyStr;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Py, Value};
use crate::protocol::{convert_int, mapping, number, repr};
use crate::types::int::value::IntRef;
use crate::types::tuple::value::PyTuple;
use base::bigint;
use base::dtoa::{self, FormatFlags};
use base::text::TextRef;

/// `-`
pub const LEFT: u8 = 1;
/// `+`
pub const SIGN: u8 = 2;
/// A space.
pub const BLANK: u8 = 4;
/// `#`
pub const ALTERNATE: u8 = 8;
/// `0`
pub const ZERO: u8 = 16;

/// One conversion.
pub struct Spec {
    /// `LEFT` and so on.
    pub flags: u8,
    /// Least width.
    pub width: Option<usize>,
    /// Precision.
    pub precision: Option<usize>,
    /// The conversion character.
    pub code: u32,
}

/// The right operand of `%`.
pub struct Arguments<'a> {
    single: Option<&'a Value>,
    tuple: &'a [Value],
    next: usize,
    mapping: Option<&'a Value>,
    /// The value a mapping key gave, until it is used.
    keyed: Option<Value>,
    has_key: bool,
}

impl<'a> Arguments<'a> {
    /// `is_text` says of which objects with `__getitem__` keys are not asked.
    pub fn new(vm: &Vm, value: &'a Value, is_text: impl FnOnce(&Value) -> bool) -> Arguments<'a> {
        let tuple = value.downcast_ref::<PyTuple>();
        let mapping = tuple.is_none() && mapping::is_mapping(vm, value) && !is_text(value);
        Arguments {
            single: if tuple.is_none() { Some(value) } else { None },
            tuple: tuple.map_or(&[], |tuple| tuple.as_slice()),
            next: 0,
            mapping: if mapping { Some(value) } else { None },
            keyed: None,
            has_key: false,
        }
    }

    /// The next argument.
    pub fn next(&mut self, vm: &Vm) -> PyResult<Value> {
        if self.has_key {
            if let Some(value) = self.keyed.take() {
                return Ok(value);
            }
        } else if let Some(value) = self.single.take() {
            return Ok(value.clone());
        } else if let Some(value) = self.tuple.get(self.next) {
            self.next += 1;
            return Ok(value.clone());
        }
        Err(vm.type_error("not enough arguments for format string"))
    }

    /// Whether something is left that no conversion used.
    pub fn is_unused(&self) -> bool {
        self.mapping.is_none() && (self.single.is_some() || self.next < self.tuple.len())
    }

    fn take_key(&mut self, vm: &Vm, key: &Value) -> PyResult<()> {
        let Some(mapping) = self.mapping else {
            return Err(vm.type_error("format requires a mapping"));
        };
        self.keyed = Some(mapping::get_item(vm, mapping, key)?);
        self.has_key = true;
        Ok(())
    }
}

/// A format being read.
pub struct Reader<'a> {
    /// The format.
    pub text: TextRef<'a>,
    /// The next character.
    pub at: usize,
    /// Whether it is a bytes format.
    pub is_bytes: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u32> {
        if self.at < self.text.len() {
            Some(self.text.char_at(self.at))
        } else {
            None
        }
    }

    fn ascii(&self) -> u8 {
        self.peek().and_then(|c| u8::try_from(c).ok()).unwrap_or(0)
    }

    /// The conversion behind a `%`.
    pub fn spec(
        &mut self,
        vm: &Vm,
        args: &mut Arguments<'_>,
        make_key: impl Fn(TextRef<'_>) -> Value,
    ) -> PyResult<Spec> {
        let mut spec = Spec {
            flags: 0,
            width: None,
            precision: None,
            code: 0,
        };
        if self.ascii() == b'(' {
            self.key(vm, args, make_key)?;
        }
        loop {
            spec.flags |= match self.ascii() {
                b'-' => LEFT,
                b'+' => SIGN,
                b' ' => BLANK,
                b'#' => ALTERNATE,
                b'0' => ZERO,
                _ => break,
            };
            self.at += 1;
        }
        if self.ascii() == b'*' {
            self.at += 1;
            let width = args.next(vm)?;
            if width.as_int().is_none() {
                return Err(vm.type_error("* wants int"));
            }
            let width = convert_int::to_isize(vm, &width)?;
            if width < 0 {
                spec.flags |= LEFT;
            }
            spec.width = Some(width.unsigned_abs());
        } else {
            spec.width = self.digits(vm, isize::MAX as usize, "width too big")?;
        }
        if self.ascii() == b'.' {
            self.at += 1;
            spec.precision = Some(self.precision(vm, args)?);
        }
        if matches!(self.ascii(), b'h' | b'l' | b'L') {
            self.at += 1;
        }
        match self.peek() {
            Some(code) => {
                spec.code = code;
                self.at += 1;
                Ok(spec)
            }
            None => Err(vm.value_error("incomplete format")),
        }
    }

    fn key(
        &mut self,
        vm: &Vm,
        args: &mut Arguments<'_>,
        make_key: impl Fn(TextRef<'_>) -> Value,
    ) -> PyResult<()> {
        if args.mapping.is_none() {
            return Err(vm.type_error("format requires a mapping"));
        }
        self.at += 1;
        let start = self.at;
        let mut depth = 1;
        while depth > 0 {
            match self.peek() {
                None => return Err(vm.value_error("incomplete format key")),
                Some(c) if c == u32::from(b'(') => depth += 1,
                Some(c) if c == u32::from(b')') => depth -= 1,
                Some(_) => {}
            }
            self.at += 1;
        }
        let key = make_key(self.text.slice(start, self.at - 1));
        args.take_key(vm, &key)
    }

    fn precision(&mut self, vm: &Vm, args: &mut Arguments<'_>) -> PyResult<usize> {
        if self.ascii() == b'*' {
            self.at += 1;
            let precision = args.next(vm)?;
            if precision.as_int().is_none() {
                return Err(vm.type_error("* wants int"));
            }
            let precision = convert_int::to_i32(vm, &precision)?;
            return Ok(usize::try_from(precision).unwrap_or(0));
        }
        let message = if self.is_bytes {
            "prec too big"
        } else {
            "precision too big"
        };
        Ok(self.digits(vm, i32::MAX as usize, message)?.unwrap_or(0))
    }

    fn digits(&mut self, vm: &Vm, max: usize, message: &'static str) -> PyResult<Option<usize>> {
        let mut value: Option<usize> = None;
        while let digit @ b'0'..=b'9' = self.ascii() {
            let digit = usize::from(digit - b'0');
            let so_far = value.unwrap_or(0);
            if so_far > (max - digit) / 10 {
                return Err(vm.value_error(message));
            }
            value = Some(so_far * 10 + digit);
            self.at += 1;
        }
        Ok(value)
    }
}

/// The error for a conversion character that means nothing. `at` is its place.
#[cold]
pub fn unsupported(vm: &Vm, code: u32, at: usize) -> PyErr {
    let shown = match u8::try_from(code) {
        Ok(byte @ 31..=126) => char::from(byte),
        _ => '?',
    };
    vm.value_error(format!(
        "unsupported format character '{shown}' (0x{code:x}) at index {at}"
    ))
}

/// An int conversion (`d i u o x X`), padded.
pub fn integer(vm: &Vm, value: &Value, spec: &Spec, out: &mut Vec<u8>) -> PyResult<()> {
    let code = spec.code as u8;
    let by_index = matches!(code, b'o' | b'x' | b'X');
    let number = if value.as_int().is_some() {
        Some(value.clone())
    } else if by_index {
        non_type_error(vm, number::index(vm, value).map(Some))?
    } else {
        non_type_error(vm, number::int_from_number(vm, value))?
    };
    let Some(number) = number else {
        let wanted = if by_index {
            "an integer"
        } else {
            "a real number"
        };
        return Err(vm.type_error(format!(
            "%{} format: {wanted} is required, not {}",
            char::from(code),
            value.class(vm).tp_name()
        )));
    };
    let text = digits(vm, &number, spec, code)?;
    lay_out(vm, text.as_bytes(), spec, by_index, out)
}

fn non_type_error(vm: &Vm, result: PyResult<Option<Value>>) -> PyResult<Option<Value>> {
    match result {
        Err(error) if error.is(vm, ExcKind::TypeError) => Ok(None),
        result => result,
    }
}

/// Sign, prefix, digits filled up to the precision.
fn digits(vm: &Vm, number: &Value, spec: &Spec, code: u8) -> PyResult<String> {
    let (base, prefix) = match code {
        b'o' => (8, "0o"),
        b'x' | b'X' => (16, "0x"),
        _ => (10, ""),
    };
    let text = match (base, number.as_int()) {
        (10, Some(IntRef::Small(n))) => n.to_string(),
        (8, Some(IntRef::Small(n))) if n >= 0 => format!("{n:o}"),
        (16, Some(IntRef::Small(n))) if n >= 0 => format!("{n:x}"),
        (10, _) => repr::repr(vm, &number::exact_int(vm, number.clone()))?
            .to_string_lossy()
            .into_owned(),
        (_, Some(n)) => bigint::text::to_text(&n.to_bigint(), base),
        (_, None) => String::new(),
    };
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", &text[..]),
    };
    let prefix = if spec.flags & ALTERNATE != 0 {
        prefix
    } else {
        ""
    };
    let zeros = spec.precision.unwrap_or(0).saturating_sub(digits.len());
    if zeros == 0 && prefix.is_empty() && code != b'X' {
        return Ok(text);
    }
    vm.try_reserve(zeros)?;
    let mut out = String::with_capacity(zeros + digits.len() + 3);
    out.push_str(sign);
    out.push_str(prefix);
    out.extend(std::iter::repeat_n('0', zeros));
    out.push_str(digits);
    if code == b'X' {
        out.make_ascii_uppercase();
    }
    Ok(out)
}

/// A float conversion (`e E f F g G`), padded.
pub fn float(
    vm: &Vm,
    value: &Value,
    spec: &Spec,
    is_bytes: bool,
    out: &mut Vec<u8>,
) -> PyResult<()> {
    let number = match number::to_f64(vm, value) {
        Err(_) if is_bytes => {
            return Err(vm.type_error(format!(
                "float argument required, not {}",
                value.class(vm).tp_name()
            )));
        }
        result => result?,
    };
    let flags = FormatFlags {
        alt: spec.flags & ALTERNATE != 0,
        ..FormatFlags::default()
    };
    let precision = spec.precision.unwrap_or(6);
    vm.try_reserve(precision)?;
    let text = dtoa::double_to_string(number, spec.code as u8, precision, flags);
    lay_out(vm, text.as_bytes(), spec, false, out)
}

/// Pads a number: the sign and the prefix of `#` stand before zeros and behind spaces.
fn lay_out(vm: &Vm, text: &[u8], spec: &Spec, by_index: bool, out: &mut Vec<u8>) -> PyResult<()> {
    let fill = if spec.flags & ZERO != 0 { b'0' } else { b' ' };
    let (sign, rest) = match text {
        [sign @ (b'-' | b'+'), rest @ ..] => (Some(*sign), rest),
        _ if spec.flags & SIGN != 0 => (Some(b'+'), text),
        _ if spec.flags & BLANK != 0 => (Some(b' '), text),
        _ => (None, text),
    };
    let has_prefix = by_index && spec.flags & ALTERNATE != 0;
    let (prefix, rest) = rest.split_at(if has_prefix { 2.min(rest.len()) } else { 0 });
    let used = usize::from(sign.is_some()) + prefix.len() + rest.len();
    let free = spec.width.unwrap_or(0).saturating_sub(used);
    if free > 0 {
        vm.try_reserve(out.len().saturating_add(free))?;
    }
    let is_left = spec.flags & LEFT != 0;
    if fill == b' ' && !is_left {
        out.resize(out.len() + free, b' ');
    }
    out.extend(sign);
    out.extend_from_slice(prefix);
    if fill == b'0' && !is_left {
        out.resize(out.len() + free, b'0');
    }
    out.extend_from_slice(rest);
    if is_left {
        out.resize(out.len() + free, b' ');
    }
    Ok(())
}

/// Spaces left and right of `len` characters.
pub fn padding(vm: &Vm, spec: &Spec, len: usize) -> PyResult<(usize, usize)> {
    let free = spec.width.unwrap_or(0).saturating_sub(len);
    if free > 1 << 16 {
        vm.try_reserve(free)?;
    }
    Ok(if spec.flags & LEFT != 0 {
        (0, free)
    } else {
        (free, 0)
    })
}

/// A str key of a mapping.
pub fn str_key(vm: &Vm, text: TextRef<'_>) -> Value {
    PyStr::from_text_ref(vm, text).into_value()
}

/// The string's characters, for the readers here.
pub fn reader(format: &Py<PyStr>) -> Reader<'_> {
    Reader {
        text: format.text(),
        at: 0,
        is_bytes: false,
    }
}
