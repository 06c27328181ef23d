//! Joining static tables at compile time, for native modules that are written in several files.

use super::def::{Binding, MethodDef, NativeFn};
use super::value::Value;

/// Fills the places of a joined table until they are written.
pub const NO_METHOD: MethodDef = MethodDef {
    name: "",
    doc: None,
    text_signature: None,
    binding: Binding::Static,
    function: NativeFn::NoArgs(|_, _| Ok(Value::None)),
};

/// Number of rows of the parts together.
pub const fn total<T>(parts: &[&[T]]) -> usize {
    let (mut sum, mut part) = (0, 0);
    while part < parts.len() {
        sum += parts[part].len();
        part += 1;
    }
    sum
}

/// The rows of the parts in order; `N` is their `total`.
pub const fn join<T: Copy, const N: usize>(parts: &[&[T]], filler: T) -> [T; N] {
    let mut rows = [filler; N];
    let (mut next, mut part) = (0, 0);
    while part < parts.len() {
        let mut row = 0;
        while row < parts[part].len() {
            rows[next] = parts[part][row];
            next += 1;
            row += 1;
        }
        part += 1;
    }
    rows
}
