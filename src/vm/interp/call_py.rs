//! Calling Python functions: making frames and binding arguments to parameters.
//!
//! CPython 3.11: `initialize_locals`, `too_many_positional`, `missing_arguments`, `positional_only_passed_as_keyword` in `Python/ceval.c`.

use super::frame::{self, Frame, Return};
use super::stack::Regs;
use crate::context::{PyErr, PyResult, Thread, Vm};
use crate::object::{Py, PyCell, PyRef, Value};
use crate::protocol::{attr, iter, mapping, repr};
use crate::types::code::PyCode;
use crate::types::dict::value::PyDict;
use crate::types::function::PyFunction;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use bytecode::CodeFlags;
use std::cell::Cell;

/// A function of a code object, with `__module__` from the globals and `__doc__` from the first constant (`PyFunction_New`).
pub fn make_function(
    vm: &Vm,
    code: PyRef<PyCode>,
    globals: PyRef<PyDict>,
    builtins: PyRef<PyDict>,
    closure: Option<PyRef<PyTuple>>,
) -> PyRef<PyFunction> {
    let module = globals.get_str(&vm.names.__name__).unwrap_or(Value::None);
    let (name, qualname) = (code.name.clone(), code.qualname.clone());
    PyRef::new(
        vm,
        PyFunction {
            code: PyCell::new(code),
            globals,
            builtins,
            name: PyCell::new(name),
            qualname: PyCell::new(qualname),
            defaults: PyCell::new(None),
            kwdefaults: PyCell::new(None),
            closure,
            doc: PyCell::new(Value::NULL),
            module: PyCell::new(module),
            annotations: PyCell::new(None),
            version: Cell::new(0),
        },
    )
}

/// The function's version for call caches.
pub fn function_version(vm: &Vm, function: &Py<PyFunction>) -> Option<u32> {
    if function.version.get() == 0 {
        function.version.set(vm.next_function_version()?);
    }
    Some(function.version.get())
}

/// Whether all keyword names are strings.
pub fn all_str(names: &Py<PyTuple>) -> bool {
    names
        .as_slice()
        .iter()
        .all(|name| name.downcast_ref::<PyStr>().is_some())
}

/// A frame for a call whose `total` arguments (values of `kwnames` last) are the upper values of the stack, which it takes.
#[inline(never)]
pub fn frame_from_stack(
    vm: &Vm,
    r: &mut Regs,
    function: PyRef<PyFunction>,
    total: usize,
    kwnames: Option<&Py<PyTuple>>,
    on_return: Return,
) -> PyResult<*mut Frame> {
    let frame = bound_frame(
        vm,
        r.thread(),
        function,
        r.top_slice(total),
        kwnames,
        on_return,
    );
    r.drop_many(total);
    frame
}

/// A frame for a call with these arguments, values of `kwnames` last.
pub fn frame_from_values(
    vm: &Vm,
    thread: &Thread,
    function: PyRef<PyFunction>,
    values: Vec<Value>,
    kwnames: Option<&Py<PyTuple>>,
    on_return: Return,
) -> PyResult<*mut Frame> {
    bound_frame(vm, thread, function, &values, kwnames, on_return)
}

/// A frame for a call with these arguments, values of `kwnames` last.
pub fn bound_frame(
    vm: &Vm,
    thread: &Thread,
    function: PyRef<PyFunction>,
    values: &[Value],
    kwnames: Option<&Py<PyTuple>>,
    on_return: Return,
) -> PyResult<*mut Frame> {
    frame::enter_call(vm, thread)?;
    if kwnames.is_none()
        && function
            .code
            .with(|code| code.is_simple() && code.argcount as usize == values.len())
    {
        // SAFETY: localsplus is filled right here: arguments first, NULL behind.
        return Ok(unsafe {
            let frame = frame::push_frame(vm, thread, function, on_return);
            let locals = (*frame).locals();
            for (index, value) in values.iter().enumerate() {
                locals.add(index).write(value.clone());
            }
            for index in values.len()..(*frame).stacktop as usize {
                locals.add(index).write(Value::NULL);
            }
            frame
        });
    }
    // SAFETY: all of localsplus is set to NULL at once.
    let frame = unsafe {
        let frame = frame::push_frame(vm, thread, function, on_return);
        let locals = (*frame).locals();
        for index in 0..(*frame).stacktop as usize {
            locals.add(index).write(Value::NULL);
        }
        if (&*frame).code.flags & CodeFlags::OPTIMIZED == 0 {
            // Code of a module or class, made into a function.
            (*frame).locals_mapping = (&*frame).function.globals.to_value();
        }
        frame
    };
    // SAFETY: the frame is complete; its localsplus is written through the slice only.
    let bound = unsafe {
        let locals = std::slice::from_raw_parts_mut((*frame).locals(), (*frame).stacktop as usize);
        bind(
            vm,
            &(*frame).function,
            &(*frame).code,
            values,
            kwnames,
            locals,
        )
    };
    match bound {
        Ok(()) => Ok(frame),
        Err(error) => {
            // SAFETY: the frame is the last of the data stack and never ran.
            unsafe { frame::pop_frame(thread, frame) };
            frame::leave_call(thread);
            Err(error)
        }
    }
}

