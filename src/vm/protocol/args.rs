//! Binding of call arguments to the parameters of native functions.
//!
//! The wrappers that `derive` writes call `check_positional` (positional-only functions) or `bind` (everything else); what CPython checks
//! outside the function (`METH_NOARGS`, `METH_O`, no keywords) is in `types/builtin_function.rs`. Wording and order of the errors are
//! those of the CPython parser the function uses there, which its `family` names. Values are converted afterwards, by `convert`.
//!
//! CPython 3.11: `Python/getargs.c`; for `Family::Def` the errors of `initialize_locals` in `Python/ceval.c`.

use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Args, Payload, Py, PyType, Value};

/// `None` as a place to borrow from, for defaults.
pub static NONE: Value = Value::None;
/// `True` as a place to borrow from, for defaults.
pub static TRUE: Value = Value::True;
/// `False` as a place to borrow from, for defaults.
pub static FALSE: Value = Value::False;

/// The CPython parser whose wording a function has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Argument Clinic (`_PyArg_CheckPositional`, `_PyArg_UnpackKeywords`); also `PyArg_UnpackTuple`.
    Clinic,
    /// `PyArg_ParseTuple`
    Tuple,
    /// `PyArg_ParseTupleAndKeywords`
    Keywords,
    /// A function that is written in Python there.
    Def,
}

/// The parameters of a native function.
#[derive(Debug)]
pub struct Signature {
    /// The function's name in messages.
    pub fname: &'static str,
    /// Whose wording.
    pub family: Family,
    /// Named parameters in order: positional-only, positional, keyword-only.
    pub names: &'static [&'static str],
    /// How many are positional-only.
    pub posonly: usize,
    /// How many can be given by position.
    pub positional: usize,
    /// Bit n is set when parameter n must be given.
    pub required: u64,
    /// Whether further positional arguments are taken.
    pub varargs: bool,
    /// Whether further keyword arguments are taken.
    pub varkw: bool,
}

impl Signature {
    /// Least number of positional parameters that must get a value.
    #[inline(always)]
    pub const fn min_positional(&self) -> usize {
        (self.required & low_bits(self.positional)).count_ones() as usize
    }

    #[inline(always)]
    const fn min_keyword_only(&self) -> usize {
        (self.required & !low_bits(self.positional)).count_ones() as usize
    }

    fn is_required(&self, index: usize) -> bool {
        index < 64 && self.required >> index & 1 != 0
    }
}

