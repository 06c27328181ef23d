//! Layer 8: putting it together: an interpreter with its modules, compiling, running programs, printing exceptions.

pub mod compile;
pub mod config;
pub mod finalize;
pub mod interactive;
pub mod interpreter;
pub mod locale;
pub mod paths;
pub mod print_exception;
pub mod run;
pub mod startup_lines;
pub mod stdio;
pub mod testinternalcapi;
pub mod threads;
pub mod tokenize;
pub mod unraisable;

use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::Value;

/// Issues a warning about a place in a source; an error when the filters turn it into one.
pub fn warn_explicit(
    vm: &Vm,
    category: ExcKind,
    message: &str,
    filename: &Value,
    lineno: i32,
) -> PyResult<()> {
    let warning = crate::modules::warnings::explicit::Warning {
        message: vm.new_str(message),
        category: vm.exception_class(category).into_value(),
        filename: filename.clone(),
        lineno,
        module: None,
        registry: None,
        source_line: None,
        source: None,
    };
    crate::modules::warnings::explicit::issue(vm, warning)
}
