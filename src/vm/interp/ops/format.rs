//! f-strings.

use crate::context::Vm;
use crate::interp::control::Next;
use crate::interp::stack::Regs;
use crate::protocol::repr;
use crate::raise;
use crate::types::str::value::PyStr;

#[inline(always)]
pub fn format_value(vm: &Vm, r: &mut Regs, oparg: u32) -> Next {
    let spec = if oparg & 4 != 0 { Some(r.pop()) } else { None };
    let value = r.pop();
    let value = match oparg & 3 {
        1 => raise!(repr::str(vm, &value)).into_value(),
        2 => raise!(repr::repr(vm, &value)).into_value(),
        3 => raise!(repr::ascii(vm, &value)).into_value(),
        _ => value,
    };
    let formatted = match &spec {
        None if value.downcast_exact::<PyStr>(vm).is_some() => value,
        None if value.is_small_int() => raise!(repr::str(vm, &value)).into_value(),
        spec => raise!(repr::format(vm, &value, spec.as_ref())).into_value(),
    };
    r.push(formatted);
    Next::Continue
}
