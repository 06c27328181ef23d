//! Raising and handling.
//!
//! CPython 3.11: `RAISE_VARARGS` (`do_raise`), `PUSH_EXC_INFO`, `CHECK_EXC_MATCH`, `RERAISE`, `PREP_RERAISE_STAR` in `Python/ceval.c`.

use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::interp::unwind;
use crate::object::{PyType, Value};
use crate::protocol::{call, instance_check};
use crate::raise;
use crate::types::exceptions::group;
use crate::types::exceptions::value::PyBaseException;
use crate::types::tuple::value::PyTuple;

#[inline(never)]
pub fn raise_varargs(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let cause = if oparg == 2 { Some(r.pop()) } else { None };
    let exception = if oparg >= 1 { Some(r.pop()) } else { None };
    let Some(exception) = exception else {
        return match r.thread().current_exception() {
            Some(current) => {
                unwind::note_reraise(r);
                Next::Raise(current)
            }
            None => Next::Raise(vm.runtime_error("No active exception to reraise")),
        };
    };
    Next::Raise(match make_exception(vm, &exception) {
        Ok(error) => match set_cause(vm, &error, cause) {
            Ok(()) => {
                unwind::chain_context(vm, &error);
                error
            }
            Err(other) => other,
        },
        Err(other) => other,
    })
}

fn is_exception_class(value: &Value) -> bool {
    value.downcast_ref::<PyType>().is_some_and(|class| class.has_flag(crate::object::type_flag::EXCEPTION_SUBCLASS))
}

fn make_exception(vm: &Vm, value: &Value) -> PyResult<PyErr> {
    if is_exception_class(value) {
        let instance = call::call_args(vm, value, &[])?;
        return match instance.downcast::<PyBaseException>() {
            Ok(exception) => Ok(PyErr::new(exception)),
            Err(other) => {
                let class = crate::protocol::repr::repr(vm, value)?;
                let (class, got) = (class.to_string_lossy(), other.class(vm).name_str());
                let got = crate::protocol::repr::repr(vm, &other.class(vm).to_value()).map(|text| text.to_string_lossy().into_owned()).unwrap_or(got);
                Err(vm.type_error(format!("calling {class} should have returned an instance of BaseException, not {got}")))
            }
        };
    }
    match value.clone().downcast::<PyBaseException>() {
        Ok(exception) => Ok(PyErr::new(exception)),
        Err(_) => Err(vm.type_error("exceptions must derive from BaseException")),
    }
}

fn set_cause(vm: &Vm, error: &PyErr, cause: Option<Value>) -> PyResult<()> {
    let Some(cause) = cause else { return Ok(()) };
    let fixed = if is_exception_class(&cause) {
        let instance = call::call_args(vm, &cause, &[])?;
        if instance.downcast_ref::<PyBaseException>().is_none() {
            let class = crate::protocol::repr::repr(vm, &cause)?;
            let got = crate::protocol::repr::repr(vm, &instance.class(vm).to_value())?;
            let (class, got) = (class.to_string_lossy(), got.to_string_lossy());
            return Err(vm.type_error(format!("calling {class} should have returned an instance of BaseException, not {got}")));
        }
        Some(instance)
    } else if cause.is_none() {
        None
    } else if cause.downcast_ref::<PyBaseException>().is_some() {
        Some(cause)
    } else {
        return Err(vm.type_error("exception causes must derive from BaseException"));
    };
    error.exception().cause.set(fixed);
    error.exception().suppress_context.set(true);
    Ok(())
}

#[inline(never)]
pub fn reraise(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = r.pop();
    let lasti = if oparg > 0 { r.peek(oparg as usize).as_small_int() } else { None };
    match value.downcast::<PyBaseException>() {
        Ok(exception) => {
            unwind::note_reraise(r);
            if let Some(lasti) = lasti {
                unwind::restore_lasti(r, lasti);
            }
            Next::Raise(PyErr::new(exception))
        }
        Err(_) => Next::Raise(vm.system_error("RERAISE of something that is no exception")),
    }
}

#[inline(always)]
pub fn push_exc_info(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let value = r.pop();
    let Ok(exception) = value.clone().downcast::<PyBaseException>() else {
        return Next::Raise(vm.system_error("PUSH_EXC_INFO of something that is no exception"));
    };
    let previous = r.thread().replace_handled(Some(PyErr::new(exception)));
    r.push(previous.map_or(Value::None, PyErr::into_value));
    r.push(value);
    Next::Continue
}

#[inline(always)]
pub fn pop_except(_vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let previous = r.pop();
    let previous = previous.downcast::<PyBaseException>().ok().map(PyErr::new);
    drop(r.thread().replace_handled(previous));
    Next::Continue
}

#[inline(never)]
pub fn check_exc_match(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let class = r.pop();
    raise!(check_except_type(vm, &class, false));
    let matches = raise!(matches(vm, r.peek(1), &class));
    r.push(Value::bool(matches));
    Next::Continue
}

/// Whether an exception is an instance of a class or of one of a tuple's classes (`PyErr_GivenExceptionMatches`).
pub fn matches(vm: &Vm, exception: &Value, class: &Value) -> PyResult<bool> {
    if let Some(class) = class.downcast_ref::<PyType>() {
        return Ok(exception.class(vm).is_subtype(class));
    }
    if let Some(tuple) = class.downcast_ref::<PyTuple>() {
        for class in tuple.as_slice() {
            if matches(vm, exception, class)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    instance_check::isinstance(vm, exception, class)
}

fn check_except_type(vm: &Vm, class: &Value, star: bool) -> PyResult<()> {
    let classes: &[Value] = match class.downcast_ref::<PyTuple>() {
        Some(tuple) => tuple.as_slice(),
        None => std::slice::from_ref(class),
    };
    for class in classes {
        if !is_exception_class(class) {
            return Err(vm.type_error("catching classes that do not inherit from BaseException is not allowed"));
        }
    }
    if star {
        let group = vm.exception_class(ExcKind::BaseExceptionGroup);
        for class in classes {
            if class.downcast_ref::<PyType>().is_some_and(|class| class.is_subtype(&group)) {
                return Err(vm.type_error("catching ExceptionGroup with except* is not allowed. Use except instead."));
            }
        }
    }
    Ok(())
}

#[inline(never)]
pub fn check_eg_match(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let class = r.pop();
    raise!(check_except_type(vm, &class, true));
    let exception = r.pop();
    let (matched, rest) = raise!(group::match_star(vm, &exception, &class));
    r.push(rest);
    if !matched.is_none() {
        let handled = matched.clone().downcast::<PyBaseException>().ok().map(PyErr::new);
        drop(r.thread().replace_handled(handled));
    }
    r.push(matched);
    Next::Continue
}

#[inline(never)]
pub fn prep_reraise_star(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let raised = r.pop();
    let original = r.pop();
    let value = raise!(group::prep_reraise_star(vm, &original, &raised));
    r.push(value);
    Next::Continue
}
