//! Stripping and padding: `strip`, `removeprefix`, `center`, `zfill`.
//!
//! CPython 3.11: `do_strip`, `do_argstrip`, `pad` in `Objects/unicodeobject.c`.

use super::find::matches_at;
use super::value::PyStr;
use crate::context::{PyResult, Vm};
use crate::object::{Py, PyRef, Value};
use base::text::TextBuilder;
use base::text::split::{StripSet, strip};
use base::unicode;
use base::with_units;
use derive::pymethods;

fn stripped(
    vm: &Vm,
    zelf: &Py<PyStr>,
    chars: &Value,
    sides: (bool, bool),
    name: &str,
) -> PyResult<PyRef<PyStr>> {
    let (left, right) = sides;
    let range = if chars.is_none() {
        with_units!(zelf.text(), |units| strip(
            units,
            left,
            right,
            unicode::is_space
        ))
    } else {
        let Some(chars) = chars.downcast_ref::<PyStr>() else {
            return Err(vm.type_error(format!("{name} arg must be None or str")));
        };
        if let [one] = chars.raw_bytes()
            && zelf.width() == 1
        {
            let bytes = zelf.raw_bytes();
            let start = bytes
                .iter()
                .take_while(|byte| left && **byte == *one)
                .count();
            let rest = &bytes[start..];
            let cut = rest
                .iter()
                .rev()
                .take_while(|byte| right && **byte == *one)
                .count();
            return Ok(PyStr::substring(vm, zelf, start, bytes.len() - cut));
        }
        with_units!(chars.text(), |set| {
            let set = StripSet::new(set);
            with_units!(zelf.text(), |units| strip(units, left, right, |c| set
                .contains(c)))
        })
    };
    Ok(PyStr::substring(vm, zelf, range.start, range.end))
}

/// The fill character of `center` and its kin.
fn fill_char(vm: &Vm, fill: Option<&Value>) -> PyResult<u32> {
    let Some(fill) = fill else {
        return Ok(32);
    };
    let Some(string) = fill.downcast_ref::<PyStr>() else {
        return Err(vm.type_error(format!(
            "The fill character must be a unicode character, not {}",
            fill.class(vm).tp_name()
        )));
    };
    match string.char_at(0) {
        Some(c) if string.len() == 1 => Ok(c),
        _ => Err(vm.type_error("The fill character must be exactly one character long")),
    }
}

fn padded(
    vm: &Vm,
    zelf: &Py<PyStr>,
    left: usize,
    right: usize,
    fill: u32,
) -> PyResult<PyRef<PyStr>> {
    if left == 0 && right == 0 {
        return Ok(PyStr::substring(vm, zelf, 0, zelf.len()));
    }
    let len = left.saturating_add(right).saturating_add(zelf.len());
    if len > isize::MAX as usize / 4 {
        return Err(vm.overflow_error("padded string is too long"));
    }
    vm.try_reserve(len)?;
    let mut out = TextBuilder::with_capacity(len);
    out.push_repeated(fill, left);
    out.push_text(zelf.text());
    out.push_repeated(fill, right);
    Ok(PyStr::from_text(vm, &out.finish()))
}

fn missing(zelf: &Py<PyStr>, width: isize) -> usize {
    usize::try_from(width)
        .unwrap_or(0)
        .saturating_sub(zelf.len())
}

#[pymethods(table = STRIP)]
impl PyStr {
    /// Return a copy with leading and trailing whitespace, or the given characters, removed.
    #[pymethod(sig = "strip($self, chars=None, /)")]
    fn strip(vm: &Vm, zelf: &Py<PyStr>, chars: &Value) -> PyResult<PyRef<PyStr>> {
        stripped(vm, zelf, chars, (true, true), "strip")
    }

