//! `_locale`. Each interpreter has locales of its own; the process's is left alone.
//!
//! DIFFERS: strings are compared by code point, as in C and C.UTF-8; messages are not translated.
//!
//! CPython 3.11: `Modules/_localemodule.c`.

mod constants;
mod ffi;

use constants::{CATEGORIES, LC_ALL};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use vm::context::Vm;
use vm::object::{PyRef, PyType};

pub use locale_module::DEF;

/// The locales of an interpreter.
#[derive(Default)]
struct Locales {
    /// The name for each category, once somebody asked.
    names: RefCell<Vec<(i32, Vec<u8>)>>,
    error: RefCell<Option<PyRef<PyType>>>,
    domain: RefCell<Option<String>>,
    folders: RefCell<HashMap<String, String>>,
    codesets: RefCell<HashMap<String, String>>,
}

/// The state; at first the locale of characters is the environment's, and all others are C.
fn locales(vm: &Vm) -> Rc<Locales> {
    let state = vm.state.get::<Locales>();
    if state.names.borrow().is_empty() {
        let name = from_environment(vm, "LC_CTYPE");
        let name = if is_installed(0, &name) { name } else { b"C".to_vec() };
        let names = CATEGORIES.iter().map(|(category, _)| match category {
            0 => (0, name.clone()),
            other => (*other, b"C".to_vec()),
        });
        state.names.replace(names.collect());
    }
    state
}

/// The name that the environment gives to a category.
fn from_environment(vm: &Vm, category: &str) -> Vec<u8> {
    let environ = vm.host().environ();
    let value = |name: &str| {
        let found = environ.iter().find(|(known, _)| known == name.as_bytes());
        found.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
    };
    let name = ["LC_ALL", category, "LANG"].into_iter().find_map(value);
    canonical(name.unwrap_or_else(|| b"C".to_vec()))
}

fn canonical(name: Vec<u8>) -> Vec<u8> {
    if name == b"POSIX" { b"C".to_vec() } else { name }
}

fn is_installed(category: i32, name: &[u8]) -> bool {
    name == b"C" || ffi::Locale::of(&[(category, name.to_vec())]).is_some()
}

/// The name of all categories, or of one.
fn told(names: &[(i32, Vec<u8>)], category: i32) -> Option<Vec<u8>> {
    if category != LC_ALL {
        let found = names.iter().find(|(known, _)| *known == category);
        return found.map(|(_, name)| name.clone());
    }
    let first = names.first().map(|(_, name)| name.clone())?;
    if names.iter().all(|(_, name)| *name == first) {
        return Some(first);
    }
    let parts = CATEGORIES.iter().zip(names);
    let parts: Vec<Vec<u8>> = parts
        .map(|((_, category), (_, name))| [category.as_bytes(), b"=", name].concat())
        .collect();
    Some(parts.join(&b';'))
}

/// The names that a wish means, by category; nothing if there is no such locale.
fn wished(vm: &Vm, category: i32, wish: &[u8]) -> Option<Vec<(i32, Vec<u8>)>> {
    let touched = CATEGORIES.iter().filter(|(known, _)| [*known, LC_ALL].contains(&category));
    let parts: HashMap<&[u8], &[u8]> = wish
        .split(|byte| *byte == b';')
        .filter_map(|part| {
            let place = part.iter().position(|byte| *byte == b'=')?;
            Some((&part[..place], &part[place + 1..]))
        })
        .collect();
    let mut names = Vec::new();
    for (known, title) in touched {
        let name = match wish {
            b"" => from_environment(vm, title),
            _ if category == LC_ALL && !parts.is_empty() => {
                canonical(parts.get(title.as_bytes())?.to_vec())
            }
            name => canonical(name.to_vec()),
        };
        if !is_installed(*known, &name) {
            return None;
        }
        names.push((*known, name));
    }
    (!names.is_empty()).then_some(names)
}

