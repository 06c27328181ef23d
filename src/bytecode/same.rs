//! Whether two code objects are the same to whoever runs them or looks at them.
//!
//! Object identity, which marshal's reference flags show, does not count, nor does the order of a frozenset's items. The file name may be
//! left out too: it tells where a source was, not what it says.

use crate::code::CodeObject;
use crate::constant::Constant;

/// The first difference between two code objects: the qualified name of the function, and the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `co_qualname`
    pub function: String,
    /// `co_code`, `co_consts`, …
    pub field: &'static str,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {}", self.field, self.function)
    }
}

/// The first difference, file names left out.
pub fn difference(left: &CodeObject, right: &CodeObject) -> Option<Difference> {
    // Constants may hold code objects in tuples; both are walked with a list of what is still to do, for they may be deep.
    let mut pending = vec![(left, right)];
    while let Some((left, right)) = pending.pop() {
        let field = field_that_differs(left, right, &mut pending);
        if let Some(field) = field {
            let function = String::from_utf8_lossy(left.qualname.as_bytes()).into_owned();
            return Some(Difference { function, field });
        }
    }
    None
}

fn field_that_differs<'a>(
    left: &'a CodeObject,
    right: &'a CodeObject,
    pending: &mut Vec<(&'a CodeObject, &'a CodeObject)>,
) -> Option<&'static str> {
    let numbers = |code: &CodeObject| {
        [
            code.argcount,
            code.posonlyargcount,
            code.kwonlyargcount,
            code.stacksize,
            code.flags,
            code.firstlineno as u32,
        ]
    };
    if numbers(left) != numbers(right) {
        return Some("the numbers");
    }
    if left.code != right.code {
        return Some("co_code");
    }
    if left.name.as_bytes() != right.name.as_bytes() {
        return Some("co_name");
    }
    if left.qualname.as_bytes() != right.qualname.as_bytes() {
        return Some("co_qualname");
    }
    if left.localspluskinds != right.localspluskinds {
        return Some("the kinds of its variables");
    }
    if left.exceptiontable != right.exceptiontable {
        return Some("co_exceptiontable");
    }
    if left.linetable != right.linetable {
        return Some("co_linetable");
    }
    for (name, left, right) in [
        ("co_names", &left.names, &right.names),
        (
            "its variables",
            &left.localsplusnames,
            &right.localsplusnames,
        ),
        ("co_consts", &left.consts, &right.consts),
    ] {
        if !same_constant(left, right, pending) {
            return Some(name);
        }
    }
    None
}

/// Whether two constants are equal in type and value; pairs of code objects are left in `codes` to be compared.
fn same_constant<'a>(
    left: &'a Constant,
    right: &'a Constant,
    codes: &mut Vec<(&'a CodeObject, &'a CodeObject)>,
) -> bool {
    let mut pending = vec![(left, right)];
    while let Some((left, right)) = pending.pop() {
        let same = match (left, right) {
            (Constant::None, Constant::None)
            | (Constant::Ellipsis, Constant::Ellipsis)
            | (Constant::StopIteration, Constant::StopIteration) => true,
            (Constant::Bool(a), Constant::Bool(b)) => a == b,
            (Constant::Int(a), Constant::Int(b)) => a == b,
            (Constant::Float(a), Constant::Float(b)) => a.to_bits() == b.to_bits(),
            (Constant::Complex(a), Constant::Complex(b)) => {
                a.0.to_bits() == b.0.to_bits() && a.1.to_bits() == b.1.to_bits()
            }
            (Constant::Str(a), Constant::Str(b)) => a.as_bytes() == b.as_bytes(),
            (Constant::Bytes(a), Constant::Bytes(b)) => a == b,
            (Constant::Tuple(a), Constant::Tuple(b)) => {
                pending.extend(a.iter().zip(b.iter()));
                a.len() == b.len()
            }
            (Constant::FrozenSet(a), Constant::FrozenSet(b)) => same_set(a, b),
            (Constant::Code(a), Constant::Code(b)) => {
                codes.push((a, b));
                true
            }
            _ => false,
        };
        if !same {
            return false;
        }
    }
    true
}

/// Sets are small, and no code object is in one that a compiler made.
fn same_set(left: &[Constant], right: &[Constant]) -> bool {
    left.len() == right.len()
        && left.iter().all(|item| {
            let mut codes = Vec::new();
            right
                .iter()
                .any(|other| same_constant(item, other, &mut codes))
                && codes.is_empty()
        })
}
