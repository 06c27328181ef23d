//! What the native types written as plain tables share: rows of methods and computed attributes, the instance behind `self`, and the
//! argument errors of CPython's own parsers (`PyArg_UnpackTuple`, `METH_FASTCALL` functions, `_PyArg_NoKeywords`).

use crate::context::{PyErr, PyResult, Vm};
use crate::object::{
    Args, Binding, CompareOp, GetSetDef, MethodDef, NativeFn, Payload, Py, PyRef, PyType, Value,
};
use crate::protocol::{compare, number};
use crate::types::str::value::PyStr;

/// A method without arguments.
pub const fn no_args(
    name: &'static str,
    doc: &'static str,
    function: fn(&Vm, &Value) -> PyResult<Value>,
) -> MethodDef {
    row(name, Some("($self, /)"), doc, NativeFn::NoArgs(function))
}

/// A method of one positional argument.
pub const fn one(
    name: &'static str,
    signature: &'static str,
    doc: &'static str,
    function: fn(&Vm, &Value, &Value) -> PyResult<Value>,
) -> MethodDef {
    row(name, Some(signature), doc, NativeFn::O(function))
}

/// A method of positional arguments.
pub const fn fast(
    name: &'static str,
    signature: &'static str,
    doc: &'static str,
    function: fn(&Vm, &Value, &[Value]) -> PyResult<Value>,
) -> MethodDef {
    row(name, Some(signature), doc, NativeFn::Fast(function))
}

/// A method of positional and keyword arguments.
pub const fn keywords(
    name: &'static str,
    signature: &'static str,
    doc: &'static str,
    function: fn(&Vm, &Value, Args<'_>) -> PyResult<Value>,
) -> MethodDef {
    row(name, Some(signature), doc, NativeFn::FastKw(function))
}

const fn row(
    name: &'static str,
    text_signature: Option<&'static str>,
    doc: &'static str,
    function: NativeFn,
) -> MethodDef {
    MethodDef {
        name,
        doc: if doc.is_empty() { None } else { Some(doc) },
        text_signature,
        binding: Binding::Instance,
        function,
    }
}

/// The same row without `__text_signature__` (methods that Argument Clinic does not know).
pub const fn unsigned(method: MethodDef) -> MethodDef {
    MethodDef {
        text_signature: None,
        ..method
    }
}

/// The same row bound to the class.
pub const fn of_class(method: MethodDef) -> MethodDef {
    MethodDef {
        binding: Binding::Class,
        ..method
    }
}

/// A read-only attribute.
pub const fn getter(
    name: &'static str,
    doc: Option<&'static str>,
    get: fn(&Vm, &Value) -> PyResult<Value>,
) -> GetSetDef {
    GetSetDef {
        name,
        doc,
        get: Some(get),
        set: None,
        member: false,
    }
}

/// A read-only attribute that `inspect` calls a member.
pub const fn member(
    name: &'static str,
    doc: Option<&'static str>,
    get: fn(&Vm, &Value) -> PyResult<Value>,
) -> GetSetDef {
    GetSetDef {
        name,
        doc,
        get: Some(get),
        set: None,
        member: true,
    }
}

/// The row of `__class_getitem__` for generic types.
pub const CLASS_GETITEM: MethodDef = of_class(unsigned(one(
    "__class_getitem__",
    "",
    "See PEP 585",
    class_getitem,
)));

fn class_getitem(vm: &Vm, class: &Value, item: &Value) -> PyResult<Value> {
    Ok(super::generic_alias::PyGenericAlias::of(vm, class.clone(), item.clone())?.into_value())
}

/// The instance behind `self`.
#[inline(always)]
pub fn this<'a, T: Payload>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<T>> {
    match value.downcast_ref::<T>() {
        Some(this) => Ok(this),
        None => Err(wrong_self(vm, value, T::def().name)),
    }
}

#[cold]
#[inline(never)]
fn wrong_self(vm: &Vm, value: &Value, wanted: &str) -> PyErr {
    vm.type_error(format!(
        "expected '{wanted}' object but received a '{}'",
        value.class(vm).tp_name()
    ))
}

/// The iterator itself: the `iter` slot of iterators.
pub fn self_iter(_vm: &Vm, value: &Value) -> PyResult<Value> {
    Ok(value.clone())
}

