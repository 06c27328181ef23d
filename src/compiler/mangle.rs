//! Private names: `__x` in class `C` is `_C__x`.
//!
//! CPython 3.11: `_Py_Mangle` in `Python/compile.c`.

use crate::ast::Identifier;
use std::rc::Rc;

/// The name as it is stored, given the innermost class.
pub fn mangle(private: Option<&Identifier>, name: &Identifier) -> Identifier {
    let Some(class) = private else {
        return name.clone();
    };
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name.clone();
    }
    let class = class.trim_start_matches('_');
    if class.is_empty() {
        return name.clone();
    }
    Rc::from(format!("_{class}{name}"))
}
