//! Changing and asking case, and the other questions about all characters of a string.
//!
//! CPython 3.11: `case_operation` and the `is*` methods in `Objects/unicodeobject.c`.

use super::value::PyStr;
use crate::context::Vm;
use crate::object::{Py, PyRef};
use base::unicode::{self, case};
use base::with_units;
use derive::pymethods;

/// Whether there are characters and all are `wanted`.
fn all_are(zelf: &Py<PyStr>, wanted: impl Fn(u32) -> bool) -> bool {
    zelf.len() != 0
        && with_units!(zelf.text(), |units| units
            .iter()
            .all(|&unit| wanted(u32::from(unit))))
}

/// `str.lower`
pub fn lower(vm: &Vm, zelf: &Py<PyStr>) -> PyRef<PyStr> {
    if zelf.is_ascii() {
        return PyStr::map_ascii(vm, zelf, |byte| byte.to_ascii_lowercase());
    }
    PyStr::from_chars(vm, &with_units!(zelf.text(), |units| case::to_lower(units)))
}

#[pymethods(table = CASE)]
impl PyStr {
    /// Return a copy of the string converted to lowercase.
    #[pymethod(sig = "lower($self, /)", name = "lower")]
    fn py_lower(vm: &Vm, zelf: &Py<PyStr>) -> PyRef<PyStr> {
        lower(vm, zelf)
    }

    /// Return a copy of the string converted to uppercase.
    #[pymethod(sig = "upper($self, /)")]
    fn upper(vm: &Vm, zelf: &Py<PyStr>) -> PyRef<PyStr> {
        if zelf.is_ascii() {
            return PyStr::map_ascii(vm, zelf, |byte| byte.to_ascii_uppercase());
        }
        PyStr::from_chars(vm, &with_units!(zelf.text(), |units| case::to_upper(units)))
    }

    /// Return a version of the string suitable for caseless comparisons.
    #[pymethod(sig = "casefold($self, /)")]
    fn casefold(vm: &Vm, zelf: &Py<PyStr>) -> PyRef<PyStr> {
        if zelf.is_ascii() {
            return PyStr::map_ascii(vm, zelf, |byte| byte.to_ascii_lowercase());
        }
        PyStr::from_chars(
            vm,
            &with_units!(zelf.text(), |units| case::to_casefold(units)),
        )
    }

    /// Return a version of the string where each word is titlecased.
    #[pymethod(sig = "title($self, /)")]
    fn title(vm: &Vm, zelf: &Py<PyStr>) -> PyRef<PyStr> {
        PyStr::from_chars(vm, &with_units!(zelf.text(), |units| case::to_title(units)))
    }

    /// Return a version of the string with its first character in upper case and the rest in lower case.
    #[pymethod(sig = "capitalize($self, /)")]
    fn capitalize(vm: &Vm, zelf: &Py<PyStr>) -> PyRef<PyStr> {
        PyStr::from_chars(
            vm,
            &with_units!(zelf.text(), |units| case::to_capitalized(units)),
        )
    }

    /// Convert uppercase characters to lowercase and lowercase characters to uppercase.
    #[pymethod(sig = "swapcase($self, /)")]
    fn swapcase(vm: &Vm, zelf: &Py<PyStr>) -> PyRef<PyStr> {
        PyStr::from_chars(
            vm,
            &with_units!(zelf.text(), |units| case::to_swapcase(units)),
        )
    }

    /// Return True if there are cased characters and all of them are lowercase.
    #[pymethod(sig = "islower($self, /)")]
    fn islower(zelf: &Py<PyStr>) -> bool {
        with_units!(zelf.text(), |units| case::is_lower_text(units))
    }

    /// Return True if there are cased characters and all of them are uppercase.
    #[pymethod(sig = "isupper($self, /)")]
    fn isupper(zelf: &Py<PyStr>) -> bool {
        with_units!(zelf.text(), |units| case::is_upper_text(units))
    }

    /// Return True if the string is titlecased.
    #[pymethod(sig = "istitle($self, /)")]
    fn istitle(zelf: &Py<PyStr>) -> bool {
        with_units!(zelf.text(), |units| case::is_title_text(units))
    }

    /// Return True if all characters are whitespace and there is at least one.
    #[pymethod(sig = "isspace($self, /)")]
    fn isspace(zelf: &Py<PyStr>) -> bool {
        all_are(zelf, unicode::is_space)
    }

    /// Return True if all characters are decimal digits and there is at least one.
    #[pymethod(sig = "isdecimal($self, /)")]
    fn isdecimal(zelf: &Py<PyStr>) -> bool {
        all_are(zelf, unicode::is_decimal)
    }

    /// Return True if all characters are digits and there is at least one.
    #[pymethod(sig = "isdigit($self, /)")]
    fn isdigit(zelf: &Py<PyStr>) -> bool {
        all_are(zelf, unicode::is_digit)
    }

    /// Return True if all characters are numeric and there is at least one.
    #[pymethod(sig = "isnumeric($self, /)")]
    fn isnumeric(zelf: &Py<PyStr>) -> bool {
        all_are(zelf, unicode::is_numeric)
    }

    /// Return True if all characters are letters and there is at least one.
    #[pymethod(sig = "isalpha($self, /)")]
    fn isalpha(zelf: &Py<PyStr>) -> bool {
        all_are(zelf, unicode::is_alpha)
    }

    /// Return True if all characters are letters or digits and there is at least one.
    #[pymethod(sig = "isalnum($self, /)")]
    fn isalnum(zelf: &Py<PyStr>) -> bool {
        all_are(zelf, unicode::is_alnum)
    }

    /// Return True if the string is a valid Python identifier.
    #[pymethod(sig = "isidentifier($self, /)")]
    fn isidentifier(zelf: &Py<PyStr>) -> bool {
        unicode::is_identifier(zelf.chars())
    }

    /// Return True if `repr` shows all characters as they are.
    #[pymethod(sig = "isprintable($self, /)")]
    fn isprintable(zelf: &Py<PyStr>) -> bool {
        zelf.len() == 0 || all_are(zelf, unicode::is_printable)
    }

    /// Return True if all characters are below U+0080.
    #[pymethod(sig = "isascii($self, /)")]
    fn isascii(zelf: &Py<PyStr>) -> bool {
        zelf.is_ascii()
    }
}
