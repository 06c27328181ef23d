//! The scanner behind `finditer`.
//!
//! CPython 3.11: `ScannerObject` in `Modules/_sre/sre.c`.

use super::match_::PyMatch;
use super::pattern::{PyPattern, Search};
use derive::{pymethods, pytype};
use std::cell::RefCell;
use vm::context::{PyResult, Vm};
use vm::object::{Py, PyRef, Traverse, Value, Visitor};

/// Payload of scanners.
#[pytype(
    name = "_sre.SRE_Scanner",
    flags(GC, DISALLOW_INSTANTIATION),
    tables(TABLE)
)]
pub struct PyScanner {
    pattern: PyRef<PyPattern>,
    /// Absent while the scanner works.
    search: RefCell<Option<Search>>,
    string: Value,
}

impl Traverse for PyScanner {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(&self.pattern.as_value());
        visit(&self.string);
        visit(&self.string);
    }
}

impl PyScanner {
    pub(super) fn new(
        vm: &Vm,
        pattern: &Py<PyPattern>,
        string: &Value,
        pos: isize,
        endpos: isize,
    ) -> PyResult<PyRef<PyScanner>> {
        let search = pattern.begin(vm, string, pos, endpos)?;
        Ok(PyRef::new(
            vm,
            PyScanner {
                pattern: pattern.to_ref(),
                search: RefCell::new(Some(search)),
                string: string.clone(),
            },
        ))
    }

    fn next(&self, vm: &Vm, anchored: bool) -> PyResult<Option<PyRef<PyMatch>>> {
        let taken = self.search.borrow_mut().take();
        let Some(mut search) = taken else {
            return Err(vm.value_error("regular expression scanner already executing"));
        };
        let found = search.next(vm, &self.pattern, anchored);
        let result = match found {
            Ok(true) => Ok(Some(PyMatch::of(vm, &self.pattern, &search))),
            Ok(false) => Ok(None),
            Err(error) => Err(error),
        };
        *self.search.borrow_mut() = Some(search);
        result
    }
}

#[pymethods]
impl PyScanner {
    #[pymethod(sig = "match($self, /)", name = "match")]
    fn match_(vm: &Vm, zelf: &Py<PyScanner>) -> PyResult<Option<PyRef<PyMatch>>> {
        zelf.next(vm, true)
    }

    #[pymethod(sig = "search($self, /)")]
    fn search(vm: &Vm, zelf: &Py<PyScanner>) -> PyResult<Option<PyRef<PyMatch>>> {
        zelf.next(vm, false)
    }

    #[pymember]
    fn pattern(&self) -> Value {
        self.pattern.to_value()
    }
}
