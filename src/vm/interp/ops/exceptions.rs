//! Raising and handling.
//!
//! CPython 3.11: `RAISE_VARARGS` (`do_raise`), `PUSH_EXC_INFO`, `CHECK_EXC_MATCH`, `RERAISE`, `PREP_RERAISE_STAR` in `Python/ceval.c`.

use crate::context::{PyErr, Vm};
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::interp::unwind;
use crate::object::Value;
use crate::raise;
use crate::slow_handler;
use crate::types::exceptions::value::PyBaseException;
use crate::types::exceptions::{matching, raise};
use crate::types::list::value::PyList;

#[inline(never)]
fn raise_varargs_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
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
    Next::Raise(raise::raise_value(vm, &exception, cause.as_ref()))
}

#[inline(never)]
fn reraise_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let value = r.pop();
    let lasti = if oparg > 0 {
        r.peek(oparg as usize).as_small_int()
    } else {
        None
    };
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
fn check_exc_match_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let class = r.pop();
    raise!(matching::check_except(vm, &class));
    let matches = raise!(matching::matches(vm, r.peek(1), &class));
    r.push(Value::bool(matches));
    Next::Continue
}

#[inline(never)]
fn check_eg_match_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let class = r.pop();
    raise!(matching::check_except_star(vm, &class));
    let exception = r.pop();
    let (matched, rest) = raise!(matching::match_star(vm, &exception, &class));
    r.push(rest);
    if !matched.is_none() {
        let handled = matched
            .clone()
            .downcast::<PyBaseException>()
            .ok()
            .map(PyErr::new);
        drop(r.thread().replace_handled(handled));
    }
    r.push(matched);
    Next::Continue
}

#[inline(never)]
fn prep_reraise_star_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let raised = r.pop();
    let original = r.pop();
    let raised = raised
        .downcast_ref::<PyList>()
        .map(|list| list.to_vec())
        .unwrap_or_default();
    let value = raise!(matching::prep_reraise_star(vm, &original, &raised));
    r.push(value);
    Next::Continue
}

slow_handler!(raise_varargs, raise_varargs_slow);
slow_handler!(reraise, reraise_slow);
slow_handler!(check_exc_match, check_exc_match_slow);
slow_handler!(check_eg_match, check_eg_match_slow);
slow_handler!(prep_reraise_star, prep_reraise_star_slow);
