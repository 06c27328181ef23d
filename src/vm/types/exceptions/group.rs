//! `BaseExceptionGroup` and `ExceptionGroup` (PEP 654).
//!
//! CPython 3.11: `BaseExceptionGroup_new` and what follows in `Objects/exceptions.c`.

use super::base;
use super::matching::matches;
use super::member::{count, payload, read, str_arg};
use super::raise::is_exception_class;
use super::value::{ExceptionPayload, PyBaseException, PyExceptionGroup};
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{
    Args, Binding, GetSetDef, MethodDef, NativeFn, Payload, Py, PyRef, PyType, Table, Value,
};
use crate::protocol::text::concat;
use crate::protocol::{call, iter, sequence, truth};
use crate::types::dict::value::PyDict;
use crate::types::function::PyFunction;
use crate::types::native::CLASS_GETITEM;
use crate::types::tuple::value::PyTuple;
use std::cell::RefCell;

const fn method(name: &'static str, function: NativeFn) -> MethodDef {
    MethodDef {
        name,
        doc: None,
        text_signature: None,
        binding: Binding::Instance,
        function,
    }
}

/// What `BaseExceptionGroup` does.
pub static TABLE: Table = Table {
    methods: &[
        CLASS_GETITEM,
        method("derive", NativeFn::Fast(derive)),
        method("split", NativeFn::Fast(split_method)),
        method("subgroup", NativeFn::Fast(subgroup)),
    ],
    getsets: &[
        GetSetDef {
            name: "message",
            doc: Some("exception message"),
            get: Some(|vm, this| Ok(read(&payload::<PyExceptionGroup>(vm, this)?.message))),
            set: None,
            member: true,
        },
        GetSetDef {
            name: "exceptions",
            doc: Some("nested exceptions"),
            get: Some(|vm, this| Ok(read(&payload::<PyExceptionGroup>(vm, this)?.exceptions))),
            set: None,
            member: true,
        },
    ],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.init.set(Some(base::init));
        slots.str.set(Some(str_slot));
    },
};

#[derive(Default)]
struct GroupClass(RefCell<Option<PyRef<PyType>>>);

/// `ExceptionGroup`, made on first use because it has two bases.
pub fn exception_group_class(vm: &Vm) -> PyRef<PyType> {
    let state = vm.state.get::<GroupClass>();
    if let Some(class) = state.0.borrow().as_ref() {
        return class.clone();
    }
    match make_class(vm) {
        Some(class) => {
            *state.0.borrow_mut() = Some(class.clone());
            class
        }
        None => PyExceptionGroup::class(vm).to_ref(),
    }
}

fn make_class(vm: &Vm) -> Option<PyRef<PyType>> {
    let namespace = PyDict::new(vm);
    namespace.set_str(vm, &vm.names.__module__, vm.names.builtins.to_value());
    let bases = vec![
        PyExceptionGroup::class(vm).to_value(),
        vm.exception_class(ExcKind::Exception).into_value(),
    ];
    let args = [
        vm.new_str("ExceptionGroup"),
        vm.new_tuple(bases),
        namespace.into_value(),
    ];
    call::call_args(vm, &vm.types.type_.as_value(), &args)
        .ok()?
        .downcast::<PyType>()
        .ok()
}

/// `BaseExceptionGroup(message, exceptions)`, which becomes an ExceptionGroup when it can.
pub fn create(vm: &Vm, message: &str, exceptions: Value) -> PyResult<Value> {
    let class = PyExceptionGroup::class(vm).to_value();
    call::call_args(vm, &class, &[vm.new_str(message), exceptions])
}

fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    let given = args.positional();
    count(vm, "BaseExceptionGroup.__new__()", given.len(), 2, 2)?;
    let message = str_arg(vm, "BaseExceptionGroup.__new__() ", 1, &given[0])?;
    if !sequence::is_sequence(vm, &given[1]) {
        return Err(vm.type_error("second argument (exceptions) must be a sequence"));
    }
    let exceptions = iter::to_vec(vm, &given[1])?;
    if exceptions.is_empty() {
        return Err(vm.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    let exception_class = vm.exception_class(ExcKind::Exception);
    let mut all_plain = true;
    for (place, exception) in exceptions.iter().enumerate() {
        if exception.downcast_ref::<PyBaseException>().is_none() {
            return Err(vm.value_error(format!(
                "Item {place} of second argument (exceptions) is not an exception"
            )));
        }
        all_plain &= exception.class(vm).is_subtype(&exception_class);
    }
    let group_class = exception_group_class(vm);
    let mut class = class.to_ref();
    if class.is(&group_class) {
        if !all_plain {
            return Err(vm.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
        }
    } else if class.is(PyExceptionGroup::class(vm)) {
        if all_plain {
            class = group_class;
        }
    } else if !all_plain && class.is_subtype(&exception_class) {
        return Err(vm.type_error(format!(
            "Cannot nest BaseExceptions in '{}'",
            class.tp_name()
        )));
    }
    let this = base::allocate(&class, PyTuple::from_slice(vm, given));
    let group = payload::<PyExceptionGroup>(vm, &this)?;
    group.message.set(Some(message));
    group.exceptions.set(Some(vm.new_tuple(exceptions)));
    Ok(this)
}

/// The nested exceptions.
fn nested(group: &PyExceptionGroup) -> Vec<Value> {
    match group.exceptions.get() {
        Some(exceptions) => exceptions
            .downcast_ref::<PyTuple>()
            .map_or_else(Vec::new, |tuple| tuple.as_slice().to_vec()),
        None => Vec::new(),
    }
}

fn str_slot(vm: &Vm, this: &Value) -> PyResult<Value> {
    let group = payload::<PyExceptionGroup>(vm, this)?;
    let message = crate::protocol::repr::str(vm, &read(&group.message))?;
    let number = nested(group).len();
    let plural = if number > 1 { "s" } else { "" };
    let tail = format!(" ({number} sub-exception{plural})");
    Ok(concat(vm, &[(&message).into(), (&tail).into()]).into_value())
}

fn derive(vm: &Vm, this: &Value, args: &[Value]) -> PyResult<Value> {
    count(vm, "function", args.len(), 1, 1)?;
    let message = read(&payload::<PyExceptionGroup>(vm, this)?.message);
    let class = PyExceptionGroup::class(vm).to_value();
    call::call_args(vm, &class, &[message, args[0].clone()])
}

/// What chooses exceptions of a group.
pub enum Matcher {
    /// Instances of a class, or of one in a tuple.
    Classes(Value),
    /// A function that says so.
    Predicate(Value),
    /// These leaves, by identity.
    Instances(Vec<u64>),
}

fn matcher_of(vm: &Vm, value: &Value) -> PyResult<Matcher> {
    if value.downcast_exact::<PyFunction>(vm).is_some() {
        return Ok(Matcher::Predicate(value.clone()));
    }
    let all_classes = value
        .downcast_exact::<PyTuple>(vm)
        .is_some_and(|classes| classes.as_slice().iter().all(is_exception_class));
    if is_exception_class(value) || all_classes {
        return Ok(Matcher::Classes(value.clone()));
    }
    Err(vm.type_error("expected a function, exception type or tuple of exception types"))
}

fn is_match(vm: &Vm, exception: &Value, matcher: &Matcher) -> PyResult<bool> {
    match matcher {
        Matcher::Classes(classes) => matches(vm, exception, classes),
        Matcher::Predicate(function) => {
            let result = call::call1(vm, function, exception)?;
            truth::is_true(vm, &result)
        }
        Matcher::Instances(leaves) => Ok(exception.downcast_ref::<PyExceptionGroup>().is_none()
            && leaves.contains(&exception.bits())),
    }
}

/// The part of an exception that matches, and the rest when it is wanted.
pub fn split(
    vm: &Vm,
    exception: &Value,
    matcher: &Matcher,
    want_rest: bool,
) -> PyResult<(Option<Value>, Option<Value>)> {
    if is_match(vm, exception, matcher)? {
        return Ok((Some(exception.clone()), None));
    }
    let Some(group) = exception.downcast_ref::<PyExceptionGroup>() else {
        return Ok((None, want_rest.then(|| exception.clone())));
    };
    let (mut taken, mut rest) = (Vec::new(), Vec::new());
    for item in nested(group) {
        let _guard = vm.enter_recursive(" in exceptiongroup_split_recursive")?;
        let (a, b) = split(vm, &item, matcher, want_rest)?;
        taken.extend(a);
        rest.extend(b);
    }
    Ok((
        subset(vm, exception, group, taken)?,
        subset(vm, exception, group, rest)?,
    ))
}

/// A group of some of a group's exceptions, with its metadata.
fn subset(
    vm: &Vm,
    original: &Value,
    group: &PyExceptionGroup,
    exceptions: Vec<Value>,
) -> PyResult<Option<Value>> {
    if exceptions.is_empty() {
        return Ok(None);
    }
    let derive = vm.intern_str("derive");
    let part = call::call_method(vm, original, &derive, &[vm.new_list(exceptions)])?;
    let Some(new) = part.downcast_ref::<PyExceptionGroup>() else {
        return Err(vm.type_error("derive must return an instance of BaseExceptionGroup"));
    };
    let (new, old) = (new.base(), group.base());
    if let Some(traceback) = old.traceback.get() {
        new.traceback.set(Some(traceback));
    }
    new.context.set(old.context.get());
    new.set_cause(old.cause.get());
    base::copy_notes(vm, original, &part)?;
    Ok(Some(part))
}

/// Adds the identities of all exceptions in a group that are no groups themselves.
pub fn collect_leaves(vm: &Vm, exception: &Value, leaves: &mut Vec<u64>) -> PyResult<()> {
    let Some(group) = exception.downcast_ref::<PyExceptionGroup>() else {
        if !exception.is_none() {
            leaves.push(exception.bits());
        }
        return Ok(());
    };
    let _guard = vm.enter_recursive(" in collect_exception_group_leaf_ids")?;
    nested(group)
        .iter()
        .try_for_each(|exception| collect_leaves(vm, exception, leaves))
}

fn unpack_one<'a>(vm: &Vm, function: &str, args: &'a [Value]) -> PyResult<&'a Value> {
    match args {
        [only] => Ok(only),
        _ => Err(vm.type_error(format!(
            "{function} expected 1 argument, got {}",
            args.len()
        ))),
    }
}

fn split_method(vm: &Vm, this: &Value, args: &[Value]) -> PyResult<Value> {
    let matcher = matcher_of(vm, unpack_one(vm, "split", args)?)?;
    let (taken, rest) = split(vm, this, &matcher, true)?;
    Ok(vm.new_tuple(vec![
        taken.unwrap_or(Value::None),
        rest.unwrap_or(Value::None),
    ]))
}

fn subgroup(vm: &Vm, this: &Value, args: &[Value]) -> PyResult<Value> {
    let matcher = matcher_of(vm, unpack_one(vm, "subgroup", args)?)?;
    let (taken, _) = split(vm, this, &matcher, false)?;
    Ok(taken.unwrap_or(Value::None))
}
