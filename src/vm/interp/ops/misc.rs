//! What belongs to no other group: printing of interactive expressions, making functions, returning.

use super::special;
use crate::context::Vm;
use crate::interp::call_py;
use crate::interp::control::Next;
use crate::interp::frame::{self, Return};
use crate::interp::stack::Regs;
use crate::protocol::call;
use crate::raise;
use crate::slow_handler;
use crate::types::code::PyCode;
use crate::types::dict::value::PyDict;
use crate::types::tuple::value::PyTuple;

#[inline(never)]
fn print_expr_slow(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let value = r.pop();
    let hook = vm
        .sys_dict
        .get()
        .and_then(|sys| sys.get_str(&vm.names.displayhook));
    match hook {
        Some(hook) => drop(raise!(call::call_args(vm, &hook, &[value]))),
        None => return Next::Raise(vm.runtime_error("lost sys.displayhook")),
    }
    Next::Continue
}

#[inline(never)]
fn make_function_slow(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let code = r.pop();
    let Ok(code) = code.downcast::<PyCode>() else {
        return Next::Raise(vm.system_error("MAKE_FUNCTION without a code object"));
    };
    let closure = if oparg & 8 != 0 {
        r.pop().downcast::<PyTuple>().ok()
    } else {
        None
    };
    let annotations = if oparg & 4 != 0 { Some(r.pop()) } else { None };
    let kwdefaults = if oparg & 2 != 0 {
        r.pop().downcast::<PyDict>().ok()
    } else {
        None
    };
    let defaults = if oparg & 1 != 0 {
        r.pop().downcast::<PyTuple>().ok()
    } else {
        None
    };
    let function = call_py::make_function(
        vm,
        code,
        r.globals().to_ref(),
        r.builtins().to_ref(),
        closure,
    );
    function.annotations.set(annotations);
    function.kwdefaults.set(kwdefaults);
    function.defaults.set(defaults);
    r.push(function.into_value());
    Next::Continue
}

#[inline(always)]
pub fn return_value(vm: &Vm, r: &mut Regs, _oparg: u32) -> Next {
    let value = r.pop();
    let on_return = r.frame().on_return;
    if on_return == Return::Push {
        let finished = r.frame;
        // SAFETY: a frame that returns to the loop has a previous frame, and is the last of the data stack.
        unsafe {
            let previous = (*finished).previous;
            r.save();
            r.thread().frame.set(previous.cast_const().cast());
            frame::pop_frame(r.thread(), finished);
            frame::leave_call(r.thread());
            r.load(previous);
        }
        r.push(value);
        return Next::Continue;
    }
    if on_return.is_special_method() {
        let finished = r.frame;
        let oparg = r.frame().return_jump;
        // SAFETY: as above.
        unsafe {
            let previous = (*finished).previous;
            r.save();
            r.thread().frame.set(previous.cast_const().cast());
            frame::pop_frame(r.thread(), finished);
            frame::leave_call(r.thread());
            r.load(previous);
        }
        if on_return != Return::Init {
            return special::method_done(vm, r, on_return, oparg, value);
        }
        special::leave_level(r);
        if value.is_none() {
            return Next::Continue;
        }
        return super::generators::init_returned(vm, &value);
    }
    r.out_of_line(move |r| super::generators::finish_frame(vm, r, value))
}

/// Upper bits of the next operand.
#[inline(always)]
pub fn extended_arg(_vm: &Vm, _r: &mut Regs, _oparg: u32) -> Next {
    Next::Extend
}

/// As `extended_arg`.
#[inline(always)]
pub fn extended_arg_quick(_vm: &Vm, _r: &mut Regs, _oparg: u32) -> Next {
    Next::Extend
}

slow_handler!(print_expr, print_expr_slow);
slow_handler!(make_function, make_function_slow);