const fn low_bits(count: usize) -> u64 {
    if count >= 64 {
        u64::MAX
    } else {
        (1 << count) - 1
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// Number of arguments of a positional-only function (`_PyArg_CheckPositional`).
#[inline(always)]
pub fn check_positional(
    vm: &Vm,
    fname: &str,
    given: usize,
    min: usize,
    max: usize,
) -> PyResult<()> {
    if given < min || given > max {
        Err(positional_error(vm, fname, given, min, max))
    } else {
        Ok(())
    }
}

#[cold]
#[inline(never)]
fn positional_error(vm: &Vm, fname: &str, given: usize, min: usize, max: usize) -> PyErr {
    let (bound, word) = if given < min {
        (min, "at least ")
    } else {
        (max, "at most ")
    };
    let word = if min == max { "" } else { word };
    vm.type_error(format!(
        "{fname} expected {word}{bound} argument{}, got {given}",
        plural(bound)
    ))
}

/// Number of arguments of a function that uses `PyArg_ParseTuple`.
#[inline(always)]
pub fn check_tuple(vm: &Vm, fname: &str, given: usize, min: usize, max: usize) -> PyResult<()> {
    if given < min || given > max {
        Err(tuple_error(vm, fname, given, min, max))
    } else {
        Ok(())
    }
}

#[cold]
#[inline(never)]
fn tuple_error(vm: &Vm, fname: &str, given: usize, min: usize, max: usize) -> PyErr {
    let bound = if given < min { min } else { max };
    let word = match () {
        () if min == max => "exactly",
        () if given < min => "at least",
        () => "at most",
    };
    vm.type_error(format!(
        "{fname}() takes {word} {bound} argument{} ({given} given)",
        plural(bound)
    ))
}

/// Refuses keyword arguments (`_PyArg_NoKeywords`).
#[inline(always)]
pub fn no_keywords(vm: &Vm, fname: &str, args: &Args<'_>) -> PyResult<()> {
    if args.kw_len() != 0 {
        Err(no_keywords_error(vm, &format!("{fname}()")))
    } else {
        Ok(())
    }
}

#[cold]
#[inline(never)]
fn no_keywords_error(vm: &Vm, function: &str) -> PyErr {
    vm.type_error(format!("{function} takes no keyword arguments"))
}

/// Refuses keyword arguments of a constructor that takes none, unless a subclass with its own other half of the constructor may want them.
/// `own` tells whether the other half is still `T`'s.
#[inline]
pub fn no_keywords_for<T: Payload>(
    vm: &Vm,
    fname: &str,
    class: &Py<PyType>,
    args: &Args<'_>,
    own: fn(&Py<PyType>, &Py<PyType>) -> bool,
) -> PyResult<()> {
    let base = T::class(vm);
    if args.kw_len() != 0 && (std::ptr::eq(class, base) || own(class, base)) {
        no_keywords(vm, fname, args)
    } else {
        Ok(())
    }
}

/// Whether both classes have the same `__new__`.
pub fn same_new(class: &Py<PyType>, base: &Py<PyType>) -> bool {
    match (class.slots.new.get(), base.slots.new.get()) {
        (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// Whether both classes have the same `__init__`.
pub fn same_init(class: &Py<PyType>, base: &Py<PyType>) -> bool {
    match (class.slots.init.get(), base.slots.init.get()) {
        (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// The instance a method or slot was called with, as payload `T`.
#[inline(always)]
pub fn receiver<'a, T: Payload>(vm: &Vm, value: &'a Value, name: &str) -> PyResult<&'a Py<T>> {
    match value.downcast_ref::<T>() {
        Some(instance) => Ok(instance),
        None => Err(receiver_error(vm, value, name, T::def().name)),
    }
}

#[cold]
#[inline(never)]
fn receiver_error(vm: &Vm, value: &Value, name: &str, class: &str) -> PyErr {
    vm.type_error(format!(
        "descriptor '{name}' requires a '{class}' object but received a '{}'",
        value.class(vm).tp_name()
    ))
}

/// Positional arguments beyond the named parameters.
#[inline(always)]
pub fn extra_positional<'a>(args: &Args<'a>, named: usize) -> &'a [Value] {
    args.positional().get(named..).unwrap_or(&[])
}

/// What is left for `*args, **kwargs` behind `named` positional-only parameters.
#[inline(always)]
pub fn rest<'a>(args: &Args<'a>, named: usize) -> Args<'a> {
    let named = named.min(args.positional().len());
    Args::new(&args.all_values()[named..], args.kwnames())
}

/// Keyword arguments that are no parameter of the function, for `**kwargs`.
pub fn extra_keywords<'a>(signature: &Signature, args: &Args<'a>) -> Vec<(&'a Value, &'a Value)> {
    let named = &signature.names[signature.posonly..];
    args.keywords()
        .filter(|(name, _)| !named.iter().any(|n| is_named(name, n)))
        .collect()
}

fn is_named(keyword: &Value, name: &str) -> bool {
    keyword
        .downcast_ref::<crate::types::str::value::PyStr>()
        .is_some_and(|keyword| keyword.equals_str(name))
}

fn find_keyword<'a>(args: &Args<'a>, name: &str) -> Option<&'a Value> {
    args.keywords()
        .find(|(keyword, _)| is_named(keyword, name))
        .map(|(_, value)| value)
}