    /// Return a copy with leading whitespace, or the given characters, removed.
    #[pymethod(sig = "lstrip($self, chars=None, /)")]
    fn lstrip(vm: &Vm, zelf: &Py<PyStr>, chars: &Value) -> PyResult<PyRef<PyStr>> {
        stripped(vm, zelf, chars, (true, false), "lstrip")
    }

    /// Return a copy with trailing whitespace, or the given characters, removed.
    #[pymethod(sig = "rstrip($self, chars=None, /)")]
    fn rstrip(vm: &Vm, zelf: &Py<PyStr>, chars: &Value) -> PyResult<PyRef<PyStr>> {
        stripped(vm, zelf, chars, (false, true), "rstrip")
    }

    /// Return a str with the given prefix removed if present.
    #[pymethod(sig = "removeprefix($self, prefix, /)")]
    fn removeprefix(vm: &Vm, zelf: &Py<PyStr>, prefix: &Py<PyStr>) -> PyRef<PyStr> {
        let start = if matches_at(zelf.text(), prefix.text(), 0) {
            prefix.len()
        } else {
            0
        };
        PyStr::substring(vm, zelf, start, zelf.len())
    }

    /// Return a str with the given suffix removed if present.
    #[pymethod(sig = "removesuffix($self, suffix, /)")]
    fn removesuffix(vm: &Vm, zelf: &Py<PyStr>, suffix: &Py<PyStr>) -> PyRef<PyStr> {
        let end = match zelf.len().checked_sub(suffix.len()) {
            Some(at) if matches_at(zelf.text(), suffix.text(), at) => at,
            _ => zelf.len(),
        };
        PyStr::substring(vm, zelf, 0, end)
    }

    /// Return a centered string of the given width.
    #[pymethod(sig = "center($self, width, fillchar=' ', /)")]
    fn center(
        vm: &Vm,
        zelf: &Py<PyStr>,
        width: isize,
        fillchar: Option<&Value>,
    ) -> PyResult<PyRef<PyStr>> {
        let fill = fill_char(vm, fillchar)?;
        let margin = missing(zelf, width);
        // An odd margin leans to the left or right by the parity of the width.
        let left = margin / 2 + (margin & width as usize & 1);
        padded(vm, zelf, left, margin - left, fill)
    }

    /// Return a left-justified string of the given width.
    #[pymethod(sig = "ljust($self, width, fillchar=' ', /)")]
    fn ljust(
        vm: &Vm,
        zelf: &Py<PyStr>,
        width: isize,
        fillchar: Option<&Value>,
    ) -> PyResult<PyRef<PyStr>> {
        let fill = fill_char(vm, fillchar)?;
        padded(vm, zelf, 0, missing(zelf, width), fill)
    }

    /// Return a right-justified string of the given width.
    #[pymethod(sig = "rjust($self, width, fillchar=' ', /)")]
    fn rjust(
        vm: &Vm,
        zelf: &Py<PyStr>,
        width: isize,
        fillchar: Option<&Value>,
    ) -> PyResult<PyRef<PyStr>> {
        let fill = fill_char(vm, fillchar)?;
        padded(vm, zelf, missing(zelf, width), 0, fill)
    }

    /// Pad a numeric string with zeros on the left, behind its sign.
    #[pymethod(sig = "zfill($self, width, /)")]
    fn zfill(vm: &Vm, zelf: &Py<PyStr>, width: isize) -> PyResult<PyRef<PyStr>> {
        let zeros = missing(zelf, width);
        let signed = matches!(zelf.char_at(0), Some(0x2b | 0x2d));
        if zeros == 0 || !signed {
            return padded(vm, zelf, zeros, 0, 0x30);
        }
        vm.try_reserve(zeros.saturating_add(zelf.len()))?;
        let mut out = TextBuilder::with_capacity(zeros + zelf.len());
        out.push(zelf.char_at(0).unwrap_or(0x2b));
        out.push_repeated(0x30, zeros);
        out.push_text(zelf.text().slice(1, zelf.len()));
        Ok(PyStr::from_text(vm, &out.finish()))
    }
}