/// Binds arguments to parameters; `locals` is all NULL before.
fn bind(
    vm: &Vm,
    function: &Py<PyFunction>,
    code: &Py<PyCode>,
    values: &[Value],
    kwnames: Option<&Py<PyTuple>>,
    locals: &mut [Value],
) -> PyResult<()> {
    let kwnames: &[Value] = kwnames.map_or(&[], |names| names.as_slice());
    let (positional, keyword_values) = values.split_at(values.len() - kwnames.len());
    let argcount = code.argcount as usize;
    let total = argcount + code.kwonlyargcount as usize;
    let has_varargs = code.flags & CodeFlags::VARARGS != 0;
    let kwdict = if code.flags & CodeFlags::VARKEYWORDS != 0 {
        Some(PyDict::new(vm))
    } else {
        None
    };
    for (slot, value) in locals.iter_mut().zip(positional.iter().take(argcount)) {
        *slot = value.clone();
    }
    if has_varargs {
        locals[total] =
            PyTuple::from_slice(vm, positional.get(argcount..).unwrap_or(&[])).into_value();
    }
    if let Some(kwdict) = &kwdict {
        locals[total + usize::from(has_varargs)] = kwdict.to_value();
    }
    for (name, value) in kwnames.iter().zip(keyword_values) {
        bind_keyword(
            vm,
            function,
            code,
            kwnames,
            kwdict.as_deref(),
            locals,
            name,
            value,
        )?;
    }
    if positional.len() > argcount && !has_varargs {
        return Err(too_many_positional(
            vm,
            function,
            code,
            positional.len(),
            locals,
        ));
    }
    fill_defaults(vm, function, code, positional.len(), locals)
}

#[expect(clippy::too_many_arguments, reason = "the parts of one call")]
fn bind_keyword(
    vm: &Vm,
    function: &Py<PyFunction>,
    code: &Py<PyCode>,
    kwnames: &[Value],
    kwdict: Option<&Py<PyDict>>,
    locals: &mut [Value],
    name: &Value,
    value: &Value,
) -> PyResult<()> {
    let qualname = || function.qualname.get().to_string_lossy().into_owned();
    let Some(text) = name.downcast_ref::<PyStr>() else {
        return Err(vm.type_error("keywords must be strings"));
    };
    let total = (code.argcount + code.kwonlyargcount) as usize;
    let first = code.posonlyargcount as usize;
    let parameters = &code.localsplusnames.as_slice()[..total];
    let found = parameters[first..]
        .iter()
        .position(|parameter| parameter.is(name))
        .or_else(|| {
            parameters[first..].iter().position(|parameter| {
                parameter
                    .downcast_ref::<PyStr>()
                    .is_some_and(|parameter| parameter.equals(text))
            })
        });
    match (found, kwdict) {
        (Some(index), _) => {
            let slot = &mut locals[first + index];
            if !slot.is_null() {
                let text = text.to_string_lossy();
                return Err(vm.type_error(format!(
                    "{}() got multiple values for argument '{text}'",
                    qualname()
                )));
            }
            *slot = value.clone();
            Ok(())
        }
        (None, Some(kwdict)) => kwdict.set(vm, name.clone(), value.clone()),
        (None, None) => {
            if let Some(error) = positional_only_as_keyword(vm, function, code, kwnames) {
                return Err(error);
            }
            let text = text.to_string_lossy();
            Err(vm.type_error(format!(
                "{}() got an unexpected keyword argument '{text}'",
                qualname()
            )))
        }
    }
}