/// Gives each named parameter its argument, `None` where there is none; `out` has one place for each name.
#[inline]
pub fn bind<'a>(
    vm: &Vm,
    signature: &Signature,
    args: Args<'a>,
    out: &mut [Option<&'a Value>],
) -> PyResult<()> {
    let positional = args.positional();
    if args.kw_len() == 0
        && positional.len() >= signature.min_positional()
        && (positional.len() <= signature.positional || signature.varargs)
        && signature.min_keyword_only() == 0
    {
        for (place, value) in out
            .iter_mut()
            .zip(&positional[..positional.len().min(signature.positional)])
        {
            *place = Some(value);
        }
        return Ok(());
    }
    match signature.family {
        Family::Def => bind_def(vm, signature, args, out),
        _ => bind_clinic(vm, signature, args, out),
    }
}

/// `_PyArg_UnpackKeywords`, whose wording `PyArg_ParseTupleAndKeywords` shares.
#[inline(never)]
fn bind_clinic<'a>(
    vm: &Vm,
    signature: &Signature,
    args: Args<'a>,
    out: &mut [Option<&'a Value>],
) -> PyResult<()> {
    let given = args.positional().len();
    let mut keywords_left = args.kw_len();
    check_counts(vm, signature, given, keywords_left)?;
    let given = given.min(signature.positional);
    for (place, value) in out.iter_mut().zip(&args.positional()[..given]) {
        *place = Some(value);
    }
    let first = given.max(signature.posonly);
    for (index, (place, name)) in out.iter_mut().zip(signature.names).enumerate().skip(first) {
        *place = if keywords_left != 0 {
            find_keyword(&args, name)
        } else {
            None
        };
        if place.is_some() {
            keywords_left -= 1;
        } else if signature.is_required(index) {
            let fname = signature.fname;
            return Err(vm.type_error(format!(
                "{fname}() missing required argument '{name}' (pos {})",
                index + 1
            )));
        }
    }
    if keywords_left != 0 {
        check_keywords(vm, signature, &args, given)?;
    }
    Ok(())
}

fn check_counts(vm: &Vm, signature: &Signature, given: usize, keywords: usize) -> PyResult<()> {
    let Signature {
        fname,
        names,
        positional,
        ..
    } = signature;
    let min = signature.min_positional();
    let max = names.len();
    if !signature.varargs && !signature.varkw && given + keywords > max {
        let word = if given == 0 { "keyword " } else { "" };
        let total = given + keywords;
        return Err(vm.type_error(format!(
            "{fname}() takes at most {max} {word}argument{} ({total} given)",
            plural(max)
        )));
    }
    if !signature.varargs && given > *positional {
        return Err(if *positional == 0 {
            vm.type_error(format!("{fname}() takes no positional arguments"))
        } else {
            let word = if min < *positional {
                "at most"
            } else {
                "exactly"
            };
            let s = plural(*positional);
            vm.type_error(format!(
                "{fname}() takes {word} {positional} positional argument{s} ({given} given)"
            ))
        });
    }
    let min_posonly = signature.posonly.min(min);
    if given < min_posonly {
        // The clinic compares with the number of positional parameters, the other parser with the number of all of them.
        let limit = if signature.family == Family::Keywords {
            max
        } else {
            *positional
        };
        let word = if min_posonly < limit {
            "at least"
        } else {
            "exactly"
        };
        let s = plural(min_posonly);
        return Err(vm.type_error(format!(
            "{fname}() takes {word} {min_posonly} positional argument{s} ({given} given)"
        )));
    }
    Ok(())
}

fn check_keywords(vm: &Vm, signature: &Signature, args: &Args<'_>, given: usize) -> PyResult<()> {
    let fname = signature.fname;
    // With `*args` the parser does not look for names given twice.
    let given = if signature.varargs { 0 } else { given };
    for (index, name) in signature
        .names
        .iter()
        .enumerate()
        .take(given)
        .skip(signature.posonly)
    {
        if find_keyword(args, name).is_some() {
            let place = index + 1;
            return Err(vm.type_error(format!(
                "argument for {fname}() given by name ('{name}') and position ({place})"
            )));
        }
    }
    if signature.varkw {
        return Ok(());
    }
    match extra_keywords(signature, args).first() {
        Some((keyword, _)) => {
            let keyword = keyword_text(keyword);
            Err(vm.type_error(format!(
                "'{keyword}' is an invalid keyword argument for {fname}()"
            )))
        }
        None => Err(vm.type_error(format!("invalid keyword argument for {fname}()"))),
    }
}