/// Checks the number of positional arguments (`_PyArg_CheckPositional`).
#[inline(always)]
pub fn arity(vm: &Vm, name: &str, got: usize, min: usize, max: usize) -> PyResult<()> {
    if got >= min && got <= max {
        Ok(())
    } else {
        Err(wrong_arity(vm, name, got, min, max))
    }
}

#[cold]
#[inline(never)]
fn wrong_arity(vm: &Vm, name: &str, got: usize, min: usize, max: usize) -> PyErr {
    let (bound, limit) = if got < min {
        (if min == max { "" } else { "at least " }, min)
    } else {
        (if min == max { "" } else { "at most " }, max)
    };
    let plural = if limit == 1 { "" } else { "s" };
    vm.type_error(format!(
        "{name} expected {bound}{limit} argument{plural}, got {got}"
    ))
}

/// Refuses keyword arguments (`_PyArg_NoKeywords`).
#[inline(always)]
pub fn no_keywords(vm: &Vm, name: &str, args: &Args<'_>) -> PyResult<()> {
    if args.kw_len() == 0 {
        Ok(())
    } else {
        Err(vm.type_error(format!("{name}() takes no keyword arguments")))
    }
}

/// Whether a class is `base` or still initialises as `base` does; such classes refuse keyword arguments that `base` does not know.
pub fn keeps_init(class: &Py<PyType>, base: &Py<PyType>) -> bool {
    class.is(base)
        || match (class.slots.init.get(), base.slots.init.get()) {
            (None, None) => true,
            (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
            _ => false,
        }
}

/// Whether a class is `base` or still makes its instances as `base` does; the same for `__init__` methods.
pub fn keeps_new(class: &Py<PyType>, base: &Py<PyType>) -> bool {
    class.is(base)
        || match (class.slots.new.get(), base.slots.new.get()) {
            (None, None) => true,
            (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
            _ => false,
        }
}

/// Positional or keyword arguments by name, as `PyArg_ParseTupleAndKeywords` and Argument Clinic bind them: each name may be given once.
/// Names that begin with an empty string are positional only.
pub fn bind<'a, const N: usize>(
    vm: &Vm,
    function: &str,
    args: &Args<'a>,
    names: [&str; N],
    positional_max: usize,
    required: usize,
) -> PyResult<[Option<&'a Value>; N]> {
    let positional = args.positional();
    let mut bound = [None; N];
    let given = positional.len() + args.kw_len();
    if positional.len() > positional_max {
        let what = if positional_max == N {
            "argument"
        } else {
            "positional argument"
        };
        return Err(too_many(
            vm,
            function,
            what,
            required,
            positional_max,
            given.max(positional.len()),
        ));
    }
    for (place, value) in bound.iter_mut().zip(positional) {
        *place = Some(value);
    }
    for (name, value) in args.keywords() {
        let text = keyword_text(name);
        match names
            .iter()
            .position(|known| !known.is_empty() && *known == text)
        {
            None => {
                return Err(vm.type_error(format!(
                    "'{text}' is an invalid keyword argument for {function}()"
                )));
            }
            Some(place) if bound[place].is_some() => {
                return Err(vm.type_error(format!(
                    "argument for {function}() given by name ('{text}') and position ({})",
                    place + 1
                )));
            }
            Some(place) => bound[place] = Some(value),
        }
    }
    for (place, value) in bound.iter().enumerate().take(required) {
        if value.is_none() {
            return Err(vm.type_error(if names[place].is_empty() {
                let plural = if required == 1 { "" } else { "s" };
                let bound = if required < positional_max {
                    "at least"
                } else {
                    "exactly"
                };
                format!(
                    "{function}() takes {bound} {required} positional argument{plural} ({} given)",
                    positional.len()
                )
            } else {
                format!(
                    "{function}() missing required argument '{}' (pos {})",
                    names[place],
                    place + 1
                )
            }));
        }
    }
    Ok(bound)
}

#[cold]
#[inline(never)]
fn too_many(
    vm: &Vm,
    function: &str,
    what: &str,
    required: usize,
    max: usize,
    given: usize,
) -> PyErr {
    let bound = if required < max { "at most" } else { "exactly" };
    let plural = if max == 1 { "" } else { "s" };
    vm.type_error(format!(
        "{function}() takes {bound} {max} {what}{plural} ({given} given)"
    ))
}

/// The text of a keyword's name.
pub fn keyword_text(name: &Value) -> String {
    name.downcast_ref::<PyStr>()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// A clipped slice index (`_PyEval_SliceIndexNotNone` for `index` and its kin).
pub fn slice_index(vm: &Vm, value: &Value) -> PyResult<isize> {
    if let Some(n) = value.as_small_int() {
        return Ok(n as isize);
    }
    if !number::is_index(vm, value) {
        return Err(vm.type_error("slice indices must be integers or have an __index__ method"));
    }
    number::to_index_clipped(vm, value)
}

/// Bounds of a search between `start` and `stop`, which count from the end when negative.
pub fn search_bounds(
    vm: &Vm,
    start: Option<&Value>,
    stop: Option<&Value>,
    len: usize,
) -> PyResult<(usize, usize)> {
    let clip = |index: Option<&Value>, default: isize| -> PyResult<usize> {
        let index = match index {
            Some(index) => slice_index(vm, index)?,
            None => default,
        };
        Ok(if index < 0 {
            usize::try_from(index.saturating_add(len as isize)).unwrap_or(0)
        } else {
            index as usize
        })
    };
    Ok((clip(start, 0)?, clip(stop, isize::MAX)?))
}

/// A function of `builtins` by name, for `__reduce__`.
pub fn builtin(vm: &Vm, name: &str) -> Value {
    vm.builtins
        .get()
        .and_then(|builtins| builtins.get_str(&vm.intern_str(name)))
        .unwrap_or(Value::None)
}

/// `prefix + separator.join(pieces) + suffix`, for reprs; several separators take turns.
pub fn join_pieces(
    vm: &Vm,
    prefix: &str,
    pieces: &[PyRef<PyStr>],
    separators: &[&str],
    suffix: &str,
) -> PyResult<Value> {
    let separator = |index: usize| separators[(index - 1) % separators.len()];
    let mut len = prefix.len() + suffix.len() + 2 * pieces.len();
    for piece in pieces {
        len = len.saturating_add(piece.len());
    }
    vm.try_reserve(len)?;
    if prefix.is_ascii() && pieces.iter().all(|piece| piece.is_ascii()) {
        let mut text = Vec::with_capacity(len);
        text.extend_from_slice(prefix.as_bytes());
        for (index, piece) in pieces.iter().enumerate() {
            if index > 0 {
                text.extend_from_slice(separator(index).as_bytes());
            }
            text.extend_from_slice(piece.raw_bytes());
        }
        text.extend_from_slice(suffix.as_bytes());
        return Ok(PyStr::from_ascii(vm, &text).into_value());
    }
    let mut chars: Vec<u32> = Vec::with_capacity(len);
    chars.extend(prefix.chars().map(u32::from));
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 {
            chars.extend(separator(index).chars().map(u32::from));
        }
        chars.extend(piece.chars());
    }
    chars.extend(suffix.chars().map(u32::from));
    Ok(PyStr::from_chars(vm, &chars).into_value())
}

/// The items of a sequence repeated; MemoryError when that cannot be had.
pub fn repeated(vm: &Vm, items: &[Value], count: isize) -> PyResult<Vec<Value>> {
    let count = usize::try_from(count).unwrap_or(0);
    let Some(total) = items
        .len()
        .checked_mul(count)
        .filter(|total| *total <= isize::MAX as usize / size_of::<Value>())
    else {
        return Err(vm.no_memory());
    };
    vm.try_reserve(total * size_of::<Value>())?;
    if let [item] = items {
        return Ok(vec![item.clone(); total]);
    }
    let mut result = Vec::with_capacity(total);
    for _ in 0..count {
        result.extend_from_slice(items);
    }
    Ok(result)
}

/// How two sequences compare, as lists and tuples do: the first pair that differs decides, then the lengths. `pair` gives the items at an
/// index while both sequences reach it; comparing may run Python.
pub fn compare_sequences(
    vm: &Vm,
    op: CompareOp,
    lens: impl Fn() -> (usize, usize),
    pair: impl Fn(usize) -> Option<(Value, Value)>,
) -> PyResult<Value> {
    let (left, right) = lens();
    if left != right && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    let mut index = 0;
    while let Some((a, b)) = pair(index) {
        if !compare::eq(vm, &a, &b)? {
            return match op {
                CompareOp::Eq => Ok(Value::False),
                CompareOp::Ne => Ok(Value::True),
                _ => compare::rich(vm, &a, &b, op),
            };
        }
        index += 1;
    }
    let (left, right) = lens();
    Ok(Value::bool(op.holds(left.cmp(&right))))
}