#[cold]
fn positional_only_as_keyword(
    vm: &Vm,
    function: &Py<PyFunction>,
    code: &Py<PyCode>,
    kwnames: &[Value],
) -> Option<PyErr> {
    let parameters = &code.localsplusnames.as_slice()[..code.posonlyargcount as usize];
    let passed: Vec<String> = parameters
        .iter()
        .filter_map(Value::downcast_ref::<PyStr>)
        .filter(|parameter| {
            kwnames
                .iter()
                .filter_map(Value::downcast_ref::<PyStr>)
                .any(|name| name.equals(parameter))
        })
        .map(|parameter| parameter.to_string_lossy().into_owned())
        .collect();
    if passed.is_empty() {
        return None;
    }
    let qualname = function.qualname.get();
    let qualname = qualname.to_string_lossy();
    let names = passed.join(", ");
    Some(vm.type_error(format!(
        "{qualname}() got some positional-only arguments passed as keyword arguments: '{names}'"
    )))
}

fn fill_defaults(
    vm: &Vm,
    function: &Py<PyFunction>,
    code: &Py<PyCode>,
    given: usize,
    locals: &mut [Value],
) -> PyResult<()> {
    let argcount = code.argcount as usize;
    if given < argcount {
        let defaults = function.defaults.get();
        let defaults: &[Value] = defaults
            .as_ref()
            .map_or(&[], |defaults| defaults.as_slice());
        let required = argcount.saturating_sub(defaults.len());
        if locals[given.min(required)..required]
            .iter()
            .any(Value::is_null)
        {
            return Err(missing_arguments(
                vm,
                function,
                code,
                0..required,
                locals,
                "positional",
            ));
        }
        for index in given.max(required)..argcount {
            if locals[index].is_null() {
                locals[index] = defaults[defaults.len() - (argcount - index)].clone();
            }
        }
    }
    let total = argcount + code.kwonlyargcount as usize;
    if code.kwonlyargcount > 0 {
        let kwdefaults = function.kwdefaults.get();
        let mut missing = false;
        let parameters = locals[..total].iter_mut().enumerate();
        for (index, local) in parameters.skip(argcount) {
            if !local.is_null() {
                continue;
            }
            let default = match (
                &kwdefaults,
                code.localsplusnames.as_slice()[index].downcast_ref::<PyStr>(),
            ) {
                (Some(kwdefaults), Some(name)) => kwdefaults.get_str(name),
                _ => None,
            };
            match default {
                Some(default) => *local = default,
                None => missing = true,
            }
        }
        if missing {
            return Err(missing_arguments(
                vm,
                function,
                code,
                argcount..total,
                locals,
                "keyword-only",
            ));
        }
    }
    Ok(())
}

#[cold]
fn missing_arguments(
    vm: &Vm,
    function: &Py<PyFunction>,
    code: &Py<PyCode>,
    range: std::ops::Range<usize>,
    locals: &[Value],
    kind: &str,
) -> PyErr {
    let mut names: Vec<String> = Vec::new();
    for index in range.filter(|index| locals[*index].is_null()) {
        match repr::repr(vm, &code.localsplusnames.as_slice()[index]) {
            Ok(name) => names.push(name.to_string_lossy().into_owned()),
            Err(error) => return error,
        }
    }
    let list = match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [rest @ .., before_last, last] => format!("{}, {before_last}, and {last}", rest.join(", ")),
    };
    let (count, plural) = (names.len(), if names.len() == 1 { "" } else { "s" });
    let qualname = function.qualname.get();
    let qualname = qualname.to_string_lossy();
    vm.type_error(format!(
        "{qualname}() missing {count} required {kind} argument{plural}: {list}"
    ))
}