fn keyword_text(keyword: &Value) -> String {
    match keyword.downcast_ref::<crate::types::str::value::PyStr>() {
        Some(keyword) => keyword.to_string_lossy().into_owned(),
        None => String::from("?"),
    }
}

/// As a function written in Python binds its arguments (`initialize_locals` in `Python/ceval.c`).
#[inline(never)]
fn bind_def<'a>(
    vm: &Vm,
    signature: &Signature,
    args: Args<'a>,
    out: &mut [Option<&'a Value>],
) -> PyResult<()> {
    let Signature {
        fname,
        names,
        posonly,
        positional,
        ..
    } = signature;
    let given = args.positional();
    for (place, value) in out.iter_mut().zip(given.iter().take(*positional)) {
        *place = Some(value);
    }
    for (keyword, value) in args.keywords() {
        match names
            .iter()
            .skip(*posonly)
            .position(|name| is_named(keyword, name))
        {
            Some(index) if out[index + posonly].is_some() => {
                let name = names[index + posonly];
                return Err(vm.type_error(format!(
                    "{fname}() got multiple values for argument '{name}'"
                )));
            }
            Some(index) => out[index + posonly] = Some(value),
            None if signature.varkw => {}
            None => return Err(def_unexpected(vm, signature, &args, keyword)),
        }
    }
    if given.len() > *positional && !signature.varargs {
        return Err(def_too_many(vm, signature, given.len(), out));
    }
    for (range, kind) in [
        (0..*positional, "positional"),
        (*positional..names.len(), "keyword-only"),
    ] {
        let missing: Vec<&str> = range
            .filter(|&index| signature.is_required(index) && out[index].is_none())
            .map(|index| names[index])
            .collect();
        if !missing.is_empty() {
            let count = missing.len();
            let list = list_names(&missing);
            return Err(vm.type_error(format!(
                "{fname}() missing {count} required {kind} argument{}: {list}",
                plural(count)
            )));
        }
    }
    Ok(())
}

fn def_unexpected(vm: &Vm, signature: &Signature, args: &Args<'_>, keyword: &Value) -> PyErr {
    let fname = signature.fname;
    let posonly = &signature.names[..signature.posonly];
    let wrong: Vec<&str> = posonly
        .iter()
        .copied()
        .filter(|name| find_keyword(args, name).is_some())
        .collect();
    if wrong.is_empty() {
        vm.type_error(format!(
            "{fname}() got an unexpected keyword argument '{}'",
            keyword_text(keyword)
        ))
    } else {
        let wrong = wrong.join(", ");
        vm.type_error(format!(
            "{fname}() got some positional-only arguments passed as keyword arguments: '{wrong}'"
        ))
    }
}

fn def_too_many(vm: &Vm, signature: &Signature, given: usize, out: &[Option<&Value>]) -> PyErr {
    let fname = signature.fname;
    // Initialisers are described without their first argument.
    let receiver = usize::from(fname.ends_with(".__init__"));
    let positional = signature.positional;
    let (min, max) = (signature.min_positional() + receiver, positional + receiver);
    let given = given + receiver;
    let takes = if min < max {
        format!("from {min} to {max}")
    } else {
        max.to_string()
    };
    let takes_plural = if min < max { "s" } else { plural(max) };
    let keyword_only = out
        .iter()
        .skip(positional)
        .filter(|value| value.is_some())
        .count();
    let given_text = if keyword_only == 0 {
        format!("{given} {} given", if given == 1 { "was" } else { "were" })
    } else {
        format!(
            "{given} positional argument{} (and {keyword_only} keyword-only argument{}) were given",
            plural(given),
            plural(keyword_only)
        )
    };
    vm.type_error(format!(
        "{fname}() takes {takes} positional argument{takes_plural} but {given_text}"
    ))
}

fn list_names(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [a, b] => format!("{a} and {b}"),
        [front @ .., last] => format!("{}, and {last}", front.join(", ")),
    }
}