/// Support for POSIX locales.
#[derive::pymodule(name = "_locale", needs_os)]
mod locale_module {
    use super::constants::{CATEGORIES, CONVENTIONS, ITEMS, LC_ALL};
    use super::{ffi, locales, told, wished};
    use crate::support;
    use vm::context::errors::ExcKind;
    use vm::context::{PyErr, PyResult, Vm};
    use vm::import::util::set;
    use vm::object::{Py, PyRef, PyType, Value};
    use vm::protocol::fs::fs_decode;
    use vm::types::dict::value::PyDict;
    use vm::types::str::value::PyStr;

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        for (number, name) in &CATEGORIES[..6] {
            set(vm, module, name, vm.new_int((*number).into()))?;
        }
        for (name, number) in ITEMS {
            set(vm, module, name, vm.new_int((*number).into()))?;
        }
        set(vm, module, "LC_ALL", vm.new_int(LC_ALL.into()))?;
        set(vm, module, "CHAR_MAX", vm.new_int(127))
    }

    fn error_class(vm: &Vm) -> PyResult<PyRef<PyType>> {
        let state = locales(vm);
        if let Some(class) = &*state.error.borrow() {
            return Ok(class.clone());
        }
        let class = support::exception_class(vm, "locale", "Error", ExcKind::Exception)?;
        *state.error.borrow_mut() = Some(class.clone());
        Ok(class)
    }

    #[pyattr(name = "Error")]
    fn error_attribute(vm: &Vm) -> PyResult<PyRef<PyType>> {
        error_class(vm)
    }

    fn failed(vm: &Vm, message: &str) -> PyErr {
        match error_class(vm) {
            Ok(class) => support::raise(vm, &class, message),
            Err(error) => error,
        }
    }

    /// Text from the C library, which is of the locale of characters.
    fn decoded(vm: &Vm, bytes: &[u8]) -> Value {
        fs_decode(vm, bytes).into_value()
    }

    /// A locale's name or a text without null characters.
    fn plain<'a>(vm: &Vm, text: &'a Py<PyStr>) -> PyResult<std::borrow::Cow<'a, str>> {
        let text = text.to_string_lossy();
        if text.contains('\0') {
            return Err(vm.value_error("embedded null character"));
        }
        Ok(text)
    }

    fn current(vm: &Vm) -> Option<ffi::Locale> {
        ffi::Locale::of(&locales(vm).names.borrow())
    }

    /// Activates/queries locale processing.
    #[pyfunction(sig = "setlocale($module, category, locale=<unrepresentable>, /)")]
    fn setlocale(vm: &Vm, category: i32, locale: Option<&Value>) -> PyResult<Value> {
        let state = locales(vm);
        let Some(wish) = locale.filter(|locale| !locale.is_none()) else {
            let name = told(&state.names.borrow(), category);
            let name = name.ok_or_else(|| failed(vm, "locale query failed"))?;
            return Ok(decoded(vm, &name));
        };
        let Some(wish) = wish.downcast_ref::<PyStr>() else {
            return Err(vm.type_error(format!(
                "setlocale() argument 2 must be str or None, not {}",
                wish.class(vm).tp_name()
            )));
        };
        let wish = plain(vm, wish)?;
        let names = wished(vm, category, wish.as_bytes())
            .ok_or_else(|| failed(vm, "unsupported locale setting"))?;
        let mut known = state.names.borrow_mut();
        for (category, name) in names {
            if let Some(slot) = known.iter_mut().find(|(known, _)| *known == category) {
                slot.1 = name;
            }
        }
        let name = told(&known, category).unwrap_or_default();
        Ok(decoded(vm, &name))
    }

    /// Returns numeric and monetary locale-specific parameters.
    #[pyfunction(sig = "localeconv($module, /)")]
    fn localeconv(vm: &Vm) -> PyResult<Value> {
        let found = current(vm).ok_or_else(|| failed(vm, "locale query failed"))?;
        let found = found.conventions();
        let result = PyDict::new(vm);
        // In CPython's order.
        for name in CONVENTIONS {
            result.set_str(vm, &vm.intern_str(name), Value::None);
        }
        for (name, text) in found.texts {
            result.set_str(vm, &vm.intern_str(name), decoded(vm, &text));
        }
        for (name, sizes) in found.groupings {
            // The end of what is told is a zero, which a C string does not show.
            let mut sizes: Vec<u8> = sizes;
            if sizes.last().is_some_and(|last| *last != 127) {
                sizes.push(0);
            }
            let sizes = sizes.iter().map(|size| vm.new_int((*size).into()));
            let sizes = vm.new_list(sizes.collect());
            result.set_str(vm, &vm.intern_str(name), sizes);
        }
        for (name, number) in found.numbers {
            result.set_str(vm, &vm.intern_str(name), vm.new_int(number.into()));
        }
        Ok(result.into_value())
    }

    /// Compares two strings according to the locale.
    #[pyfunction(sig = "strcoll($module, os1, os2, /)")]
    fn strcoll(vm: &Vm, os1: &Py<PyStr>, os2: &Py<PyStr>) -> PyResult<i32> {
        let (left, right) = (plain(vm, os1)?, plain(vm, os2)?);
        Ok(left.chars().cmp(right.chars()) as i32)
    }

    /// Return a string that can be used as a key for locale-aware comparisons.
    #[pyfunction(sig = "strxfrm($module, string, /)")]
    fn strxfrm(vm: &Vm, string: &Py<PyStr>) -> PyResult<Value> {
        plain(vm, string)?;
        Ok(string.to_value())
    }

    /// Return the value for the locale information associated with key.
    #[pyfunction(sig = "nl_langinfo($module, key, /)")]
    fn nl_langinfo(vm: &Vm, key: i32) -> PyResult<Value> {
        if ITEMS.iter().all(|(_, known)| *known != key) {
            return Err(vm.value_error("unsupported langinfo constant"));
        }
        let locale = current(vm);
        Ok(decoded(vm, &locale.map_or_else(Vec::new, |locale| locale.item(key))))
    }

    /// Get the current locale encoding.
    #[pyfunction(sig = "getencoding($module, /)")]
    fn getencoding(vm: &Vm) -> Value {
        let locale = current(vm);
        decoded(vm, &locale.map_or_else(Vec::new, |locale| locale.item(libc::CODESET)))
    }

    /// gettext(msg) -> string
    ///
    /// Return translation of msg.
    #[pyfunction(sig = "gettext($module, msg, /)")]
    fn gettext(msg: &Py<PyStr>) -> Value {
        msg.to_value()
    }

    /// dgettext(domain, msg) -> string
    ///
    /// Return translation of msg in domain.
    #[pyfunction(sig = "dgettext($module, domain, msg, /)")]
    fn dgettext(domain: &Value, msg: &Py<PyStr>) -> Value {
        let _ = domain;
        msg.to_value()
    }

    /// Return translation of msg in domain and category.
    #[pyfunction(sig = "dcgettext($module, domain, msg, category, /)")]
    fn dcgettext(domain: &Value, msg: &Py<PyStr>, category: i32) -> Value {
        let _ = (domain, category);
        msg.to_value()
    }

    /// Set the C library's textdmain to domain, returning the new domain.
    #[pyfunction(sig = "textdomain($module, domain, /)")]
    fn textdomain(vm: &Vm, domain: &Value) -> PyResult<Value> {
        let state = locales(vm);
        if let Some(domain) = domain.downcast_ref::<PyStr>() {
            let name = plain(vm, domain)?.into_owned();
            state.domain.replace(Some(name).filter(|name| !name.is_empty()));
        }
        let domain = state.domain.borrow();
        Ok(vm.new_str(domain.as_deref().unwrap_or("messages")))
    }

    /// Bind the C library's domain to dir.
    #[pyfunction(sig = "bindtextdomain($module, domain, dir, /)")]
    fn bindtextdomain(vm: &Vm, domain: &Py<PyStr>, dir: &Value) -> PyResult<Value> {
        let domain = plain(vm, domain)?.into_owned();
        if domain.is_empty() {
            return Err(failed(vm, "domain must be a non-empty string"));
        }
        let state = locales(vm);
        let mut folders = state.folders.borrow_mut();
        if !dir.is_none() {
            let folder = vm::protocol::fs::path_bytes(vm, dir)?;
            let folder = String::from_utf8_lossy(&folder).into_owned();
            folders.insert(domain.clone(), folder);
        }
        let folder = folders.get(&domain);
        Ok(vm.new_str(folder.map_or("/usr/share/locale", String::as_str)))
    }

    /// Bind the C library's domain to codeset.
    #[pyfunction(sig = "bind_textdomain_codeset($module, domain, codeset, /)")]
    fn bind_textdomain_codeset(vm: &Vm, domain: &Py<PyStr>, codeset: &Value) -> PyResult<Value> {
        let domain = plain(vm, domain)?.into_owned();
        let state = locales(vm);
        let mut codesets = state.codesets.borrow_mut();
        if let Some(codeset) = codeset.downcast_ref::<PyStr>() {
            codesets.insert(domain.clone(), codeset.to_string_lossy().into_owned());
        }
        let found = codesets.get(&domain);
        Ok(found.map_or(Value::None, |codeset| vm.new_str(codeset)))
    }
}