#[cold]
fn too_many_positional(
    vm: &Vm,
    function: &Py<PyFunction>,
    code: &Py<PyCode>,
    given: usize,
    locals: &[Value],
) -> PyErr {
    let argcount = code.argcount as usize;
    let total = argcount + code.kwonlyargcount as usize;
    let keyword_only = locals[argcount..total]
        .iter()
        .filter(|value| !value.is_null())
        .count();
    let defaults = function
        .defaults
        .with(|defaults| defaults.as_ref().map_or(0, |defaults| defaults.len()));
    let (takes, plural) = if defaults > 0 {
        // `__defaults__` may have been set to more than there are parameters.
        let least = argcount as i64 - defaults as i64;
        (format!("from {least} to {argcount}"), true)
    } else {
        (argcount.to_string(), argcount != 1)
    };
    let keyword_only = if keyword_only > 0 {
        let (s, only_s) = (
            if given == 1 { "" } else { "s" },
            if keyword_only == 1 { "" } else { "s" },
        );
        format!(" positional argument{s} (and {keyword_only} keyword-only argument{only_s})")
    } else {
        String::new()
    };
    let qualname = function.qualname.get();
    let qualname = qualname.to_string_lossy();
    let plural = if plural { "s" } else { "" };
    let verb = if given == 1 && keyword_only.is_empty() {
        "was"
    } else {
        "were"
    };
    vm.type_error(format!("{qualname}() takes {takes} positional argument{plural} but {given}{keyword_only} {verb} given"))
}

/// Why keyword arguments could not be merged.
pub enum MergeError {
    /// A key twice, or a key that is no str.
    Repeated(Value),
    /// Not a mapping.
    NotMapping,
    /// Something else.
    Raised(PyErr),
}

impl From<PyErr> for MergeError {
    fn from(error: PyErr) -> MergeError {
        MergeError::Raised(error)
    }
}

/// Adds the items of a mapping to the keyword arguments of a call, each key once (`_PyDict_MergeEx` with override 2).
pub fn merge_keywords(vm: &Vm, target: &Py<PyDict>, source: &Value) -> Result<(), MergeError> {
    if let Some(source) = source.downcast_exact::<PyDict>(vm) {
        for (key, value) in source.items() {
            merge_one(vm, target, key, value)?;
        }
        return Ok(());
    }
    let Some(keys) = attr::get_opt(vm, source, &vm.names.keys)? else {
        return Err(MergeError::NotMapping);
    };
    let keys = crate::protocol::call::call_args(vm, &keys, &[])?;
    for key in iter::to_vec(vm, &keys)? {
        let value = mapping::get_item(vm, source, &key)?;
        merge_one(vm, target, key, value)?;
    }
    Ok(())
}

fn merge_one(vm: &Vm, target: &Py<PyDict>, key: Value, value: Value) -> Result<(), MergeError> {
    if target.contains(vm, &key)? {
        return Err(MergeError::Repeated(key));
    }
    Ok(target.set(vm, key, value)?)
}

/// `{**mapping}`: later keys win. AttributeError says that the value is no mapping.
pub fn update_dict(vm: &Vm, target: &Py<PyDict>, source: &Value) -> PyResult<()> {
    if let Some(source) = source.downcast_exact::<PyDict>(vm) {
        let mut position = 0;
        while let Some((key, value, hash)) = source.next_item_hash(&mut position) {
            target.set_with_hash(vm, key, hash, value)?;
        }
        return Ok(());
    }
    let keys = attr::get(vm, source, &vm.names.keys)?;
    let keys = crate::protocol::call::call_args(vm, &keys, &[])?;
    for key in iter::to_vec(vm, &keys)? {
        let value = mapping::get_item(vm, source, &key)?;
        target.set(vm, key, value)?;
    }
    Ok(())
}

/// `module.qualname()` as messages about calls say it (`_PyObject_FunctionStr`).
pub fn callable_name(vm: &Vm, callable: &Value) -> PyResult<String> {
    let Some(qualname) = attr::get_opt(vm, callable, &vm.names.__qualname__)? else {
        return Ok(repr::str(vm, callable)?.to_string_lossy().into_owned());
    };
    let qualname = repr::str(vm, &qualname)?.to_string_lossy().into_owned();
    let module = attr::get_opt(vm, callable, &vm.names.__module__)?;
    match module.as_ref().and_then(Value::downcast_ref::<PyStr>) {
        Some(module) if !module.equals_str("builtins") => {
            Ok(format!("{}.{qualname}()", module.to_string_lossy()))
        }
        _ => Ok(format!("{qualname}()")),
    }
}
